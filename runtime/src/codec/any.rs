//! `any`: whatever JSON holds. Integers of 64 bits and doubles are kept as they are.

use serde_json::{Map, Number, Value};

use super::decoder::{Decode, Decoder};
use super::encoder::{Encode, Encoder};
use super::error::{DecodeError, DecodeErrorKind};

impl Encode for Value {
    fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Null => out.null(),
            Self::Bool(value) => value.encode(out),
            Self::Number(number) => write_number(number, out),
            Self::String(text) => out.string(text),
            Self::Array(items) => items.encode(out),
            Self::Object(members) => {
                out.begin_object();
                for (key, value) in members {
                    out.entry(&|out| out.string(key), value);
                }
                out.end_object();
            }
        }
    }
}

fn write_number(number: &Number, out: &mut Encoder) {
    if let Some(integer) = number.as_i64() {
        integer.encode(out);
    } else if let Some(integer) = number.as_u64() {
        integer.encode(out);
    } else if let Some(float) = number.as_f64() {
        float.encode(out);
    } else {
        out.fail("expected a number of 64 bits, found another");
    }
}

impl Decode for Value {
    fn blank() -> Self {
        Self::Null
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = read(input)?;
        Ok(())
    }
}

/// Reads any value. The reader's limit of depth bounds the recursion.
pub(super) fn read(input: &mut Decoder<'_>) -> Result<Value, DecodeError> {
    match input.json.peek() {
        Some(b'{') => read_object(input),
        Some(b'[') => {
            let mut items = Vec::new();
            items.decode(input)?;
            Ok(Value::Array(items))
        }
        Some(b'"') => Ok(Value::String(input.string(&"a string")?.into_owned())),
        Some(b't' | b'f') => Ok(Value::Bool(input.truth()?)),
        Some(b'n') => {
            input.null()?;
            Ok(Value::Null)
        }
        _ => read_number(input),
    }
}

fn read_object(input: &mut Decoder<'_>) -> Result<Value, DecodeError> {
    let mut members = Map::new();
    input.begin_object(&"an object")?;
    while let Some(key) = input.json.next_key(members.is_empty())? {
        let value = read(input).map_err(|error| error.in_key(&key))?;
        if members.contains_key(&*key) {
            return Err(input.repeated_key(&key));
        }
        members.insert(key.into_owned(), value);
    }
    Ok(Value::Object(members))
}

fn read_number(input: &mut Decoder<'_>) -> Result<Value, DecodeError> {
    let start = input.start();
    let number = input.number(&"a value")?;
    if number.is_integer && number.text != "-0" {
        if let Ok(integer) = number.text.parse::<i64>() {
            return Ok(Value::Number(integer.into()));
        }
        if let Ok(integer) = number.text.parse::<u64>() {
            return Ok(Value::Number(integer.into()));
        }
    }
    let float = number.text.parse().ok().and_then(Number::from_f64);
    float.map(Value::Number).ok_or_else(|| input.invalid(start, DecodeErrorKind::Value, &"a number that fits 64 bits"))
}
