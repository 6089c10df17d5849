//! Publishing to one broker: a queue, one connection at a time, and acknowledgements matched in order.
//!
//! A lone message is written by whoever publishes it, at once. As soon as messages wait for acknowledgements, further
//! ones are collected by the connection's task: what is ready when it runs goes out in one write, as one MPUB for each
//! topic.

mod rest;
mod shared;
mod state;
mod task;

use std::{
    sync::{Arc, Mutex, atomic::AtomicU64},
    time::Duration,
};

use almanet_nsq::name::TopicName;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use tokio::sync::{Notify, oneshot, watch};

use self::{
    shared::{Outcome, Refused, Shared},
    state::Phase,
};
use super::{
    alarm::now,
    config::NsqConfig,
    connections::Connections,
    dial::DialError,
    message::{Done, Publish},
};
use crate::{
    sync::Bell,
    transport::{
        net::Address,
        publish::{Awaited, PublishError, Publishing, Recall, Watch},
    },
};

/// The publishing side of one broker.
#[derive(Debug)]
pub(super) struct Publisher {
    shared: Arc<Shared>,
    closed: watch::Receiver<bool>,
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
        let work = Work { shared: Arc::clone(&shared), is_closed };
        tokio::spawn(async move { work.shared.run(first).await });
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

/// What the task does. It is over with the task, also where that is dropped together with its runtime.
struct Work {
    shared: Arc<Shared>,
    is_closed: watch::Sender<bool>,
}

impl Drop for Work {
    fn drop(&mut self) {
        self.shared.end();
        self.is_closed.send_replace(true);
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.shut();
    }
}
