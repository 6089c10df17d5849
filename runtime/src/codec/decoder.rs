//! What is read, and its reader: JSON's reader, and what the language's types expect of it.

use std::borrow::Cow;
use std::fmt::Display;

use super::error::{DecodeError, DecodeErrorKind};
use crate::json::{Fault, Number, Reader};

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

/// Reads one JSON document, strictly: no repeated keys, no trailing text, nothing deeper than 64.
#[derive(Debug)]
pub struct Decoder<'a> {
    pub(super) json: Reader<'a>,
    /// The name of a union's tag that the next object holds beside its fields.
    pub(super) tag: Option<&'static str>,
    /// The unions that are open, the innermost last.
    pub(super) unions: Vec<OpenUnion>,
}

/// A union's object that is being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenUnion {
    pub(super) start: usize,
    pub(super) value: Option<usize>,
    pub(super) end: usize,
    pub(super) tag: Option<&'static str>,
}

impl<'a> Decoder<'a> {
    /// Reads the whole input over the value.
    pub(super) fn run(json: Reader<'a>, value: &mut dyn Decode) -> Result<(), DecodeError> {
        let mut decoder = Self { json, tag: None, unions: Vec::new() };
        value.decode(&mut decoder)?;
        Ok(decoder.json.end()?)
    }

    /// Takes the rest of the input as it is, JSON or not.
    pub(crate) fn skip_to_end(&mut self) {
        self.json.skip_to_end();
    }

    /// Reads `null`.
    ///
    /// # Errors
    ///
    /// When something else is next.
    pub fn null(&mut self) -> Result<(), DecodeError> {
        if self.json.take_word("null") { Ok(()) } else { Err(self.unexpected(&"null")) }
    }

    pub(super) fn truth(&mut self) -> Result<bool, DecodeError> {
        match self.json.bool() {
            Some(value) => Ok(value),
            None => Err(self.unexpected(&"true or false")),
        }
    }

    /// Reads a string; one without escapes is borrowed from the input.
    pub(super) fn string(&mut self, expected: &dyn Display) -> Result<Cow<'a, str>, DecodeError> {
        match self.json.string()? {
            Some(string) => Ok(string),
            None => Err(self.unexpected(expected)),
        }
    }

    /// Reads a number's text.
    pub(super) fn number(&mut self, expected: &dyn Display) -> Result<Number<'a>, DecodeError> {
        match self.json.number()? {
            Some(number) => Ok(number),
            None => Err(self.unexpected(expected)),
        }
    }

    /// Reads an integer within the bounds.
    pub(super) fn integer(&mut self, min: i128, max: i128, expected: &'static str) -> Result<i128, DecodeError> {
        let start = self.start();
        let number = self.number(&expected)?;
        let value = if number.is_integer { integer_value(number.text) } else { None };
        match value {
            Some(value) if min <= value && value <= max => Ok(value),
            _ => {
                let kind = if number.is_integer { DecodeErrorKind::Value } else { DecodeErrorKind::Type };
                Err(self.invalid(start, kind, &expected))
            }
        }
    }

    pub(super) fn begin_object(&mut self, expected: &dyn Display) -> Result<(), DecodeError> {
        if self.json.open(b'{')? { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    pub(super) fn begin_array(&mut self, expected: &dyn Display) -> Result<(), DecodeError> {
        if self.json.open(b'[')? { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    /// Where the value begins that is next.
    pub(super) fn start(&mut self) -> usize {
        self.json.peek();
        self.json.position()
    }

    /// Reads an array of exactly these.
    ///
    /// # Errors
    ///
    /// When it is another value, or an array of another length.
    pub fn tuple(&mut self, items: &mut [&mut dyn Decode]) -> Result<(), DecodeError> {
        let expected = format_args!("an array of {} items", items.len());
        let start = self.start();
        self.begin_array(&expected)?;
        for (index, item) in items.iter_mut().enumerate() {
            if !self.json.next_item(index == 0)? {
                self.json.rewind(start);
                return Err(self.wrong_length(items.len(), index));
            }
            item.decode(self).map_err(|error| error.in_item(index))?;
        }
        if self.json.next_item(false)? {
            return Err(self.wrong_length(items.len(), items.len() + 1));
        }
        Ok(())
    }

    #[cold]
    fn wrong_length(&self, expected: usize, found: usize) -> DecodeError {
        let more = if found > expected { "or more" } else { "only" };
        DecodeError::new(
            DecodeErrorKind::Value,
            format!("expected an array of {expected} items, found {found} ({more})"),
        )
    }

    /// The value at hand is of another type, or there is no value.
    #[cold]
    pub(super) fn unexpected(&mut self, expected: &dyn Display) -> DecodeError {
        let kind = if self.json.is_at_value() { DecodeErrorKind::Type } else { DecodeErrorKind::Syntax };
        let found = self.json.found();
        let message = match kind {
            DecodeErrorKind::Type => format!("expected {expected}, found {found}"),
            _ => format!("expected {expected} at byte {}, found {found}", self.json.position()),
        };
        DecodeError::new(kind, message)
    }

    /// The value that begins there is not what was expected.
    #[cold]
    pub(super) fn invalid(&mut self, start: usize, kind: DecodeErrorKind, expected: &dyn Display) -> DecodeError {
        self.json.rewind(start);
        DecodeError::new(kind, format!("expected {expected}, found {}", self.json.found()))
    }

    /// An object holds this key twice.
    #[cold]
    pub(super) fn repeated_key(&self, key: &str) -> DecodeError {
        Fault::repeated_key(key, self.json.position()).into()
    }
}

/// The value of the text of a JSON integer, if it is one of 65 bits or less.
fn integer_value(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let magnitude =
        digits.bytes().try_fold(0_u64, |value, digit| value.checked_mul(10)?.checked_add(u64::from(digit - b'0')))?;
    Some(if negative { -i128::from(magnitude) } else { i128::from(magnitude) })
}
