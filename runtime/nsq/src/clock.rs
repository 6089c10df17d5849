//! The wall clock, which stamps messages and tells their age.
//!
//! Everything else goes by tokio's clock, which a test can stop. This one can be replaced too: once for a process, by a
//! function that may look at its thread, so that a simulation has its own time and a test its peers with wrong clocks.

use std::{
    sync::OnceLock,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

static CLOCK: OnceLock<fn() -> SystemTime> = OnceLock::new();

/// The time by the wall clock.
#[must_use]
pub fn now() -> SystemTime {
    match CLOCK.get() {
        Some(clock) => clock(),
        None => SystemTime::now(),
    }
}

/// The time since 1970 by the wall clock; none where the clock is before that.
#[must_use]
pub fn since_1970() -> Duration {
    now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// The same as messages carry it: nanoseconds.
#[must_use]
pub fn nanos() -> i64 {
    i64::try_from(since_1970().as_nanos()).unwrap_or(i64::MAX)
}

/// Has this function tell the time from now on, in the whole process.
///
/// # Errors
/// Where that was done before: the first one stays.
pub fn replace(clock: fn() -> SystemTime) -> Result<(), Replaced> {
    CLOCK.set(clock).map_err(|_| Replaced)
}

/// The clock was replaced before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the clock was replaced before")]
pub struct Replaced;
