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
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::Notify;

use crate::transport::BrokerId;

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
    /// The connection has something to follow.
    changed: Notify,
    /// The distribution has something to do.
    released: Arc<Notify>,
}

impl Share {
    /// The most messages that may be in flight at this broker.
    pub(super) fn most(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }

    /// Waits until [`most`](Self::most) has changed. Cancel safe; one connection waits at a time.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
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
            self.changed.notify_one();
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
            changed: Notify::new(),
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
mod tests {
    use std::collections::VecDeque;

    use super::*;

    /// Brokers that follow what they were asked for, and a clock.
    struct Trial {
        now: Instant,
        distribution: Distribution,
        shares: Vec<Arc<Share>>,
        limit: usize,
    }

    impl Trial {
        fn new(brokers: u32, limit: usize) -> Self {
            let (now, mut distribution) = (Instant::now(), Distribution::default());
            let shares = (0..brokers).map(|id| distribution.join(BrokerId(id), now)).collect();
            let mut trial = Self { now, distribution, shares, limit };
            trial.update();
            trial
        }

        fn update(&mut self) -> Option<Instant> {
            let look_again = self.distribution.update(self.limit, self.now);
            let total: usize = self.shares.iter().filter(|share| !share.is_lost()).map(|share| share.most()).sum();
            assert!(total <= self.limit, "{:?} of {}", self.shares(), self.limit);
            assert!(look_again.is_none_or(|at| at > self.now), "no busy loop");
            look_again
        }

        fn shares(&self) -> Vec<usize> {
            self.shares.iter().map(|share| share.most()).collect()
        }

        fn set(&mut self, limit: usize) {
            self.limit = limit;
            self.update();
        }

        /// Lets time pass, looking when the distribution wants to. Gives the shares after each look.
        fn pass(&mut self, time: Duration) -> Vec<Vec<usize>> {
            let end = self.now + time;
            let mut seen = Vec::new();
            loop {
                let next = self.update();
                seen.push(self.shares());
                match next.filter(|next| *next <= end) {
                    Some(next) => self.now = next,
                    None => break,
                }
            }
            self.now = end;
            seen
        }
    }

    /// A broker as nsqd is one: it hears of RDY late, and delivers while fewer are in flight than it was asked for.
    #[derive(Default)]
    struct Broker {
        told: usize,
        on_their_way: VecDeque<(Instant, usize)>,
        ready: usize,
        /// When each message arrives here, and when it is done.
        in_flight: Vec<(Instant, Instant)>,
        is_up: bool,
        served: usize,
    }

    impl Broker {
        /// One millisecond of its life. Its delays and the times that messages take are drawn.
        fn live(&mut self, share: &Share, now: Instant, random: &mut fastrand::Rng) {
            let mut soon = |most: u64| now + Duration::from_millis(random.u64(1..=most));
            if share.most() != self.told {
                self.told = share.most();
                let heard_at = self.on_their_way.back().map_or(now, |(at, _)| *at).max(soon(20));
                self.on_their_way.push_back((heard_at, self.told));
            }
            while self.on_their_way.front().is_some_and(|(at, _)| *at <= now) {
                self.ready = self.on_their_way.pop_front().unwrap().1;
            }
            if self.in_flight.len() < self.ready {
                let arrives = soon(20);
                self.in_flight.push((arrives, arrives + (soon(150) - now)));
                self.served += 1;
            }
            share.hold(self.in_flight.iter().filter(|(arrives, _)| *arrives == now).count());
            let before = self.in_flight.len();
            self.in_flight.retain(|(_, done)| *done > now);
            share.release(before - self.in_flight.len());
        }

        /// Loses its connection, or gets one.
        fn toggle(&mut self, share: &Share, now: Instant) {
            self.is_up = !self.is_up;
            if self.is_up {
                share.regain();
            } else {
                share.lose();
                share.release(self.in_flight.iter().filter(|(arrives, _)| *arrives <= now).count());
                *self = Self { served: self.served, ..Self::default() };
            }
        }
    }

    #[test]
    fn whatever_happens_no_more_are_in_flight_than_the_limit_and_every_broker_delivers() {
        for seed in 0..8 {
            let random = &mut fastrand::Rng::with_seed(seed);
            let (count, limit) = (random.u32(1..8), random.usize(1..8));
            let mut trial = Trial::new(count, limit);
            let mut brokers: Vec<_> = (0..count).map(|_| Broker { is_up: true, ..Broker::default() }).collect();
            for _ in 0..45_000 {
                trial.now += Duration::from_millis(1);
                for (broker, share) in brokers.iter_mut().zip(&trial.shares) {
                    if broker.is_up {
                        broker.live(share, trial.now, random);
                    }
                    if random.u32(..if broker.is_up { 20_000 } else { 500 }) == 0 {
                        broker.toggle(share, trial.now);
                    }
                }
                trial.update();
                let in_flight: usize = brokers.iter().map(|broker| broker.in_flight.len()).sum();
                assert!(in_flight <= limit, "seed {seed}: {in_flight} of {limit} at {count} brokers");
            }
            assert!(brokers.iter().all(|broker| broker.served > 0), "seed {seed}");
        }
    }

