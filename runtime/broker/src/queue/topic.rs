//! One topic: what was published before it had a channel, and the channels that get a copy each.

use std::{
    collections::VecDeque,
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    task::Waker,
    time::Duration,
};

use almanet_nsq::name::{ChannelName, TopicName};
use bytes::Bytes;
use tokio::time::Instant;

use super::{
    channel::{Channel, Wait},
    message::{Held, MemberId, Message, footprint, now_nanos},
    wakeups::Wakeups,
};
use crate::{
    error::{NotInFlight, Refusal},
    options::Options,
};

/// The topic disappeared between looking it up and using it: look it up again.
#[derive(Debug)]
pub(crate) struct Gone;

/// One topic and its channels.
#[derive(Debug)]
pub(crate) struct Topic {
    pub(crate) name: TopicName,
    ephemeral: bool,
    options: Arc<Options>,
    ledger: Arc<Ledger>,
    state: Mutex<State>,
}

/// What all topics of a broker count together.
#[derive(Debug)]
pub(crate) struct Ledger {
    /// What the messages take, in bytes.
    memory: AtomicUsize,
    /// The next message's id. Ids begin with the time, so that those of an earlier broker do not come again.
    next_id: AtomicU64,
}

impl Ledger {
    pub(crate) fn new() -> Self {
        let start = now_nanos().unsigned_abs() >> 20 << 22;
        Self { memory: AtomicUsize::new(0), next_id: AtomicU64::new(start) }
    }
}

#[derive(Debug, Default)]
struct State {
    /// Set when an ephemeral topic has lost its last channel. Nothing is put into it any more.
    gone: bool,
    next_member: MemberId,
    /// Messages that wait for the first channel.
    backlog: VecDeque<Held>,
    /// A channel keeps its place as long as it has a subscriber.
    channels: Vec<Option<Channel>>,
    /// How many of the places are taken.
    live: usize,
}

/// A subscriber's place in a channel. One that was given up names nobody: acting on it does nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seat {
    channel: usize,
    member: MemberId,
}

impl Topic {
    pub(crate) fn new(name: TopicName, options: Arc<Options>, ledger: Arc<Ledger>) -> Self {
        Self { ephemeral: name.is_ephemeral(), name, options, ledger, state: Mutex::default() }
    }

    /// Publishes all of the bodies or none.
    pub(crate) fn publish(&self, bodies: &[Bytes], delay: Duration) -> Result<Result<(), Refusal>, Gone> {
        let mut wakeups = Wakeups::default();
        let mut state = self.lock();
        if state.gone {
            return Err(Gone);
        }
        let outcome = self.admit(&mut state, bodies);
        if outcome.is_ok() {
            let timestamp = now_nanos();
            let first = self.ledger.next_id.fetch_add(bodies.len() as u64, Ordering::Relaxed);
            for (id, body) in (first..).zip(bodies) {
                self.put(&mut state, Message { id, timestamp, attempts: 0, body: body.clone() }, delay, &mut wakeups);
            }
        }
        drop(state);
        wakeups.wake();
        Ok(outcome)
    }

    /// Checks that there is room for the bodies in every channel, and counts them.
    fn admit(&self, state: &mut State, bodies: &[Bytes]) -> Result<(), Refusal> {
        let limit = self.options.max_channel_messages;
        let full = |place: String| Err(Refusal::Full { place, limit });
        if state.live == 0 && !self.ephemeral && state.backlog.len() + bodies.len() > limit {
            return full(format!("topic {}", self.name));
        }
        for channel in state.channels.iter().flatten() {
            if !channel.is_ephemeral() && channel.len() + bodies.len() > limit {
                return full(format!("channel {}:{}", self.name, channel.name));
            }
        }
        let copies = state.live.max(1);
        let size = copies * bodies.iter().map(|body| footprint(body.len())).sum::<usize>();
        let limit = self.options.max_memory;
        if self.ledger.memory.fetch_add(size, Ordering::Relaxed) + size > limit {
            self.free(size);
            return Err(Refusal::OutOfMemory { limit });
        }
        Ok(())
    }

