//! The runtime.

mod codec;
#[doc(hidden)]
pub mod codegen;
pub mod types;

pub use codec::{ConstraintKind, DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind, Violation};
