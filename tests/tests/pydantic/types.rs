//! Types of a contract, in the shape that the Rust target generates, and as the models in `pydantic_peer.py` are.
//!
//! ```text
//! enum Color { red, blue @name("dark-blue") }
//! record Sample { name: string, count: int32 = 7, color: Color = red, note: string?, labels: list<string> = [], inner: Sample? }
//! @closed record Closed { x: float64, y: float64 = 0.5 }
//! union Shape { circle: float64, spot: Closed, nothing }
//! @tag("type") union Mark { spot: Closed, gone }
//! ```

use almanet_runtime::codegen::{
    Decode, DecodeError, Decoder, Encode, Encoder, Enum, Field, Key, Record, Tag, Union, Unknown, Variant,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Color {
    Red,
    Blue,
}

static COLOR: Enum = Enum { name: "Color", variants: &["red", "dark-blue"] };

impl Encode for Color {
    fn encode(&self, out: &mut Encoder) {
        out.string(match self {
            Self::Red => "red",
            Self::Blue => "dark-blue",
        });
    }
}

impl Decode for Color {
    fn blank() -> Self {
        Self::Red
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = match input.variant(&COLOR)? {
            0 => Self::Red,
            _ => Self::Blue,
        };
        Ok(())
    }
}

impl Key for Color {
    const EXPECTED: &'static str = "a variant of Color";

    fn parse_key(text: &str) -> Option<Self> {
        match COLOR.find(text)? {
            0 => Some(Self::Red),
            _ => Some(Self::Blue),
        }
    }
}

/// `Color`, had it been open.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum OpenColor {
    Known(Color),
    Unrecognized(String),
}

impl Encode for OpenColor {
    fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Known(color) => color.encode(out),
            Self::Unrecognized(name) => out.string(name),
        }
    }
}

impl Decode for OpenColor {
    fn blank() -> Self {
        Self::Known(Color::Red)
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = match input.open_variant(&COLOR)? {
            Ok(0) => Self::Known(Color::Red),
            Ok(_) => Self::Known(Color::Blue),
            Err(name) => Self::Unrecognized(name),
        };
        Ok(())
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) count: i32,
    pub(crate) color: Color,
    pub(crate) note: Option<String>,
    pub(crate) labels: Vec<String>,
    pub(crate) inner: Option<Box<Sample>>,
}

static SAMPLE: Record = Record {
    name: "Sample",
    fields: &[
        Field::Required("name"),
        Field::Optional("count"),
        Field::Optional("color"),
        Field::Optional("note"),
        Field::Optional("labels"),
        Field::Optional("inner"),
    ],
    unknown: Unknown::Ignored,
};

impl Encode for Sample {
    fn encode(&self, out: &mut Encoder) {
        out.record(&SAMPLE, &[&self.name, &self.count, &self.color, &self.note, &self.labels, &self.inner]);
    }
}

impl Decode for Sample {
    fn blank() -> Self {
        Self { name: Decode::blank(), count: 7, color: Color::Red, note: None, labels: Vec::new(), inner: None }
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = Self::blank();
        input.record(
            &SAMPLE,
            &mut [&mut self.name, &mut self.count, &mut self.color, &mut self.note, &mut self.labels, &mut self.inner],
        )
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Closed {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

static CLOSED: Record =
    Record { name: "Closed", fields: &[Field::Required("x"), Field::Optional("y")], unknown: Unknown::Refused };

impl Encode for Closed {
    fn encode(&self, out: &mut Encoder) {
        out.record(&CLOSED, &[&self.x, &self.y]);
    }
}

impl Decode for Closed {
    fn blank() -> Self {
        Self { x: 0.0, y: 0.5 }
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = Self::blank();
        input.record(&CLOSED, &mut [&mut self.x, &mut self.y])
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    Circle(f64),
    Spot(Closed),
    Nothing,
}

static SHAPE: Union = Union {
    name: "Shape",
    tag: Tag::Beside,
    variants: &[Variant::Holding("circle"), Variant::Holding("spot"), Variant::Empty("nothing")],
};

impl Encode for Shape {
    fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Circle(value) => out.union(&SHAPE, 0, value),
            Self::Spot(value) => out.union(&SHAPE, 1, value),
            Self::Nothing => out.empty_variant(&SHAPE, 2),
        }
    }
}

impl Decode for Shape {
    fn blank() -> Self {
        Self::Nothing
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = match input.union(&SHAPE)? {
            0 => Self::Circle(input.content()?),
            1 => Self::Spot(input.content()?),
            _ => Self::Nothing,
        };
        input.end_union();
        Ok(())
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mark {
    Spot(Closed),
    Gone,
}

static MARK: Union =
    Union { name: "Mark", tag: Tag::Inside("type"), variants: &[Variant::Holding("spot"), Variant::Empty("gone")] };

impl Encode for Mark {
    fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Spot(value) => out.union(&MARK, 0, value),
            Self::Gone => out.empty_variant(&MARK, 1),
        }
    }
}

impl Decode for Mark {
    fn blank() -> Self {
        Self::Gone
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = match input.union(&MARK)? {
            0 => Self::Spot(input.content()?),
            _ => Self::Gone,
        };
        input.end_union();
        Ok(())
    }
}
