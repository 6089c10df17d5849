//! What the Rust target generates for each kind of type, by hand: the shape compiles, and does what the language says.

#![expect(missing_docs, reason = "what is generated takes its documentation from the contract")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use almanet_runtime::codegen::{self, Checker, Decode, DecodeError, Decoder, Encode, Encoder, Key};
use almanet_runtime::types::{Duration, Value};
use almanet_runtime::{ConstraintKind, DecodeErrorKind, EncodeErrorKind};

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

fn check_name(value: &Name, checker: &mut Checker) {
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

fn written(value: &dyn Encode) -> String {
    String::from_utf8(codegen::to_json(value).expect("the value has a JSON form")).expect("JSON is UTF-8")
}

fn read<T: Encode + Decode>(json: &str) -> T {
    codegen::from_json(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn refused<T: Encode + Decode>(json: &str) -> (DecodeErrorKind, String) {
    match codegen::from_json::<T>(json.as_bytes()) {
        Ok(_) => panic!("{json} was read"),
        Err(error) => (error.kind(), error.to_string()),
    }
}

#[test]
fn absent_fields_take_their_defaults_and_are_written() {
    let person: Person = read(r#"{"name": "Ada"}"#);
    assert_eq!(person.hand, BTreeMap::from([(Suit::Hearts, 1)]));
    assert_eq!(
        written(&person),
        r#"{"name":"Ada","aliases":[],"mood":"grumpy","patience":"PT5S","hand":{"hearts":1}}"#
    );
}

#[test]
fn null_and_absent_mean_the_same_for_optional_fields_alone() {
    assert_eq!(read::<Person>(r#"{"name":"Ada","by":null,"age":null}"#), read::<Person>(r#"{"name":"Ada"}"#));
    let (kind, text) = refused::<Person>(r#"{"name":"Ada","mood":null}"#);
    assert_eq!(kind, DecodeErrorKind::Type);
    assert_eq!(text, "at $.mood: expected a string (a variant of Mood), found null");
}

#[test]
fn a_default_does_not_shine_through_a_value() {
    let person: Person = read(r#"{"name":"Ada","by":{"name":"Bob","aliases":["B"]},"hand":{"black-spades":2}}"#);
    assert_eq!(person.hand, BTreeMap::from([(Suit::Spades, 2)]));
    assert_eq!(person.by.map(|by| by.aliases), Some(vec!["B".to_owned()]));
}

#[test]
fn mistakes_are_told_with_their_place() {
    let cases = [
        ("{}", DecodeErrorKind::MissingField, "at $.name: expected a value, found none"),
        (r#"{"name":1}"#, DecodeErrorKind::Type, "at $.name: expected a string, found 1"),
        (
            r#"{"name":"Ada","by":{"name":"Bob","hand":{"clubs":1}}}"#,
            DecodeErrorKind::Value,
            "at $.by.hand: expected a variant of Suit as a key, found \"clubs\"",
        ),
        (
            r#"{"name":"Ada","name":"Ada"}"#,
            DecodeErrorKind::RepeatedKey,
            "at $: expected each key once, found \"name\" again",
        ),
        (
            r#"{"name":"Ada","z":1,"q":2,"z":3}"#,
            DecodeErrorKind::RepeatedKey,
            "at $: expected each key once, found \"z\" again",
        ),
        (
            r#"{"name":"Ada","z":[{"a":1,"\u0061":2}]}"#,
            DecodeErrorKind::RepeatedKey,
            "at $.z[0]: expected each key once, found \"a\" again",
        ),
    ];
    for (json, kind, text) in cases {
        assert_eq!(refused::<Person>(json), (kind, text.to_owned()), "{json}");
    }
}

#[test]
fn constraints_hold_both_ways() {
    let (kind, text) = refused::<Person>(r#"{"name":"Ada","aliases":["Bob","bob"]}"#);
    assert_eq!(kind, DecodeErrorKind::Constraint);
    assert_eq!(text, r#"at $.aliases[1]: expected a string like "^[A-Z]\\w*$", found "bob""#);

    let mut person: Person = read(r#"{"name":"Ada","by":{"name":"Bob"}}"#);
    person.by.as_mut().expect("it was just read").age = Some(200);
    let error = codegen::to_json(&person).expect_err("200 is out of range");
    assert_eq!(error.to_string(), "at $.by.age: expected 0 to 150, found 200");

    let error = codegen::check_with(&String::new(), check_name);
    assert_eq!(error.expect_err("it is empty").kind(), ConstraintKind::Length);
}

#[test]
fn a_closed_record_refuses_what_it_does_not_know() {
    assert_eq!(read::<Point>(r#"{"x":1}"#), Point { x: 1.0, y: 0.5 });
    let (kind, text) = refused::<Point>(r#"{"x":1,"z":2}"#);
    assert_eq!(kind, DecodeErrorKind::Unknown);
    assert_eq!(text, "at $: expected a field of Point, found \"z\"");
}

#[test]
fn a_closed_enum_refuses_and_an_open_one_keeps_unknown_variants() {
    assert_eq!(read::<Suit>("\"black-spades\""), Suit::Spades);
    assert_eq!(refused::<Suit>("\"clubs\"").1, "at $: expected a variant of Suit, found \"clubs\"");
    assert_eq!(read::<Mood>("\"sleepy\""), Mood::Unrecognized("sleepy".to_owned()));
    assert_eq!(written(&Mood::Unrecognized("sleepy".to_owned())), "\"sleepy\"");
}

#[test]
fn a_union_names_its_variant_beside_the_value() {
    for (shape, json) in [
        (Shape::Circle(1.5), r#"{"kind":"circle","value":1.5}"#),
        (Shape::Nothing, r#"{"kind":"nothing"}"#),
        (
            Shape::Nested(Box::new(Shape::Spot(Point { x: 1.0, y: 2.0 }))),
            r#"{"kind":"nested","value":{"kind":"spot","value":{"x":1.0,"y":2.0}}}"#,
        ),
    ] {
        assert_eq!(written(&shape), json);
        assert_eq!(read::<Shape>(json), shape);
    }
    assert_eq!(
        read::<Vec<Shape>>(
            r#"[{"value": {"value": 2, "kind": "circle"}, "x": 1, "kind": "nested"}, {"kind": "nothing"}]"#
        ),
        [Shape::Nested(Box::new(Shape::Circle(2.0))), Shape::Nothing]
    );
    let cases = [
        (r#"{"kind":"square"}"#, "at $.kind: expected a variant of Shape, found \"square\""),
        (r#"{"value":1}"#, "at $.kind: expected a variant of Shape, found none"),
        (r#"{"kind":"circle"}"#, "at $.value: expected a value, found none"),
        (r#"{"kind":"spot","value":{"x":1,"w":1}}"#, "at $.value: expected a field of Point, found \"w\""),
        (r#"{"kind":"circle","value":1,"kind":"circle"}"#, "at $: expected each key once, found \"kind\" again"),
    ];
    for (json, text) in cases {
        assert_eq!(refused::<Shape>(json).1, text, "{json}");
    }
}

#[test]
fn a_union_names_its_variant_inside_the_record() {
    let mark = Mark::Point(Point { x: 1.0, y: 2.0 });
    assert_eq!(written(&mark), r#"{"type":"point","x":1.0,"y":2.0}"#);
    assert_eq!(read::<Mark>(r#"{"y":2,"x":1,"type":"point"}"#), mark);
    assert_eq!(written(&Mark::Gone), r#"{"type":"gone"}"#);
    assert_eq!(refused::<Mark>(r#"{"type":"point","x":1,"z":1}"#).1, "at $: expected a field of Point, found \"z\"");
    assert_eq!(refused::<Mark>(r#"{"type":"point","x":1,"type":"point"}"#).0, DecodeErrorKind::RepeatedKey);
}

#[test]
fn an_open_union_writes_back_what_it_does_not_know() {
    let json = r#"{"z":[1,2.5,null,{"deep":18446744073709551615}],"type":"star"}"#;
    let mark: Mark = read(json);
    let again: Value = read(&written(&mark));
    assert_eq!(again, read::<Value>(json));
    let error = codegen::to_json(&Mark::Unrecognized(Value::Null)).expect_err("null names no variant");
    assert_eq!(error.to_string(), "at $: expected an object with a string \"type\" (Mark), found another value");
}

#[test]
fn exceptions_are_bare_or_null() {
    assert_eq!(written(&Denied("guest".to_owned())), "\"guest\"");
    assert_eq!(read::<Denied>("\"guest\"").0, "guest");
    assert_eq!(refused::<Denied>("\"\"").1, "at $: expected 1 or more characters, found 0");
    assert_eq!(written(&Gone), "null");
    assert_eq!(read::<Gone>(" null "), Gone);
}

#[test]
fn constants_may_be_literals() {
    assert_eq!(*ORIGIN, Point { x: 0.0, y: 0.5 });
}

#[test]
fn what_lies_too_deep_is_refused_and_not_walked_through() {
    let mut shape = Shape::Circle(1.0);
    for _ in 0..200 {
        shape = Shape::Nested(Box::new(shape));
    }
    let error = codegen::to_json(&shape).expect_err("it lies 201 deep");
    assert_eq!(error.kind(), EncodeErrorKind::Depth);
    let json = format!("{}{}", r#"{"kind":"nested","value":"#.repeat(100_000), "}".repeat(100_000));
    assert_eq!(refused::<Shape>(&json).0, DecodeErrorKind::Depth);
}
