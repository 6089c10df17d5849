//! What is written as JSON, and its writer.

use std::borrow::Cow;

use super::check::Checker;
use super::error::{EncodeError, EncodeErrorKind};
use crate::json::{MAX_DEPTH, Step, shorten, write_string};

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

/// A type that can be a map's key.
pub trait Key: Encode + Ord + Sized {
    /// What is expected, for messages: `a uuid`.
    const EXPECTED: &'static str;

    /// Writes the key as a JSON string.
    fn write_key(&self, out: &mut Encoder) {
        self.encode(out);
    }

    /// The key that this text stands for.
    fn parse_key(text: &str) -> Option<Self>;
}

/// Writes one JSON document.
///
/// Nothing fails on the way: the first problem is kept, its path completed while the writer leaves what holds the
/// value, and told at the end. What comes after a problem is not looked at.
#[derive(Debug)]
pub struct Encoder {
    pub(super) out: Vec<u8>,
    depth: u32,
    error: Option<EncodeError>,
    /// A member that the next object begins with: the tag and the variant of a union with `@tag`.
    pub(super) tag: Option<(&'static str, &'static str)>,
}

impl Encoder {
    /// Appends the value to the buffer, or leaves it as it was.
    pub(super) fn run(value: &dyn Encode, buffer: &mut Vec<u8>) -> Result<(), EncodeError> {
        let start = buffer.len();
        match Self::append(buffer, |encoder| value.encode(encoder)) {
            None => Ok(()),
            Some(error) => {
                buffer.truncate(start);
                Err(error)
            }
        }
    }

    /// Appends what the function writes, and gives the first problem.
    pub(super) fn append(buffer: &mut Vec<u8>, write: impl FnOnce(&mut Self)) -> Option<EncodeError> {
        let mut encoder = Self { out: std::mem::take(buffer), depth: 0, error: None, tag: None };
        write(&mut encoder);
        *buffer = encoder.out;
        encoder.error
    }

    /// Writes `null`.
    pub fn null(&mut self) {
        self.raw("null");
    }

    /// Writes a string, with the escapes that JSON demands and no other.
    pub fn string(&mut self, text: &str) {
        write_string(&mut self.out, text);
    }

    /// Writes a string that needs no escapes.
    pub(super) fn plain_string(&mut self, text: &str) {
        self.out.push(b'"');
        self.raw(text);
        self.out.push(b'"');
    }

    /// Writes text that is JSON, or a part of it.
    pub(super) fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    pub(super) fn begin_object(&mut self) {
        self.begin(b'{');
    }

    pub(super) fn end_object(&mut self) {
        self.end(b'}');
    }

    pub(super) fn begin_array(&mut self) {
        self.begin(b'[');
    }

    pub(super) fn end_array(&mut self) {
        self.end(b']');
    }

    /// Writes a member of an object under a name of the contract.
    pub(super) fn field(&mut self, name: &'static str, value: &dyn Encode) {
        if self.error.is_some() {
            return;
        }
        self.separate();
        self.string(name);
        self.out.push(b':');
        value.encode(self);
        if let Some(error) = &mut self.error {
            error.push_outer(Step::Field(name));
        }
    }

    /// Writes an entry of a map: `write_key` writes a JSON string.
    pub(super) fn entry(&mut self, write_key: &dyn Fn(&mut Self), value: &dyn Encode) {
        if self.error.is_some() {
            return;
        }
        self.separate();
        let key = self.out.len();
        write_key(self);
        let colon = self.out.len();
        self.out.push(b':');
        value.encode(self);
        if let Some(error) = &mut self.error {
            let key = String::from_utf8_lossy(&self.out[key..colon]);
            error.push_outer(Step::Key(shorten(key.trim_matches('"')).into_owned()));
        }
    }

    /// Writes an item of an array.
    pub(super) fn item(&mut self, index: usize, value: &dyn Encode) {
        if self.error.is_some() {
            return;
        }
        self.separate();
        value.encode(self);
        if let Some(error) = &mut self.error {
            error.push_outer(Step::Item(index));
        }
    }

    /// Writes an array of exactly these.
    pub fn tuple(&mut self, items: &[&dyn Encode]) {
        self.begin_array();
        for (index, item) in items.iter().enumerate() {
            self.item(index, *item);
        }
        self.end_array();
    }

    /// Remembers that the value at hand has no JSON form.
    #[cold]
    pub(super) fn fail(&mut self, message: impl Into<Cow<'static, str>>) {
        self.error.get_or_insert_with(|| EncodeError::new(EncodeErrorKind::Value, message));
    }

    fn begin(&mut self, opener: u8) {
        self.depth += 1;
        self.out.push(opener);
        if self.depth > MAX_DEPTH {
            let message = "expected at most 64 levels of lists, maps and records, found more";
            self.error.get_or_insert_with(|| EncodeError::new(EncodeErrorKind::Depth, message));
        }
    }

    fn end(&mut self, closer: u8) {
        self.depth -= 1;
        self.out.push(closer);
    }

    /// A comma, unless an opener stands before: no value ends in one.
    fn separate(&mut self) {
        if !matches!(self.out.last(), Some(b'{' | b'[')) {
            self.out.push(b',');
        }
    }
}
