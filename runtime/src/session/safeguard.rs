//! What keeps a caller's promises, for a simulation to see that it would notice their absence.

use std::time::Duration;

use super::{Session, SessionBuilder};

/// One of the means by which promises are kept.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safeguard {
    /// A service runs a call once, however often it is delivered to it.
    Deduplication,
    /// A call ends when its time is over.
    Deadlines,
    /// What was not written, or may run twice, is sent again.
    Retries,
    /// A service that ends gives back what is delivered to it.
    Handback,
    /// A gathering call keeps one reply for each channel.
    Channels,
    /// A call that comes before it was sent, by the clocks, is as old as one that comes at once.
    Clocks,
}

/// How much longer calls wait without deadlines.
const FOREVER: u32 = 100;

impl SessionBuilder {
    /// A session that does without one safeguard, to show what it is for. No program has a use for this.
    #[doc(hidden)]
    #[must_use]
    pub fn without(mut self, safeguard: Safeguard) -> Self {
        self.without = Some(safeguard);
        self
    }
}

impl Session {
    /// Whether this safeguard is in force.
    pub(crate) fn has(&self, safeguard: Safeguard) -> bool {
        self.inner.without != Some(safeguard)
    }

    /// How long a call with this timeout is waited for.
    pub(crate) fn patience(&self, timeout: Duration) -> Duration {
        if self.has(Safeguard::Deadlines) { timeout } else { timeout * FOREVER }
    }
}
