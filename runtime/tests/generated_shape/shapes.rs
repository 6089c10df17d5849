//! What the Rust target generates for each kind of type, by hand.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use almanet_runtime::codegen::{self, Checker, Decode, DecodeError, Decoder, Encode, Encoder, Key};
use almanet_runtime::types::{Duration, Value};

/// `open enum Mood { cheerful, grumpy }`
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mood {
    Cheerful,
    Grumpy,
    Unrecognized(String),
}

static MOOD: codegen::Enum = codegen::Enum { name: "Mood", variants: &["cheerful", "grumpy"] };

impl Mood {
    pub fn as_str(&self) -> &str {
        match self {
            Self::Cheerful => "cheerful",
            Self::Grumpy => "grumpy",
            Self::Unrecognized(name) => name,
        }
    }
}

impl Encode for Mood {
    fn encode(&self, out: &mut Encoder) {
        out.string(self.as_str());
    }
}

impl Decode for Mood {
    fn blank() -> Self {
        Self::Cheerful
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = match input.open_variant(&MOOD)? {
            Ok(0) => Self::Cheerful,
            Ok(_) => Self::Grumpy,
            Err(name) => Self::Unrecognized(name),
        };
        Ok(())
    }
}

/// `enum Suit { hearts, spades @name("black-spades") }`
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suit {
    Hearts,
    Spades,
}

static SUIT: codegen::Enum = codegen::Enum { name: "Suit", variants: &["hearts", "black-spades"] };

impl Suit {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hearts => "hearts",
            Self::Spades => "black-spades",
        }
    }
}

impl Encode for Suit {
    fn encode(&self, out: &mut Encoder) {
        out.string(self.as_str());
    }
}

impl Decode for Suit {
    fn blank() -> Self {
        Self::Hearts
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = match input.variant(&SUIT)? {
            0 => Self::Hearts,
            _ => Self::Spades,
        };
        Ok(())
    }
}

// Only where the contract uses the enum as a map's key.
impl Key for Suit {
    const EXPECTED: &'static str = "a variant of Suit";

    fn parse_key(text: &str) -> Option<Self> {
        match SUIT.find(text)? {
            0 => Some(Self::Hearts),
            _ => Some(Self::Spades),
        }
    }
}

/// `@length(1..64) @pattern("^[A-Z]\\w*$") type Name = string`
pub type Name = String;

static NAME_PATTERN: codegen::Pattern = codegen::Pattern::new(r"^[A-Z]\w*$");

pub fn check_name(value: &Name, checker: &mut Checker) {
    checker.length(value, Some(1), Some(64));
    checker.pattern(value, &NAME_PATTERN);
}

/// ```text
/// record Person {
///     name: Name
///     aliases: list<Name> = []
///     @range(0..150) age: int32?
///     mood: Mood = grumpy
///     @range(1s..1h) patience: duration = 5s
///     by: Person?
///     hand: map<Suit, int32> = {"hearts": 1}
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub name: Name,
    pub aliases: Vec<Name>,
    pub age: Option<i32>,
    pub mood: Mood,
    pub patience: Duration,
    pub by: Option<Box<Person>>,
    pub hand: BTreeMap<Suit, i32>,
}

static PERSON: codegen::Record = codegen::Record {
    name: "Person",
    fields: &[
        codegen::Field::Required("name"),
        codegen::Field::Optional("aliases"),
        codegen::Field::Optional("age"),
        codegen::Field::Optional("mood"),
        codegen::Field::Optional("patience"),
        codegen::Field::Optional("by"),
        codegen::Field::Optional("hand"),
    ],
    unknown: codegen::Unknown::Ignored,
};

impl Encode for Person {
    fn encode(&self, out: &mut Encoder) {
        out.record(&PERSON, &[&self.name, &self.aliases, &self.age, &self.mood, &self.patience, &self.by, &self.hand]);
    }

    // Only where it, or what it holds, has constraints.
    fn check(&self, checker: &mut Checker) {
        checker.field_with("name", |checker| check_name(&self.name, checker));
        checker.field_with("aliases", |checker| {
            for (index, item) in self.aliases.iter().enumerate() {
                checker.item_with(index, |checker| check_name(item, checker));
            }
        });
        checker.field_with("age", |checker| checker.range(self.age, Some(0), Some(150)));
        checker.field_with("patience", |checker| {
            checker.range(self.patience, Some(Duration::from_secs(1)), Some(Duration::from_secs(3_600)));
        });
        checker.field("by", &self.by);
    }
}

