//! What the broker refuses, and why.

use std::{io, net::SocketAddr, time::Duration};

/// Why a message was not taken, or a subscription not made. Nothing was queued where this is returned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A message without a body; NSQ has none.
    #[error("the message has no body; NSQ needs at least one byte")]
    EmptyBody,
    /// The body is over [`Options::max_message_size`](crate::Options::max_message_size).
    #[error("the message is too big: {size} > {limit} bytes; raise the broker's max_message_size or send less")]
    TooBig {
        /// The body's size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The delay is over [`Options::max_requeue_timeout`](crate::Options::max_requeue_timeout).
    #[error("the delay is out of range: {delay:?} > {limit:?}")]
    DelayTooLong {
        /// What was asked for.
        delay: Duration,
        /// The limit.
        limit: Duration,
    },
    /// A channel, or a topic without channels, holds as many messages as it may.
    #[error("{place} is full: it holds {limit} messages; consume them, or raise the broker's max_channel_messages")]
    Full {
        /// The topic, and the channel where there is one.
        place: String,
        /// The limit.
        limit: usize,
    },
    /// All channels together hold as many bytes as they may.
    #[error("the broker is full: its messages hold {limit} bytes; consume them, or raise the broker's max_memory")]
    OutOfMemory {
        /// The limit in bytes.
        limit: usize,
    },
    /// There are as many topics, or channels of this topic, as there may be.
    #[error("too many {what}: the limit is {limit}; raise the broker's max_topics")]
    TooMany {
        /// `topics` or `channels`.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
}

/// A message is not in flight to this subscriber: it was finished, requeued or timed out, or went to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotInFlight {
    /// Nobody has it.
    #[error("ID not in flight")]
    Unknown,
    /// Another subscriber of the channel has it.
    #[error("client does not own message")]
    NotOwner,
}

/// A listener did not come about.
#[derive(Debug, thiserror::Error)]
#[error("the broker cannot listen on {address}: {source}{}", remedy(source))]
pub struct ListenError {
    /// The address that was asked for.
    pub address: SocketAddr,
    /// What the system said.
    pub source: io::Error,
}

fn remedy(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::AddrInUse => "; stop the program that uses the port, or choose another one (0 takes a free one)",
        io::ErrorKind::PermissionDenied => "; choose a port above 1023",
        io::ErrorKind::AddrNotAvailable => "; choose an address of this machine, such as 127.0.0.1",
        _ => "",
    }
}
