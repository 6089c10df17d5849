//! What a server remembers of calls, so that one that is delivered twice runs once.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;
use rustc_hash::FxBuildHasher;
use tokio::time::Instant;

use crate::{transport::Delivery, wire::Id};

/// How many calls are remembered.
const MAX_CALLS: usize = 65_536;
/// How large the replies that are remembered are together, in bytes.
const MAX_SIZE: usize = 64 * 1024 * 1024;

/// One call on one route: the same call may be delivered on several channels, and runs on each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) route: u32,
    pub(super) caller: Id,
    pub(super) call: Id,
}

/// What is known of a call that was just delivered.
#[derive(Debug)]
pub(super) enum Known {
    /// Nothing: it is to be run.
    New(Delivery),
    /// It is running, and this delivery ends with it.
    Running,
    /// It ran, and this was the reply, where one was wanted.
    Finished(Delivery, Option<Bytes>),
}

#[derive(Debug, Default)]
pub(super) struct Memory {
    calls: HashMap<Key, Call, FxBuildHasher>,
    /// In the order in which they came, each with when it may be forgotten, which also tells a call from one of the
    /// same key that was abandoned before it.
    order: VecDeque<(Key, Instant)>,
    size: usize,
}

#[derive(Debug)]
struct Call {
    state: State,
    forget_at: Instant,
}

#[derive(Debug)]
enum State {
    Running(Vec<Delivery>),
    Finished(Option<Bytes>),
}

impl Memory {
    /// Enters a delivery. A new call is remembered as running, until `forget_at` at the longest.
    pub(super) fn enter(&mut self, key: Key, delivery: Delivery, now: Instant, forget_at: Instant) -> Known {
        match self.calls.get_mut(&key).map(|call| &mut call.state) {
            Some(State::Running(joined)) => {
                joined.push(delivery);
                return Known::Running;
            }
            Some(State::Finished(reply)) => return Known::Finished(delivery, reply.clone()),
            None => {}
        }
        self.make_room(now);
        self.calls.insert(key, Call { state: State::Running(Vec::new()), forget_at });
        self.order.push_back((key, forget_at));
        Known::New(delivery)
    }

    /// The call has ended with this reply. Gives the deliveries that joined it.
    pub(super) fn finish(&mut self, key: Key, reply: Option<Bytes>) -> Vec<Delivery> {
        // One that was forgotten while it ran stays forgotten.
        let Some(call) = self.calls.get_mut(&key) else { return Vec::new() };
        self.size += reply.as_ref().map_or(0, Bytes::len);
        match std::mem::replace(&mut call.state, State::Finished(reply)) {
            State::Running(joined) => joined,
            State::Finished(before) => {
                self.size -= before.map_or(0, |reply| reply.len());
                Vec::new()
            }
        }
    }

    /// The call did not end here: whoever gets it next runs it. Gives the deliveries that joined it.
    pub(super) fn abandon(&mut self, key: Key) -> Vec<Delivery> {
        // Its place in the order stays, and is passed over when its time comes.
        match self.calls.remove(&key).map(|call| call.state) {
            Some(State::Running(joined)) => joined,
            Some(State::Finished(reply)) => {
                self.size -= reply.map_or(0, |reply| reply.len());
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// The deliveries that joined a running call.
    pub(super) fn joined(&self, key: Key) -> &[Delivery] {
        match self.calls.get(&key).map(|call| &call.state) {
            Some(State::Running(joined)) => joined,
            _ => &[],
        }
    }

    /// Forgets what may be forgotten, and the oldest where there is too much.
    fn make_room(&mut self, now: Instant) {
        while let Some((key, forget_at)) = self.order.front().copied() {
            let too_much = self.order.len() >= MAX_CALLS || self.size > MAX_SIZE;
            if forget_at > now && !too_much {
                return;
            }
            self.order.pop_front();
            if self.calls.get(&key).is_some_and(|call| call.forget_at == forget_at) {
                self.abandon(key);
            }
        }
    }
}
