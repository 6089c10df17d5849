//! How many messages a connection asks for.
//!
//! nsqd collects deliveries in a buffer and writes it out when it is full, when its timer ticks (25 ms at best), or at
//! once when the connection has as many messages in flight as RDY allows. So a *lone* message is fast where RDY is one
//! above what is in flight: it exhausts RDY and is flushed. Many messages are fast where RDY is far above, so that the
//! buffer fills: *bulk*. A millisecond without a message ends bulk, and the lower RDY makes nsqd flush what is left.

use std::time::{Duration, Instant};

use crate::transport::Demand;

/// The policy of one connection. It says what to send and knows nothing of how.
#[derive(Debug)]
pub(super) struct Flow {
    /// Most messages in flight.
    ceiling: u32,
    demand: Option<Demand>,
    mode: Mode,
    in_flight: usize,
    /// What the broker was told last.
    sent: u32,
    /// How many messages within [`WINDOW`] start the next bulk spell.
    threshold: usize,
    window: (Instant, usize),
    is_paused: bool,
}

#[derive(Debug)]
enum Mode {
    Lone,
    Bulk { last: Instant, messages: usize },
}

/// The time in which messages count as many, and after which silence ends bulk.
const WINDOW: Duration = Duration::from_millis(1);

/// Messages within [`WINDOW`] that start bulk at first, and at most after spells that were too short to pay.
const FEW: usize = 3;
const MANY: usize = 48;

/// A spell of fewer messages was too short to pay.
const SHORT_SPELL: usize = 64;

impl Flow {
    pub(super) fn new(ceiling: u32, demand: Option<Demand>, now: Instant) -> Self {
        Self {
            ceiling,
            demand,
            mode: Mode::Lone,
            in_flight: 0,
            sent: 0,
            threshold: FEW,
            window: (now, 0),
            is_paused: false,
        }
    }

    /// One read brought this many messages.
    pub(super) fn delivered(&mut self, count: usize, now: Instant) {
        if count == 0 {
            return;
        }
        self.in_flight += count;
        match &mut self.mode {
            Mode::Bulk { last, messages } => {
                *last = now;
                *messages += count;
            }
            Mode::Lone => {
                if now.duration_since(self.window.0) > WINDOW {
                    self.window = (now, 0);
                }
                self.window.1 += count;
                if self.window.1 >= self.threshold {
                    self.mode = Mode::Bulk { last: now, messages: self.window.1 };
                }
            }
        }
    }

    /// One message was finished or requeued, or its timeout has passed.
    pub(super) fn ended(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// Nobody takes what was delivered (`true`), or somebody does again.
    pub(super) fn pause(&mut self, is_paused: bool) {
        self.is_paused = is_paused;
    }

    /// Ends bulk where the last message is long enough ago. Returns when to look again.
    pub(super) fn tick(&mut self, now: Instant) -> Option<Instant> {
        let Mode::Bulk { last, messages } = self.mode else { return None };
        let until = last + WINDOW;
        if now < until {
            return Some(until);
        }
        self.threshold = if messages < SHORT_SPELL { (2 * self.threshold).min(MANY) } else { FEW };
        self.mode = Mode::Lone;
        self.window = (now, 0);
        None
    }

    /// What to send as RDY, if anything.
    pub(super) fn update(&mut self) -> Option<u32> {
        let wanted = if self.is_paused { 0 } else { self.wanted() };
        (wanted != self.sent).then(|| {
            self.sent = wanted;
            wanted
        })
    }

    fn wanted(&self) -> u32 {
        let in_flight = u32::try_from(self.in_flight).unwrap_or(u32::MAX);
        let above = match (&self.mode, &self.demand) {
            (Mode::Lone, _) => 1,
            (Mode::Bulk { .. }, Some(demand)) => u32::try_from(demand.get().max(1)).unwrap_or(u32::MAX),
            (Mode::Bulk { .. }, None) => self.ceiling,
        };
        in_flight.saturating_add(above).min(self.ceiling)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn later(now: Instant, micros: u64) -> Instant {
        now + Duration::from_micros(micros)
    }

    #[test]
    fn a_lone_message_always_exhausts_what_was_asked_for() {
        let now = Instant::now();
        let mut flow = Flow::new(100, None, now);
        assert_eq!(flow.update(), Some(1));
        for call in 0..10 {
            flow.delivered(1, later(now, call * 2000));
            assert_eq!(flow.update(), Some(2));
            flow.ended();
            assert_eq!(flow.update(), Some(1));
            assert_eq!(flow.tick(later(now, call * 2000 + 1)), None, "never bulk");
        }
    }

    #[test]
    fn slow_messages_in_flight_are_counted() {
        let now = Instant::now();
        let mut flow = Flow::new(100, None, now);
        for call in 0..16 {
            flow.delivered(1, later(now, call * 2000));
        }
        assert_eq!(flow.update(), Some(17));
        assert_eq!(flow.update(), None);
    }

    #[test]
    fn bulk_asks_for_the_ceiling_and_ends_in_silence() {
        let now = Instant::now();
        let mut flow = Flow::new(100, None, now);
        flow.delivered(FEW, now);
        assert_eq!(flow.update(), Some(100));
        assert_eq!(flow.tick(later(now, 500)), Some(later(now, 1000)));
        flow.delivered(200, later(now, 900));
        assert_eq!(flow.tick(later(now, 1000)), Some(later(now, 1900)));
        (0..198 + FEW).for_each(|_| flow.ended());
        assert_eq!(flow.tick(later(now, 1900)), None);
        assert_eq!(flow.update(), Some(3), "two in flight and one more");
    }

    #[test]
    fn short_spells_make_the_next_one_harder() {
        let now = Instant::now();
        let mut flow = Flow::new(100, None, now);
        flow.delivered(FEW, now);
        flow.tick(later(now, 1000));
        flow.delivered(FEW, later(now, 3000));
        assert_eq!(flow.tick(later(now, 3001)), None, "not enough any more");
        flow.delivered(FEW, later(now, 3500));
        assert!(flow.tick(later(now, 3501)).is_some());
        flow.delivered(SHORT_SPELL, later(now, 3600));
        flow.tick(later(now, 9000));
        flow.delivered(FEW, later(now, 12_000));
        assert!(flow.tick(later(now, 12_001)).is_some(), "a long spell forgives");
    }

    #[test]
    fn callers_ask_for_what_is_outstanding() {
        let now = Instant::now();
        let demand = Demand::default();
        (0..5).for_each(|_| demand.add());
        let mut flow = Flow::new(100, Some(demand.clone()), now);
        flow.delivered(FEW, now);
        assert_eq!(flow.update(), Some(u32::try_from(FEW).unwrap() + 5));
        (0..5).for_each(|_| demand.remove());
        assert_eq!(flow.update(), Some(u32::try_from(FEW).unwrap() + 1), "never nothing");
    }

    #[test]
    fn the_ceiling_and_the_pause_hold() {
        let now = Instant::now();
        let mut flow = Flow::new(2, None, now);
        flow.delivered(2, now);
        assert_eq!(flow.update(), Some(2));
        flow.pause(true);
        assert_eq!(flow.update(), Some(0));
        flow.pause(false);
        assert_eq!(flow.update(), Some(2));
    }
}
