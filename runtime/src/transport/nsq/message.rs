//! Messages on their way to one broker, and who learns what came of them.

use std::{sync::Arc, time::Duration};

use almanet_nsq::name::TopicName;
use bytes::Bytes;
use tokio::sync::oneshot;

use crate::transport::publish::{PublishError, Watch, Watcher};

/// One message on its way.
#[derive(Debug)]
pub(super) struct Publish {
    pub(super) topic: TopicName,
    pub(super) body: Bytes,
    pub(super) delay: Option<Duration>,
    /// Not to be put into one command with others: such a command was refused because of one of them.
    pub(super) is_alone: bool,
    pub(super) done: Done,
}

/// The messages of one command, in its order.
pub(super) type Batch = Vec<Publish>;

/// Who learns what came of a message.
#[derive(Debug)]
pub(super) enum Done {
    /// Whoever holds the other end, which knows the message by this number.
    Waiting(oneshot::Sender<Result<(), PublishError>>, u64),
    Watching(Watch),
}

impl Done {
    /// Whether anything goes on once the message is acknowledged.
    pub(super) fn is_awaited(&self) -> bool {
        match self {
            Self::Waiting(..) => true,
            Self::Watching(watch) => watch.watcher.awaits_success(),
        }
    }
}

impl Publish {
    /// Whether it may be put into one command with others of its topic.
    pub(super) fn may_share(&self) -> bool {
        self.delay.is_none() && !self.is_alone
    }

    /// What it counts for against the limit of what may wait.
    pub(super) fn cost(&self) -> usize {
        self.body.len() + 128
    }
}

/// What came of messages, to be told when nothing is locked any more.
#[derive(Debug, Default)]
pub(super) struct Endings(Vec<(Batch, Result<(), PublishError>)>);

impl Endings {
    pub(super) fn add(&mut self, batch: Batch, outcome: Result<(), PublishError>) {
        self.0.push((batch, outcome));
    }

    pub(super) fn tell(self) {
        let mut tokens = Vec::new();
        for (batch, outcome) in self.0 {
            let mut told: Option<Arc<dyn Watcher>> = None;
            for publish in batch {
                match publish.done {
                    // Nobody may be waiting any more.
                    Done::Waiting(done, _) => drop(done.send(outcome.clone())),
                    Done::Watching(Watch { watcher, token }) => {
                        if let Some(other) = told.take_if(|told| !Arc::ptr_eq(told, &watcher)) {
                            other.ended(&tokens, &outcome);
                            tokens.clear();
                        }
                        told.get_or_insert(watcher);
                        tokens.push(token);
                    }
                }
            }
            if let Some(told) = told {
                told.ended(&tokens, &outcome);
                tokens.clear();
            }
        }
    }
}

pub(super) fn cost_of(batch: &Batch) -> usize {
    batch.iter().map(Publish::cost).sum()
}
