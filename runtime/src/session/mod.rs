//! A connection to the brokers, with an id and a topic on which its calls are answered.

mod builder;
mod handle;
mod inlet;
mod intake;
mod leftover;
mod peer;
mod replies;
mod safeguard;
mod streams;

#[cfg(test)]
mod tests;

pub use self::{
    builder::{DEFAULT_URL, MAX_OUTSTANDING, SessionBuilder, URL_VARIABLE},
    handle::Session,
    safeguard::Safeguard,
};
pub(crate) use self::{
    inlet::Inlet,
    peer::Peer,
    replies::{Event, Ticket},
};
