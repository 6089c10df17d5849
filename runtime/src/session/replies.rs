//! Who waits for which reply, and until when.
//!
//! One table under one lock: a call is entered before it is published, woken when its reply is here or its time is
//! over, and leaves with its ticket. Deadlines need no timer of their own: one task sleeps until the earliest of them.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    sync::PoisonError,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use rustc_hash::FxBuildHasher;
use tokio::{sync::Notify, time::Instant};

use crate::{
    sync::{Mutex, MutexGuard},
    transport::{Demand, Oversized, PublishError},
    wire::Id,
};

#[derive(Debug, Default)]
pub(crate) struct Replies {
    table: Mutex<Table>,
    /// Rung when a deadline is earlier than the one that the watch sleeps until.
    earlier: Notify,
    demand: Demand,
}

#[derive(Debug, Default)]
struct Table {
    /// By the tokens of their ids, which are as good as random.
    waiting: HashMap<u64, Waiting, FxBuildHasher>,
    /// Until when the replies of calls may come that were given up. The transport still has to expect them: one that asked
    /// for a single reply at a time would hold those up that wait behind them, until the broker's queue overflows.
    given_up: VecDeque<Instant>,
    /// When the watch looks next, unless it is told.
    next_look: Option<Instant>,
    closed: bool,
}

/// How many calls that were given up are remembered at most.
const GIVEN_UP: usize = 65_536;

#[derive(Debug)]
struct Waiting {
    id: Id,
    due_at: Instant,
    event: Option<Event>,
    /// Why its publish failed: told before [`Event::Due`], which it does not replace.
    failure: Option<Box<PublishError>>,
    waker: Option<Waker>,
}

impl Waiting {
    fn is_answered(&self) -> bool {
        matches!(self.event, Some(Event::Reply(_) | Event::TooLarge(_)))
    }
}

/// What a waiting call learns.
#[derive(Debug)]
pub(crate) enum Event {
    /// The body of its reply. It is the last event, and the ticket has left the table.
    Reply(Bytes),
    /// Its reply came, and is larger than what is taken. As [`Reply`](Event::Reply), it is the last event.
    TooLarge(Oversized),
    /// Its publish failed.
    Failed(PublishError),
    /// The time that it asked for has come.
    Due,
    /// The session is closed: no reply will come.
    Closed,
}

impl Replies {
    /// How many calls wait for a reply that has not come, for the transport.
    pub(crate) fn demand(&self) -> Demand {
        self.demand.clone()
    }

