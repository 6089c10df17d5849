//! How many messages a connection asks for.
//!
//! nsqd collects deliveries in a buffer and writes it out when it is full, when its timer ticks (25 ms at best), or at
//! once when the connection has as many messages in flight as RDY allows. So a *lone* message is fast where RDY is one
//! above what is in flight: it exhausts RDY and is flushed. Many messages are fast where RDY is far above, so that the
//! buffer fills: *bulk*. A millisecond without a message ends bulk, and the lower RDY makes nsqd flush what is left.
//!
//! What tells them apart is how many messages wait at the broker: by Little's law the time that each has waited there,
//! divided by the time between two of them.
//!
//! Over a long way lone messages would come one for each round trip, however many wait. There it is enough to begin bulk
//! that messages have waited for half of one, and bulk lasts for one without a message.

use std::time::{Duration, Instant};

use crate::transport::subscribe::Demand;

/// The policy of one connection. It says what to send and knows nothing of how.
#[derive(Debug)]
pub(super) struct Flow {
    /// Most messages in flight.
    ceiling: u32,
    demand: Option<Demand>,
    mode: Mode,
    /// Bytes that the broker collects, where they are more than [`DEEP`] small messages.
    large_buffer: usize,
    in_flight: usize,
    /// What the broker was told last.
    sent: u32,
    queue: Queue,
    last: Instant,
    /// How long it takes to say something and to hear the answer.
    round_trip: Duration,
    is_paused: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Lone,
    Bulk,
}

/// What one read brought.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    pub(super) count: usize,
    /// Of their bodies.
    pub(super) bytes: usize,
    /// How long ago the broker took the freshest of them, by two clocks that need not agree: nanoseconds.
    pub(super) age_nanos: i64,
    pub(super) at: Instant,
}

/// How long bulk lasts without a message, and a lone message is in flight before another is asked for.
const PATIENCE: Duration = Duration::from_millis(1);

/// A longer round trip is no matter of a busy machine.
pub(super) const FAR: Duration = Duration::from_millis(2);

/// Messages that fill a buffer of 4 KiB where they are small.
const DEEP: f64 = 16.0;

/// Messages that wait at the broker when asking for the next one must not be put off.
const OVERLAPPING: f64 = 1.0;

impl Flow {
    /// A policy for a broker that is near and collects so many bytes, where they are more than usual.
    pub(super) fn new(ceiling: u32, demand: Option<Demand>, large_buffer: usize, now: Instant) -> Self {
        Self {
            ceiling,
            demand,
            mode: Mode::Lone,
            large_buffer,
            in_flight: 0,
            sent: 0,
            queue: Queue::new(now),
            last: now,
            round_trip: Duration::ZERO,
            is_paused: false,
        }
    }

    /// One read brought messages.
    pub(super) fn delivered(&mut self, arrival: Arrival) {
        if arrival.count == 0 {
            return;
        }
        self.in_flight += arrival.count;
        if self.mode == Mode::Lone {
            self.queue.observe(arrival);
            let may_be = |many: f64| self.demand.as_ref().is_none_or(|demand| demand.get() as f64 >= many);
            let is_held_up = self.is_far() && self.queue.waited() >= self.round_trip.min(Queue::LONGEST) / 2;
            let deep = self.deep();
            if (self.queue.depth() >= deep && may_be(deep)) || (is_held_up && may_be(2.0)) {
                self.mode = Mode::Bulk;
            }
        } else {
            self.queue.skip(arrival);
        }
        self.last = arrival.at;
    }

