//! The exception of the tests of streams.

use std::fmt;

use super::exceptions::Exceptions;
use crate::codec::{DecodeError, Encode, from_json};

#[derive(Debug, PartialEq)]
pub(crate) struct TooFar(pub(crate) u64);

impl fmt::Display for TooFar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "too far: {}", self.0)
    }
}

impl Exceptions for TooFar {
    fn name(&self) -> &'static str {
        "too_far"
    }

    fn payload(&self) -> &dyn Encode {
        &self.0
    }

    fn decode(name: &str, payload: &[u8]) -> Option<Result<Self, DecodeError>> {
        (name == "too_far").then(|| from_json(payload).map(Self))
    }
}
