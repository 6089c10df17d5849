//! What comes of a call that does not succeed, on either side.

mod call;
mod failure;

pub use self::{
    call::{CallError, Interruption, NotExecuted, OutcomeUnknown, ProduceError},
    failure::{Failure, Internal, Never, Refused},
};

/// Any error, as handlers and layers pass it on.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
