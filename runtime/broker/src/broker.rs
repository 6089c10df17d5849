//! The broker: its topics by name, and the calls that need no connection.

use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasher, BuildHasherDefault},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use almanet_nsq::name::{ChannelName, TopicName};
use bytes::Bytes;
use hashbrown::DefaultHashBuilder;
use rustc_hash::FxHasher;

use crate::{
    error::Refusal,
    options::{Options, SubscriberOptions},
    queue::{Ledger, Topic},
    subscriber::Subscriber,
};

/// A broker in this process. Clones are the same broker; it ends, with all its messages, when the last clone, listener
/// and subscriber are gone.
#[derive(Clone)]
pub struct Broker {
    pub(crate) shared: Arc<Shared>,
}

impl Broker {
    /// A broker without topics. It starts no task and opens no port: see [`listen`](Self::listen).
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { shared: Arc::new(Shared::new(options)) }
    }

    /// The options that it was made with.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.shared.options
    }

    /// Publishes a message: every channel of the topic gets a copy, which shares the body. A topic without channels
    /// keeps it for the first one. An ephemeral channel that is full drops it.
    ///
    /// # Errors
    /// Where the body is empty or too big, the delay too long, or there is no room.
    pub fn publish(&self, topic: &TopicName, body: Bytes, delay: Option<Duration>) -> Result<(), Refusal> {
        let delay = delay.unwrap_or_default();
        let limit = self.shared.options.max_requeue_timeout;
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
        let limit = self.shared.options.max_message_size;
        for body in bodies {
            if body.is_empty() {
                return Err(Refusal::EmptyBody);
            }
            if body.len() > limit {
                return Err(Refusal::TooBig { size: body.len(), limit });
            }
        }
        loop {
            if let Ok(outcome) = self.shared.topic(topic)?.publish(bodies, delay) {
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
            let topic = self.shared.topic(topic)?;
            if let Ok(seat) = topic.join(channel, options.ready) {
                return Ok(Subscriber::new(Arc::clone(&self.shared), topic, seat?, options));
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
        f.debug_struct("Broker").field("topics", &self.shared.count()).finish_non_exhaustive()
    }
}

const SHARDS: usize = 16;

/// Names come from anybody, so that the hash is seeded at random.
type Shard = HashMap<TopicName, Arc<Topic>, DefaultHashBuilder>;

/// What the clones of a broker share.
pub(crate) struct Shared {
    options: Arc<Options>,
    ledger: Arc<Ledger>,
    topics: AtomicUsize,
    shards: [Mutex<Shard>; SHARDS],
}

impl Shared {
    fn new(options: Options) -> Self {
        Self {
            options: Arc::new(options),
            ledger: Arc::new(Ledger::new()),
            topics: AtomicUsize::new(0),
            shards: std::array::from_fn(|_| Mutex::default()),
        }
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// The topic of this name, made where it is missing.
    pub(crate) fn topic(&self, name: &TopicName) -> Result<Arc<Topic>, Refusal> {
        let mut shard = self.shard(name);
        if let Some(topic) = shard.get(name) {
            return Ok(Arc::clone(topic));
        }
        let limit = self.options.max_topics;
        if self.topics.fetch_add(1, Ordering::Relaxed) >= limit {
            self.topics.fetch_sub(1, Ordering::Relaxed);
            return Err(Refusal::TooMany { what: "topics", limit });
        }
        let topic = Topic::new(name.clone(), Arc::clone(&self.options), Arc::clone(&self.ledger));
        let topic = Arc::new(topic);
        shard.insert(name.clone(), Arc::clone(&topic));
        Ok(topic)
    }

    /// Removes a topic that is gone, unless another one already has its name.
    pub(crate) fn forget(&self, topic: &Arc<Topic>) {
        let mut shard = self.shard(&topic.name);
        if shard.get(&topic.name).is_some_and(|known| Arc::ptr_eq(known, topic)) {
            shard.remove(&topic.name);
            self.topics.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn count(&self) -> usize {
        self.topics.load(Ordering::Relaxed)
    }

    fn shard(&self, name: &TopicName) -> MutexGuard<'_, Shard> {
        // Only the spread over the locks depends on this hash, so that it may be a cheap one.
        let hash = BuildHasherDefault::<FxHasher>::default().hash_one(name);
        let place = usize::try_from(hash >> 60).expect("four bits");
        self.shards[place].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
