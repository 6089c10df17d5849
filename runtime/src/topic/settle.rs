//! What becomes of the messages that a consumer gets: finished, tried again, or given up.

use std::{fmt, sync::Arc, time::Duration};

use almanet_nsq::name::{ChannelName, TopicName};
use tokio::runtime::Handle;

use super::{
    backoff::{Backoff, Brake},
    dead_letter::{Graveyard, bury},
};
use crate::{session::Session, transport::Delivery};

/// How long a message waits after its failures: from a second to a quarter of an hour.
const RETRIES: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(15 * 60));

/// Settles the messages of one consumer, which shares it with them.
pub(super) struct Settler {
    pub(super) brake: Arc<Brake>,
    pub(super) topic: TopicName,
    pub(super) channel: ChannelName,
    pub(super) graveyard: Option<Graveyard>,
    /// Messages may end on threads that know no runtime.
    pub(super) runtime: Handle,
    /// Keeps the connections open.
    pub(super) session: Session,
}

impl Settler {
    /// The delivery, unless it is too large, or one too many.
    pub(super) fn admit(self: &Arc<Self>, delivery: Delivery) -> Option<Delivery> {
        if delivery.oversized.is_some() {
            // No dead letter can hold it, and finishing it would lose it. It says nothing about other messages.
            self.session.counters().oversized.add();
            delivery.requeue(RETRIES.wait_after(delivery.attempts.into()));
            return None;
        }
        match &self.graveyard {
            Some(graveyard) if delivery.attempts > graveyard.max_attempts => {
                let deliveries = graveyard.max_attempts;
                self.bury(delivery, format!("it was delivered {deliveries} times and never finished"));
                None
            }
            _ => Some(delivery),
        }
    }

    pub(super) fn finish(&self, delivery: &Delivery) {
        self.brake.succeeded();
        delivery.finish();
    }

    pub(super) fn requeue(&self, delivery: &Delivery, delay: Duration) {
        self.brake.failed();
        delivery.requeue(delay);
    }

    pub(super) fn put_off(&self, delivery: &Delivery, delay: Duration) {
        self.brake.put_off();
        delivery.requeue(delay);
    }

    /// Requeues what may be tried again, and gives up what may not.
    pub(super) fn fail(self: &Arc<Self>, delivery: Delivery, error: String) {
        self.brake.failed();
        match &self.graveyard {
            Some(graveyard) if delivery.attempts >= graveyard.max_attempts => self.bury(delivery, error),
            _ => {
                tracing::warn!(
                    topic = %self.topic, channel = %self.channel, id = %delivery.id, attempts = delivery.attempts,
                    error, "a message failed"
                );
                delivery.requeue(RETRIES.wait_after(delivery.attempts.into()));
            }
        }
    }

    fn bury(self: &Arc<Self>, delivery: Delivery, error: String) {
        let settler = Arc::clone(self);
        self.runtime.spawn(async move {
            let Some(graveyard) = &settler.graveyard else { return };
            let of = (settler.topic.as_str(), settler.channel.as_str());
            bury(&settler.session, graveyard, of, delivery, &error).await;
        });
    }
}

impl fmt::Debug for Settler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settler").field("topic", &self.topic).field("channel", &self.channel).finish_non_exhaustive()
    }
}
