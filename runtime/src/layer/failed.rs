//! How what a layer is put around has failed.

use crate::error::{BoxError, CallError};

/// What a stack of layers fails with: tower's own make a [`BoxError`] of a session's [`CallError`].
pub trait Failed: sealed::Sealed {
    /// How the call ended, where it was not a layer that ended it.
    fn call_error(&self) -> Option<&CallError>;
}

impl Failed for CallError {
    fn call_error(&self) -> Option<&CallError> {
        Some(self)
    }
}

impl Failed for BoxError {
    fn call_error(&self) -> Option<&CallError> {
        self.downcast_ref()
    }
}

mod sealed {
    use crate::error::{BoxError, CallError};

    pub trait Sealed {}

    impl Sealed for CallError {}
    impl Sealed for BoxError {}
}
