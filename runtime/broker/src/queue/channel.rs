//! One channel: what waits, what is deferred, what is in flight, and who listens.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    task::Waker,
    time::Duration,
};

use almanet_nsq::name::ChannelName;
use rustc_hash::FxHashMap;
use tokio::time::Instant;

use super::{
    message::{Deferred, InFlight, MemberId, Message, footprint},
    wakeups::Wakeups,
};
use crate::error::NotInFlight;

/// What a subscriber learns when there is nothing to take.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Its waker is kept; it must also look again at this time.
    Until(Option<Instant>),
    /// It asked for no more messages, or was removed.
    Ended,
}

/// One channel of a topic. All of it is guarded by the topic's lock.
#[derive(Debug)]
pub(crate) struct Channel {
    pub(super) name: ChannelName,
    ephemeral: bool,
    /// Messages that wait for a subscriber, oldest first.
    queue: VecDeque<Message>,
    in_flight: FxHashMap<u64, InFlight>,
    /// When messages in flight time out. Entries of finished or touched messages stay until they come up or are swept.
    timeouts: BinaryHeap<Reverse<(Instant, u64)>>,
    deferred: BinaryHeap<Deferred>,
    members: FxHashMap<MemberId, Member>,
    /// Subscribers that wait, longest first. Each is named at most once, and some no longer wait.
    waiting: VecDeque<MemberId>,
}

#[derive(Debug)]
struct Member {
    /// How many messages may be in flight; `None` after CLS.
    ready: Option<u32>,
    in_flight: u32,
    /// Present while it waits.
    waker: Option<Waker>,
    /// Whether `waiting` names it.
    listed: bool,
    /// When it will look again by itself.
    watching: Option<Instant>,
}

impl Member {
    fn is_ready(&self) -> bool {
        self.ready.is_some_and(|ready| self.in_flight < ready)
    }
}

impl Channel {
    pub(super) fn new(name: ChannelName) -> Self {
        Self {
            ephemeral: name.is_ephemeral(),
            name,
            queue: VecDeque::new(),
            in_flight: FxHashMap::default(),
            timeouts: BinaryHeap::new(),
            deferred: BinaryHeap::new(),
            members: FxHashMap::default(),
            waiting: VecDeque::new(),
        }
    }

    pub(super) fn is_ephemeral(&self) -> bool {
        self.ephemeral
    }

    pub(super) fn is_deserted(&self) -> bool {
        self.members.is_empty()
    }

    /// How many messages it holds, in whatever state.
    pub(super) fn len(&self) -> usize {
        self.queue.len() + self.in_flight.len() + self.deferred.len()
    }

    /// How many messages wait for a subscriber.
    pub(super) fn depth(&self) -> usize {
        self.queue.len()
    }

    /// The footprint of all that it holds.
    pub(super) fn footprint(&self) -> usize {
        let queued = self.queue.iter();
        let in_flight = self.in_flight.values().map(|held| &held.message);
        let deferred = self.deferred.iter().map(|held| &held.message);
        queued.chain(in_flight).chain(deferred).map(|message| footprint(message.body.len())).sum()
    }

    /// Queues a message for the next subscriber.
    pub(super) fn push(&mut self, message: Message, wakeups: &mut Wakeups) {
        self.queue.push_back(message);
        self.wake_next(wakeups);
    }

    /// Keeps a message back until `due`.
    pub(super) fn defer(&mut self, message: Message, due: Instant, wakeups: &mut Wakeups) {
        self.deferred.push(Deferred { due, message });
        self.ensure_watched(due, wakeups);
    }

    pub(super) fn join(&mut self, id: MemberId, ready: u32) {
        let member = Member { ready: Some(ready), in_flight: 0, waker: None, listed: false, watching: None };
        self.members.insert(id, member);
    }

    /// Removes a subscriber. What is in flight to it comes back when it times out.
    pub(super) fn leave(&mut self, id: MemberId, wakeups: &mut Wakeups) {
        let Some(member) = self.members.remove(&id) else { return };
        if member.listed {
            self.waiting.retain(|waiting| *waiting != id);
        }
        self.pass_on(wakeups);
    }

    /// Sets how many messages may be in flight to a subscriber; `None` ends its stream.
    pub(super) fn set_ready(&mut self, id: MemberId, ready: Option<u32>, wakeups: &mut Wakeups) {
        let Some(member) = self.members.get_mut(&id) else { return };
        // CLS is final.
        if member.ready.is_none() {
            return;
        }
        member.ready = ready;
        // Whoever drives a connection also wants to know that it must flush now.
        if let Some(waker) = member.waker.take() {
            wakeups.push(waker);
        }
        self.pass_on(wakeups);
    }

