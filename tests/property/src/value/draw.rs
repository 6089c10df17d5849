//! Values drawn by type.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;

use super::Json;
use super::plain::{self, Order};
use crate::contract::{Body, Bound, Contract, Field, Limits, Plain, Role, Shape};

/// How finely instants, times and durations are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// As Rust holds them.
    Nanoseconds,
    /// As Python does.
    Microseconds,
}

/// Draws values of a contract's types.
#[derive(Debug)]
pub struct Drawer<'a> {
    contract: &'a Contract,
    rng: Rng,
    precision: Precision,
    /// The definitions around the value at hand.
    around: Vec<usize>,
    /// The rows of the type table and the constructs that were drawn.
    pub seen: BTreeSet<&'static str>,
}

impl<'a> Drawer<'a> {
    /// A drawer of the contract's values: the same ones from the same seed.
    #[must_use]
    pub fn new(contract: &'a Contract, seed: u64, precision: Precision) -> Self {
        Self { contract, rng: Rng::with_seed(seed), precision, around: Vec::new(), seen: BTreeSet::new() }
    }

    /// A value of a definition.
    pub fn definition(&mut self, index: usize) -> Json {
        self.named(index, 2)
    }

    /// A value of a type with constraints, which ends below this depth.
    pub fn bound(&mut self, bound: &Bound, depth: usize) -> Json {
        self.shape(&bound.shape, bound.limits, depth)
    }

    fn shape(&mut self, shape: &Shape, limits: Limits, depth: usize) -> Json {
        let contract = self.contract;
        let (core, inherited) = contract.resolved(shape, limits);
        if let Shape::Named(index) = shape
            && let Body::Alias(bound) = &contract.definitions[*index].body
        {
            self.note(match core {
                Shape::Optional(_) => "alias of an optional",
                _ if bound.shape != *core => "alias of an alias",
                _ => "alias",
            });
            if !limits.is_empty() && !contract.resolved(shape, Limits::default()).1.is_empty() {
                self.note("constraints of an alias and of its use");
            }
        }
        self.note_limits(inherited);
        match core {
            Shape::Plain(plain) => {
                self.note(plain.name());
                plain::draw(&mut self.rng, *plain, inherited, self.precision).1
            }
            Shape::Optional(inner) => {
                self.note("optional");
                if depth == 0 || self.rng.u8(..4) == 0 { Json::null() } else { self.shape(inner, inherited, depth - 1) }
            }
            Shape::List(item) => {
                self.note("list");
                let count = if depth == 0 { 0 } else { plain::length(&mut self.rng, inherited, 3) };
                Json::Array((0..count).map(|_| self.shape(item, Limits::default(), depth - 1)).collect())
            }
            Shape::Set(item) => {
                self.note("set");
                let count = plain::length(&mut self.rng, inherited, 3);
                let items: BTreeMap<Order, Json> = (0..count).map(|_| self.ordered(item)).collect();
                Json::Array(items.into_values().collect())
            }
            Shape::Map(key, value) => {
                self.note(match contract.resolved(key, Limits::default()).0 {
                    Shape::Plain(Plain::String) => "map by string",
                    Shape::Plain(Plain::Bool) => "map by bool",
                    Shape::Plain(Plain::Uuid) => "map by uuid",
                    Shape::Plain(Plain::Date) => "map by date",
                    Shape::Plain(_) => "map by integer",
                    _ => "map by enum",
                });
                let count = if depth == 0 { 0 } else { plain::length(&mut self.rng, inherited, 3) };
                let keys: BTreeMap<Order, Json> = (0..count).map(|_| self.ordered(key)).collect();
                let members = keys.into_values().map(|key| {
                    let key = match key {
                        Json::Text(text) | Json::Raw(text) => text,
                        other => other.to_string(),
                    };
                    (key, self.shape(value, Limits::default(), depth - 1))
                });
                Json::Object(members.collect())
            }
            Shape::Tuple(items) => {
                self.note("tuple");
                Json::Array(items.iter().map(|item| self.shape(item, Limits::default(), depth)).collect())
            }
            Shape::Named(index) => self.named(*index, depth),
        }
    }

    /// An item of a set or a key of a map, which are ordered by value, variants by the order in the contract.
    fn ordered(&mut self, shape: &Shape) -> (Order, Json) {
        let contract = self.contract;
        let (core, limits) = contract.resolved(shape, Limits::default());
        if !limits.is_empty() {
            self.note("constrained key or item");
        }
        match core {
            Shape::Plain(plain) => plain::draw(&mut self.rng, *plain, limits, self.precision),
            core => {
                let json = self.shape(core, limits, 0);
                let variants = match core {
                    Shape::Named(index) => match &contract.definitions[*index].body {
                        Body::Enum { variants, .. } => variants.as_slice(),
                        _ => &[],
                    },
                    _ => &[],
                };
                let Json::Text(name) = &json else { return (Order::Number(0), json) };
                let position = variants.iter().position(|variant| variant.wire == *name);
                let order = position.map_or_else(|| format!("{:04}{name}", variants.len()), |at| format!("{at:04}"));
                (Order::Text(order), json)
            }
        }
    }