impl Decode for Person {
    // Defaults in place; everything else is whatever is cheap. What JSON alone can say: `codegen::literal("…")`.
    fn blank() -> Self {
        Self {
            name: Decode::blank(),
            aliases: Vec::new(),
            age: None,
            mood: Mood::Grumpy,
            patience: Duration::from_secs(5),
            by: None,
            hand: codegen::literal(r#"{"hearts":1}"#),
        }
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = Self::blank();
        input.record(
            &PERSON,
            &mut [
                &mut self.name,
                &mut self.aliases,
                &mut self.age,
                &mut self.mood,
                &mut self.patience,
                &mut self.by,
                &mut self.hand,
            ],
        )
    }
}

/// `@closed record Point { x: float64, y: float64 = 0.5 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

static POINT: codegen::Record = codegen::Record {
    name: "Point",
    fields: &[codegen::Field::Required("x"), codegen::Field::Optional("y")],
    unknown: codegen::Unknown::Refused,
};

impl Encode for Point {
    fn encode(&self, out: &mut Encoder) {
        out.record(&POINT, &[&self.x, &self.y]);
    }
}

impl Decode for Point {
    fn blank() -> Self {
        Self { x: Decode::blank(), y: 0.5 }
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = Self::blank();
        input.record(&POINT, &mut [&mut self.x, &mut self.y])
    }
}

/// `union Shape { circle: float64, spot: Point, nothing, nested: Shape }`
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Circle(f64),
    Spot(Point),
    Nothing,
    Nested(Box<Shape>),
}

static SHAPE: codegen::Union = codegen::Union {
    name: "Shape",
    tag: codegen::Tag::Beside,
    variants: &[
        codegen::Variant::Holding("circle"),
        codegen::Variant::Holding("spot"),
        codegen::Variant::Empty("nothing"),
        codegen::Variant::Holding("nested"),
    ],
};

impl Encode for Shape {
    fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Circle(value) => out.union(&SHAPE, 0, value),
            Self::Spot(value) => out.union(&SHAPE, 1, value),
            Self::Nothing => out.empty_variant(&SHAPE, 2),
            Self::Nested(value) => out.union(&SHAPE, 3, value),
        }
    }

    // Only where a variant's type has constraints.
    fn check(&self, checker: &mut Checker) {
        match self {
            Self::Spot(value) => checker.variant(&SHAPE, value),
            Self::Nested(value) => checker.variant(&SHAPE, value),
            Self::Circle(_) | Self::Nothing => {}
        }
    }
}

impl Decode for Shape {
    // A variant with a finite value.
    fn blank() -> Self {
        Self::Circle(Decode::blank())
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = match input.union(&SHAPE)? {
            0 => Self::Circle(input.content()?),
            1 => Self::Spot(input.content()?),
            2 => Self::Nothing,
            _ => Self::Nested(input.content()?),
        };
        input.end_union();
        Ok(())
    }
}

/// `@tag("type") open union Mark { point: Point, gone }`
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    Point(Point),
    Gone,
    Unrecognized(Value),
}

static MARK: codegen::Union = codegen::Union {
    name: "Mark",
    tag: codegen::Tag::Inside("type"),
    variants: &[codegen::Variant::Holding("point"), codegen::Variant::Empty("gone")],
};

impl Encode for Mark {
    fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Point(value) => out.union(&MARK, 0, value),
            Self::Gone => out.empty_variant(&MARK, 1),
            Self::Unrecognized(value) => out.unrecognized(&MARK, value),
        }
    }
}

impl Decode for Mark {
    fn blank() -> Self {
        Self::Gone
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = match input.open_union(&MARK)? {
            Some(0) => Self::Point(input.content()?),
            Some(_) => Self::Gone,
            None => Self::Unrecognized(input.unrecognized()?),
        };
        input.end_union();
        Ok(())
    }
}

/// `exception denied(@length(1..) string)`
#[derive(Clone, Debug, PartialEq)]
pub struct Denied(pub String);

impl Encode for Denied {
    fn encode(&self, out: &mut Encoder) {
        self.0.encode(out);
    }

    fn check(&self, checker: &mut Checker) {
        checker.length(&self.0, Some(1), None);
    }
}

impl Decode for Denied {
    fn blank() -> Self {
        Self(Decode::blank())
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        self.0.decode(input)
    }
}

/// `exception gone`
#[derive(Clone, Debug, PartialEq)]
pub struct Gone;

impl Encode for Gone {
    fn encode(&self, out: &mut Encoder) {
        out.null();
    }
}

impl Decode for Gone {
    fn blank() -> Self {
        Self
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        input.null()
    }
}

/// `const origin: Point = {"x": 0}`, where the type has no constant expression.
pub static ORIGIN: LazyLock<Point> = LazyLock::new(|| codegen::literal(r#"{"x":0}"#));
