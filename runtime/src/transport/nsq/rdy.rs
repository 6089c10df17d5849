//! Who may ask for how many messages, where a subscription has several connections.
//!
//! The shares never exceed the subscription's limit together. Where there are at least as many messages as brokers,
//! the limit is shared out evenly. Where there are fewer, they go round: a broker that has nothing to deliver passes
//! its turn on soon, one that has passes it on after a while, so that none waits for ever.
//!
//! Nobody confirms RDY. So what one broker gives up, another gets only when the first has had the time to hear of it,
//! and when what it had delivered is done.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::Notify;

use crate::{sync::Bell, transport::broker::BrokerId};

/// How long a broker may go on delivering after it was asked for fewer messages.
const GRACE: Duration = Duration::from_millis(50);
/// How long a broker without messages keeps its turn.
const IDLE_TURN: Duration = Duration::from_millis(100);
/// How long a broker with messages keeps its turn, once its current message is done.
const BUSY_TURN: Duration = Duration::from_secs(5);

/// One broker's part of a subscription's limit. The distribution sets it, the connections to that broker follow it and
/// say what they hold.
#[derive(Debug)]
pub(super) struct Share {
    most: AtomicUsize,
    held: AtomicUsize,
    /// Messages that were delivered so far.
    delivered: AtomicUsize,
    is_lost: AtomicBool,
    /// Of the connections, which have something to follow.
    bells: Mutex<Vec<Weak<Bell>>>,
    /// The distribution has something to do.
    released: Arc<Notify>,
}

impl Share {
    /// The most messages that may be in flight at this broker.
    pub(super) fn most(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }

    /// A bell that rings when [`most`](Self::most) has changed, and when somebody has something else to tell the connections.
    pub(super) fn listen(&self) -> Arc<Bell> {
        let bell = Arc::default();
        let mut bells = self.bells.lock().unwrap_or_else(PoisonError::into_inner);
        bells.retain(|bell| bell.strong_count() > 0);
        bells.push(Arc::downgrade(&bell));
        bell
    }

    /// Tells the connections that there is something to follow.
    pub(super) fn ring(&self) {
        let bells = self.bells.lock().unwrap_or_else(PoisonError::into_inner);
        bells.iter().filter_map(Weak::upgrade).for_each(|bell| bell.ring());
    }

    /// How many messages may be in flight on a connection that holds so many, beside those of other connections.
    pub(super) fn most_beside(&self, own: usize) -> usize {
        self.most().saturating_sub(self.held().saturating_sub(own))
    }

    /// So many messages were delivered.
    pub(super) fn hold(&self, messages: usize) {
        self.held.fetch_add(messages, Ordering::Relaxed);
        self.delivered.fetch_add(messages, Ordering::Relaxed);
    }

    /// So many messages were acknowledged, or are no longer this client's.
    pub(super) fn release(&self, messages: usize) {
        // What is not above its share owes nobody anything, and most of the time nobody is.
        if messages > 0 && self.held.fetch_sub(messages, Ordering::Relaxed) > self.most() {
            self.released.notify_one();
        }
    }

    /// There is no connection: what this broker may have, others can.
    pub(super) fn lose(&self) {
        self.set_lost(true);
    }

    /// There is a connection again.
    pub(super) fn regain(&self) {
        self.set_lost(false);
    }

    fn set_lost(&self, is_lost: bool) {
        if self.is_lost.swap(is_lost, Ordering::Relaxed) != is_lost {
            self.released.notify_one();
        }
    }

    fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }

    fn set(&self, most: usize) {
        if self.most.swap(most, Ordering::Relaxed) != most {
            self.ring();
        }
    }
}

/// All shares of one subscription.
#[derive(Debug, Default)]
pub(super) struct Distribution {
    members: BTreeMap<BrokerId, Member>,
    released: Arc<Notify>,
    /// Counts turns, so that who waits longest is known.
    turns: u64,
}

#[derive(Debug)]
struct Member {
    share: Arc<Share>,
    /// What the broker may believe that it was asked for, and until when.
    believed: usize,
    believed_until: Instant,
    /// Where there are fewer messages than brokers: whether this one is asked for one.
    has_turn: bool,
    /// When it got its last turn, counted in turns; 0 before the first.
    turn: u64,
    since: Instant,
    /// What was delivered by the last look, and the last look that saw more.
    delivered: usize,
    busy_at: Instant,
}

