//! What a server remembers of calls, so that one that is delivered twice runs once.

use std::{
    collections::VecDeque,
    hash::{BuildHasher, Hash},
};

use bytes::Bytes;
use hashbrown::{DefaultHashBuilder, HashTable};
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

/// A call's number among all that came, by which it is found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number(u64);

/// What is known of a call that was just delivered.
#[derive(Debug)]
pub(super) enum Known {
    /// Nothing: it is to be run.
    New(Delivery, Number),
    /// It is running, and this delivery ends with it.
    Running,
    /// It ran, and this was the reply, where one was wanted.
    Finished(Delivery, Number, Option<Bytes>),
}

/// Calls in the order in which they came, and a table that finds them. A call's number is its position in the queue, so that
/// the table is asked once for a call, and is small enough to stay in a processor's cache.
#[derive(Debug, Default)]
pub(super) struct Memory {
    calls: VecDeque<Call>,
    /// How many are no longer in the queue: the number of its first.
    first: u64,
    /// The lower half of the calls' numbers.
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
    size: usize,
}

#[derive(Debug)]
struct Call {
    key: Key,
    forget_at: Instant,
    state: State,
}

#[derive(Debug)]
enum State {
    Running(Vec<Delivery>),
    Finished(Option<Bytes>),
    /// It is no longer in the table.
    Abandoned,
}

impl Memory {
    /// Enters a delivery. A new call is remembered as running, until `forget_at` at the longest.
    pub(super) fn enter(&mut self, key: Key, delivery: Delivery, now: Instant, forget_at: Instant) -> Known {
        let hash = self.hasher.hash_one(key);
        let (calls, first) = (&mut self.calls, self.first);
        if let Some(number) = self.table.find(hash, |number| calls[offset(first, *number)].key == key) {
            let offset = offset(first, *number);
            match &mut calls[offset].state {
                State::Running(joined) => {
                    joined.push(delivery);
                    return Known::Running;
                }
                State::Finished(reply) => {
                    return Known::Finished(delivery, Number(first + offset as u64), reply.clone());
                }
                State::Abandoned => {}
            }
        }
        self.make_room(now);
        let number = Number(self.first + self.calls.len() as u64);
        self.calls.push_back(Call { key, forget_at, state: State::Running(Vec::new()) });
        let (calls, first, hasher) = (&self.calls, self.first, &self.hasher);
        self.table.insert_unique(hash, low(number), |number| hasher.hash_one(calls[offset(first, *number)].key));
        Known::New(delivery, number)
    }

    /// The call has ended with this reply. Gives the deliveries that joined it.
    pub(super) fn finish(&mut self, number: Number, reply: Option<Bytes>) -> Vec<Delivery> {
        // One that was forgotten while it ran stays forgotten.
        let Some(call) = self.call(number) else { return Vec::new() };
        if matches!(call.state, State::Abandoned) {
            return Vec::new();
        }
        let size = reply.as_ref().map_or(0, Bytes::len);
        let before = std::mem::replace(&mut call.state, State::Finished(reply));
        self.size += size;
        self.release(before)
    }

    /// The call did not end here: whoever gets it next runs it. Gives the deliveries that joined it.
    pub(super) fn abandon(&mut self, number: Number) -> Vec<Delivery> {
        let Some(call) = self.call(number) else { return Vec::new() };
        let before = std::mem::replace(&mut call.state, State::Abandoned);
        let key = call.key;
        self.leave_table(key, low(number));
        self.release(before)
    }

    /// The deliveries that joined a running call.
    pub(super) fn joined(&mut self, number: Number) -> &[Delivery] {
        match self.call(number).map(|call| &call.state) {
            Some(State::Running(joined)) => joined,
            _ => &[],
        }
    }

    fn call(&mut self, number: Number) -> Option<&mut Call> {
        self.calls.get_mut(usize::try_from(number.0.checked_sub(self.first)?).ok()?)
    }

    /// Lets go of what a call held.
    fn release(&mut self, state: State) -> Vec<Delivery> {
        match state {
            State::Running(joined) => joined,
            State::Finished(reply) => {
                self.size -= reply.map_or(0, |reply| reply.len());
                Vec::new()
            }
            State::Abandoned => Vec::new(),
        }
    }

    fn leave_table(&mut self, key: Key, number: u32) {
        if let Ok(entry) = self.table.find_entry(self.hasher.hash_one(key), |known| *known == number) {
            entry.remove();
        }
    }

    /// Forgets what may be forgotten, and the oldest where there is too much.
    fn make_room(&mut self, now: Instant) {
        while let Some(oldest) = self.calls.front() {
            let too_much = self.calls.len() >= MAX_CALLS || self.size > MAX_SIZE;
            if oldest.forget_at > now && !too_much {
                return;
            }
            if let Some(Call { key, state, .. }) = self.calls.pop_front() {
                let number = Number(self.first);
                self.first += 1;
                self.leave_table(key, low(number));
                self.release(state);
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "calls in the queue are told apart by the lower half")]
fn low(Number(number): Number) -> u32 {
    number as u32
}

/// How far from the front of the queue a call is.
fn offset(first: u64, number: u32) -> usize {
    number.wrapping_sub(low(Number(first))) as usize
}
