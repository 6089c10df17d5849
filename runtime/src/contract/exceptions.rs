//! The exceptions of a procedure: what generated error enums are to the runtime.

use std::fmt::{self, Debug, Display};

use crate::{
    codec::{DecodeError, Encode, to_json},
    error::Never,
};

/// The declared exceptions of one procedure.
pub trait Exceptions: Sized + Send + Sync + Debug + Display + 'static {
    /// The name under which this exception travels.
    fn name(&self) -> &'static str;

    /// What travels with it.
    fn payload(&self) -> &dyn Encode;

    /// The exception of that name with that payload; `None` where it is not declared.
    fn decode(name: &str, payload: &[u8]) -> Option<Result<Self, DecodeError>>;
}

impl Exceptions for Never {
    fn name(&self) -> &'static str {
        match *self {}
    }

    fn payload(&self) -> &dyn Encode {
        match *self {}
    }

    fn decode(_: &str, _: &[u8]) -> Option<Result<Self, DecodeError>> {
        None
    }
}

/// Writes an exception for people: its name and its payload, or the name alone where the payload has no JSON form.
///
/// # Errors
///
/// When the formatter fails.
pub fn write_exception(f: &mut fmt::Formatter<'_>, name: &str, payload: &dyn Encode) -> fmt::Result {
    match to_json(payload).ok().and_then(|json| String::from_utf8(json).ok()) {
        Some(payload) if payload != "null" => write!(f, "{name}({payload})"),
        _ => f.write_str(name),
    }
}
