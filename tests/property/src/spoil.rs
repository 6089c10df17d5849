//! Values with one mistake, and the place where it must be found.

use std::collections::BTreeSet;

use crate::contract::{Body, Contract, Field, Limits, Named, Plain, Shape};
use crate::value::Json;

/// JSON with one mistake.
#[derive(Clone, Debug)]
pub struct Spoilt {
    /// The whole document.
    pub json: String,
    /// What was put in a value's place.
    pub instead: String,
    /// Where the mistake is, or what holds it where items have no order.
    pub path: String,
    /// What it is.
    pub what: &'static str,
    /// Whether pydantic refuses it as well.
    pub tolerance: Tolerance,
}

/// Who refuses a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tolerance {
    /// Rust and pydantic.
    RefusedByBoth,
    /// Rust alone: pydantic takes the last of repeated keys, and nests deeper.
    TakenByPydantic,
}

use Tolerance::{RefusedByBoth, TakenByPydantic};

impl Contract {
    /// A value of a definition with one mistake, in up to this many ways, of every kind that the value allows first.
    #[must_use]
    pub fn spoilt(&self, definition: usize, json: &Json, most: usize) -> Vec<Spoilt> {
        let mut spoiler = Spoiler { contract: self, steps: Vec::new(), path: "$".to_owned(), found: Vec::new() };
        spoiler.definition(definition, json, None);
        let mut met = BTreeSet::new();
        let (first, others): (Vec<Mistake>, _) = spoiler.found.into_iter().partition(|found| met.insert(found.what));
        let chosen = first.into_iter().chain(others).take(most);
        chosen
            .map(|Mistake { steps, instead, path, what, tolerance }| Spoilt {
                instead: instead.to_string(),
                json: with(json, &steps, instead).to_string(),
                path,
                what,
                tolerance,
            })
            .collect()
    }
}

/// What stands instead of the value at the end of the way.
struct Mistake {
    steps: Vec<usize>,
    instead: Json,
    path: String,
    what: &'static str,
    tolerance: Tolerance,
}

struct Spoiler<'a> {
    contract: &'a Contract,
    /// The way from the root to the value at hand, by index.
    steps: Vec<usize>,
    path: String,
    found: Vec<Mistake>,
}

