//! What holds for all that a server serves.

use std::time::Duration;

use super::limits::Limits;

/// How many calls of one procedure run at a time unless the server says otherwise.
pub const DEFAULT_CONCURRENCY: usize = 1_024;
/// How long a server waits for running calls when it ends, unless it says otherwise.
pub const DEFAULT_DRAIN_TIMEOUT: Duration = Duration::from_secs(60);
/// How long no reply must have gone to a caller before its reply topic is cleared up, unless the server says otherwise.
pub const DEFAULT_CALLERS_IDLE: Duration = Duration::from_secs(10 * 60);

/// What a server is told once for all its services.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) limits: Limits,
    /// How many calls run at a time, whatever they call.
    pub(super) total: Option<usize>,
    pub(super) drain_timeout: Duration,
    /// How long a caller's topic must not have been used before it is cleared up.
    pub(super) callers_idle: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::new(),
            total: None,
            drain_timeout: DEFAULT_DRAIN_TIMEOUT,
            callers_idle: DEFAULT_CALLERS_IDLE,
        }
    }
}