impl Distribution {
    /// A share for one more broker. It is 0 until the next [`update`](Self::update).
    pub(super) fn join(&mut self, broker: BrokerId, now: Instant) -> Arc<Share> {
        let share = Arc::new(Share {
            most: AtomicUsize::new(0),
            held: AtomicUsize::new(0),
            delivered: AtomicUsize::new(0),
            is_lost: AtomicBool::new(false),
            bells: Mutex::default(),
            released: Arc::clone(&self.released),
        });
        let member = Member {
            share: Arc::clone(&share),
            believed: 0,
            believed_until: now,
            has_turn: false,
            turn: 0,
            since: now,
            delivered: 0,
            busy_at: now,
        };
        self.members.insert(broker, member);
        share
    }

    /// A broker is no longer one of the subscription's.
    pub(super) fn leave(&mut self, broker: BrokerId) {
        self.members.remove(&broker);
    }

    /// Rung when something has changed that [`update`](Self::update) looks at.
    pub(super) fn released(&self) -> Arc<Notify> {
        Arc::clone(&self.released)
    }

    /// Shares out `limit`. Returns when to look again, where that is known.
    pub(super) fn update(&mut self, limit: usize, now: Instant) -> Option<Instant> {
        let connected = self.members.values().filter(|member| !member.share.is_lost()).count();
        let mut targets = match connected <= limit {
            true => self.even(limit, connected),
            false => self.turns(limit, now),
        };
        for (member, target) in self.members.values_mut().zip(&targets) {
            let most = member.share.most();
            if *target < most {
                // A connection that is gone takes with it what it was asked for.
                member.believed = if member.share.is_lost() { 0 } else { most };
                member.believed_until = now + GRACE;
                member.share.set(*target);
            }
        }
        let committed: usize = self.members.values().map(|member| member.committed(now)).sum();
        let mut free = limit.saturating_sub(committed);
        for (member, target) in self.members.values_mut().zip(&mut targets) {
            // What it holds from before counts as its own already.
            let committed = member.committed(now);
            let granted = (*target).min(committed + free);
            if granted > member.share.most() {
                free -= granted.saturating_sub(committed);
                member.share.set(granted);
            }
        }
        self.members.values().filter_map(|member| member.look_again(now)).min()
    }

    /// Everybody has a part, and nobody takes turns.
    fn even(&mut self, limit: usize, connected: usize) -> Vec<usize> {
        let (each, mut rest) = (limit.checked_div(connected).unwrap_or(0), limit.checked_rem(connected).unwrap_or(0));
        let share_out = |member: &mut Member| {
            member.has_turn = false;
            if member.share.is_lost() {
                return 0;
            }
            let more = usize::from(rest > 0);
            rest -= more;
            each + more
        };
        self.members.values_mut().map(share_out).collect()
    }

    /// As many as the limit allows have one message each, and those that waited longest come next.
    fn turns(&mut self, limit: usize, now: Instant) -> Vec<usize> {
        let mut having = 0;
        for member in self.members.values_mut() {
            member.has_turn = member.has_turn && having < limit && !member.turn_is_over(now);
            having += usize::from(member.has_turn);
        }
        let mut waiting: Vec<_> =
            self.members.values_mut().filter(|member| !member.has_turn && !member.share.is_lost()).collect();
        waiting.sort_by_key(|member| member.turn);
        for member in waiting.into_iter().take(limit - having) {
            self.turns += 1;
            (member.has_turn, member.turn) = (true, self.turns);
            (member.since, member.busy_at) = (now, now);
        }
        self.members.values().map(|member| usize::from(member.has_turn)).collect()
    }
}

impl Member {
    /// What may be in flight at this broker, or come to be without another word.
    fn committed(&self, now: Instant) -> usize {
        if self.share.is_lost() {
            return 0;
        }
        let believed = if self.believed_until > now { self.believed } else { 0 };
        self.share.most().max(self.share.held()).max(believed)
    }

    fn turn_is_over(&mut self, now: Instant) -> bool {
        if self.share.most() == 0 {
            // It has not begun: another's message is not done yet.
            (self.since, self.busy_at) = (now, now);
        }
        let delivered = self.share.delivered.load(Ordering::Relaxed);
        if delivered != self.delivered || self.share.held() > 0 {
            (self.delivered, self.busy_at) = (delivered, now);
        }
        self.share.is_lost() || now >= self.turn_ends()
    }

    fn turn_ends(&self) -> Instant {
        (self.busy_at + IDLE_TURN).min(self.since + BUSY_TURN)
    }

    fn look_again(&self, now: Instant) -> Option<Instant> {
        let believes = (self.believed_until > now && self.believed > self.share.most()).then_some(self.believed_until);
        let turn = (self.has_turn && self.share.most() > 0).then(|| self.turn_ends());
        believes.into_iter().chain(turn).min()
    }
}

#[cfg(test)]
mod tests;