    #[test]
    fn the_limit_is_shared_out_to_the_last_message() {
        assert_eq!(Trial::new(1, 10).shares(), [10]);
        assert_eq!(Trial::new(3, 10).shares(), [4, 3, 3]);
        assert_eq!(Trial::new(2, 2).shares(), [1, 1]);
        assert_eq!(Trial::new(2, 1).shares(), [1, 0]);
        assert_eq!(Trial::new(2, 0).shares(), [0, 0]);
        assert_eq!(Trial::new(0, 5).shares(), [0; 0]);
    }

    #[test]
    fn a_lost_connections_part_goes_to_the_others_at_once_and_comes_back_in_time() {
        let mut trial = Trial::new(2, 10);
        trial.shares[0].hold(5);
        trial.shares[0].release(5);
        trial.shares[0].lose();
        trial.update();
        assert_eq!(trial.shares(), [0, 10]);
        trial.shares[1].hold(8);
        trial.shares[0].regain();
        assert!(trial.update().is_some());
        assert_eq!(trial.shares(), [0, 5], "the other may not have heard of it");
        trial.pass(GRACE);
        assert_eq!(trial.shares(), [2, 5], "eight are still being worked on");
        trial.shares[1].release(2);
        trial.update();
        assert_eq!(trial.shares(), [4, 5]);
        trial.shares[1].release(6);
        trial.update();
        assert_eq!(trial.shares(), [5, 5]);
    }

    #[test]
    fn a_broker_that_comes_or_goes_changes_every_share() {
        let mut trial = Trial::new(2, 6);
        let added = trial.distribution.join(BrokerId(9), trial.now);
        trial.shares.push(added);
        trial.pass(GRACE);
        assert_eq!(trial.shares(), [2, 2, 2]);
        trial.distribution.leave(BrokerId(0));
        trial.shares.remove(0);
        trial.update();
        assert_eq!(trial.shares(), [3, 3]);
    }

    #[test]
    fn turns_go_round_where_there_is_less_than_one_each() {
        let mut trial = Trial::new(5, 2);
        let seen = trial.pass(Duration::from_secs(3));
        for broker in 0..5 {
            let turns = seen.iter().filter(|shares| shares[broker] == 1).count();
            assert!(turns >= 2, "{broker} had {turns} turns: {seen:?}");
        }
    }

    #[test]
    fn a_busy_broker_keeps_its_turn_for_a_while_and_nobody_waits_for_ever() {
        let mut trial = Trial::new(3, 1);
        let began = trial.now;
        while trial.shares()[0] == 1 {
            trial.shares[0].hold(1);
            trial.now += Duration::from_millis(100);
            trial.shares[0].release(1);
            trial.update();
        }
        assert_eq!(trial.now - began, BUSY_TURN);
        trial.pass(GRACE);
        assert_eq!(trial.shares(), [0, 1, 0]);
    }

    #[test]
    fn a_turn_waits_for_the_message_of_the_one_before() {
        let mut trial = Trial::new(2, 1);
        trial.shares[0].hold(1);
        trial.pass(BUSY_TURN * 3);
        assert_eq!(trial.shares(), [0, 0], "its message is not done");
        trial.shares[0].release(1);
        trial.update();
        assert_eq!(trial.shares(), [0, 1]);
        trial.shares[1].hold(1);
        trial.pass(IDLE_TURN * 2);
        assert_eq!(trial.shares(), [0, 1], "its turn began when it was asked");
    }

    #[test]
    fn the_limit_can_change_in_any_direction() {
        for (old, new) in [(8, 12), (3, 12), (2, 3), (12, 8), (12, 3), (3, 2)] {
            let mut trial = Trial::new(4, old);
            assert_eq!(trial.shares().iter().sum::<usize>(), old);
            trial.set(new);
            trial.pass(GRACE);
            assert_eq!(trial.shares().iter().sum::<usize>(), new, "{old} to {new}");
        }
    }

    #[test]
    fn a_broker_that_delivers_keeps_its_turn_and_an_idle_one_does_not() {
        let mut trial = Trial::new(3, 2);
        trial.now += IDLE_TURN - Duration::from_millis(1);
        trial.shares[0].hold(1);
        trial.shares[0].release(1);
        trial.update();
        assert_eq!(trial.shares(), [1, 1, 0]);
        trial.now += Duration::from_millis(1);
        trial.pass(GRACE);
        assert_eq!(trial.shares(), [1, 0, 1]);
    }

    #[test]
    fn what_is_in_use_is_not_given_to_others() {
        let mut trial = Trial::new(3, 2);
        trial.shares[1].hold(1);
        trial.set(1);
        trial.pass(BUSY_TURN * 2);
        assert_eq!(trial.shares(), [0, 0, 0], "the probe waits for what is in flight");
        trial.shares[1].release(1);
        trial.update();
        assert_eq!(trial.shares().iter().sum::<usize>(), 1);
    }

    #[test]
    fn the_limit_can_fall_to_nothing_and_rise_again() {
        let mut trial = Trial::new(3, 9);
        trial.shares.iter().for_each(|share| share.hold(3));
        trial.set(0);
        assert_eq!(trial.shares(), [0, 0, 0]);
        trial.shares.iter().for_each(|share| share.release(3));
        trial.pass(GRACE);
        trial.set(1);
        assert_eq!(trial.shares(), [1, 0, 0], "one probe at one broker");
        trial.set(9);
        assert_eq!(trial.shares(), [3, 3, 3]);
        trial.pass(GRACE);
        assert_eq!(trial.shares(), [3, 3, 3]);
    }
}
