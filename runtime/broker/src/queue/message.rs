//! A message as the queues hold it.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

/// A published message, or one channel's copy of it: the body is shared between copies.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: u64,
    /// Nanoseconds since 1970 when it was published.
    pub(crate) timestamp: i64,
    /// How many times it was delivered.
    pub(crate) attempts: u16,
    pub(crate) body: Bytes,
}

/// A message of a topic that has no channel yet. Its delay starts when a channel takes it, as with nsqd.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) message: Message,
    pub(crate) delay: Duration,
}

/// A message that waits for its time.
#[derive(Debug)]
pub(crate) struct Deferred {
    pub(crate) due: Instant,
    pub(crate) message: Message,
}

/// Names a subscriber of a topic; never given twice by one topic.
pub(super) type MemberId = u64;

/// A message that was delivered and not finished.
#[derive(Debug)]
pub(crate) struct InFlight {
    pub(crate) owner: MemberId,
    pub(crate) delivered: Instant,
    pub(crate) due: Instant,
    pub(crate) message: Message,
}

impl PartialEq for Deferred {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Deferred {}

impl PartialOrd for Deferred {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The earliest is the greatest, so that a binary heap hands it out first.
impl Ord for Deferred {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (other.due, other.message.id).cmp(&(self.due, self.message.id))
    }
}

/// What a body of this size counts towards [`Options::max_memory`](crate::Options::max_memory), for each channel.
pub(crate) fn footprint(body: usize) -> usize {
    body + 128
}

/// Nanoseconds since 1970, by the wall clock: that is what the age of a message is held against.
pub(super) fn now_nanos() -> i64 {
    almanet_nsq::clock::nanos()
}
