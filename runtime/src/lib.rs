//! What generated Rust stands on: calls, replies and topics over NSQ.
//!
//! A contract (`greeting.almanet`) is compiled by `almanet-gen`, or by `almanet-codegen` in a build script. What comes
//! out is a trait to implement and a client to call, and both stand on three things of this crate:
//!
//! - a [`Session`] is a connection to the brokers: nsqd processes, or the broker inside the process;
//! - a [`Server`] serves services on a session, until a future ends, and then drains;
//! - a [`Call`] is made by a generated client, and awaited as it is or with options first; a [`StreamCall`] brings a
//!   stream of values, which [`Streaming`] hands out.
//!
//! ```text
//! mod contract { almanet_runtime::include_contract!(); }
//! use contract::net::example::greeting::{self, GreetingClient};
//!
//! let session = Session::connect("nsq://127.0.0.1:4150").await?;
//! Server::new(&session).add(greeting::service(Greeter)).serve(shutdown).await?;
//!
//! let text = GreetingClient::new(&session).greet("Aidar").timeout(Duration::from_secs(2)).await?;
//! ```
//!
//! Every call ends exactly once, by its deadline: with its result, with the exception that the service raised, with
//! [`NotExecuted`] (calling again is safe) or with [`OutcomeUnknown`].
//!
//! Topics need no service. This one is produced and consumed without any contract, inside the process:
//!
//! ```
//! use almanet_runtime::Session;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let session = Session::connect("embedded:").await?;
//! let news = session.topic::<String>("net.example.news");
//!
//! let mut consumer = news.consume("readers").await?;
//! news.produce(&"Almanet speaks Rust".to_owned()).await?;
//!
//! let message = consumer.next().await.expect("the session is open");
//! assert_eq!(message.finish()?, "Almanet speaks Rust");
//! # Ok(())
//! # }
//! ```
//!
//! Clients and servers are [tower](https://docs.rs/tower) services: [`Caller::from_service`] and [`Server::layer`] put
//! any layer around them. What travels, byte by byte, is written in `docs/wire.md` of this crate, and in [`wire`].

mod client;
mod codec;
#[doc(hidden)]
pub mod codegen;
mod contract;
mod credential;
pub mod dynamic;
pub mod error;
#[cfg(feature = "http")]
mod health;
mod json;
#[cfg(feature = "layers")]
pub mod layer;
mod metrics;
mod observe;
mod scope;
mod server;
mod session;
pub mod shutdown;
mod sync;
mod topic;
pub mod transport;
pub mod types;
pub mod wire;

pub use client::{
    Accepted, Call, CallFuture, Caller, Gather, Kind, OnewayCall, RawReply, RawStream, RemoteException, Request,
    Response, StreamCall, Streaming,
};
pub use codec::{ConstraintKind, DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind, Violation};
pub use credential::{InvalidToken, Principal, Token};
pub use error::{
    BoxError, CallError, Failure, Internal, Interruption, Never, NotExecuted, OutcomeUnknown, ProduceError,
};
#[cfg(feature = "metrics")]
pub use metrics::Metrics;
pub use metrics::Statistics;
pub use server::{
    AuthError, Authenticator, Cancelled, Context, DEFAULT_CALLERS_IDLE, DEFAULT_CONCURRENCY, DEFAULT_DRAIN_TIMEOUT,
    HandlerService, Incoming, Limits, Outcome, OutcomeStream, Running, ServeError, Server, Service, StaticTokens,
    StreamOf, StreamWriter,
};
pub use session::{DEFAULT_URL, MAX_OUTSTANDING, Session, SessionBuilder, URL_VARIABLE};
pub use topic::{
    Backoff, ConsumeError, Consumer, DeadLetter, Message, Produce, Producing, Subscribe, Topic, dead_letter_topic,
};
pub use transport::ConnectError;

/// Brings in what the build script wrote: every namespace of the contracts, as nested modules.
///
/// ```text
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

/// The guides whose snippets are compiled with the documentation's.
#[cfg(doctest)]
mod guides {
    #[doc = include_str!("../docs/security.md")]
    mod security {}

    #[cfg(all(feature = "http", feature = "otel"))]
    #[doc = include_str!("../docs/observability.md")]
    mod observability {}
}
