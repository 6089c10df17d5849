//! Contracts with one thing changed.

use crate::contract::{Body, Bound, Contract, Definition, Field, Limits, Named, Plain, Preset, Role, Shape};
use crate::value::Json;

/// A contract that differs from another in one thing.
#[derive(Clone, Debug)]
pub struct Mutated {
    /// What was done.
    pub what: &'static str,
    /// The definition that it was done to.
    pub definition: usize,
    /// The whole contract.
    pub contract: Contract,
}

impl Contract {
    /// Every single change that there is of a definition, or of what a procedure takes or answers; aliases, and those that hold
    /// nothing of their own, have none.
    #[must_use]
    pub fn mutated(&self, definition: usize) -> Vec<Mutated> {
        let mut mutations = Vec::new();
        match &self.definitions[definition].body {
            Body::Record { role, closed, fields } => self.records(*role, *closed, fields, &mut mutations),
            Body::Enum { open, variants } => enums(*open, variants, &mut mutations),
            Body::Union { open, tag, variants } => unions(*open, *tag, variants, &mut mutations),
            Body::Payload(bound) => bounds(bound, Body::Payload, &mut mutations),
            Body::Reply(bound) => bounds(bound, Body::Reply, &mut mutations),
            Body::Exception(Some(bound)) => bounds(bound, |bound| Body::Exception(Some(bound)), &mut mutations),
            Body::Exception(None) | Body::Alias(_) | Body::Topic(_) | Body::Stream(_) => {}
        }
        let with = |(what, body): (&'static str, Body)| {
            let mut contract = self.clone();
            let Definition { body: place, .. } = &mut contract.definitions[definition];
            *place = body;
            Mutated { what, definition, contract }
        };
        mutations.into_iter().map(with).collect()
    }

