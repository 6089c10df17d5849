//! Contracts drawn at random. What must not be missing is dealt from decks, so that no seed leaves it out.

use fastrand::Rng;

use super::{
    Body, Bound, Constant, Contract, Definition, Field, Limits, Named, PATTERNS, PLAIN, Place, Plain, Preset, Role,
    Shape,
};
use crate::value::{Drawer, Precision};

const CONTRACTS: usize = 12;
const ROUNDS: usize = 2;

/// Names that some target keeps for itself, or writes in another case.
const NAMES: [&str; 16] = [
    "type",
    "self",
    "match",
    "camelCase",
    "HTTPServer",
    "value",
    "out",
    "json",
    "must",
    "input",
    "snake_case",
    "kind",
    "record",
    "default",
    "x1",
    "fn",
];

/// Wire names that no target could use as they are.
const WIRES: [&str; 8] = ["a-b", "with space", "ünï", "\"quoted\"", "a.b", "$ref", "0", "🦀"];

pub(super) fn contracts(seed: u64) -> Vec<Contract> {
    let mut rng = Rng::with_seed(seed);
    let mut plain = Deck { cards: PLAIN.map(|(plain, _)| plain).to_vec(), next: 0 };
    rng.shuffle(&mut plain.cards);
    (0..CONTRACTS)
        .map(|index| {
            let contract = Contract {
                name: format!("c{index}"),
                seed: seed.wrapping_add(index as u64),
                constants: Vec::new(),
                definitions: Vec::new(),
            };
            Draw { rng: &mut rng, plain: &mut plain, contract, forward: Vec::new() }.contract(index)
        })
        .collect()
}

/// Cards dealt one after the other, over and over.
struct Deck<T> {
    cards: Vec<T>,
    next: usize,
}

impl<T: Copy> Deck<T> {
    fn deal(&mut self) -> T {
        self.next += 1;
        self.cards[(self.next - 1) % self.cards.len()]
    }
}

struct Draw<'a> {
    rng: &'a mut Rng,
    plain: &'a mut Deck<Plain>,
    contract: Contract,
    /// Records that come later, by index: `list`, `map` and `?` may hold them.
    forward: Vec<usize>,
}

