//! The list of codes, each with its docs: what it says, why it is a problem, a contract that raises it, how to mend it.
//!
//! One file for each phase. A [`Code`] can be made nowhere else, so every code that is raised is listed and explained. A
//! retired code stays listed and is never given out again.

mod entry;

pub mod addresses;
pub mod breaking;
pub mod configuration;
pub mod exceptions;
pub mod files;
pub mod lints;
pub mod names;
pub mod output;
pub mod plugins;
pub mod syntax;
pub mod targets;
pub mod values;

pub use entry::{Code, Entry, Example};

use entry::codes;

/// Every code with its docs, sorted by code.
#[must_use]
pub fn all() -> Vec<&'static Entry> {
    let phases = [
        breaking::ENTRIES,
        files::ENTRIES,
        configuration::ENTRIES,
        output::ENTRIES,
        plugins::ENTRIES,
        syntax::ENTRIES,
        names::ENTRIES,
        values::ENTRIES,
        addresses::ENTRIES,
        targets::ENTRIES,
        exceptions::ENTRIES,
    ];
    let mut all: Vec<&Entry> = phases.into_iter().chain(lints::ENTRIES).flatten().collect();
    all.sort_by_key(|entry| entry.code);
    all
}

/// The docs of a code as a user types it; upper or lower case.
#[must_use]
pub fn find(code: &str) -> Option<&'static Entry> {
    all().into_iter().find(|entry| entry.code.as_str().eq_ignore_ascii_case(code))
}

#[cfg(test)]
mod tests;
