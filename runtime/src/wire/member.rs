//! The members of an envelope, as its reader finds them one by one.

use std::borrow::Cow;

use super::malformed::{Malformed, MalformedKind};
use crate::json::Reader;

/// Reads the bracket of the object that every envelope is.
pub(super) fn begin(reader: &mut Reader<'_>) -> Result<(), Malformed> {
    if reader.open(b'{')? { Ok(()) } else { Err(reader.syntax("an object").into()) }
}

/// Keeps a member that was not there yet.
pub(super) fn once<T>(member: &mut Option<T>, value: T, reader: &Reader<'_>) -> Result<(), Malformed> {
    match member.replace(value) {
        None => Ok(()),
        Some(_) => Err(MalformedKind::DuplicateKey.at(reader.position())),
    }
}

/// Reads a member that is a string.
pub(super) fn text<'a>(reader: &mut Reader<'a>, name: &'static str) -> Result<Cow<'a, str>, Malformed> {
    reader.string()?.ok_or_else(|| MalformedKind::Member { name, expected: "a string" }.at(reader.position()))
}