    /// Hands a message, already counted, to every channel. Those that are ephemeral and full drop it.
    fn put(&self, state: &mut State, message: Message, delay: Duration, wakeups: &mut Wakeups) {
        if state.live == 0 {
            if self.ephemeral && state.backlog.len() >= self.options.ephemeral_depth {
                self.free(footprint(message.body.len()));
            } else {
                state.backlog.push_back(Held { message, delay });
            }
            return;
        }
        let mut left = state.live;
        let mut message = Some(message);
        for channel in state.channels.iter_mut().flatten() {
            left -= 1;
            let copy = if left == 0 { message.take() } else { message.clone() };
            let copy = copy.expect("only the last channel takes it away");
            self.put_into(channel, copy, delay, wakeups);
        }
    }

    fn put_into(&self, channel: &mut Channel, message: Message, delay: Duration, wakeups: &mut Wakeups) {
        let drops = channel.is_ephemeral()
            && (channel.len() >= self.options.max_channel_messages
                || delay.is_zero() && channel.depth() >= self.options.ephemeral_depth);
        if drops {
            self.free(footprint(message.body.len()));
        } else if delay.is_zero() {
            channel.push(message, wakeups);
        } else {
            channel.defer(message, Instant::now() + delay, wakeups);
        }
    }

    /// Takes a place in a channel, which is made where it is missing.
    pub(crate) fn join(&self, name: &ChannelName, ready: u32) -> Result<Result<Seat, Refusal>, Gone> {
        let mut wakeups = Wakeups::default();
        let mut state = self.lock();
        if state.gone {
            return Err(Gone);
        }
        let known = state.channels.iter().position(|channel| channel.as_ref().is_some_and(|c| c.name == *name));
        let place = match known {
            Some(place) => place,
            None => {
                let limit = self.options.max_topics;
                if state.live >= limit {
                    return Ok(Err(Refusal::TooMany { what: "channels", limit }));
                }
                self.open(&mut state, name, &mut wakeups)
            }
        };
        let member = state.next_member;
        state.next_member += 1;
        state.channels[place].as_mut().expect("the place was just found or made").join(member, ready);
        drop(state);
        wakeups.wake();
        Ok(Ok(Seat { channel: place, member }))
    }

    /// Makes a channel; the first one gets what has waited for it.
    fn open(&self, state: &mut State, name: &ChannelName, wakeups: &mut Wakeups) -> usize {
        let mut channel = Channel::new(name.clone());
        if state.live == 0 {
            for held in mem::take(&mut state.backlog) {
                self.put_into(&mut channel, held.message, held.delay, wakeups);
            }
        }
        state.live += 1;
        let free = state.channels.iter().position(Option::is_none);
        match free {
            Some(place) => {
                state.channels[place] = Some(channel);
                place
            }
            None => {
                state.channels.push(Some(channel));
                state.channels.len() - 1
            }
        }
    }

    /// Gives a place up. An ephemeral channel dies with its last subscriber, an ephemeral topic with its last channel:
    /// then the caller removes the topic, which is what `true` says.
    pub(crate) fn leave(&self, seat: Seat) -> bool {
        let mut wakeups = Wakeups::default();
        let mut state = self.lock();
        let State { channels, live, gone, .. } = &mut *state;
        let slot = &mut channels[seat.channel];
        if let Some(channel) = slot {
            channel.leave(seat.member, &mut wakeups);
            if channel.is_ephemeral() && channel.is_deserted() {
                self.free(channel.footprint());
                *slot = None;
                *live -= 1;
                *gone = self.ephemeral && *live == 0;
            }
        }
        let gone = state.gone;
        drop(state);
        wakeups.wake();
        gone
    }

    /// Takes messages until there are `limit`, or leaves the waker to be called when there may be another one.
    pub(crate) fn take(
        &self,
        seat: Seat,
        timeout: Duration,
        mut sample: impl FnMut() -> bool,
        limit: usize,
        taken: &mut VecDeque<Message>,
        waker: &Waker,
    ) -> Result<(), Wait> {
        let now = Instant::now();
        let mut wakeups = Wakeups::default();
        let mut state = self.lock();
        let Some(channel) = state.channels[seat.channel].as_mut() else { return Err(Wait::Ended) };
        if channel.is_due(now) {
            self.free(channel.expire(now, self.options.ephemeral_depth, &mut wakeups));
        }
        let mut outcome = Ok(());
        while taken.len() < limit {
            if !sample() {
                if let Some(size) = channel.discard(seat.member) {
                    self.free(size);
                    continue;
                }
            } else if let Some(message) = channel.take(seat.member, now, timeout, &mut wakeups) {
                taken.push_back(message);
                continue;
            }
            outcome = Err(channel.wait(seat.member, waker, now, &mut wakeups));
            break;
        }
        drop(state);
        wakeups.wake();
        outcome
    }

