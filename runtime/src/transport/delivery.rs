//! What comes through a subscription, and how it is acknowledged.

use std::{fmt, sync::Arc, time::Duration};

use almanet_nsq::message::MessageId;
use bytes::Bytes;

use super::broker::BrokerId;

/// Takes the acknowledgements of one connection's deliveries. None of them blocks; where the connection is gone they
/// do nothing, because the broker delivers the message again by itself.
pub trait Acknowledge: Send + Sync + 'static {
    /// The message is done with.
    fn finish(&self, id: MessageId);
    /// The messages are done with.
    fn finish_all(&self, ids: &[MessageId]) {
        ids.iter().for_each(|id| self.finish(*id));
    }
    /// The message shall come again after `delay`.
    fn requeue(&self, id: MessageId, delay: Duration);
    /// The message is still being worked on: its timeout starts again.
    fn touch(&self, id: MessageId);
}

/// One message as it was delivered. One that is neither finished nor requeued comes again after the broker's timeout.
#[derive(Clone)]
pub struct Delivery {
    /// What was published; where it is [oversized](Self::oversized), how that begins.
    pub body: Bytes,
    /// When the broker took it: nanoseconds since 1970, by the broker's clock.
    pub timestamp_nanos: i64,
    /// How many times it was delivered, this one included.
    pub attempts: u16,
    /// The broker that delivered it.
    pub broker: BrokerId,
    /// The broker's name for it.
    pub id: MessageId,
    /// Where the body is over what the transport takes: it was not kept. Whoever finishes the message loses it.
    pub oversized: Option<Oversized>,
    /// The connection that it came through.
    pub acknowledge: Arc<dyn Acknowledge>,
}

/// The size of a body that was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oversized {
    /// Its bytes.
    pub size: usize,
    /// How many the transport takes.
    pub limit: usize,
}

impl Delivery {
    /// The message is done with.
    pub fn finish(&self) {
        self.acknowledge.finish(self.id);
    }

    /// The message shall come again after `delay`.
    pub fn requeue(&self, delay: Duration) {
        self.acknowledge.requeue(self.id, delay);
    }

    /// The message is still being worked on: its timeout starts again.
    pub fn touch(&self) {
        self.acknowledge.touch(self.id);
    }
}

/// Finishes messages; those that came through one connection leave it together.
pub fn finish_all<'a>(deliveries: impl IntoIterator<Item = &'a Delivery>) {
    let mut ids = Vec::new();
    let mut through: Option<&Arc<dyn Acknowledge>> = None;
    for Delivery { id, acknowledge, .. } in deliveries {
        if let Some(other) = through.take_if(|through| !Arc::ptr_eq(through, acknowledge)) {
            other.finish_all(&ids);
            ids.clear();
        }
        through = Some(acknowledge);
        ids.push(*id);
    }
    if let Some(acknowledge) = through {
        acknowledge.finish_all(&ids);
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("id", &self.id)
            .field("broker", &self.broker)
            .field("attempts", &self.attempts)
            .field("size", &self.oversized.map_or(self.body.len(), |oversized| oversized.size))
            .finish_non_exhaustive()
    }
}
