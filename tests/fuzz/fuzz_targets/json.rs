//! Any bytes are a value or an error; a value is written so that it comes back.
#![no_main]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use almanet_runtime::codegen::{
    self, Decode, DecodeError, Decoder, Encode, Encoder, Field, Record, Tag, Union, Unknown, Variant,
};
use almanet_runtime::types::{Bytes, Date, DateTime, Decimal, Duration, Time, Timestamp, Uuid, Value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    comes_back::<Value>(input);
    comes_back::<Everything>(input);
});

fn comes_back<T: Encode + Decode + PartialEq + Debug>(input: &[u8]) {
    let value: T = match codegen::from_json(input) {
        Ok(value) => value,
        Err(error) => {
            assert!(error.to_string().len() < 1_000 + 20 * input.len(), "a message is short");
            return;
        }
    };
    assert!(serde_json::from_slice::<serde::de::IgnoredAny>(input).is_ok(), "what is read is JSON");
    let json = codegen::to_json(&value).expect("what was read is written");
    assert_eq!(codegen::from_json::<T>(&json).expect("what was written is read"), value);
}

/// A record of every row of the type table; every field is optional, so that short inputs reach each of them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Everything {
    a: Option<Value>,
    b: Option<Bytes>,
    d: Option<Decimal>,
    f: Option<(f32, f64)>,
    i: Option<(i8, i16, i32, i64, u8, u16, u32, u64)>,
    l: Vec<Option<bool>>,
    m: BTreeMap<Date, BTreeMap<i8, BTreeMap<bool, String>>>,
    p: Option<Duration>,
    r: Option<Box<Everything>>,
    s: BTreeSet<String>,
    t: Option<Timestamp>,
    u: Option<Uuid>,
    v: Option<Mark>,
    w: Option<(DateTime, Time)>,
}

static EVERYTHING: Record = Record {
    name: "Everything",
    fields: &[
        Field::Optional("a"),
        Field::Optional("b"),
        Field::Optional("d"),
        Field::Optional("f"),
        Field::Optional("i"),
        Field::Optional("l"),
        Field::Optional("m"),
        Field::Optional("p"),
        Field::Optional("r"),
        Field::Optional("s"),
        Field::Optional("t"),
        Field::Optional("u"),
        Field::Optional("v"),
        Field::Optional("w"),
    ],
    unknown: Unknown::Ignored,
};

impl Encode for Everything {
    fn encode(&self, out: &mut Encoder) {
        out.record(
            &EVERYTHING,
            &[
                &self.a, &self.b, &self.d, &self.f, &self.i, &self.l, &self.m, &self.p, &self.r, &self.s, &self.t,
                &self.u, &self.v, &self.w,
            ],
        );
    }
}

impl Decode for Everything {
    fn blank() -> Self {
        Self::default()
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = Self::blank();
        input.record(
            &EVERYTHING,
            &mut [
                &mut self.a,
                &mut self.b,
                &mut self.d,
                &mut self.f,
                &mut self.i,
                &mut self.l,
                &mut self.m,
                &mut self.p,
                &mut self.r,
                &mut self.s,
                &mut self.t,
                &mut self.u,
                &mut self.v,
                &mut self.w,
            ],
        )
    }
}

/// `@tag("k") open union Mark { r: Everything, b: Beside }`
#[derive(Clone, Debug, PartialEq)]
enum Mark {
    Record(Box<Everything>),
    Beside(Box<Beside>),
    Unrecognized(Value),
}

static MARK: Union =
    Union { name: "Mark", tag: Tag::Inside("k"), variants: &[Variant::Holding("r"), Variant::Holding("b")] };

impl Encode for Mark {
    fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Record(value) => out.union(&MARK, 0, value),
            Self::Beside(value) => out.union(&MARK, 1, value),
            Self::Unrecognized(value) => out.unrecognized(&MARK, value),
        }
    }
}

impl Decode for Mark {
    fn blank() -> Self {
        Self::Unrecognized(Value::Null)
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = match input.open_union(&MARK)? {
            Some(0) => Self::Record(input.content()?),
            Some(_) => Self::Beside(input.content()?),
            None => Self::Unrecognized(input.unrecognized()?),
        };
        input.end_union();
        Ok(())
    }
}

/// `@closed record Beside { x: Choice }`, `union Choice { v: Mark, n }`
#[derive(Clone, Debug, PartialEq)]
struct Beside {
    x: Choice,
}

static BESIDE: Record = Record { name: "Beside", fields: &[Field::Required("x")], unknown: Unknown::Refused };

impl Encode for Beside {
    fn encode(&self, out: &mut Encoder) {
        out.record(&BESIDE, &[&self.x]);
    }
}

impl Decode for Beside {
    fn blank() -> Self {
        Self { x: Choice::Nothing }
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = Self::blank();
        input.record(&BESIDE, &mut [&mut self.x])
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Choice {
    Mark(Box<Mark>),
    Nothing,
}

static CHOICE: Union =
    Union { name: "Choice", tag: Tag::Beside, variants: &[Variant::Holding("v"), Variant::Empty("n")] };

impl Encode for Choice {
    fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Mark(value) => out.union(&CHOICE, 0, value),
            Self::Nothing => out.empty_variant(&CHOICE, 1),
        }
    }
}

impl Decode for Choice {
    fn blank() -> Self {
        Self::Nothing
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = match input.union(&CHOICE)? {
            0 => Self::Mark(input.content()?),
            _ => Self::Nothing,
        };
        input.end_union();
        Ok(())
    }
}
