//! Records and enums: the reader and the writer that follow their descriptions.

use super::decoder::{Decode, Decoder};
use super::description::{Enum, Field, Record, Unknown};
use super::encoder::{Encode, Encoder};
use super::error::{DecodeError, DecodeErrorKind};
use crate::json::shorten;

impl Encoder {
    /// Writes an object of the record's fields; an optional one that is absent is left out.
    pub fn record(&mut self, record: &'static Record, values: &[&dyn Encode]) {
        debug_assert_eq!(record.fields.len(), values.len(), "one value for each field of {}", record.name);
        let tag = self.tag.take();
        self.begin_object();
        if let Some((tag, variant)) = tag {
            self.field(tag, &variant);
        }
        for (field, value) in record.fields.iter().zip(values) {
            match *field {
                Field::Optional(_) if value.is_absent() => {}
                Field::Required(name) | Field::Optional(name) => self.field(name, *value),
            }
        }
        self.end_object();
    }
}

impl Decoder<'_> {
    /// Reads an object over the record's fields, in the order of the record's description.
    ///
    /// # Errors
    ///
    /// When something else is next, a field is missing, repeated or not what it should be, or a closed record meets one
    /// that it does not know.
    pub fn record(&mut self, record: &'static Record, values: &mut [&mut dyn Decode]) -> Result<(), DecodeError> {
        debug_assert_eq!(record.fields.len(), values.len(), "one value for each field of {}", record.name);
        let tag = self.tag.take();
        let mark = self.json.mark();
        let mut seen = Seen::default();
        let mut likely = 0;
        let mut is_first = true;
        self.begin_object(&format_args!("an object ({})", record.name))?;
        while let Some(key) = self.json.next_key(is_first)? {
            is_first = false;
            if let Some(index) = record.find(&key, likely) {
                let name = record.fields[index].name();
                if seen.insert(index) {
                    return Err(self.repeated_key(name));
                }
                values[index].decode(self).map_err(|error| error.in_field(name))?;
                likely = index + 1;
            } else if record.unknown == Unknown::Refused && tag != Some(&*key) {
                return Err(unknown_field(record, &key));
            } else {
                self.json.skip_unknown(key)?;
            }
        }
        self.json.distinct(mark)?;
        for (index, field) in record.fields.iter().enumerate() {
            if let Field::Required(name) = field
                && !seen.contains(index)
            {
                return Err(missing_field(name));
            }
        }
        Ok(())
    }
}

/// The fields of an object that were read.
#[derive(Default)]
struct Seen {
    first: u64,
    others: Vec<usize>,
}

impl Seen {
    fn contains(&self, index: usize) -> bool {
        if index < 64 { self.first & (1 << index) != 0 } else { self.others.contains(&index) }
    }

    /// Whether it was there already.
    fn insert(&mut self, index: usize) -> bool {
        let was = self.contains(index);
        if index < 64 {
            self.first |= 1 << index;
        } else {
            self.others.push(index);
        }
        was
    }
}

#[cold]
fn missing_field(name: &'static str) -> DecodeError {
    DecodeError::new(DecodeErrorKind::MissingField, "expected a value, found none").in_field(name)
}

#[cold]
fn unknown_field(record: &Record, key: &str) -> DecodeError {
    let message = format!("expected a field of {}, found {:?}", record.name, shorten(key));
    DecodeError::new(DecodeErrorKind::Unknown, message)
}

impl Decoder<'_> {
    /// Reads a variant of a closed enum: its index.
    ///
    /// # Errors
    ///
    /// When something else is next, or a variant that the enum does not have.
    pub fn variant(&mut self, of: &'static Enum) -> Result<usize, DecodeError> {
        self.open_variant(of)?.map_err(|name| unknown_variant(of.name, &name))
    }

    /// Reads a variant of an open enum: its index, or the name of one that it does not have.
    ///
    /// # Errors
    ///
    /// When something other than a string is next.
    pub fn open_variant(&mut self, of: &'static Enum) -> Result<Result<usize, String>, DecodeError> {
        let name = self.string(&format_args!("a string (a variant of {})", of.name))?;
        Ok(of.find(&name).ok_or_else(|| name.into_owned()))
    }
}

#[cold]
pub(super) fn unknown_variant(of: &str, name: &str) -> DecodeError {
    let message = format!("expected a variant of {of}, found {:?}", shorten(name));
    DecodeError::new(DecodeErrorKind::Unknown, message)
}
