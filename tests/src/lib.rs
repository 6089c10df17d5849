//! Helpers for the tests that cross crates, languages or processes.

pub mod direction;
#[cfg(feature = "python")]
pub mod python;
