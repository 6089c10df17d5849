//! An exception, as it lies inside a reply's payload.

use std::borrow::Cow;

use super::{
    malformed::{Malformed, MalformedKind},
    member::{begin, once, text},
};
use crate::json::{Reader, write_string};

/// The name of a failure that no contract declares. Its payload says nothing, on purpose.
pub const INTERNAL_ERROR: &str = "InternalError";
/// What travels with [`INTERNAL_ERROR`], as the Python library writes it. It is not JSON.
pub const INTERNAL_ERROR_PAYLOAD: &str = "oops";
/// The name of the refusal of a payload that is not the declared one.
pub const INVALID_PAYLOAD: &str = "rpc_invalid_payload";
/// The name of the refusal to return what is not the declared type.
pub const INVALID_RETURN: &str = "rpc_invalid_return";
/// The name of the refusal of a caller that may not call this.
pub const UNAUTHORIZED: &str = "rpc_unauthorized";
/// The name of the refusal of a call that there is no room for.
pub const OVERLOADED: &str = "rpc_overloaded";

/// A name, and any text, which is JSON for all exceptions but one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception<'a> {
    /// The name that the contract gives it.
    pub name: Cow<'a, str>,
    /// Its payload's JSON.
    pub payload: Cow<'a, str>,
}

impl<'a> Exception<'a> {
    /// The text that a reply carries.
    pub fn encode(&self) -> String {
        let mut out = Vec::with_capacity(32 + self.name.len() + self.payload.len() * 5 / 4);
        out.extend_from_slice(b"{\"name\":");
        write_string(&mut out, &self.name);
        out.extend_from_slice(b",\"payload\":");
        write_string(&mut out, &self.payload);
        out.push(b'}');
        String::from_utf8(out).expect("strings escaped as JSON are UTF-8")
    }

    /// Reads the text that a reply carries.
    ///
    /// # Errors
    /// Where it is not an exception.
    pub fn decode(json: &'a str) -> Result<Self, Malformed> {
        let mut reader = Reader::of(json);
        begin(&mut reader)?;
        let (mut name, mut payload) = (None, None);
        let mark = reader.mark();
        let mut is_first = true;
        while let Some(key) = reader.next_key(is_first)? {
            is_first = false;
            match &*key {
                "name" => once(&mut name, text(&mut reader, "name")?, &reader)?,
                "payload" => once(&mut payload, text(&mut reader, "payload")?, &reader)?,
                _ => reader.skip_unknown(key)?,
            }
        }
        reader.end()?;
        reader.distinct(mark)?;
        Ok(Self {
            name: name.ok_or(MalformedKind::Missing("name").at(reader.position()))?,
            payload: payload.ok_or(MalformedKind::Missing("payload").at(reader.position()))?,
        })
    }
}
