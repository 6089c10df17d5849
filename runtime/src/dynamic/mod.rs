//! Calls, services and topics whose contract a program learns while it runs.
//!
//! Payloads are JSON text that nobody here reads: what other languages, command lines and gateways stand on, each of
//! which has its own way to make values of it.
//!
//! ```
//! use almanet_runtime::dynamic::{DynamicCall, DynamicProcedure, DynamicService};
//! use almanet_runtime::{Outcome, Server, Session};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let session = Session::connect("embedded:").await?;
//! let greet = DynamicProcedure::new("greet", "net.example.greeting.greet");
//! let service = DynamicService::new("net.example.greeting")
//!     .procedure(greet, |_, name| async move { Outcome::Returned(format!("[\"Hello\",{name}]")) });
//! let _running = Server::new(&session).add(service.build()).start().await?;
//!
//! let reply = DynamicCall::new(&session, "net.example.greeting.greet", "\"Aidar\"").reply().await?;
//! assert_eq!(reply.outcome.as_deref(), Ok("[\"Hello\",\"Aidar\"]"));
//! # Ok(())
//! # }
//! ```

mod call;
mod declared;
mod procedure;
mod service;
mod topic;

#[cfg(test)]
mod tests;

pub use self::{
    call::{Answer, DynamicCall},
    procedure::DynamicProcedure,
    service::DynamicService,
    topic::{Raw, consume, produce},
};
