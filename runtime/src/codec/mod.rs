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
mod duration;
mod encoder;
mod error;
mod key;
mod record;
mod scalars;
mod union;

pub use self::check::{Checker, Length, Limit, Pattern, Text};
pub use self::decoder::Decoder;
pub use self::encoder::Encoder;
pub use self::error::{ConstraintKind, DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind, Violation};
pub use self::key::Key;
pub use self::record::{Enum, Field, Record, Unknown};
pub use self::union::{Tag, Union, Variant};

use crate::json::Reader;

/// A value that can be written as JSON.
pub trait Encode {
    /// Writes the value. What has no JSON form (NaN, say) is remembered by the encoder, which goes on.
    fn encode(&self, out: &mut Encoder);

    /// Checks the constraints that the contract states for this type, and those of what it holds.
    fn check(&self, checker: &mut Checker) {
        let _ = checker;
    }

    /// Whether a record leaves out an optional field with this value.
    fn is_absent(&self) -> bool {
        false
    }
}

/// A value that can be read from JSON.
///
/// Values are read in place: a record's fields are blank before they are filled, so that a reader needs no code per
/// field.
pub trait Decode {
    /// Some cheap value of the type. A record's holds its fields' defaults.
    fn blank() -> Self
    where
        Self: Sized;

    /// Reads a value over this one, of which nothing stays.
    ///
    /// # Errors
    ///
    /// When the input is not JSON, or not a value of this type. What `self` holds then means nothing.
    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError>;
}

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
