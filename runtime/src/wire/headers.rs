//! What travels beside a payload: a few short texts, by name.

use std::fmt;

use super::malformed::{Malformed, MalformedKind};
use crate::json::{Reader, write_string};

/// How many headers a call may carry.
pub const MAX_HEADERS: usize = 32;
/// How long all names and values of a call's headers may be together, in bytes.
pub const MAX_HEADERS_SIZE: usize = 8 * 1024;

/// The headers of a call, in the order in which they were added: at most 31 and the protocol's own, 8 KiB together.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(Box<str>, Box<str>)>);

/// A header that was not added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeadersError {
    /// There are too many.
    #[error("a call carries at most 31 headers, beside the protocol's own one")]
    TooMany,
    /// They are too long.
    #[error("the headers of a call are at most 8 KiB long together, names and values, and the protocol's own one")]
    TooLong,
    /// The name is the protocol's own.
    #[error("the header `{0}` is the protocol's own")]
    Reserved(String),
}

impl Headers {
    /// The header in which the exact time that a call has left travels, in milliseconds.
    pub(super) const DEADLINE: &'static str = "deadline_ms";
    /// What it takes at most, its name and the milliseconds of a delay and a timeout: seven digits.
    const DEADLINE_SIZE: usize = Self::DEADLINE.len() + 7;

    /// No headers.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a header, or replaces the one of that name.
    ///
    /// # Errors
    /// Where the limits do not hold any more, or the name is one that the protocol uses itself.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<String>) -> Result<(), HeadersError> {
        let (name, value) = (name.into(), value.into());
        if name == Self::DEADLINE {
            return Err(HeadersError::Reserved(name));
        }
        let others: usize =
            self.iter().filter(|(known, _)| *known != name).map(|(name, value)| name.len() + value.len()).sum();
        if others + name.len() + value.len() > MAX_HEADERS_SIZE - Self::DEADLINE_SIZE {
            return Err(HeadersError::TooLong);
        }
        let count = self.0.len();
        match self.0.iter_mut().find(|(known, _)| **known == name) {
            Some((_, known)) => *known = value.into(),
            None if count >= MAX_HEADERS - 1 => return Err(HeadersError::TooMany),
            None => self.0.push((name.into(), value.into())),
        }
        Ok(())
    }

    /// The value of the header `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends `,"headers":{…}`, or nothing where there are none.
    pub(super) fn write_member(&self, deadline_millis: Option<u128>, out: &mut Vec<u8>) {
        if self.is_empty() && deadline_millis.is_none() {
            return;
        }
        out.extend_from_slice(b",\"headers\":{");
        for (index, (name, value)) in self.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            write_string(out, name);
            out.push(b':');
            write_string(out, value);
        }
        if let Some(millis) = deadline_millis {
            let comma = if self.is_empty() { "" } else { "," };
            out.extend_from_slice(format!("{comma}\"{}\":\"{millis}\"", Self::DEADLINE).as_bytes());
        }
        out.push(b'}');
    }

    /// Reads an object of strings. Takes the protocol's own header out: the exact time left, in milliseconds.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<(Self, Option<u64>), Malformed> {
        const NOT_STRINGS: MalformedKind = MalformedKind::Member { name: "headers", expected: "an object of strings" };
        if !reader.open(b'{')? {
            return Err(NOT_STRINGS.at(reader.position()));
        }
        let (mut headers, mut size) = (Self::new(), 0);
        let mut deadline = None;
        let mut is_first = true;
        while let Some(name) = reader.next_key(is_first)? {
            is_first = false;
            let offset = reader.position();
            let value = reader.string()?.ok_or(NOT_STRINGS.at(offset))?;
            let repeated = headers.get(&name).is_some() || (name == Self::DEADLINE && deadline.is_some());
            if repeated {
                return Err(MalformedKind::DuplicateKey.at(offset));
            }
            size += name.len() + value.len();
            if headers.len() + usize::from(deadline.is_some()) == MAX_HEADERS || size > MAX_HEADERS_SIZE {
                return Err(MalformedKind::Headers.at(offset));
            }
            if name == Self::DEADLINE {
                deadline = Some(Self::millis(&value).ok_or_else(|| {
                    MalformedKind::Member { name: "headers.deadline_ms", expected: "a whole number of milliseconds" }
                        .at(offset)
                })?);
            } else {
                headers.0.push((name.into(), value.into()));
            }
        }
        Ok((headers, deadline))
    }

    fn millis(text: &str) -> Option<u64> {
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
    }
}

/// Names only: values may be credentials.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, _)| (name, "[redacted]"))).finish()
    }
}
