//! The broker: the calls that need no connection.

use std::{fmt, sync::Arc, time::Duration};

use almanet_nsq::name::{ChannelName, TopicName};
use bytes::Bytes;

use crate::{
    error::Refusal,
    options::{Options, SubscriberOptions},
    subscriber::Subscriber,
    topics::Topics,
};

/// A broker in this process. Clones are the same broker; it ends, with all its messages, when the last clone, listener
/// and subscriber are gone.
#[derive(Clone)]
pub struct Broker {
    topics: Arc<Topics>,
}

impl Broker {
    /// A broker without topics. It starts no task and opens no port: see [`listen`](Self::listen).
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { topics: Arc::new(Topics::new(options)) }
    }

    /// The options that it was made with.
    #[must_use]
    pub fn options(&self) -> &Options {
        self.topics.options()
    }

    /// Publishes a message: every channel of the topic gets a copy, which shares the body. A topic without channels
    /// keeps it for the first one. An ephemeral channel that is full drops it.
    ///
    /// # Errors
    /// Where the body is empty or too big, the delay too long, or there is no room.
    pub fn publish(&self, topic: &TopicName, body: Bytes, delay: Option<Duration>) -> Result<(), Refusal> {
        let delay = delay.unwrap_or_default();
        let limit = self.options().max_requeue_timeout;
        if delay > limit {
            return Err(Refusal::DelayTooLong { delay, limit });
        }
        self.publish_all(topic, &[body], delay)
    }

    /// Publishes several messages of one topic, all of them or none.
    ///
    /// # Errors
    /// As [`publish`](Self::publish).
    pub fn publish_many(&self, topic: &TopicName, bodies: &[Bytes]) -> Result<(), Refusal> {
        self.publish_all(topic, bodies, Duration::ZERO)
    }

    pub(crate) fn publish_all(&self, topic: &TopicName, bodies: &[Bytes], delay: Duration) -> Result<(), Refusal> {
        let limit = self.options().max_message_size;
        for body in bodies {
            if body.is_empty() {
                return Err(Refusal::EmptyBody);
            }
            if body.len() > limit {
                return Err(Refusal::TooBig { size: body.len(), limit });
            }
        }
        loop {
            if let Ok(outcome) = self.topics.topic(topic)?.publish(bodies, delay) {
                return outcome;
            }
        }
    }

    /// Subscribes to a channel of a topic; both are made where they are missing.
    ///
    /// # Errors
    /// Where there are too many topics or channels.
    pub fn subscribe(
        &self,
        topic: &TopicName,
        channel: &ChannelName,
        options: &SubscriberOptions,
    ) -> Result<Subscriber, Refusal> {
        loop {
            let topic = self.topics.topic(topic)?;
            if let Ok(seat) = topic.join(channel, options.ready) {
                return Ok(Subscriber::new(Arc::clone(&self.topics), topic, seat?, options));
            }
        }
    }
}

impl Default for Broker {
    fn default() -> Self {
        Self::new(Options::default())
    }
}

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broker").field("topics", &self.topics.count()).finish_non_exhaustive()
    }
}
