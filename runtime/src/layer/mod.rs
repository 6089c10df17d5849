#![doc = include_str!("../../docs/layers.md")]

mod circuit_breaker;
mod retry;
#[cfg(test)]
mod tests;

pub use tower;
pub use tower_resilience_circuitbreaker::{self, CircuitBreakerLayer};

pub use self::{
    circuit_breaker::{Breaker, CircuitBreaker, Judge},
    retry::Retry,
};
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
    pub trait Sealed {}

    impl Sealed for super::CallError {}
    impl Sealed for super::BoxError {}
}
