//! How long a call lives, and how that travels.

use std::time::Duration;

/// How long a call lives when nobody says otherwise.
pub const DEFAULT_LIFETIME: Duration = Duration::from_secs(60);
/// The longest time that a call may be given: NSQ lets a message be worked on for 15 minutes.
pub const MAX_TIMEOUT: Duration = Duration::from_secs(14 * 60);
/// The longest delay that a broker takes.
pub const MAX_DELAY: Duration = Duration::from_secs(60 * 60);

/// The time from the broker's timestamp of a call to its end.
///
/// It travels as `expires`, in whole seconds, rounded up and at least 1, because a Python service drops anything else
/// without a word; what was rounded away travels as a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lifetime(Duration);

impl Lifetime {
    /// A lifetime of that long, to the millisecond, rounded up.
    pub fn new(duration: Duration) -> Self {
        let millis = duration.as_nanos().div_ceil(1_000_000);
        Self(Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX)))
    }

    /// How long it is.
    pub const fn duration(self) -> Duration {
        self.0
    }

    /// The member `expires`: whole seconds, at least 1.
    pub fn seconds(self) -> u64 {
        (self.0.as_secs() + u64::from(self.0.subsec_nanos() > 0)).max(1)
    }

    /// The header `deadline_ms`, where `expires` is not exact.
    pub(super) fn exact_millis(self) -> Option<u128> {
        (self.0 != Duration::from_secs(self.seconds())).then_some(self.0.as_millis())
    }

    /// What a reader makes of the text of a number. A fraction is rounded up; a negative number is nothing.
    pub(super) fn parse_seconds(number: &str) -> Option<u64> {
        if let Ok(seconds) = number.parse::<u64>() {
            return Some(seconds);
        }
        let seconds: f64 = number.parse().ok()?;
        // A float that does not fit ends at the type's bound, which is what "for ever" has to mean here.
        (seconds >= 0.0 && !number.starts_with('-')).then(|| seconds.ceil() as u64)
    }

    /// The lifetime of an envelope with these members. The exact one counts where it fits into the rounded one.
    pub(super) fn received(seconds: Option<u64>, exact_millis: Option<u64>) -> Self {
        let rounded = seconds.map_or(DEFAULT_LIFETIME, Duration::from_secs);
        Self(exact_millis.map_or(rounded, |millis| Duration::from_millis(millis).min(rounded)))
    }
}

impl Default for Lifetime {
    fn default() -> Self {
        Self(DEFAULT_LIFETIME)
    }
}
