//! Failures of which the caller learns nothing, and the log everything.

use std::{error::Error, fmt};

use crate::{
    error::BoxError,
    wire::{Exception, INTERNAL_ERROR, INTERNAL_ERROR_PAYLOAD},
};

/// What the caller gets.
pub(super) fn internal_error() -> String {
    Exception { name: INTERNAL_ERROR.into(), payload: INTERNAL_ERROR_PAYLOAD.into() }.encode()
}

/// An error with all that caused it.
pub(super) struct Chain<'a>(pub(super) &'a BoxError);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = Error::source(error);
        }
        Ok(())
    }
}
