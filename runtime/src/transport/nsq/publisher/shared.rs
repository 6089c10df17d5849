//! What the task that keeps a broker connected shares with those who publish there.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use tokio::sync::{Notify, oneshot};

use super::{
    super::{
        config::NsqConfig,
        connections::Connections,
        flow::FAR,
        io::Flushed,
        message::{Done, Endings, Publish},
    },
    state::{Phase, State},
};
use crate::{
    sync::Bell,
    transport::{
        net::Address,
        publish::{PublishError, Recall},
    },
};

/// What the task of one broker and those who publish there share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) address: Address,
    pub(super) connections: Arc<Connections>,
    pub(super) config: Arc<NsqConfig>,
    pub(super) state: Mutex<State>,
    /// There is something for the task to do.
    pub(super) bell: Bell,
    /// There is room in the queue again.
    pub(super) room: Notify,
    /// What the next message that nobody watches is known by.
    pub(super) next: AtomicU64,
}

/// How the outcome of a message comes that nobody watches.
pub(super) type Outcome = oneshot::Receiver<Result<(), PublishError>>;

/// Why a message was not taken.
pub(super) enum Refused {
    For(PublishError),
    /// It is to be tried again when there is room.
    NoRoom(Publish),
}

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // No panic leaves the state half changed: it is only moved between queues.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a message that nobody watches is known by, and how its outcome is told.
    pub(super) fn number(&self) -> (u64, Done, Outcome) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (done, outcome) = oneshot::channel();
        (number, Done::Waiting(done, number), outcome)
    }

    pub(super) fn take(&self, publish: Publish) -> Result<(), Refused> {
        let mut state = self.lock();
        if state.is_closing() {
            return Err(Refused::For(PublishError::NotSent("the transport is closed".to_owned())));
        }
        if let Phase::Down(why) = &state.phase {
            return Err(Refused::For(PublishError::NotSent(why.clone())));
        }
        if state.held > 0 && state.held + publish.cost() > self.config.max_pending {
            return Err(Refused::NoRoom(publish));
        }
        state.held += publish.cost();
        let is_awaited = publish.done.is_awaited();
        state.queue.push_back(publish);
        // What waits already has woken the task.
        let is_first = state.queue.len() == 1;
        let is_lone = is_first && state.is_lone();
        if is_lone && self.connections.quickest() > FAR {
            state.take_time();
        }
        let is_written = is_lone && matches!(state.pump(&self.config), Ok(Flushed::Wholly));
        let (held, mut endings) = (state.held, Endings::default());
        let may_rest = state.look(is_awaited, &mut endings);
        self.settle(state, held, endings);
        if (is_first && !is_written) || !may_rest {
            self.bell.ring();
        }
        self.connections.catch_up();
        Ok(())
    }

    /// Tells what came of messages, of which so much was held before, when nothing is locked any more.
    pub(super) fn settle(&self, mut state: MutexGuard<'_, State>, held: usize, endings: Endings) {
        let (has_room, answered_within) = (state.held < held, state.answered_within.take());
        drop(state);
        endings.tell();
        if has_room {
            self.room.notify_waiters();
        }
        if let Some(time) = answered_within {
            self.connections.answered_within(time);
        }
    }

    pub(super) async fn take_when_room(&self, mut publish: Publish) -> Result<(), PublishError> {
        loop {
            let room = self.room.notified();
            match self.take(publish) {
                Ok(()) => return Ok(()),
                Err(Refused::For(error)) => return Err(error),
                Err(Refused::NoRoom(back)) => publish = back,
            }
            room.await;
        }
    }

    /// Takes back the message that this is true of. False where there is none of which no byte was written.
    pub(super) fn recall_where(&self, is_wanted: impl Fn(&Done) -> bool) -> bool {
        let recalled = self.lock().recall(is_wanted);
        if recalled.is_some() {
            self.room.notify_waiters();
        }
        recalled.is_some()
    }
}

impl Recall for Shared {
    fn recall(&self, number: u64) -> bool {
        self.recall_where(|done| matches!(done, Done::Waiting(_, known) if *known == number))
    }
}
