//! A session, as all hold it that is made from it.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use almanet_nsq::name::TopicName;
use rustc_hash::FxBuildHasher;
use tokio::{sync::Semaphore, task::AbortHandle};

use super::{
    intake::Intake,
    replies::{Replies, Ticket},
    safeguard::Safeguard,
    streams::Streams,
};
use crate::{
    credential::Token,
    metrics::{Counters, Meter, Statistics},
    transport::{Transport, Watch},
    wire::{self, AddressError, Id},
};

/// How many topics of calls that no contract knows are remembered.
const TOPICS_KEPT: usize = 4_096;
/// How much longer calls wait without deadlines.
const FOREVER: u32 = 100;

/// A connection to the brokers. Cloning it is cheap, and the clones are one session.
///
/// Connections are closed when the last clone is dropped, together with whatever was made from it (clients, servers,
/// topics); [`close`](Session::close) does so in order.
#[derive(Clone)]
pub struct Session {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) id: Id,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) intake: Arc<Intake>,
    pub(super) outstanding: Semaphore,
    pub(super) max_outstanding: usize,
    pub(super) token: Option<Token>,
    pub(super) without: Option<Safeguard>,
    pub(super) meter: Meter,
    pub(super) topics: Mutex<HashMap<Box<str>, TopicName, FxBuildHasher>>,
    pub(super) tasks: [AbortHandle; 2],
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
        self.meter.retire(&self.intake.counters);
    }
}

#[cfg(feature = "metrics")]
impl crate::metrics::Source for Inner {
    fn statistics(&self) -> Statistics {
        self.intake.counters.snapshot()
    }

    fn links(&self) -> Vec<crate::transport::Link> {
        self.transport.links()
    }
}

impl Session {
    /// The session's id: the caller's in every call that it makes.
    pub fn id(&self) -> Id {
        self.inner.id
    }

    /// What the session has thrown away so far.
    pub fn statistics(&self) -> Statistics {
        self.inner.intake.counters.snapshot()
    }

    /// Waits until what was published is acknowledged, for as long as a broker may be silent at most, then closes every
    /// connection. Calls that still wait for a reply end in [`OutcomeUnknown::Closed`](crate::error::OutcomeUnknown::Closed), later ones in
    /// [`NotExecuted`](crate::error::NotExecuted).
    pub async fn close(&self) {
        self.inner.outstanding.close();
        self.inner.intake.replies.close();
        self.streams().close();
        self.streams().left().await;
        self.inner.transport.close().await;
    }

    /// Whether it was [closed](Session::close).
    pub(crate) fn is_closed(&self) -> bool {
        self.inner.outstanding.is_closed()
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.inner.transport
    }

    pub(crate) fn replies(&self) -> &Replies {
        &self.inner.intake.replies
    }

    /// Tells a call of what came of its publish, where that was not good.
    pub(crate) fn watch(&self, ticket: &Ticket<'_>) -> Watch {
        Watch { watcher: self.inner.intake.clone(), token: ticket.token() }
    }

    pub(super) fn streams(&self) -> &Streams {
        &self.inner.intake.streams
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.inner.intake.counters
    }

    /// Holds the places of calls that wait for their replies.
    pub(crate) fn outstanding(&self) -> &Semaphore {
        &self.inner.outstanding
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.inner.meter
    }

    pub(crate) fn token(&self) -> Option<&Token> {
        self.inner.token.as_ref()
    }

    pub(crate) fn max_outstanding(&self) -> usize {
        self.inner.max_outstanding
    }

    /// The topic of calls to `uri`, which is made once.
    pub(crate) fn call_topic(&self, uri: &str) -> Result<TopicName, AddressError> {
        let mut topics = self.inner.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(topic) = topics.get(uri) {
            return Ok(topic.clone());
        }
        let topic = wire::call_topic(uri)?;
        if topics.len() >= TOPICS_KEPT {
            topics.clear();
        }
        topics.insert(uri.into(), topic.clone());
        Ok(topic)
    }

    /// Whether this safeguard is in force.
    pub(crate) fn has(&self, safeguard: Safeguard) -> bool {
        self.inner.without != Some(safeguard)
    }

    /// How long a call with this timeout is waited for.
    pub(crate) fn patience(&self, timeout: Duration) -> Duration {
        if self.has(Safeguard::Deadlines) { timeout } else { timeout * FOREVER }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("id", &self.inner.id).field("transport", &self.inner.transport).finish()
    }
}
