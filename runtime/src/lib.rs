//! The runtime.

mod client;
mod codec;
#[doc(hidden)]
pub mod codegen;
mod contract;
pub mod error;
mod server;
mod session;
mod topic;
pub mod transport;
pub mod types;
pub mod wire;

pub use client::{
    Accepted, Call, CallFuture, Caller, Gather, Kind, OnewayCall, RawReply, RemoteException, Request, Response,
};
pub use codec::{ConstraintKind, DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind, Violation};
pub use error::{BoxError, CallError, Failure, Internal, Never, NotExecuted, OutcomeUnknown, ProduceError};
pub use server::{
    Context, DEFAULT_CONCURRENCY, DEFAULT_DRAIN_TIMEOUT, HandlerService, Incoming, Outcome, Running, ServeError,
    Server, Service,
};
pub use session::{DEFAULT_URL, MAX_OUTSTANDING, Session, SessionBuilder, Statistics, URL_VARIABLE};
pub use topic::{ConsumeError, Consumer, Message, Produce, Subscribe, Topic};
pub use transport::ConnectError;

/// Brings in what the build script wrote: every namespace of the contracts, as nested modules.
///
/// ```ignore
/// mod contract {
///     almanet_runtime::include_contract!();
/// }
/// ```
#[macro_export]
macro_rules! include_contract {
    () => {
        ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/almanet.rs"));
    };
}