    pub(super) fn is_ready(&self, id: MemberId) -> bool {
        self.members.get(&id).is_some_and(Member::is_ready)
    }

    /// Takes the next message for a subscriber that is ready for one.
    pub(super) fn take(
        &mut self,
        id: MemberId,
        now: Instant,
        timeout: Duration,
        wakeups: &mut Wakeups,
    ) -> Option<Message> {
        let member = self.members.get_mut(&id)?;
        if !member.is_ready() {
            return None;
        }
        let mut message = self.queue.pop_front()?;
        member.in_flight += 1;
        message.attempts = message.attempts.saturating_add(1);
        let due = now + timeout;
        let key = message.id;
        if !self.waiting.is_empty() {
            self.ensure_watched(due, wakeups);
        }
        self.timeouts.push(Reverse((due, key)));
        self.in_flight.insert(key, InFlight { owner: id, delivered: now, due, message: message.clone() });
        self.sweep();
        Some(message)
    }

    /// Throws the next message away, for a subscriber that samples. Its footprint is returned.
    pub(super) fn discard(&mut self, id: MemberId) -> Option<usize> {
        self.members.get(&id).filter(|member| member.is_ready())?;
        self.queue.pop_front().map(|message| footprint(message.body.len()))
    }

    /// Keeps the waker of a subscriber for which there is nothing to take.
    pub(super) fn wait(&mut self, id: MemberId, waker: &Waker, now: Instant, wakeups: &mut Wakeups) -> Wait {
        // A watch for an earlier time stays: it looks once more and finds the right one.
        let earliest = self.earliest();
        let stays = |at: Instant| at > now && earliest.is_none_or(|due| at <= due);
        let is_watching = self.members.get(&id).and_then(|member| member.watching).is_some_and(stays);
        let due = if is_watching { None } else { self.next_due() };
        let Some(member) = self.members.get_mut(&id) else { return Wait::Ended };
        if member.ready.is_none() {
            return Wait::Ended;
        }
        match &mut member.waker {
            Some(known) => known.clone_from(waker),
            none => *none = Some(waker.clone()),
        }
        let ready = member.is_ready();
        if ready && !member.listed {
            member.listed = true;
            self.waiting.push_back(id);
        }
        if !is_watching && member.watching.is_none_or(|at| at <= now || due.is_some_and(|due| due < at)) {
            member.watching = due;
        }
        let watching = member.watching;
        if !ready {
            // It may have been woken for a message that it cannot take.
            self.pass_on(wakeups);
        }
        Wait::Until(watching)
    }

    /// Forgets the waker of a subscriber that no longer waits; if it had been woken, another one is.
    pub(super) fn stop_waiting(&mut self, id: MemberId, wakeups: &mut Wakeups) {
        if let Some(member) = self.members.get_mut(&id) {
            member.waker = None;
        }
        self.pass_on(wakeups);
    }

    /// Moves what is due at `now` into the queue: timed out and deferred messages. Returns the footprint of those that
    /// an ephemeral channel of this depth had to drop.
    pub(super) fn expire(&mut self, now: Instant, depth: usize, wakeups: &mut Wakeups) -> usize {
        let mut dropped = 0;
        while let Some(Reverse((due, id))) = self.timeouts.peek().copied()
            && due <= now
        {
            self.timeouts.pop();
            if self.in_flight.get(&id).is_some_and(|held| held.due == due) {
                let held = self.in_flight.remove(&id).expect("it was just seen");
                self.release(held.owner, wakeups);
                dropped += self.put_back(held.message, depth, wakeups);
            }
        }
        while self.deferred.peek().is_some_and(|held| held.due <= now) {
            let held = self.deferred.pop().expect("it was just seen");
            dropped += self.put_back(held.message, depth, wakeups);
        }
        dropped
    }

