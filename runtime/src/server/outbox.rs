//! Replies that wait for the broker's acknowledgement, without a task for each.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use slab::Slab;
use tokio::time::Instant;

use super::execution::{self, Execution};
use crate::{
    sync::Bell,
    transport::{PublishError, Publishing, Transport, Watch, Watcher},
};

/// The replies of one subscription that are on their way.
#[derive(Default)]
pub(super) struct Outbox {
    state: Mutex<State>,
    /// Rung when a reply failed, and, for who drains, when none is on its way any more.
    changed: Bell,
}

#[derive(Default)]
struct State {
    /// By the tokens that the transport knows. One that expired keeps its token until the transport is done with it.
    sent: Slab<Option<(Box<Execution>, Bytes)>>,
    failed: Vec<Failed>,
    /// Somebody waits until nothing is on its way any more.
    is_draining: bool,
}

/// A call whose reply did not go out, and why.
pub(super) struct Failed {
    pub(super) execution: Box<Execution>,
    pub(super) reply: Bytes,
    pub(super) publishing: Publishing,
}

/// What became of a reply that was handed over.
pub(super) enum Sent {
    /// The outbox ends its call as soon as the broker has it.
    Watched,
    /// The broker has it: its call is to be ended.
    Ended(Box<Execution>, Bytes),
    /// Somebody must wait for it.
    Failed(Failed),
}

impl Outbox {
    /// Publishes a reply.
    pub(super) fn publish(
        self: &Arc<Self>,
        transport: &dyn Transport,
        execution: Box<Execution>,
        reply: Bytes,
        now: Instant,
    ) -> Sent {
        let Some((route, topic)) = execution.way(now) else { return Sent::Ended(execution, reply) };
        if transport.is_immediate() {
            return match transport.publish(route, &topic, reply.clone(), None) {
                Publishing::Ready(Some(Ok(()))) => Sent::Ended(execution, reply),
                publishing => Sent::Failed(Failed { execution, reply, publishing }),
            };
        }
        let token = self.state().sent.insert(Some((execution, reply.clone())));
        let watch = Watch { watcher: self.clone(), token: token as u64 };
        let Some(publishing) = transport.publish_watched(route, &topic, reply, watch) else { return Sent::Watched };
        match self.state().sent.remove(token) {
            Some((execution, reply)) => Sent::Failed(Failed { execution, reply, publishing }),
            None => Sent::Watched,
        }
    }

    /// Whether replies are on their way.
    pub(super) fn is_waiting(&self) -> bool {
        !self.state().sent.is_empty()
    }

    /// From now on [`changed`](Outbox::changed) also ends when nothing is on its way any more.
    pub(super) fn drain(&self) {
        self.state().is_draining = true;
    }

    /// Waits until there is something in [`take_failed`](Outbox::take_failed).
    pub(super) async fn changed(&self) {
        self.changed.rung().await;
    }

    /// As [`changed`](Outbox::changed).
    pub(super) fn poll_changed(&self, cx: &Context<'_>) -> Poll<()> {
        self.changed.poll_rung(cx)
    }

    /// The replies that have to be published again.
    pub(super) fn take_failed(&self) -> Vec<Failed> {
        std::mem::take(&mut self.state().failed)
    }

    /// Tells the brokers that these calls are being worked on, and ends those whose time is over: a reply that was not
    /// written yet never will be.
    pub(super) fn sweep(self: &Arc<Self>, transport: &dyn Transport, now: Instant) {
        let mut expired = Vec::new();
        for (token, sent) in &mut self.state().sent {
            if sent.as_mut().is_some_and(|(execution, _)| !execution.keep(now)) {
                expired.extend(sent.take().map(|(execution, _)| (token, execution)));
            }
        }
        for (token, execution) in expired {
            if transport.recall(&Watch { watcher: self.clone(), token: token as u64 }) {
                self.state().sent.remove(token);
            }
            execution.expire();
        }
    }

    /// Gives every call back to its broker.
    pub(super) fn close(&self) {
        let mut state = self.state();
        let sent: Vec<_> = state.sent.iter_mut().filter_map(|(_, sent)| sent.take()).collect();
        let failed = std::mem::take(&mut state.failed);
        // What is dropped acknowledges, which must not happen under the lock.
        drop(state);
        drop((sent, failed));
    }

    /// A panic elsewhere leaves the state usable: every change of it is whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watcher for Outbox {
    fn ended(&self, tokens: &[u64], outcome: &Result<(), PublishError>) {
        let mut ended = Vec::with_capacity(tokens.len());
        let mut state = self.state();
        for token in tokens {
            let sent = usize::try_from(*token).ok().and_then(|token| state.sent.try_remove(token));
            ended.extend(sent.flatten());
        }
        let mut is_changed = state.is_draining && state.sent.is_empty();
        if let Err(error) = outcome {
            is_changed = true;
            state.failed.extend(ended.drain(..).map(|(execution, reply)| Failed {
                execution,
                reply,
                publishing: Publishing::ready(Err(error.clone())),
            }));
        }
        drop(state);
        execution::settle_all(&mut ended);
        if is_changed {
            self.changed.ring();
        }
    }
}