    /// One message was finished or requeued, or its timeout has passed.
    pub(super) fn ended(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// So many messages may be in flight from now on.
    pub(super) fn set_ceiling(&mut self, ceiling: u32) {
        self.ceiling = ceiling;
    }

    /// It takes so long to say something and to hear the answer.
    pub(super) fn set_round_trip(&mut self, round_trip: Duration) {
        self.round_trip = round_trip;
    }

    /// Nobody takes what was delivered (`true`), or somebody does again.
    pub(super) fn pause(&mut self, is_paused: bool) {
        self.is_paused = is_paused;
    }

    /// Whether what comes are replies that somebody waits for.
    pub(super) fn is_callers(&self) -> bool {
        self.demand.is_some()
    }

    /// Whether what comes are replies, and nobody waits for one.
    pub(super) fn expects_nothing(&self) -> bool {
        self.mode == Mode::Lone && self.demand.as_ref().is_some_and(|demand| demand.get() == 0)
    }

    /// Messages that wait at the broker when a full buffer comes soon enough.
    fn deep(&self) -> f64 {
        DEEP.max(self.large_buffer as f64 / self.queue.size)
    }

    fn is_far(&self) -> bool {
        self.round_trip > FAR
    }

    /// Takes over from another connection to the broker, under a load in which no message comes at once any more.
    pub(super) fn succeed(&mut self, other: &Self) {
        (self.queue.least, self.queue.span) = (other.queue.least, other.queue.span);
    }

    /// How long a message has waited at the broker that is so old by two clocks.
    pub(super) fn waited(&self, age_nanos: i64) -> Duration {
        Duration::from_nanos(u64::try_from(self.queue.beyond_least(age_nanos)).unwrap_or(0))
    }

    pub(super) fn is_bulk(&self) -> bool {
        self.mode == Mode::Bulk
    }

    /// Ends bulk where the last message is long enough ago. Returns when to look again: as long as messages come, that
    /// is not put off, because to move a timer costs more than to let it ring.
    pub(super) fn tick(&mut self, now: Instant) -> Option<Instant> {
        let patience = if self.mode == Mode::Bulk && self.is_far() { self.round_trip } else { PATIENCE };
        let until = self.last + patience;
        if now < until {
            return Some(until);
        }
        self.mode = Mode::Lone;
        None
    }

    /// What to send as RDY, if anything.
    pub(super) fn update(&mut self, now: Instant) -> Option<u32> {
        let wanted = if self.is_paused { 0 } else { self.wanted(now) };
        (wanted != self.sent).then(|| {
            self.sent = wanted;
            wanted
        })
    }

    fn wanted(&self, now: Instant) -> u32 {
        let in_flight = u32::try_from(self.in_flight).unwrap_or(u32::MAX);
        let above = match (self.mode, &self.demand) {
            // One call after another needs no second message before it has finished the first, and asking for it
            // would cost a write for each.
            (Mode::Lone, _) if self.can_put_off(now) => {
                return self.sent.max(1).min(in_flight.saturating_add(1)).min(self.ceiling);
            }
            (Mode::Lone, _) => 1,
            (Mode::Bulk, Some(demand)) => u32::try_from(demand.get().max(1)).unwrap_or(u32::MAX),
            (Mode::Bulk, None) => self.ceiling,
        };
        in_flight.saturating_add(above).min(self.ceiling)
    }

    fn can_put_off(&self, now: Instant) -> bool {
        self.in_flight > 0 && now < self.last + PATIENCE && self.queue.depth() < OVERLAPPING
    }
}

/// An estimate of how many messages wait at the broker.
#[derive(Debug)]
struct Queue {
    last: Instant,
    /// Smoothed, in nanoseconds.
    gap: f64,
    waited: f64,
    /// Of a message, smoothed: bytes.
    size: f64,
    /// The smallest ages of this span and of the one before it: what is not waiting, and the clocks' difference.
    least: [i64; 2],
    span: Instant,
}

impl Queue {
    /// How long a smallest age counts; clocks drift.
    const SPAN: Duration = Duration::from_secs(10);
    /// What one message adds to the estimate at most: a deferred one is as old as its delay.
    const LONGEST: Duration = Duration::from_millis(20);
    const WEIGHT: f64 = 0.25;

    fn new(now: Instant) -> Self {
        Self { last: now, gap: 1e9, waited: 0.0, size: 1.0, least: [i64::MAX; 2], span: now }
    }

