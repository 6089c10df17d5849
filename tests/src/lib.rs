//! Helpers for the tests that cross crates, languages or processes.

pub mod certificates;
pub mod direction;
pub mod documents;
#[cfg(feature = "python")]
pub mod lines;
#[cfg(feature = "nsqd")]
mod listening;
#[cfg(feature = "nsqd")]
pub mod nsqd;
#[cfg(feature = "nsqd")]
pub mod nsqlookupd;
pub mod odd;
pub mod process;
pub mod program;
pub mod proxy;
#[cfg(feature = "python")]
pub mod python;
pub mod script;
pub mod table;
