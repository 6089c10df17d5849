//! Values to JSON and back: every row of the language's type table.
//!
//! Neither the writer nor the reader is generic, and a generated type brings two small functions that hand its fields
//! over as trait objects: what a contract of hundreds of records costs to compile is mostly decided here.

mod any;
mod calendar;
mod check;
mod collections;
mod decimal;
mod decoder;
mod description;
mod duration;
mod encoder;
mod error;
mod key;
mod record;
mod scalars;
mod union;

pub use self::check::{Checker, Length, Limit, Pattern, Text};
pub use self::decoder::{Decode, Decoder};
pub use self::description::{Enum, Field, Record, Tag, Union, Unknown, Variant};
pub use self::encoder::{Encode, Encoder, Key};
pub use self::error::{ConstraintKind, DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind, Violation};

use crate::json::Reader;

/// The value as JSON, its constraints checked.
///
/// # Errors
///
/// When a constraint does not hold, or the value has no JSON form.
pub fn to_json(value: &dyn Encode) -> Result<Vec<u8>, EncodeError> {
    let mut json = Vec::with_capacity(128);
    write_json(value, &mut json)?;
    Ok(json)
}

/// Appends the value as JSON to a buffer that the caller may reuse, its constraints checked.
///
/// # Errors
///
/// When a constraint does not hold, or the value has no JSON form; the buffer is then as it was.
pub fn write_json(value: &dyn Encode, json: &mut Vec<u8>) -> Result<(), EncodeError> {
    Checker::run(value)?;
    Encoder::run(value, json)
}

/// Reads exactly one value, and checks its constraints.
///
/// # Errors
///
/// When the input is not UTF-8 or not JSON, holds more than one value or one of another type, or a constraint does not
/// hold.
pub fn from_json<T: Decode + Encode>(json: &[u8]) -> Result<T, DecodeError> {
    read(Reader::new(json)?)
}

/// As [`from_json`], where it is known to be UTF-8.
pub(crate) fn from_text<T: Decode + Encode>(json: &str) -> Result<T, DecodeError> {
    read(Reader::of(json))
}

fn read<T: Decode + Encode>(json: Reader<'_>) -> Result<T, DecodeError> {
    let mut value = T::blank();
    Decoder::run(json, &mut value)?;
    Checker::run(&value)?;
    Ok(value)
}

/// Holds a value to constraints that its type does not have by itself: those of an unnamed payload or result.
///
/// # Errors
///
/// The first constraint that does not hold.
pub fn check_with<T>(value: &T, check: impl FnOnce(&T, &mut Checker)) -> Result<(), Violation> {
    Checker::run_with(|checker| check(value, checker))
}

/// The value that a contract's literal stands for, written as JSON by the compiler, which has checked it.
///
/// # Panics
///
/// When the text is not JSON of this type: the compiler and this crate disagree then.
#[must_use]
pub fn literal<T: Decode>(json: &'static str) -> T {
    let mut value = T::blank();
    if let Err(error) = Decoder::run(Reader::of(json), &mut value) {
        panic!("the contract's literal {json} is not what its type takes: {error}");
    }
    value
}