impl Spoiler<'_> {
    /// Puts something else in the place of the value at hand.
    fn instead(&mut self, what: &'static str, json: Json, tolerance: Tolerance) {
        self.blaming(what, json, tolerance, self.path.clone());
    }

    fn blaming(&mut self, what: &'static str, json: Json, tolerance: Tolerance, path: String) {
        self.found.push(Mistake { steps: self.steps.clone(), instead: json, path, what, tolerance });
    }

    fn wrong(&mut self, what: &'static str, json: Json) {
        self.instead(what, json, RefusedByBoth);
    }

    /// Goes on in a member or an item.
    fn within(&mut self, index: usize, path: &str, go: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push_str(path);
        self.steps.push(index);
        go(self);
        self.steps.pop();
        self.path.truncate(length);
    }

    fn shape(&mut self, shape: &Shape, limits: Limits, json: &Json) {
        let contract = self.contract;
        let (core, limits) = contract.resolved(shape, limits);
        match (core, json) {
            (Shape::Plain(plain), json) => self.plain(*plain, limits, json),
            (Shape::Optional(inner), json) => {
                if json.is_null() {
                    self.wrong("no value of an optional type", wrong_type(contract, inner));
                } else {
                    self.shape(inner, limits, json);
                }
            }
            (Shape::List(item), Json::Array(items)) => {
                self.wrong("an object for a list", Json::Object(Vec::new()));
                self.length(limits, |more| Some(Json::Array(vec![items.first()?.clone(); more])));
                for (index, json) in items.iter().enumerate() {
                    self.within(index, &format!("[{index}]"), |to| to.shape(item, Limits::default(), json));
                }
            }
            (Shape::Set(item), Json::Array(items)) => {
                self.wrong("a string for a set", Json::text("a"));
                let mut items = items.clone();
                items.push(wrong_type(contract, item));
                let path = format!("{}[{}]", self.path, items.len() - 1);
                self.blaming("no item of a set", Json::Array(items), RefusedByBoth, path);
            }
            (Shape::Map(key, value), Json::Object(members)) => self.map(key, value, members),
            (Shape::Tuple(shapes), Json::Array(items)) => {
                self.wrong("a tuple too short", Json::Array(items[..items.len() - 1].to_vec()));
                self.wrong("a tuple too long", Json::Array([items.as_slice(), &items[..1]].concat()));
                for (index, (shape, json)) in shapes.iter().zip(items).enumerate() {
                    self.within(index, &format!("[{index}]"), |to| to.shape(shape, Limits::default(), json));
                }
            }
            (Shape::Named(index), json) => self.definition(*index, json, None),
            _ => {}
        }
    }

    fn map(&mut self, key: &Shape, value: &Shape, members: &[(String, Json)]) {
        let (core, limits) = self.contract.resolved(key, Limits::default());
        self.wrong("an array for a map", Json::Array(Vec::new()));
        if let Some(first) = members.first() {
            let twice = [members, std::slice::from_ref(first)].concat();
            self.instead("a key twice in a map", Json::Object(twice), TakenByPydantic);
            let is_open = match core {
                Shape::Named(index) => matches!(self.contract.definitions[*index].body, Body::Enum { open: true, .. }),
                core => *core == Shape::Plain(Plain::String),
            };
            let other = vec![("no key".to_owned(), first.1.clone())];
            if !is_open {
                self.wrong("no key of a map", Json::Object(other));
            } else if limits.pattern.is_some() {
                let path = format!("{}[\"no key\"]", self.path);
                self.blaming("a key against its pattern", Json::Object(other), RefusedByBoth, path);
            }
        }
        for (index, (key, json)) in members.iter().enumerate() {
            self.within(index, &step(key), |to| to.shape(value, Limits::default(), json));
        }
    }

    fn plain(&mut self, plain: Plain, limits: Limits, json: &Json) {
        if plain == Plain::Any {
            let deep = (0..70).fold(json.clone(), |json, _| Json::Array(vec![json]));
            let path = self.path.clone() + "[0]";
            return self.blaming("nested too deep", deep, TakenByPydantic, path);
        }
        self.wrong("another type", wrong_type(self.contract, &Shape::Plain(plain)));
        if let Some((least, greatest)) = plain.bounds() {
            self.wrong("an integer too small", Json::raw(least - 1));
            self.wrong("an integer too great", Json::raw(greatest + 1));
            self.wrong("a fraction for an integer", Json::raw("1.0"));
        }
        let malformed = match plain {
            Plain::Float32 => Json::raw("3.5e38"),
            Plain::Float64 => Json::raw("1e309"),
            Plain::Bytes => Json::text("A"),
            Plain::Uuid => Json::text("67e55044-10b1-426f-9247-bb680e5fe0cg"),
            Plain::Timestamp => Json::text("2023-02-29T12:34:56Z"),
            Plain::Datetime => Json::text("2024-02-29T12:34:56Z"),
            Plain::Date => Json::text("2023-02-29"),
            Plain::Time => Json::text("24:00:00"),
            Plain::Duration => Json::text("P1X"),
            Plain::Decimal => Json::text("1.2.3"),
            _ => wrong_type(self.contract, &Shape::Plain(plain)),
        };
        self.wrong("a malformed value", malformed);
        if limits.pattern.is_some() {
            self.wrong("a text against its pattern", Json::text("-"));
        } else if plain == Plain::String {
            self.length(limits, |length| Some(Json::text("é".repeat(length))));
        } else {
            self.length(limits, |length| Some(Json::text(zeros(length))));
        }
        if let Some((min, max)) = limits.range {
            for (what, number) in
                [("below its range", min.map(|min| min - 1)), ("above its range", max.map(|max| max + 1))]
            {
                let Some(number) = number else { continue };
                let json = match plain {
                    Plain::Decimal => Json::text(number.to_string()),
                    Plain::Duration if number < 0 => Json::text(format!("-PT{}S", -number)),
                    Plain::Duration => Json::text(format!("PT{number}S")),
                    _ => Json::raw(number),
                };
                self.wrong(what, json);
            }
        }
    }

    /// Values of a length just outside of the limits.
    fn length(&mut self, limits: Limits, of: impl Fn(usize) -> Option<Json>) {
        let Some((min, max)) = limits.length else { return };
        if let Some(json) = min.and_then(|min| min.checked_sub(1)).and_then(&of) {
            self.wrong("shorter than its length", json);
        }
        if let Some(json) = max.and_then(|max| of(max + 1)) {
            self.wrong("longer than its length", json);
        }
    }

    /// The tag is what stands in the object before the record's own fields.
    fn definition(&mut self, index: usize, json: &Json, tag: Option<&str>) {
        let contract = self.contract;
        match (&contract.definitions[index].body, json) {
            (Body::Record { closed, fields, .. }, Json::Object(members)) => self.record(*closed, fields, members, tag),
            (Body::Enum { open, .. }, _) => {
                self.wrong("a number for a variant", Json::raw(7));
                if !open {
                    self.wrong("an unknown variant", Json::text("no variant"));
                }
            }
            (Body::Union { open, tag, variants }, Json::Object(members)) => {
                self.union(*open, *tag, variants, members);
            }
            (Body::Topic(of) | Body::Stream(of), json) => self.definition(*of, json, None),
            (Body::Alias(bound) | Body::Exception(Some(bound)) | Body::Payload(bound) | Body::Reply(bound), json) => {
                self.shape(&bound.shape, bound.limits, json);
            }
            (Body::Exception(None), _) => self.wrong("a value for null", Json::raw(0)),
            _ => {}
        }
    }

    fn record(&mut self, closed: bool, fields: &[Field], members: &[(String, Json)], tag: Option<&str>) {
        if tag.is_none() {
            self.wrong("an array for a record", Json::Array(Vec::new()));
        }
        let unknown = ("un known".to_owned(), Json::raw(1));
        if closed {
            self.wrong("an unknown field", Json::Object([members, &[unknown]].concat()));
        } else {
            let twice = [members, &[unknown.clone(), unknown]].concat();
            self.instead("an unknown field twice", Json::Object(twice), TakenByPydantic);
        }
        for (index, (key, json)) in members.iter().enumerate() {
            let Some(field) = fields.iter().find(|field| field.named.wire == *key) else { continue };
            let shape = &field.bound.shape;
            let path = self.path.clone() + &step(key);
            let twice = [members, &[(key.clone(), json.clone())]].concat();
            self.instead("a field twice", Json::Object(twice), TakenByPydantic);
            if field.default.is_none() && !self.contract.is_optional(shape) {
                let less = [&members[..index], &members[index + 1..]].concat();
                self.blaming("a missing field", Json::Object(less), RefusedByBoth, path);
            }
            self.within(index, &step(key), |to| to.shape(shape, field.bound.limits, json));
        }
    }

    fn union(
        &mut self,
        open: bool,
        tag: Option<&'static str>,
        variants: &[(Named, Option<Shape>)],
        members: &[(String, Json)],
    ) {
        let name = tag.unwrap_or("kind");
        self.wrong("a string for a union", Json::text("first"));
        let Some(at) = members.iter().position(|(key, _)| key == name) else { return };
        let less = [&members[..at], &members[at + 1..]].concat();
        let path = self.path.clone() + &step(name);
        self.blaming("a union without its tag", Json::Object(less), RefusedByBoth, path.clone());
        let mut numbered = members.to_vec();
        numbered[at].1 = Json::raw(7);
        self.blaming("a number for a tag", Json::Object(numbered), RefusedByBoth, path.clone());
        if !open {
            let mut other = members.to_vec();
            other[at].1 = Json::text("no variant");
            self.blaming("an unknown tag", Json::Object(other), RefusedByBoth, path);
        }
        let variant = variants.iter().find(|(named, _)| members[at].1 == Json::text(&named.wire));
        let Some((_, Some(shape))) = variant else { return };
        match (tag, shape) {
            (Some(tag), Shape::Named(index)) => {
                self.definition(*index, &Json::Object(members.to_vec()), Some(tag));
            }
            _ => {
                let Some(at) = members.iter().position(|(key, _)| key == "value") else { return };
                if !self.contract.is_optional(shape) && *shape != Shape::Plain(Plain::Any) {
                    let less = [&members[..at], &members[at + 1..]].concat();
                    let path = self.path.clone() + ".value";
                    self.blaming("a variant without its value", Json::Object(less), RefusedByBoth, path);
                }
                self.within(at, ".value", |to| to.shape(shape, Limits::default(), &members[at].1));
            }
        }
    }
}

