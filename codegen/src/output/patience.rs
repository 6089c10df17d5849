use std::thread;
use std::time::{Duration, Instant};

/// Waits, a moment at a time, for another run to end: one that writes is done in a second.
pub(super) struct Patience {
    until: Instant,
}

impl Patience {
    pub(super) fn of(duration: Duration) -> Self {
        Self { until: Instant::now() + duration }
    }

    /// Waits a moment; `false`, and at once, where that took long enough.
    pub(super) fn wait(&self) -> bool {
        let has_time = Instant::now() < self.until;
        if has_time {
            thread::sleep(Duration::from_millis(20));
        }
        has_time
    }
}

/// How long a run waits for another one.
pub(super) const USUAL: Duration = Duration::from_secs(3);
