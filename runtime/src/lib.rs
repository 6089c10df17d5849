//! The runtime.

mod codec;
#[doc(hidden)]
pub mod codegen;
mod contract;
pub mod error;
pub mod transport;
pub mod types;
pub mod wire;

pub use codec::{ConstraintKind, DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind, Violation};
pub use error::{BoxError, CallError, Failure, Internal, Never, NotExecuted, OutcomeUnknown, ProduceError};