    /// Enters a call. Its ticket learns of the reply, or that `due_at` has come, and wakes `waker` then.
    pub(crate) fn enter(&self, id: Id, due_at: Instant, waker: &Waker) -> Ticket<'_> {
        let mut table = self.table();
        if !table.given_up.is_empty() {
            self.forget(&mut table, Instant::now());
        }
        let event = table.closed.then_some(Event::Closed);
        let waiting = Waiting { id, due_at, event, failure: None, waker: Some(waker.clone()) };
        table.waiting.insert(token_of(id), waiting);
        self.look_at(&mut table, due_at);
        drop(table);
        self.demand.add();
        Ticket { replies: self, id, has_left: false, has_failed: false }
    }

    /// Hands a reply to the call that waits for it. False where none does.
    pub(crate) fn deliver(&self, id: Id, body: Bytes) -> bool {
        self.answer(id, Event::Reply(body))
    }

    /// As [`deliver`](Self::deliver), for a reply that is too large.
    pub(crate) fn deliver_oversized(&self, id: Id, oversized: Oversized) -> bool {
        self.answer(id, Event::TooLarge(oversized))
    }

    fn answer(&self, id: Id, event: Event) -> bool {
        let mut table = self.table();
        let Some(waiting) = table.waiting.get_mut(&token_of(id)).filter(|waiting| waiting.id == id) else {
            if table.given_up.pop_front().is_some() {
                self.demand.remove();
            }
            return false;
        };
        if waiting.is_answered() {
            return false;
        }
        waiting.event = Some(event);
        let waker = waiting.waker.take();
        drop(table);
        self.demand.remove();
        if let Some(waker) = waker {
            waker.wake();
        }
        true
    }

    /// Tells the calls of these tokens that they were not published.
    pub(crate) fn fail(&self, tokens: &[u64], error: &PublishError) {
        let mut table = self.table();
        let mut wakers = Vec::new();
        for token in tokens {
            if let Some(waiting) = table.waiting.get_mut(token) {
                waiting.failure = Some(Box::new(error.clone()));
                wakers.extend(waiting.waker.take());
            }
        }
        drop(table);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Tells every call, now and later, that no reply will come.
    pub(crate) fn close(&self) {
        let mut table = self.table();
        table.closed = true;
        let wakers: Vec<_> = table
            .waiting
            .values_mut()
            .filter_map(|waiting| {
                waiting.event.get_or_insert(Event::Closed);
                waiting.waker.take()
            })
            .collect();
        drop(table);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Tells calls that their time has come, for as long as it is polled.
    pub(crate) async fn watch(&self) {
        loop {
            let earlier = self.earlier.notified();
            match self.tell_due(Instant::now()) {
                Some(next) => tokio::select! {
                    biased;
                    () = tokio::time::sleep_until(next) => {}
                    () = earlier => {}
                },
                None => earlier.await,
            }
        }
    }

    /// Tells the calls whose time has come, and says when the next one's does.
    fn tell_due(&self, now: Instant) -> Option<Instant> {
        let mut table = self.table();
        let mut next = None;
        let mut wakers = Vec::new();
        for waiting in table.waiting.values_mut().filter(|waiting| waiting.event.is_none()) {
            if waiting.due_at <= now {
                waiting.event = Some(Event::Due);
                wakers.extend(waiting.waker.take());
            } else if next.is_none_or(|next| waiting.due_at < next) {
                next = Some(waiting.due_at);
            }
        }
        table.next_look = next;
        drop(table);
        wakers.into_iter().for_each(Waker::wake);
        next
    }

    /// Expects the reply of a call that nobody waits for any more.
    fn give_up(&self, table: &mut Table, due_at: Instant, now: Instant) {
        self.forget(table, now);
        if table.given_up.len() == GIVEN_UP || due_at <= now {
            return self.demand.remove();
        }
        table.given_up.push_back(due_at);
    }

    /// Expects no more what comes too late. Roughly in its order, because most calls have the same time.
    fn forget(&self, table: &mut Table, now: Instant) {
        while table.given_up.pop_front_if(|due_at| *due_at <= now).is_some() {
            self.demand.remove();
        }
    }

    fn look_at(&self, table: &mut Table, due_at: Instant) {
        if table.next_look.is_none_or(|next| due_at < next) {
            table.next_look = Some(due_at);
            self.earlier.notify_one();
        }
    }

    /// A panic elsewhere leaves the table usable: every change of it is whole.
    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the transport knows a call's publish by: half of its id, which is random enough to be nobody else's.
#[expect(clippy::cast_possible_truncation, reason = "that is the half")]
fn token_of(id: Id) -> u64 {
    id.as_u128() as u64
}

/// A call's place in the table, which it leaves when this is dropped.
#[derive(Debug)]
pub(crate) struct Ticket<'a> {
    replies: &'a Replies,
    id: Id,
    has_left: bool,
    /// Whether its publish failed, so that most likely no reply will come.
    has_failed: bool,
}

impl Ticket<'_> {
    /// What the transport is to know its publish by.
    pub(crate) fn token(&self) -> u64 {
        token_of(self.id)
    }

    /// The next event. After [`Event::Due`] the ticket learns of nothing but the reply and of failures until it is
    /// [rearmed](Ticket::rearm).
    pub(crate) fn poll(&mut self, cx: &Context<'_>) -> Poll<Event> {
        if self.has_left {
            return Poll::Pending;
        }
        let mut table = self.replies.table();
        let Entry::Occupied(mut entry) = table.waiting.entry(self.token()) else { return Poll::Pending };
        let waiting = entry.get_mut();
        if waiting.is_answered() {
            let event = entry.remove().event;
            drop(table);
            self.has_left = true;
            return event.map_or(Poll::Pending, Poll::Ready);
        }
        if let Some(failure) = waiting.failure.take() {
            self.has_failed = true;
            return Poll::Ready(Event::Failed(*failure));
        }
        match waiting.event.take() {
            Some(event) => Poll::Ready(event),
            None => {
                match &mut waiting.waker {
                    Some(waker) => waker.clone_from(cx.waker()),
                    none => *none = Some(cx.waker().clone()),
                }
                Poll::Pending
            }
        }
    }

    /// Asks to be told when `due_at` has come.
    pub(crate) fn rearm(&self, due_at: Instant) {
        let mut table = self.replies.table();
        if let Some(waiting) = table.waiting.get_mut(&self.token()) {
            waiting.due_at = due_at;
        }
        self.replies.look_at(&mut table, due_at);
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if self.has_left {
            return;
        }
        let mut table = self.replies.table();
        match table.waiting.remove(&self.token()) {
            Some(waiting) if waiting.is_answered() => {}
            Some(Waiting { due_at, event: None, failure: None, .. }) if !self.has_failed && !table.closed => {
                self.replies.give_up(&mut table, due_at, Instant::now());
            }
            _ => self.replies.demand.remove(),
        }
    }
}

#[cfg(all(test, shuttle))]
mod interleavings {
    use std::{future::poll_fn, sync::Arc, time::Duration};

    use shuttle::{future::block_on, thread};

    use super::*;

    #[test]
    fn a_reply_always_wakes_its_call_and_is_its_last_event() {
        let run = || {
            let replies = Arc::new(Replies::default());
            let (id, due_at) = (Id::from(7), Instant::now() + Duration::from_secs(60));
            let mut ticket = replies.enter(id, due_at, Waker::noop());
            let token = ticket.token();
            let acts: [fn(&Replies, Id, u64); 3] = [
                |replies, id, _| assert!(replies.deliver(id, Bytes::from_static(b"reply"))),
                |replies, _, token| replies.fail(&[token], &PublishError::NotSent("down".into())),
                |replies, _, _| assert!(replies.tell_due(Instant::now() + Duration::from_secs(120)).is_none()),
            ];
            let threads = acts.map(|act| {
                let replies = replies.clone();
                thread::spawn(move || act(&replies, id, token))
            });
            let mut failures = 0;
            loop {
                match block_on(poll_fn(|cx| ticket.poll(cx))) {
                    Event::Reply(body) => break assert_eq!(&body[..], b"reply"),
                    Event::Failed(_) => failures += 1,
                    Event::Due => {}
                    Event::TooLarge(_) => panic!("it was not too large"),
                    Event::Closed => panic!("nobody closed it"),
                }
            }
            assert!(failures <= 1);
            threads.into_iter().for_each(|thread| thread.join().unwrap());
            assert_eq!(replies.demand().get(), 0);
            drop(ticket);
            assert!(replies.table().waiting.is_empty());
        };
        shuttle::check_random(run, 10_000);
    }
}
