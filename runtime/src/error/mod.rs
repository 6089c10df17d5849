//! What comes of a call that does not succeed, on either side.

mod call;
mod failure;

pub use self::{
    call::{CallError, Interruption, NotExecuted, OutcomeUnknown, ProduceError},
    failure::{BoxError, Failure, Internal, Never, Refused},
};
