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
    /// Every single change that there is of a definition: a record, an enum or a union.
    #[must_use]
    pub fn mutated(&self, definition: usize) -> Vec<Mutated> {
        let mut mutations = Vec::new();
        match &self.definitions[definition].body {
            Body::Record { role: Role::Record, closed, fields } => self.records(*closed, fields, &mut mutations),
            Body::Enum { open, variants } => enums(*open, variants, &mut mutations),
            Body::Union { open, tag, variants } => unions(*open, *tag, variants, &mut mutations),
            _ => {}
        }
        let with = |(what, body): (&'static str, Body)| {
            let mut contract = self.clone();
            let Definition { body: place, .. } = &mut contract.definitions[definition];
            *place = body;
            Mutated { what, definition, contract }
        };
        mutations.into_iter().map(with).collect()
    }

    fn records(&self, closed: bool, fields: &[Field], mutations: &mut Vec<(&'static str, Body)>) {
        let mut add = |what, closed, fields| {
            mutations.push((what, Body::Record { role: Role::Record, closed, fields }));
        };
        let with = |field: Field| fields.iter().cloned().chain([field]).collect::<Vec<_>>();
        let text = Shape::Plain(Plain::String);
        add("an optional field is added", closed, with(field("grown", Shape::Optional(Box::new(text.clone())), None)));
        add("a field is added that must be there", closed, with(field("grown", text.clone(), None)));
        let preset = Preset { value: Json::text("x"), constant: None };
        add("a field with a default is added", closed, with(field("grown", text, Some(preset))));
        if closed {
            add("it is open", false, fields.to_vec());
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
                if plain == Plain::String && bound.limits.length.is_none() {
                    let length = Some((None, Some(1)));
                    add("a field is shorter", closed, changed(&|field| field.bound.limits.length = length));
                }
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
    if open {
        mutations.push(("it is closed", Body::Enum { open: false, variants: variants.to_vec() }));
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
    if open {
        mutations.push(("it is closed", Body::Union { open: false, tag, variants: variants.to_vec() }));
    }
    if tag.is_none() {
        let mut others = variants.to_vec();
        others[0].1 = Some(Shape::List(Box::new(Shape::Plain(Plain::Bool))));
        mutations.push(("a variant holds something else", Body::Union { open, tag, variants: others }));
    }
}
