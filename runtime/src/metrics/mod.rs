//! How often, how long, how many: what is counted of calls, and of what was thrown away.
//!
//! What a session throws away is always counted. Durations and counts for each procedure are kept where the feature
//! `metrics` is on and a session was given `Metrics`.

mod counters;
#[cfg(feature = "metrics")]
mod prometheus;
#[cfg(not(feature = "metrics"))]
mod silent;

pub(crate) use self::counters::Counters;
pub use self::counters::Statistics;
#[cfg(feature = "metrics")]
pub use self::prometheus::Metrics;
#[cfg(feature = "metrics")]
pub(crate) use self::prometheus::{Meter, Source, Timer};
#[cfg(not(feature = "metrics"))]
pub(crate) use self::silent::{Meter, Timer};
