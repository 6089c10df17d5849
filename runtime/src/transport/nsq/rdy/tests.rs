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