    fn records(&self, role: Role, closed: bool, fields: &[Field], mutations: &mut Vec<(&'static str, Body)>) {
        let mut add = |what, closed, fields| mutations.push((what, Body::Record { role, closed, fields }));
        let with = |field: Field| fields.iter().cloned().chain([field]).collect::<Vec<_>>();
        let text = Shape::Plain(Plain::String);
        add("an optional field is added", closed, with(field("grown", Shape::Optional(Box::new(text.clone())), None)));
        add("a field is added that must be there", closed, with(field("grown", text.clone(), None)));
        let preset = Preset { value: Json::text("x"), constant: None };
        add("a field with a default is added", closed, with(field("grown", text, Some(preset))));
        match (role, closed) {
            (_, true) => add("it is open", false, fields.to_vec()),
            (Role::Record, false) => add("it is closed", true, fields.to_vec()),
            _ => {}
        }
        for index in 0..fields.len() {
            let changed = |change: &dyn Fn(&mut Field)| {
                let mut fields = fields.to_vec();
                change(&mut fields[index]);
                fields
            };
            let Field { bound, default, .. } = &fields[index];
            let mut fewer = fields.to_vec();
            fewer.remove(index);
            add("a field is removed", closed, fewer);
            add(
                "a field is called otherwise in code",
                closed,
                changed(&|field| "renamed".clone_into(&mut field.named.name)),
            );
            let elsewhere = changed(&|field| "travels-so".clone_into(&mut field.named.wire));
            add("a field travels under another name", closed, elsewhere);
            let is_optional = self.is_optional(&bound.shape);
            if !is_optional && default.is_none() && bound.shape != Shape::Plain(Plain::Any) {
                let shape = Shape::Optional(Box::new(bound.shape.clone()));
                add("a field is optional", closed, changed(&|field| field.bound.shape = shape.clone()));
            }
            if let Shape::Optional(inner) = &bound.shape {
                add("a field must be there", closed, changed(&|field| field.bound.shape = (**inner).clone()));
            }
            if default.is_some() {
                add("a default is dropped", closed, changed(&|field| field.default = None));
                continue;
            }
            if !bound.limits.is_empty() {
                add("constraints are dropped", closed, changed(&|field| field.bound.limits = Limits::default()));
            }
            if let Shape::Plain(plain) = bound.shape {
                // Two other types for each field; those of all fields together are all of them.
                let others = crate::contract::PLAIN.into_iter().cycle().skip(7 * index).step_by(5).take(2);
                for (other, _) in others.filter(|(other, _)| *other != plain) {
                    let bound = Bound::free(Shape::Plain(other));
                    add("a field is of another type", closed, changed(&|field| field.bound = bound.clone()));
                }
                let list = Bound::free(Shape::List(Box::new(bound.shape.clone())));
                add("a field is a list", closed, changed(&|field| field.bound = list.clone()));
            }
            let has_length = match bound.shape {
                Shape::Plain(plain) => matches!(plain, Plain::String | Plain::Bytes),
                Shape::List(_) | Shape::Set(_) | Shape::Map(..) => true,
                _ => false,
            };
            if has_length && bound.limits.length.is_none() {
                let length = Some((None, Some(1)));
                add("a field is shorter", closed, changed(&|field| field.bound.limits.length = length));
            }
        }
    }
}

fn field(name: &str, shape: Shape, default: Option<Preset>) -> Field {
    Field { named: named(name), bound: Bound::free(shape), default }
}

fn named(name: &str) -> Named {
    Named { name: name.to_owned(), wire: name.to_owned() }
}

fn enums(open: bool, variants: &[Named], mutations: &mut Vec<(&'static str, Body)>) {
    let with = variants.iter().cloned().chain([named("grown")]).collect();
    mutations.push(("a variant is added", Body::Enum { open, variants: with }));
    if variants.len() > 1 {
        mutations.push(("a variant is removed", Body::Enum { open, variants: variants[1..].to_vec() }));
    }
    let what = if open { "it is closed" } else { "it is open" };
    mutations.push((what, Body::Enum { open: !open, variants: variants.to_vec() }));
    let mut others = variants.to_vec();
    "renamed".clone_into(&mut others[0].name);
    mutations.push(("a variant is called otherwise in code", Body::Enum { open, variants: others }));
    let mut others = variants.to_vec();
    "travels-so".clone_into(&mut others[0].wire);
    mutations.push(("a variant travels under another name", Body::Enum { open, variants: others }));
}

/// What travels in a body's place.
fn bounds(bound: &Bound, body: impl Fn(Bound) -> Body, mutations: &mut Vec<(&'static str, Body)>) {
    let list = Bound::free(Shape::List(Box::new(bound.shape.clone())));
    mutations.push(("a body is a list", body(list)));
    if !bound.limits.is_empty() {
        mutations.push(("constraints are dropped", body(Bound::free(bound.shape.clone()))));
    }
}

fn unions(
    open: bool,
    tag: Option<&'static str>,
    variants: &[(Named, Option<Shape>)],
    mutations: &mut Vec<(&'static str, Body)>,
) {
    let with = variants.iter().cloned().chain([(named("grown"), None)]).collect();
    mutations.push(("a variant is added", Body::Union { open, tag, variants: with }));
    mutations
        .push(("a variant is removed", Body::Union { open, tag, variants: variants[..variants.len() - 1].to_vec() }));
    let what = if open { "it is closed" } else { "it is open" };
    mutations.push((what, Body::Union { open: !open, tag, variants: variants.to_vec() }));
    let mut others = variants.to_vec();
    "renamed".clone_into(&mut others[0].0.name);
    mutations.push(("a variant is called otherwise in code", Body::Union { open, tag, variants: others }));
    let mut others = variants.to_vec();
    "travels-so".clone_into(&mut others[0].0.wire);
    mutations.push(("a variant travels under another name", Body::Union { open, tag, variants: others }));
    if tag.is_some() {
        mutations.push(("the tag is moved", Body::Union { open, tag: Some("moved"), variants: variants.to_vec() }));
    } else {
        let mut others = variants.to_vec();
        others[0].1 = Some(Shape::List(Box::new(Shape::Plain(Plain::Bool))));
        mutations.push(("a variant holds something else", Body::Union { open, tag, variants: others }));
    }
}
