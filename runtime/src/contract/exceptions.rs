//! The exceptions of a procedure: what generated error enums are to the runtime.

use std::fmt::{Debug, Display};

use crate::{
    codec::{DecodeError, Encode},
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