impl Draw<'_> {
    /// Each definition refers to earlier ones; to itself and later records only where a value may end.
    fn contract(mut self, number: usize) -> Contract {
        let mut kinds = Vec::new();
        for round in 0..ROUNDS {
            kinds.extend(["alias", "enum", "record", "record", "union", "record"]);
            kinds.push(if (number + round).is_multiple_of(2) { "tagged" } else { "optional alias" });
            kinds.extend(["alias of an alias", "recursion"]);
        }
        kinds.extend(["record", "record", "fields exception", "bare exception", "exception"]);
        let definitions = kinds.len();
        kinds.extend(["parameters", "results", "payload", "reply", "notice", "topic", "stream"]);
        self.forward = (0..kinds.len()).filter(|index| kinds[*index] == "record").collect();
        for (index, kind) in kinds.into_iter().enumerate() {
            // Which of two forms it takes alternates over the contracts.
            let other = (number + index).is_multiple_of(2);
            let (name, body) = match kind {
                "alias" => self.alias(index),
                "optional alias" => {
                    let shape = Shape::Optional(Box::new(self.scalar()));
                    (format!("Maybe{index}"), Body::Alias(Bound::free(shape)))
                }
                "alias of an alias" => self.alias_of_an_alias(index),
                "recursion" => (format!("Tree{index}"), self.recursion(index)),
                "enum" => self.enumeration(index, other),
                "union" => self.union(index, other),
                "tagged" => self.tagged(index, number.is_multiple_of(2)),
                "record" => self.record(format!("Record{index}"), Role::Record, other),
                "fields exception" => self.record(format!("fault{index}"), Role::Exception, false),
                "bare exception" => (format!("bare{index}"), Body::Exception(Some(self.bound()))),
                "exception" => (format!("gone{index}"), Body::Exception(None)),
                "parameters" => self.record("call_payload".to_owned(), Role::Parameters, false),
                "payload" => ("ask_payload".to_owned(), Body::Payload(self.limited())),
                "reply" => ("ask_reply".to_owned(), Body::Reply(self.limited())),
                "notice" => self.record("note_payload".to_owned(), Role::Notice, false),
                "topic" => ("news".to_owned(), Body::Topic(self.held())),
                "stream" => ("watch".to_owned(), Body::Stream(self.held())),
                _ => self.record("call_reply".to_owned(), Role::Results, false),
            };
            // Every other contract has two files.
            let is_more = other && number.is_multiple_of(2) && index < definitions && self.rng.bool();
            let place = if is_more { Place::More } else { Place::Main };
            self.contract.definitions.push(Definition { name, place, body });
        }
        self.contract
    }

    /// Aliases have constraints; the first is of texts that match a pattern, and the results are keyed by it.
    fn alias(&mut self, index: usize) -> (String, Body) {
        if index == 0 {
            let limits = Limits { pattern: Some(self.rng.usize(..PATTERNS.len())), ..Limits::default() };
            let bound = Bound { shape: Shape::Plain(Plain::String), limits };
            return ("Alias0".to_owned(), Body::Alias(bound));
        }
        let plain = [Plain::String, Plain::Int32, Plain::Bytes, Plain::Decimal, Plain::Duration, Plain::Float64];
        let shape = Shape::Plain(plain[self.rng.usize(..plain.len())]);
        let limits = self.limits(&shape);
        (format!("Alias{index}"), Body::Alias(Bound { shape, limits }))
    }

    /// An alias of an earlier alias, with constraints more.
    fn alias_of_an_alias(&mut self, index: usize) -> (String, Body) {
        let aliases = self.earlier(|body| matches!(body, Body::Alias(bound) if !bound.limits.is_empty()));
        let shape = Shape::Named(aliases[self.rng.usize(..aliases.len())]);
        let limits = self.limits(&shape);
        (format!("Alias{index}"), Body::Alias(Bound { shape, limits }))
    }

    /// A record of itself, in some of the ways in which a value can end.
    fn recursion(&mut self, index: usize) -> Body {
        let mut held = [
            optional(Shape::Named(index)),
            Shape::List(Box::new(Shape::Named(index))),
            Shape::Map(Box::new(self.key()), Box::new(Shape::Named(index))),
            optional(Shape::Tuple(vec![Shape::Named(index), Shape::Plain(self.plain.deal())])),
        ];
        self.rng.shuffle(&mut held);
        let names = self.named(["next", "others", "value"].map(ToOwned::to_owned).to_vec());
        let held = held.into_iter().take(2).chain([Shape::Plain(self.plain.deal())]);
        let fields = names.into_iter().zip(held);
        let fields = fields.map(|(named, shape)| Field { named, bound: Bound::free(shape), default: None }).collect();
        Body::Record { role: Role::Record, closed: false, fields }
    }

    /// What a topic or a stream is of.
    fn held(&mut self) -> usize {
        let held = self.earlier(|body| matches!(body, Body::Record { role: Role::Record, .. } | Body::Union { .. }));
        held[self.rng.usize(..held.len())]
    }

    fn enumeration(&mut self, index: usize, open: bool) -> (String, Body) {
        let mut names = vec!["none", "some", "ok", "self", "red", "unrecognized", "dark_blue"];
        self.rng.shuffle(&mut names);
        let count = self.rng.usize(1..5);
        let variants = self.named(names.into_iter().take(count).map(ToOwned::to_owned).collect());
        (format!("Enum{index}"), Body::Enum { open, variants })
    }

    /// The first variant is finite.
    fn union(&mut self, index: usize, open: bool) -> (String, Body) {
        let names = self.named(["first", "nothing", "some", "many", "other"].map(ToOwned::to_owned).to_vec());
        let mut held = [Some(self.scalar()), None, Some(self.shape(2)), Some(self.shape(1)), Some(self.member())];
        if self.rng.bool() {
            // Two variants of one type, which may be constrained.
            held[3] = held[4].clone();
        }
        let variants = names.into_iter().zip(held).collect();
        (format!("Union{index}"), Body::Union { open, tag: None, variants })
    }

    fn tagged(&mut self, index: usize, open: bool) -> (String, Body) {
        let records: Vec<usize> = self.earlier(|body| matches!(body, Body::Record { role: Role::Record, .. }));
        let names = self.named(["nothing", "one", "two"].map(ToOwned::to_owned).to_vec());
        let mut held = vec![None];
        for _ in 0..2 {
            held.push(Some(Shape::Named(records[self.rng.usize(..records.len())])));
        }
        let variants = names.into_iter().zip(held).collect();
        let tag = Some(if open { "tag" } else { "the tag" });
        (format!("Tagged{index}"), Body::Union { open, tag, variants })
    }

    fn record(&mut self, name: String, role: Role, closed: bool) -> (String, Body) {
        let mut names = NAMES.to_vec();
        self.rng.shuffle(&mut names);
        let is_empty = role == Role::Record && self.rng.u8(..8) == 0;
        let count = if is_empty { 0 } else { self.rng.usize(3..8) };
        let named = self.named(names.into_iter().take(count).map(ToOwned::to_owned).collect());
        let mut fields = Vec::new();
        for named in named {
            let bound = match self.rng.u8(..10) {
                0 => Bound::free(self.member()),
                _ => self.bound(),
            };
            let default = self.default(&bound);
            fields.push(Field { named, bound, default });
        }
        if role == Role::Results {
            let named = Named { name: "keyed".to_owned(), wire: "keyed".to_owned() };
            let shape = Shape::Map(Box::new(Shape::Named(0)), Box::new(Shape::Plain(self.plain.deal())));
            fields.push(Field { named, bound: Bound::free(shape), default: None });
        }
        (name, Body::Record { role, closed, fields })
    }

    /// Names of which some have another on the wire.
    fn named(&mut self, names: Vec<String>) -> Vec<Named> {
        let mut wires = WIRES.to_vec();
        self.rng.shuffle(&mut wires);
        names
            .into_iter()
            .map(|name| {
                let wire = if self.rng.u8(..5) == 0 { wires.pop() } else { None };
                Named { wire: wire.map_or_else(|| name.clone(), ToOwned::to_owned), name }
            })
            .collect()
    }

    fn bound(&mut self) -> Bound {
        let shape = match self.rng.u8(..8) {
            0..3 => Shape::Plain(self.plain.deal()),
            3 => self.optional(),
            _ => self.shape(2),
        };
        let limits = if self.rng.bool() { self.limits(&shape) } else { Limits::default() };
        Bound { shape, limits }
    }

    fn optional(&mut self) -> Shape {
        let inner = match self.rng.u8(..4) {
            0 => return self.member_later().map_or(Shape::Optional(Box::new(Shape::Plain(Plain::Bool))), optional),
            1 => self.shape(1),
            _ => Shape::Plain(self.plain.deal()),
        };
        if inner == Shape::Plain(Plain::Any) || self.contract.is_optional(&inner) { inner } else { optional(inner) }
    }

    fn shape(&mut self, depth: usize) -> Shape {
        if depth == 0 {
            return if self.rng.u8(..3) == 0 { self.member() } else { Shape::Plain(self.plain.deal()) };
        }
        match self.rng.u8(..7) {
            0 => Shape::List(Box::new(self.guarded(depth - 1))),
            1 => Shape::Set(Box::new(self.scalar())),
            2 | 3 => Shape::Map(Box::new(self.key()), Box::new(self.guarded(depth - 1))),
            4 => Shape::Tuple((0..self.rng.usize(2..5)).map(|_| self.shape(depth - 1)).collect()),
            5 => self.optional(),
            _ => self.member(),
        }
    }

    /// What a list or a map holds: perhaps a record that comes later.
    fn guarded(&mut self, depth: usize) -> Shape {
        match self.rng.u8(..4) {
            0 => self.member_later().unwrap_or(Shape::Plain(Plain::String)),
            _ => self.shape(depth),
        }
    }

    /// An earlier definition.
    fn member(&mut self) -> Shape {
        let earlier = self.earlier(|body| {
            matches!(
                body,
                Body::Record { role: Role::Record, .. } | Body::Enum { .. } | Body::Union { .. } | Body::Alias(_)
            )
        });
        if earlier.is_empty() {
            return Shape::Plain(self.plain.deal());
        }
        Shape::Named(earlier[self.rng.usize(..earlier.len())])
    }

    fn member_later(&mut self) -> Option<Shape> {
        self.rng.choice(self.forward.clone()).map(Shape::Named)
    }

    fn earlier(&self, is_wanted: impl Fn(&Body) -> bool) -> Vec<usize> {
        let definitions = self.contract.definitions.iter().enumerate();
        definitions.filter(|(_, definition)| is_wanted(&definition.body)).map(|(index, _)| index).collect()
    }

    /// What a set may hold.
    fn scalar(&mut self) -> Shape {
        if self.rng.u8(..4) == 0 {
            let enums = self.earlier(|body| matches!(body, Body::Enum { .. }));
            if let Some(index) = self.rng.choice(enums) {
                return Shape::Named(index);
            }
        }
        loop {
            let plain = self.plain.deal();
            if !matches!(plain, Plain::Any | Plain::Float32 | Plain::Float64) {
                return Shape::Plain(plain);
            }
        }
    }

    fn key(&mut self) -> Shape {
        let is_key = |shape: &Shape| {
            matches!(shape, Shape::Plain(Plain::String | Plain::Int32 | Plain::Bool | Plain::Uuid | Plain::Date))
        };
        let named = self.earlier(|body| match body {
            Body::Enum { .. } => true,
            Body::Alias(bound) => is_key(&bound.shape),
            _ => false,
        });
        let plain = [
            Plain::String,
            Plain::String,
            Plain::Int8,
            Plain::Int64,
            Plain::Uint64,
            Plain::Bool,
            Plain::Uuid,
            Plain::Date,
        ];
        match self.rng.choice(named) {
            Some(index) if self.rng.u8(..3) == 0 => Shape::Named(index),
            _ => Shape::Plain(plain[self.rng.usize(..plain.len())]),
        }
    }

    /// Something with constraints of its own.
    fn limited(&mut self) -> Bound {
        loop {
            let bound = self.bound();
            if !bound.limits.is_empty() {
                return bound;
            }
        }
    }

    /// Constraints that some value meets together with those that the type has as an alias.
    fn limits(&mut self, shape: &Shape) -> Limits {
        let inherited = match self.contract.resolved(shape, Limits::default()) {
            (Shape::Optional(inner), limits) => self.contract.resolved(inner, limits).1,
            (_, limits) => limits,
        };
        let limits = self.more_limits(shape, inherited);
        if limits.and(inherited).is_contradiction() { Limits::default() } else { limits }
    }

    fn more_limits(&mut self, shape: &Shape, inherited: Limits) -> Limits {
        let mut limits = Limits::default();
        let core = &self.contract.core(shape).clone();
        let (least, greatest) = match core {
            Shape::Plain(plain) if plain.bounds().is_some_and(|(least, _)| least == 0) => (0, 100),
            _ => (-100, 100),
        };
        let min = self.rng.i64(least..greatest);
        let range = self.either(min, i64::midpoint(min, greatest));
        match core {
            // Every text that a pattern here takes is within it.
            Shape::Plain(Plain::String) if inherited.pattern.is_some() => limits.length = Some((Some(1), Some(64))),
            Shape::Plain(Plain::String) if inherited.is_empty() && self.rng.bool() => {
                limits.pattern = Some(self.rng.usize(..PATTERNS.len()));
                limits.length = self.rng.bool().then_some((Some(1), Some(64)));
            }
            Shape::Plain(Plain::String | Plain::Bytes) => {
                let (min, more) = (self.rng.usize(..4), self.rng.usize(..4));
                limits.length = Some(self.either(min, min + more));
            }
            // A set of bools has two items at most, and what holds itself must be able to end.
            Shape::List(_) | Shape::Set(_) | Shape::Map(..) => limits.length = Some((None, Some(self.rng.usize(1..4)))),
            Shape::Plain(plain) if plain.bounds().is_some() => limits.range = Some(range),
            Shape::Plain(Plain::Float32 | Plain::Float64 | Plain::Decimal) => limits.range = Some(range),
            // In hours, so that some are longer than a day.
            Shape::Plain(Plain::Duration) => {
                let (min, max) = range;
                limits.range = Some((min.map(|min| min * 3_600), max.map(|max| max * 3_600)));
            }
            _ => {}
        }
        limits
    }

    fn either<T>(&mut self, min: T, max: T) -> (Option<T>, Option<T>) {
        match self.rng.u8(..4) {
            0 => (Some(min), None),
            1 => (None, Some(max)),
            _ => (Some(min), Some(max)),
        }
    }

    fn default(&mut self, bound: &Bound) -> Option<Preset> {
        let has_default = match &bound.shape {
            Shape::Plain(plain) => *plain != Plain::Any && self.rng.bool(),
            Shape::Named(index) => matches!(self.contract.definitions[*index].body, Body::Enum { .. }),
            Shape::List(item) | Shape::Set(item) => matches!(**item, Shape::Plain(_)) && self.rng.bool(),
            Shape::Map(_, value) => matches!(**value, Shape::Plain(_)) && self.rng.bool(),
            _ => false,
        };
        let seed = self.rng.u64(..);
        has_default.then(|| {
            let value = Drawer::new(&self.contract, seed, Precision::Microseconds).bound(bound, 1);
            let constant = (self.rng.u8(..3) == 0).then(|| {
                let name = format!("constant{}", self.contract.constants.len());
                self.contract.constants.push(Constant { name, shape: bound.shape.clone(), value: value.clone() });
                self.contract.constants.len() - 1
            });
            Preset { value, constant }
        })
    }
}

fn optional(shape: Shape) -> Shape {
    Shape::Optional(Box::new(shape))
}
