//! Publishing to one broker: a queue, one connection at a time, and acknowledgements matched in order.
//!
//! A lone message is written by whoever publishes it, at once. As soon as messages wait for acknowledgements, further
//! ones are collected by the connection's task: what is ready when it runs goes out in one write, as one MPUB for each
//! topic.

mod rest;
mod state;
mod task;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use almanet_nsq::name::TopicName;
use bytes::Bytes;
use tokio::sync::{Notify, oneshot, watch};

use self::state::{Phase, State};
use super::{
    config::NsqConfig,
    dial::{DialError, Flushed, now},
    flow::FAR,
    message::{Done, Endings, Publish},
    nodes::Connections,
};
use crate::{
    sync::Bell,
    transport::{Awaited, BoxFuture, PublishError, Publishing, Recall, Watch, net::Address},
};

/// The publishing side of one broker.
#[derive(Debug)]
pub(super) struct Publisher {
    shared: Arc<Shared>,
    closed: watch::Receiver<bool>,
}

#[derive(Debug)]
struct Shared {
    address: Address,
    connections: Arc<Connections>,
    config: Arc<NsqConfig>,
    state: Mutex<State>,
    /// There is something for the task to do.
    bell: Bell,
    /// There is room in the queue again.
    room: Notify,
    /// What the next message that nobody watches is known by.
    next: AtomicU64,
}

impl Publisher {
    /// Starts the task that keeps one broker connected. The receiver gets the outcome of the first attempt.
    pub(super) fn start(
        address: Address,
        config: Arc<NsqConfig>,
        connections: Arc<Connections>,
    ) -> (Self, oneshot::Receiver<Result<(), DialError>>) {
        let shared = Arc::new(Shared {
            address,
            connections,
            config,
            state: Mutex::default(),
            bell: Bell::default(),
            room: Notify::new(),
            next: AtomicU64::default(),
        });
        let (first, outcome) = oneshot::channel();
        let (is_closed, closed) = watch::channel(false);
        let task = Arc::clone(&shared);
        tokio::spawn(async move {
            task.run(first).await;
            is_closed.send_replace(true);
        });
        (Self { shared, closed }, outcome)
    }

    /// Whether a connection is there.
    pub(super) fn is_up(&self) -> bool {
        matches!(self.shared.lock().phase, Phase::Up(_))
    }

    /// Whether its task does not watch for acknowledgements now.
    #[cfg(test)]
    pub(super) fn rests(&self) -> bool {
        matches!(&self.shared.lock().phase, Phase::Up(link) if link.rest.is_some())
    }

    /// Takes a message that was checked. Where too much waits already, it is the returned future that waits for room.
    pub(super) fn publish(&self, topic: TopicName, body: Bytes, delay: Option<Duration>) -> Publishing {
        let (number, done, outcome) = self.shared.number();
        match self.shared.take(Publish { topic, body, delay, is_alone: false, done }) {
            Ok(()) => self.awaited(number, outcome, None),
            Err(Refused::For(error)) => Publishing::ready(Err(error)),
            Err(Refused::NoRoom(publish)) => self.publish_when_room(publish, number, outcome),
        }
    }

    /// As [`publish`](Publisher::publish), for a watcher. `None` where it will be told.
    pub(super) fn publish_watched(&self, topic: TopicName, body: Bytes, watch: Watch) -> Option<Publishing> {
        let publish = Publish { topic, body, delay: None, is_alone: false, done: Done::Watching(watch) };
        match self.shared.take(publish) {
            Ok(()) => None,
            Err(Refused::For(error)) => Some(Publishing::ready(Err(error))),
            Err(Refused::NoRoom(publish)) => {
                let (number, done, outcome) = self.shared.number();
                Some(self.publish_when_room(Publish { done, ..publish }, number, outcome))
            }
        }
    }

    /// Takes a watched message back. False where it is not here, or a byte of it was written.
    pub(super) fn recall(&self, watch: &Watch) -> bool {
        self.shared.recall_where(|done| matches!(done, Done::Watching(known) if known.is_same(watch)))
    }

    fn publish_when_room(&self, publish: Publish, number: u64, outcome: Outcome) -> Publishing {
        let shared = Arc::clone(&self.shared);
        self.awaited(number, outcome, Some(Box::pin(async move { shared.take_when_room(publish).await })))
    }

    fn awaited(
        &self,
        number: u64,
        outcome: Outcome,
        room: Option<BoxFuture<'static, Result<(), PublishError>>>,
    ) -> Publishing {
        Publishing::Awaited(Awaited { outcome, room, taken_by: Arc::clone(&self.shared) as Arc<dyn Recall>, number })
    }

    /// Takes no more, and waits until everything has ended and the connection is closed. A broker that acknowledges
    /// nothing is waited for as long as a silent one.
    pub(super) async fn close(&self) {
        self.shut();
        // An error means that the task has ended already.
        let _ = self.closed.clone().wait_for(|is_closed| *is_closed).await;
    }

    /// Takes no more; the task ends by itself when everything has ended.
    pub(super) fn shut(&self) {
        let close_by = now() + self.shared.config.read_timeout();
        self.shared.lock().close_by.get_or_insert(close_by);
        self.shared.bell.ring();
        self.shared.room.notify_waiters();
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.shut();
    }
}

type Outcome = oneshot::Receiver<Result<(), PublishError>>;

enum Refused {
    For(PublishError),
    NoRoom(Publish),
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // No panic leaves the state half changed: it is only moved between queues.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a message that nobody watches is known by, and how its outcome is told.
    fn number(&self) -> (u64, Done, Outcome) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (done, outcome) = oneshot::channel();
        (number, Done::Waiting(done, number), outcome)
    }

    fn take(&self, publish: Publish) -> Result<(), Refused> {
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
    fn settle(&self, mut state: MutexGuard<'_, State>, held: usize, endings: Endings) {
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

    async fn take_when_room(&self, mut publish: Publish) -> Result<(), PublishError> {
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
    fn recall_where(&self, is_wanted: impl Fn(&Done) -> bool) -> bool {
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
