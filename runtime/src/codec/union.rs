//! Unions: an object that names its variant, and holds its value beside the name or around it.

use serde_json::Value;

use super::any;
use super::decoder::{Decode, Decoder, OpenUnion};
use super::description::{Tag, Union};
use super::encoder::{Encode, Encoder};
use super::error::{DecodeError, DecodeErrorKind};
use super::record::unknown_variant;
use crate::json::Reader;

const VALUE: &str = "value";

impl Encoder {
    /// Writes the variant of this index, which holds the value.
    pub fn union(&mut self, union: &'static Union, index: usize, value: &dyn Encode) {
        let variant = union.variants[index].name();
        match union.tag {
            Tag::Beside => {
                self.begin_object();
                self.field(union.tag.name(), &variant);
                self.field(VALUE, value);
                self.end_object();
            }
            Tag::Inside(tag) => {
                self.tag = Some((tag, variant));
                value.encode(self);
            }
        }
    }

    /// Writes the variant of this index, which holds nothing.
    pub fn empty_variant(&mut self, union: &'static Union, index: usize) {
        self.begin_object();
        self.field(union.tag.name(), &union.variants[index].name());
        self.end_object();
    }

    /// Writes a variant that the union does not have, as it was read.
    pub fn unrecognized(&mut self, union: &'static Union, value: &Value) {
        if value.get(union.tag.name()).is_some_and(Value::is_string) {
            value.encode(self);
        } else {
            let (name, tag) = (union.name, union.tag.name());
            self.fail(format!("expected an object with a string {tag:?} ({name}), found another value"));
        }
    }
}

impl Decoder<'_> {
    /// Reads which variant of a closed union is next: its index. The variant's value, if it holds one, is read by
    /// [`content`](Self::content), and the whole is left by [`end_union`](Self::end_union).
    ///
    /// # Errors
    ///
    /// When something else is next, or a variant that the union does not have.
    pub fn union(&mut self, union: &'static Union) -> Result<usize, DecodeError> {
        match self.begin_union(union)? {
            Ok(index) => Ok(index),
            Err(name) => Err(unknown_variant(union.name, &name).in_field(union.tag.name())),
        }
    }

    /// The same for an open union: none for a variant that it does not have, which is read by
    /// [`unrecognized`](Self::unrecognized).
    ///
    /// # Errors
    ///
    /// When something other than an object with a variant's name is next.
    pub fn open_union(&mut self, union: &'static Union) -> Result<Option<usize>, DecodeError> {
        Ok(self.begin_union(union)?.ok())
    }

    /// Looks over the whole object, as the variant's name may stand behind its value.
    fn begin_union(&mut self, union: &'static Union) -> Result<Result<usize, String>, DecodeError> {
        let start = self.start();
        let (mut kind, mut value) = (None, None);
        let mark = self.json.mark();
        let mut is_first = true;
        self.begin_object(&format_args!("an object ({})", union.name))?;
        while let Some(key) = self.json.next_key(is_first)? {
            is_first = false;
            if key == union.tag.name() && kind.is_none() {
                let expected = format_args!("a string (a variant of {})", union.name);
                kind = Some(self.string(&expected).map_err(|error| error.in_field(union.tag.name()))?);
                self.json.remember(key);
            } else {
                if key == VALUE {
                    value = Some(self.start());
                }
                self.json.skip_unknown(key)?;
            }
        }
        self.json.distinct(mark)?;
        let Some(kind) = kind else {
            let message = format!("expected a variant of {}, found none", union.name);
            let error = DecodeError::new(DecodeErrorKind::MissingField, message);
            return Err(error.in_field(union.tag.name()));
        };
        let tag = match union.tag {
            Tag::Beside => None,
            Tag::Inside(tag) => Some(tag),
        };
        self.unions.push(OpenUnion { start, value, end: self.json.position(), tag });
        let known = union.variants.iter().position(|variant| variant.name() == kind);
        Ok(known.ok_or_else(|| kind.into_owned()))
    }

    /// Reads the value that the variant holds.
    ///
    /// # Errors
    ///
    /// When it is missing, or of another type.
    pub fn content<T: Decode>(&mut self) -> Result<T, DecodeError> {
        let mut content = T::blank();
        self.content_over(&mut content)?;
        Ok(content)
    }

    fn content_over(&mut self, content: &mut dyn Decode) -> Result<(), DecodeError> {
        let Some(open) = self.unions.last().copied() else {
            return Err(self.json.syntax("a union").into());
        };
        if open.tag.is_some() {
            self.json.rewind(open.start);
            self.tag = open.tag;
            content.decode(self)
        } else if let Some(position) = open.value {
            self.json.rewind(position);
            self.json.enter();
            content.decode(self).map_err(|error| error.in_field(VALUE))?;
            self.json.leave();
            Ok(())
        } else {
            // An absent value is null, where the variant's type takes it.
            Decoder::run(Reader::of("null"), content).map_err(|_| {
                let message = "expected a value, found none";
                DecodeError::new(DecodeErrorKind::MissingField, message).in_field(VALUE)
            })
        }
    }

    /// Reads the whole object of a variant that the union does not have.
    ///
    /// # Errors
    ///
    /// When it is not JSON.
    pub fn unrecognized(&mut self) -> Result<Value, DecodeError> {
        if let Some(open) = self.unions.last() {
            self.json.rewind(open.start);
        }
        any::read(self)
    }

    /// Leaves the union's object.
    pub fn end_union(&mut self) {
        if let Some(open) = self.unions.pop() {
            self.json.rewind(open.end);
        }
    }
}