    fn observe(&mut self, arrival: Arrival) {
        if arrival.at.duration_since(self.span) >= Self::SPAN {
            self.least = [i64::MAX, self.least[0]];
            self.span = arrival.at;
        }
        self.least[0] = self.least[0].min(arrival.age_nanos);
        let longest = Self::LONGEST.as_nanos() as f64;
        let waited = (self.beyond_least(arrival.age_nanos) as f64).min(longest);
        let gap = arrival.at.duration_since(self.last).as_nanos() as f64 / arrival.count as f64;
        self.waited += Self::WEIGHT * (waited - self.waited);
        self.gap += Self::WEIGHT * (gap.min(longest) - self.gap.min(longest));
        self.gap = self.gap.min(longest).max(1.0);
        self.size += Self::WEIGHT * (arrival.bytes as f64 / arrival.count as f64 - self.size);
        self.last = arrival.at;
    }

    /// What an age is above the smallest one: nanoseconds.
    fn beyond_least(&self, age_nanos: i64) -> i64 {
        age_nanos.saturating_sub(self.least[0].min(self.least[1]))
    }

    fn skip(&mut self, arrival: Arrival) {
        self.last = arrival.at;
    }

    fn waited(&self) -> Duration {
        Duration::from_secs_f64(self.waited / 1e9)
    }