    fn named(&mut self, index: usize, depth: usize) -> Json {
        if self.around.contains(&index) {
            self.note("recursion");
        }
        if self
            .around
            .last()
            .is_some_and(|around| self.contract.definitions[*around].place != self.contract.definitions[index].place)
        {
            self.note("imported definition");
        }
        self.around.push(index);
        let json = self.body(index, depth);
        self.around.pop();
        json
    }

    fn body(&mut self, index: usize, depth: usize) -> Json {
        let contract = self.contract;
        match &contract.definitions[index].body {
            Body::Record { role, closed, fields } => {
                self.note(match role {
                    Role::Record if *closed => "closed record",
                    Role::Record => "record",
                    Role::Exception => "exception with fields",
                    Role::Parameters => "named parameters",
                    Role::Notice => "named parameters of a oneway procedure",
                    Role::Results => "named results",
                });
                self.fields(fields, depth)
            }
            Body::Enum { open, variants } => {
                if *open && self.rng.u8(..3) == 0 {
                    self.note("unrecognized variant of an enum");
                    return Json::text(format!("new {}", self.rng.u8(..)));
                }
                self.note(if *open { "open enum" } else { "enum" });
                Json::text(&variants[self.rng.usize(..variants.len())].wire)
            }
            Body::Union { open, tag, variants } => self.union(*open, *tag, variants, depth),
            Body::Alias(bound) => self.bound(bound, depth),
            Body::Payload(bound) => {
                self.note("unnamed payload");
                self.bound(bound, depth)
            }
            Body::Reply(bound) => {
                self.note("unnamed result");
                self.bound(bound, depth)
            }
            Body::Topic(of) => {
                self.note("topic");
                self.named(*of, depth)
            }
            Body::Stream(of) => {
                self.note("stream");
                self.named(*of, depth)
            }
            Body::Exception(None) => {
                self.note("exception without a payload");
                Json::null()
            }
            Body::Exception(Some(bound)) => {
                self.note("exception with a bare payload");
                self.bound(bound, depth)
            }
        }
    }

    fn fields(&mut self, fields: &[Field], depth: usize) -> Json {
        let mut members = Vec::new();
        for field in fields {
            let value = self.bound(&field.bound, depth);
            if field.named.wire != field.named.name {
                self.note("wire name");
            }
            if let Some(default) = &field.default {
                self.note(if default.constant.is_some() { "default by a constant" } else { "default" });
            }
            if value.is_null() && self.contract.is_optional(&field.bound.shape) {
                self.note("absent field");
            } else {
                members.push((field.named.wire.clone(), value));
            }
        }
        Json::Object(members)
    }

    fn union(
        &mut self,
        open: bool,
        tag: Option<&'static str>,
        variants: &'a [(crate::contract::Named, Option<Shape>)],
        depth: usize,
    ) -> Json {
        let kind = tag.unwrap_or("kind").to_owned();
        if open && self.rng.u8(..4) == 0 {
            self.note("unrecognized variant of a union");
            let more = ("more".to_owned(), Json::Array(vec![Json::raw(1)]));
            // It is kept as an `any`, whose keys have an order of their own.
            let is_last = kind.as_str() > "more";
            let kind = (kind, Json::text("new"));
            return Json::Object(if is_last { vec![more, kind] } else { vec![kind, more] });
        }
        self.note(match (tag, open) {
            (None, false) => "union",
            (None, true) => "open union",
            (Some(_), false) => "tagged union",
            (Some(_), true) => "open tagged union",
        });
        let (named, held) = &variants[if depth == 0 { 0 } else { self.rng.usize(..variants.len()) }];
        let mut members = vec![(kind, Json::text(&named.wire))];
        match (held, tag) {
            (None, _) => self.note("variant without a type"),
            (Some(shape), None) => {
                members
                    .push(("value".to_owned(), self.shape(shape, Limits::default(), depth - usize::from(depth > 0))));
            }
            (Some(shape), Some(_)) => {
                if let Json::Object(fields) = self.shape(shape, Limits::default(), depth - usize::from(depth > 0)) {
                    members.extend(fields);
                }
            }
        }
        Json::Object(members)
    }

    fn note_limits(&mut self, limits: Limits) {
        for (name, is_there) in [
            ("@length", limits.length.is_some()),
            ("@range", limits.range.is_some()),
            ("@pattern", limits.pattern.is_some()),
        ] {
            if is_there {
                self.note(name);
            }
        }
    }

    fn note(&mut self, what: &'static str) {
        self.seen.insert(what);
    }
}
