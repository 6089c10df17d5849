//! What the routes of one server share.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::{memory::Memory, reply_topics::ReplyTopics};
use crate::{session::Session, sync::Said};

/// Shared by all that a server serves.
pub(super) struct Core {
    pub(super) session: Session,
    /// How often a call that is still running is reported to its broker.
    pub(super) touch_every: Duration,
    /// When everything has to be over, once the server drains.
    pub(super) stop: Said<Instant>,
    memory: Mutex<Memory>,
    pub(super) reply_topics: Arc<ReplyTopics>,
}

impl Core {
    pub(super) fn new(session: Session, touch_every: Duration, stop: Said<Instant>) -> Self {
        Self { session, touch_every, stop, memory: Mutex::default(), reply_topics: Arc::default() }
    }

    /// A panic elsewhere leaves the memory usable: every change of it is whole.
    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
