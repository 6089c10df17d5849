//! Values written as somebody else might: members in another order, defaults left out, nulls for what is absent, fields
//! that nobody knows.

use fastrand::Rng;

use crate::contract::{Body, Contract, Field, Limits, Named, Shape};
use crate::value::Json;

/// JSON in another form, and in the one that the codec writes for it.
#[derive(Clone, Debug)]
pub struct Loose {
    /// What is read.
    pub json: Json,
    /// What is written after that.
    pub written: Json,
}

impl Loose {
    fn of(json: &Json) -> Self {
        Self { json: json.clone(), written: json.clone() }
    }
}

impl Contract {
    /// A value of a definition in another form, the same one for each seed.
    #[must_use]
    pub fn loosened(&self, definition: usize, json: &Json, seed: u64) -> Loose {
        Loosener { contract: self, rng: Rng::with_seed(seed) }.definition(definition, json, None)
    }
}

type Members = Vec<(String, Json)>;

struct Loosener<'a> {
    contract: &'a Contract,
    rng: Rng,
}

impl Loosener<'_> {
    fn shape(&mut self, shape: &Shape, json: &Json) -> Loose {
        let contract = self.contract;
        match (contract.resolved(shape, Limits::default()).0, json) {
            (Shape::Optional(inner), json) if !json.is_null() => self.shape(inner, json),
            (Shape::List(item), Json::Array(items)) => self.array(items.iter().map(|json| (&**item, json))),
            (Shape::Tuple(shapes), Json::Array(items)) => self.array(shapes.iter().zip(items)),
            (Shape::Map(_, value), Json::Object(members)) => {
                let each = members.iter().map(|(key, json)| {
                    let Loose { json, written } = self.shape(value, json);
                    ((key.clone(), json), (key.clone(), written))
                });
                let (loose, written) = each.unzip();
                self.object(loose, written)
            }
            (Shape::Named(index), json) => self.definition(*index, json, None),
            (_, json) => Loose::of(json),
        }
    }

    fn array<'s>(&mut self, items: impl Iterator<Item = (&'s Shape, &'s Json)>) -> Loose {
        let (json, written) = items
            .map(|(shape, json)| {
                let Loose { json, written } = self.shape(shape, json);
                (json, written)
            })
            .unzip();
        Loose { json: Json::Array(json), written: Json::Array(written) }
    }

    /// An object whose members come in any order.
    fn object(&mut self, mut loose: Members, written: Members) -> Loose {
        self.rng.shuffle(&mut loose);
        Loose { json: Json::Object(loose), written: Json::Object(written) }
    }

    /// The tag is what stands in the object before the record's own fields.
    fn definition(&mut self, index: usize, json: &Json, tag: Option<&str>) -> Loose {
        let contract = self.contract;
        match (&contract.definitions[index].body, json) {
            (Body::Record { closed, fields, .. }, Json::Object(members)) => self.record(*closed, fields, members, tag),
            (Body::Union { tag, variants, .. }, Json::Object(members)) => self.union(*tag, variants, json, members),
            (Body::Topic(of) | Body::Stream(of), json) => self.definition(*of, json, None),
            (Body::Alias(bound) | Body::Exception(Some(bound)) | Body::Payload(bound) | Body::Reply(bound), json) => {
                self.shape(&bound.shape, json)
            }
            (_, json) => Loose::of(json),
        }
    }

    fn record(&mut self, closed: bool, fields: &[Field], members: &[(String, Json)], tag: Option<&str>) -> Loose {
        let (mut loose, mut written) = (Members::new(), Members::new());
        for (key, json) in members.iter().filter(|(key, _)| Some(&**key) == tag) {
            loose.push((key.clone(), json.clone()));
            written.push((key.clone(), json.clone()));
        }
        for Field { named, bound, default } in fields {
            let key = &named.wire;
            match (members.iter().find(|(member, _)| member == key), default) {
                (Some(_), Some(default)) if self.rng.bool() => written.push((key.clone(), default.value.clone())),
                (Some((_, json)), _) => {
                    let value = self.shape(&bound.shape, json);
                    loose.push((key.clone(), value.json));
                    written.push((key.clone(), value.written));
                }
                (None, _) if self.rng.bool() => loose.push((key.clone(), Json::null())),
                (None, _) => {}
            }
        }
        if !closed && self.rng.bool() {
            loose.push(("un known".to_owned(), Json::Array(vec![Json::raw(1)])));
        }
        self.object(loose, written)
    }

    fn union(
        &mut self,
        tag: Option<&'static str>,
        variants: &[(Named, Option<Shape>)],
        json: &Json,
        members: &[(String, Json)],
    ) -> Loose {
        let kind = members.iter().find(|(key, _)| key == tag.unwrap_or("kind"));
        let variant = variants.iter().find(|(named, _)| kind.is_some_and(|(_, kind)| *kind == Json::text(&named.wire)));
        match (variant, tag) {
            (Some((_, Some(Shape::Named(index)))), Some(tag)) => self.definition(*index, json, Some(tag)),
            (Some((_, Some(shape))), None) => {
                let (mut loose, mut written) = (members.to_vec(), members.to_vec());
                if let Some(at) = members.iter().position(|(key, _)| key == "value") {
                    let value = self.shape(shape, &members[at].1);
                    (loose[at].1, written[at].1) = (value.json, value.written);
                }
                self.object(loose, written)
            }
            _ => self.object(members.to_vec(), members.to_vec()),
        }
    }
}
