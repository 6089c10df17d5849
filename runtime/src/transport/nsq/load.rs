//! How much a broker should collect on one connection before it writes.
//!
//! That is agreed on when a connection begins, and stays. A small buffer is soon full, and suits what comes for a handful of
//! calls; where much waits at the broker and few messages fill it, its writes cost the broker more than the messages do. So a
//! connection under lasting load is replaced by one with a larger buffer, and that one by a small one when the load is gone.
//!
//! What tells it is how many bytes wait at the broker: by Little's law what comes in a second times how long it has waited.
//! A buffer that is larger than that holds up what it should bring.

use std::time::{Duration, Instant};

/// What the broker collects on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Buffer {
    Small,
    /// [`LARGER`] times as much.
    Large,
}

/// How many small buffers a large one holds.
pub(super) const LARGER: usize = 4;

/// A small buffer that holds more messages than this is large enough for them.
const FEW: usize = 8;

/// Over how long the load is averaged.
const WINDOW: Duration = Duration::from_millis(100);
/// How many windows in a row a load must last before it gets a large buffer.
const LASTING: u32 = 10;
/// How long there must be no such load before the small buffer comes back.
const GONE: Duration = Duration::from_secs(10);
/// How long nothing is tried after something has failed, or while the last connection still has messages.
const PATIENCE: Duration = Duration::from_secs(30);

/// The load of one connection.
#[derive(Debug)]
pub(super) struct Load {
    buffer: Buffer,
    /// In bytes; 0 where it cannot be chosen.
    small: usize,
    window: Instant,
    /// The bytes that came in this window, each times the seconds that it has waited.
    waited: f64,
    /// What came in this window: messages and their bytes.
    count: usize,
    bytes: usize,
    /// Windows in a row that were heavy.
    heavy: u32,
    /// The end of the last one.
    last_heavy: Instant,
    not_before: Instant,
}

impl Load {
    /// The load of a connection on which the broker collects so much, where a small buffer has `small` bytes.
    pub(super) fn new(buffer: Buffer, small: usize, now: Instant) -> Self {
        Self { buffer, small, window: now, waited: 0.0, count: 0, bytes: 0, heavy: 0, last_heavy: now, not_before: now }
    }

    /// One read brought so many messages of so many bytes, which have waited so long.
    pub(super) fn brought(&mut self, count: usize, bytes: usize, waited: Duration, now: Instant) {
        self.count += count;
        self.bytes += bytes;
        self.waited += bytes as f64 * waited.as_secs_f64();
        let passed = now.duration_since(self.window);
        if passed < WINDOW {
            return;
        }
        let are_large = self.bytes * FEW >= self.small * self.count;
        let is_heavy = are_large && self.waited >= self.enough() * passed.as_secs_f64();
        // A window that lasted longer was mostly silent.
        let goes_on = passed < 2 * WINDOW;
        self.heavy = if is_heavy && goes_on { self.heavy.saturating_add(1) } else { 0 };
        if is_heavy {
            self.last_heavy = now;
        }
        (self.window, self.waited, self.count, self.bytes) = (now, 0.0, 0, 0);
    }

    /// How many bytes must wait for a large buffer: two of it, and where it is there already, one of it.
    fn enough(&self) -> f64 {
        let large = (self.small * LARGER) as f64;
        match self.buffer {
            Buffer::Small => 2.0 * large,
            Buffer::Large => large,
        }
    }

    /// The other buffer, where the load wants it.
    pub(super) fn wants(&self, now: Instant) -> Option<Buffer> {
        if self.small == 0 || now < self.not_before {
            return None;
        }
        match self.buffer {
            Buffer::Small => (self.heavy >= LASTING).then_some(Buffer::Large),
            Buffer::Large => (now.duration_since(self.last_heavy) >= GONE).then_some(Buffer::Small),
        }
    }

    /// It cannot be had now.
    pub(super) fn put_off(&mut self, now: Instant) {
        self.not_before = now + PATIENCE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: usize = 4 * 1024;

    /// A clock and a load.
    struct Trial {
        now: Instant,
        load: Load,
    }

    impl Trial {
        fn new(buffer: Buffer) -> Self {
            let now = Instant::now();
            Self { now, load: Load::new(buffer, SMALL, now) }
        }

        /// A message of so many bytes comes each millisecond, after so many of them.
        fn pass(&mut self, millis: u32, bytes: usize, waited: u64) -> Option<Buffer> {
            self.pass_many(millis, 1, bytes, waited)
        }

        /// So many messages of so many bytes together come each millisecond.
        fn pass_many(&mut self, millis: u32, count: usize, bytes: usize, waited: u64) -> Option<Buffer> {
            for _ in 0..millis {
                self.now += Duration::from_millis(1);
                if bytes > 0 {
                    self.load.brought(count, bytes, Duration::from_millis(waited), self.now);
                }
            }
            self.load.wants(self.now)
        }
    }

    #[test]
    fn a_load_that_lasts_wants_a_large_buffer() {
        let mut trial = Trial::new(Buffer::Small);
        assert_eq!(trial.pass(900, 10_000, 4), None, "not yet");
        assert_eq!(trial.pass(100, 10_000, 4), Some(Buffer::Large));
        trial.load.put_off(trial.now);
        assert_eq!(trial.pass(29_000, 10_000, 4), None, "it could not be had");
        assert_eq!(trial.pass(1_000, 10_000, 4), Some(Buffer::Large));
    }

    #[test]
    fn bursts_and_what_hardly_waits_do_not() {
        let mut trial = Trial::new(Buffer::Small);
        for _ in 0..20 {
            assert_eq!(trial.pass(800, 10_000, 4), None, "a burst");
            assert_eq!(trial.pass(500, 0, 0), None, "and silence");
        }
        assert_eq!(trial.pass(5_000, 10_000, 3), None, "less waits than fills it twice");
        assert_eq!(trial.pass(5_000, 10, 1_000), None);
        assert_eq!(trial.pass_many(5_000, 40, 10_000, 100), None, "many fill a small one");
        assert_eq!(trial.pass_many(1_200, 10, 10_000, 100), Some(Buffer::Large));
    }

    #[test]
    fn a_large_buffer_stays_while_the_load_does_and_goes_after_it() {
        let mut trial = Trial::new(Buffer::Large);
        assert_eq!(trial.pass(60_000, 10_000, 2), None);
        assert_eq!(trial.pass(9_000, 10_000, 1), None);
        assert_eq!(trial.pass(200, 10_000, 2), None, "it came back");
        assert_eq!(trial.pass(9_900, 0, 0), None);
        assert_eq!(trial.pass(100, 0, 0), Some(Buffer::Small));
    }

    #[test]
    fn nothing_is_wanted_where_there_is_no_choice() {
        let mut trial = Trial::new(Buffer::Small);
        trial.load.small = 0;
        assert_eq!(trial.pass(5_000, 10_000, 100), None);
    }
}