/// JSON that is no value of the type, whatever its definition says; `any` has none, and is not asked for one.
fn wrong_type(contract: &Contract, shape: &Shape) -> Json {
    match contract.resolved(shape, Limits::default()).0 {
        Shape::Plain(Plain::Bool) => Json::raw(0),
        Shape::Plain(plain) if plain.bounds().is_some() => Json::text("1"),
        Shape::Plain(Plain::Float32 | Plain::Float64) => Json::text("1"),
        Shape::Optional(inner) => wrong_type(contract, inner),
        _ => Json::raw(false),
    }
}

/// So many bytes, in base64.
fn zeros(length: usize) -> String {
    let digits = "A".repeat((length * 8).div_ceil(6));
    let padding = "=".repeat((4 - digits.len() % 4) % 4);
    digits + &padding
}

/// A member as paths name it.
fn step(key: &str) -> String {
    let is_plain = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_plain { format!(".{key}") } else { format!("[{key:?}]") }
}

/// The document with something else at the end of the way.
fn with(json: &Json, steps: &[usize], other: Json) -> Json {
    let [index, rest @ ..] = steps else { return other };
    match json {
        Json::Array(items) => {
            let mut items = items.clone();
            items[*index] = with(&items[*index], rest, other);
            Json::Array(items)
        }
        Json::Object(members) => {
            let mut members = members.clone();
            members[*index].1 = with(&members[*index].1, rest, other);
            Json::Object(members)
        }
        leaf => leaf.clone(),
    }
}