    /// Queues what has timed out or waited long enough by now.
    pub(crate) fn expire(&self, seat: Seat) {
        let now = Instant::now();
        let depth = self.options.ephemeral_depth;
        self.free(self.with(seat, |channel, wakeups| channel.expire(now, depth, wakeups)).unwrap_or_default());
    }

    /// The subscriber no longer waits for what it left its waker for.
    pub(crate) fn stop_waiting(&self, seat: Seat) {
        self.with(seat, |channel, wakeups| channel.stop_waiting(seat.member, wakeups));
    }

    /// Sets how many messages may be in flight to a subscriber; `None` ends its stream.
    pub(crate) fn set_ready(&self, seat: Seat, ready: Option<u32>) {
        self.with(seat, |channel, wakeups| channel.set_ready(seat.member, ready, wakeups));
    }

    /// Whether a subscriber could be given a message now.
    pub(crate) fn is_ready(&self, seat: Seat) -> bool {
        self.with(seat, |channel, _| channel.is_ready(seat.member)).unwrap_or(false)
    }

    pub(crate) fn finish(&self, seat: Seat, id: u64) -> Result<(), NotInFlight> {
        let finished = self.with(seat, |channel, wakeups| channel.finish(seat.member, id, wakeups));
        let message = finished.unwrap_or(Err(NotInFlight::Unknown))?;
        self.free(footprint(message.body.len()));
        Ok(())
    }

    pub(crate) fn finish_all(&self, seat: Seat, ids: impl IntoIterator<Item = u64>) -> Vec<(u64, NotInFlight)> {
        let (mut size, mut failed) = (0, Vec::new());
        self.with(seat, |channel, wakeups| {
            for id in ids {
                match channel.finish(seat.member, id, wakeups) {
                    Ok(message) => size += footprint(message.body.len()),
                    Err(error) => failed.push((id, error)),
                }
            }
        });
        self.free(size);
        failed
    }

    pub(crate) fn requeue(&self, seat: Seat, id: u64, delay: Duration) -> Result<(), NotInFlight> {
        let delay = delay.min(self.options.max_requeue_timeout);
        let due = (!delay.is_zero()).then(|| Instant::now() + delay);
        let depth = self.options.ephemeral_depth;
        let requeued = self.with(seat, |channel, wakeups| channel.requeue(seat.member, id, due, depth, wakeups));
        self.free(requeued.unwrap_or(Err(NotInFlight::Unknown))?);
        Ok(())
    }

    pub(crate) fn touch(&self, seat: Seat, id: u64, timeout: Duration) -> Result<(), NotInFlight> {
        let now = Instant::now();
        let longest = self.options.max_message_timeout;
        let touched = self.with(seat, |channel, _| channel.touch(seat.member, id, now, timeout, longest));
        touched.unwrap_or(Err(NotInFlight::Unknown))
    }

    /// Acts on a channel; `None` where it is gone.
    fn with<T>(&self, seat: Seat, act: impl FnOnce(&mut Channel, &mut Wakeups) -> T) -> Option<T> {
        let mut wakeups = Wakeups::default();
        let mut state = self.lock();
        let outcome = state.channels[seat.channel].as_mut().map(|channel| act(channel, &mut wakeups));
        drop(state);
        wakeups.wake();
        outcome
    }

    /// `size` bytes of messages are no longer held.
    fn free(&self, size: usize) {
        if size > 0 {
            self.ledger.memory.fetch_sub(size, Ordering::Relaxed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing under the lock panics halfway through a change; a poisoned one is as good as any.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Topic {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        let waiting: usize = state.backlog.iter().map(|held| footprint(held.message.body.len())).sum();
        let held: usize = state.channels.iter().flatten().map(Channel::footprint).sum();
        self.ledger.memory.fetch_sub(waiting + held, Ordering::Relaxed);
    }
}