    /// Whether [`expire`](Self::expire) may have something to do.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.timeouts.peek().is_some_and(|Reverse((due, _))| *due <= now)
            || self.deferred.peek().is_some_and(|held| held.due <= now)
    }

    pub(super) fn finish(&mut self, owner: MemberId, id: u64, wakeups: &mut Wakeups) -> Result<Message, NotInFlight> {
        // One look-up where all is well; a message of somebody else goes back.
        let Some(held) = self.in_flight.remove(&id) else { return Err(NotInFlight::Unknown) };
        if held.owner != owner {
            self.in_flight.insert(id, held);
            return Err(NotInFlight::NotOwner);
        }
        self.release(owner, wakeups);
        Ok(held.message)
    }

    /// Gives a message in flight back, at once or at `due`. Returns the footprint where it had to be dropped.
    pub(super) fn requeue(
        &mut self,
        owner: MemberId,
        id: u64,
        due: Option<Instant>,
        depth: usize,
        wakeups: &mut Wakeups,
    ) -> Result<usize, NotInFlight> {
        let message = self.finish(owner, id, wakeups)?;
        match due {
            None => Ok(self.put_back(message, depth, wakeups)),
            Some(due) => {
                self.defer(message, due, wakeups);
                Ok(0)
            }
        }
    }

    pub(super) fn touch(
        &mut self,
        owner: MemberId,
        id: u64,
        now: Instant,
        timeout: Duration,
        longest: Duration,
    ) -> Result<(), NotInFlight> {
        let held = self.in_flight.get_mut(&id).ok_or(NotInFlight::Unknown)?;
        if held.owner != owner {
            return Err(NotInFlight::NotOwner);
        }
        held.due = (now + timeout).min(held.delivered + longest);
        self.timeouts.push(Reverse((held.due, id)));
        self.sweep();
        Ok(())
    }

    /// Queues a message again. An ephemeral channel that is full drops it and returns its footprint.
    fn put_back(&mut self, message: Message, depth: usize, wakeups: &mut Wakeups) -> usize {
        if self.ephemeral && self.queue.len() >= depth {
            return footprint(message.body.len());
        }
        self.push(message, wakeups);
        0
    }

    /// One message less is in flight to a subscriber.
    fn release(&mut self, owner: MemberId, wakeups: &mut Wakeups) {
        let Some(member) = self.members.get_mut(&owner) else { return };
        let was_ready = member.is_ready();
        member.in_flight -= 1;
        if was_ready || !member.is_ready() || member.waker.is_none() {
            return;
        }
        if !self.queue.is_empty() {
            wakeups.push(member.waker.take().expect("it was just seen"));
        } else if !member.listed {
            member.listed = true;
            self.waiting.push_back(owner);
        }
    }

    /// Wakes the subscriber that has waited longest, of those that can take a message.
    fn wake_next(&mut self, wakeups: &mut Wakeups) {
        while let Some(id) = self.waiting.pop_front() {
            let Some(member) = self.members.get_mut(&id) else { continue };
            member.listed = false;
            if member.is_ready()
                && let Some(waker) = member.waker.take()
            {
                wakeups.push(waker);
                return;
            }
        }
    }

    /// Somebody stopped waiting: another one takes over what it was woken for, and what it watched.
    fn pass_on(&mut self, wakeups: &mut Wakeups) {
        if !self.queue.is_empty() {
            self.wake_next(wakeups);
        }
        if let Some(due) = self.next_due() {
            self.ensure_watched(due, wakeups);
        }
    }

    /// Somebody who waits must look again no later than `due`; where nobody does, one is woken to find out.
    fn ensure_watched(&mut self, due: Instant, wakeups: &mut Wakeups) {
        let mut idle = None;
        for (place, id) in self.waiting.iter().enumerate() {
            let Some(member) = self.members.get(id).filter(|member| member.waker.is_some()) else { continue };
            if member.watching.is_some_and(|at| at <= due) {
                return;
            }
            idle = idle.or(Some((place, *id)));
        }
        let Some((place, id)) = idle else { return };
        self.waiting.remove(place);
        let member = self.members.get_mut(&id).expect("it was just seen");
        member.listed = false;
        wakeups.push(member.waker.take().expect("it was just seen"));
    }

    /// When the next message times out or has waited long enough.
    fn next_due(&mut self) -> Option<Instant> {
        while let Some(Reverse((due, id))) = self.timeouts.peek() {
            if self.in_flight.get(id).is_some_and(|held| held.due == *due) {
                break;
            }
            self.timeouts.pop();
        }
        self.earliest()
    }

    /// Before this nothing times out and nothing has waited long enough.
    fn earliest(&self) -> Option<Instant> {
        let timeout = self.timeouts.peek().map(|Reverse((due, _))| *due);
        let deferred = self.deferred.peek().map(|held| held.due);
        timeout.into_iter().chain(deferred).min()
    }

    /// Drops the entries of finished and touched messages once they outnumber the others.
    fn sweep(&mut self) {
        if self.timeouts.len() > 64 + 2 * self.in_flight.len() {
            self.timeouts.retain(|Reverse((due, id))| self.in_flight.get(id).is_some_and(|held| held.due == *due));
        }
    }
}