    fn depth(&self) -> f64 {
        self.waited / self.gap
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SKEW: i64 = -5_000_000_000;

    /// A clock and a flow: what arrives, and when.
    struct Trial {
        now: Instant,
        flow: Flow,
    }

    impl Trial {
        fn new(ceiling: u32, demand: Option<Demand>) -> Self {
            let now = Instant::now();
            let mut flow = Flow::new(ceiling, demand, 0, now);
            assert_eq!(flow.update(now), Some(1));
            Self { now, flow }
        }

        fn pass(&mut self, micros: u64) -> &mut Self {
            self.now += Duration::from_micros(micros);
            self
        }

        /// A message that waited so long at the broker.
        fn arrives(&mut self, waited_micros: i64) -> &mut Self {
            let age_nanos = SKEW + 50_000 + waited_micros * 1000;
            self.flow.delivered(Arrival { count: 1, bytes: 200, age_nanos, at: self.now });
            self
        }

        fn sends(&mut self) -> Option<u32> {
            self.flow.tick(self.now);
            self.flow.update(self.now)
        }
    }

    #[test]
    fn one_call_after_another_changes_nothing() {
        let mut trial = Trial::new(100, None);
        for _ in 0..1000 {
            assert_eq!(trial.pass(100).arrives(3).sends(), None, "the message exhausts what was asked for");
            trial.pass(50).flow.ended();
            assert_eq!(trial.sends(), None);
        }
    }

    #[test]
    fn a_slow_message_makes_room_for_another() {
        let mut trial = Trial::new(100, None);
        for slow in 1..=16 {
            trial.pass(5000).arrives(0);
            assert_eq!(trial.sends(), None);
            let until = trial.flow.tick(trial.now);
            assert_eq!(until, Some(trial.now + PATIENCE));
            assert_eq!(trial.pass(1000).sends(), Some(slow + 1));
        }
        (0..16).for_each(|_| trial.flow.ended());
        assert_eq!(trial.sends(), Some(1), "so that the next lone message is flushed");
    }

    #[test]
    fn messages_that_wait_are_asked_for_at_once_and_many_of_them_in_bulk() {
        let mut trial = Trial::new(100, None);
        trial.pass(100).arrives(0);
        for _ in 0..20 {
            trial.pass(50).arrives(150);
        }
        assert_eq!(trial.sends(), Some(22), "three wait: each is flushed");
        for _ in 0..20 {
            trial.pass(50).arrives(3000);
        }
        assert_eq!(trial.sends(), Some(100), "sixty wait");
        (0..39).for_each(|_| trial.flow.ended());
        assert_eq!(trial.flow.tick(trial.now), Some(trial.now + PATIENCE));
        assert_eq!(trial.pass(1000).sends(), Some(3), "silence: two in flight and one more");
    }

    #[test]
    fn callers_ask_for_what_is_outstanding() {
        let demand = Demand::default();
        (0..40).for_each(|_| demand.add());
        let mut trial = Trial::new(100, Some(demand.clone()));
        trial.pass(50).arrives(0);
        for _ in 1..40 {
            trial.pass(50).arrives(3000);
        }
        (0..40).for_each(|_| trial.flow.ended());
        assert_eq!(trial.sends(), Some(40));
        (0..40).for_each(|_| demand.remove());
        assert_eq!(trial.sends(), Some(1), "never nothing");
    }

    #[test]
    fn few_outstanding_calls_are_never_bulk() {
        let demand = Demand::default();
        demand.add();
        let mut trial = Trial::new(100, Some(demand));
        for _ in 0..100 {
            trial.pass(50).arrives(3000).flow.ended();
            assert!(!trial.flow.is_bulk());
        }
    }

    #[test]
    fn over_a_long_way_what_waits_is_asked_for_together() {
        const ROUND_TRIP: u64 = 40_000;
        let demand = Demand::default();
        (0..8).for_each(|_| demand.add());
        let mut trial = Trial::new(100, Some(demand.clone()));
        trial.flow.set_round_trip(Duration::from_micros(ROUND_TRIP));
        trial.pass(1_000_000);
        // One comes for each round trip, and each has waited one longer.
        for number in 0..3 {
            assert_eq!(trial.sends(), None);
            trial.pass(ROUND_TRIP).arrives(40_000 * number).flow.ended();
            demand.remove();
        }
        assert_eq!(trial.sends(), None, "one may be late by chance");
        trial.pass(ROUND_TRIP).arrives(120_000).flow.ended();
        demand.remove();
        assert_eq!(trial.sends(), Some(4), "what is outstanding");
        trial.pass(ROUND_TRIP - 1);
        assert_eq!(trial.sends(), None, "they are on their way");
        (0..4).for_each(|_| trial.arrives(120_000).flow.ended());
        (0..4).for_each(|_| demand.remove());
        assert_eq!(trial.pass(ROUND_TRIP).sends(), Some(1), "silence");
    }

    #[test]
    fn a_broker_that_was_busy_at_first_is_not_far_for_ever() {
        let demand = Demand::default();
        (0..8).for_each(|_| demand.add());
        let mut trial = Trial::new(100, Some(demand));
        trial.flow.set_round_trip(Duration::from_millis(5));
        trial.pass(1_000_000).arrives(0).flow.ended();
        for _ in 0..20 {
            trial.pass(5_000).arrives(4_000).flow.ended();
        }
        assert_eq!(trial.sends(), Some(8), "what is outstanding");
        assert_eq!(trial.pass(5_000).sends(), Some(1));
        trial.flow.set_round_trip(Duration::from_micros(100));
        for _ in 0..20 {
            trial.pass(5_000).arrives(4_000).flow.ended();
        }
        assert!(!trial.flow.is_bulk());
    }

    #[test]
    fn a_deferred_message_is_no_queue() {
        let mut trial = Trial::new(100, None);
        trial.pass(100_000).arrives(0).flow.ended();
        trial.pass(100_000).arrives(60_000_000);
        assert!(!trial.flow.is_bulk());
    }

    #[test]
    fn a_lower_ceiling_counts_at_once() {
        let mut trial = Trial::new(2, None);
        trial.pass(10).arrives(0);
        trial.flow.set_ceiling(0);
        assert_eq!(trial.sends(), Some(0));
        trial.flow.set_ceiling(1);
        assert_eq!(trial.sends(), Some(1));
    }

    #[test]
    fn the_ceiling_and_the_pause_hold() {
        let mut trial = Trial::new(2, None);
        trial.pass(10).arrives(0).pass(10).arrives(0).pass(2000);
        assert_eq!(trial.sends(), Some(2));
        trial.flow.pause(true);
        assert_eq!(trial.sends(), Some(0));
        trial.flow.pause(false);
        assert_eq!(trial.sends(), Some(2));
    }
}
