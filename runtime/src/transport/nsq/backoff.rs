//! How long to wait before the next attempt to connect.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(10);

/// Delays that double from attempt to attempt, each shortened by up to a half at random, so that many clients of a
/// broker that comes back do not all come at once.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The delay after one more failure.
    pub(super) fn next(&mut self) -> Duration {
        let longest = FIRST.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        longest.mul_f64(1.0 - fastrand::f64() / 2.0)
    }

    /// Whether the last attempts failed.
    pub(super) fn has_begun(&self) -> bool {
        self.failures > 0
    }

    /// An attempt succeeded and lasted.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_to_a_limit_and_start_again() {
        let mut backoff = Backoff::default();
        for attempt in 0..40 {
            let longest = FIRST.saturating_mul(1 << attempt.min(20)).min(LONGEST);
            let delay = backoff.next();
            assert!(delay <= longest && delay >= longest / 2, "{attempt}: {delay:?}");
        }
        backoff.reset();
        assert!(backoff.next() <= FIRST);
    }
}
