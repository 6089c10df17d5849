//! Topics by their names.

use std::{
    collections::HashMap,
    hash::{BuildHasher, BuildHasherDefault},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use almanet_nsq::name::TopicName;
use hashbrown::DefaultHashBuilder;
use rustc_hash::FxHasher;

use crate::{
    error::Refusal,
    options::Options,
    queue::{Ledger, Topic},
};

const SHARDS: usize = 16;

/// Names come from anybody, so that the hash is seeded at random.
type Shard = HashMap<TopicName, Arc<Topic>, DefaultHashBuilder>;

/// The topics of one broker, which its clones and subscribers share.
pub(crate) struct Topics {
    options: Arc<Options>,
    ledger: Arc<Ledger>,
    count: AtomicUsize,
    shards: [Mutex<Shard>; SHARDS],
}

impl Topics {
    /// None so far.
    pub(crate) fn new(options: Options) -> Self {
        Self {
            options: Arc::new(options),
            ledger: Arc::new(Ledger::new()),
            count: AtomicUsize::new(0),
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
        if self.count.fetch_add(1, Ordering::Relaxed) >= limit {
            self.count.fetch_sub(1, Ordering::Relaxed);
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
            self.count.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    fn shard(&self, name: &TopicName) -> MutexGuard<'_, Shard> {
        // Only the spread over the locks depends on this hash, so that it may be a cheap one.
        let hash = BuildHasherDefault::<FxHasher>::default().hash_one(name);
        let place = usize::try_from(hash >> 60).expect("four bits");
        self.shards[place].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
