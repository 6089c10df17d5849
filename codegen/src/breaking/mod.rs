//! What a contract breaks of what it was: two models compared, and each change judged by whom it breaks.
//!
//! [`compare()`] finds the changes, [`judge()`] says which of them count, [`changelog()`] tells them to people. One file a rule under
//! `rules`; what a rule is about stands with its code.

mod accepts;
mod answered;
mod change;
mod changelog;
mod compare;
mod draft;
mod index;
mod introspection;
mod judge;
mod limits;
mod matches;
mod members;
mod pairs;
mod reserved;
mod rules;
mod services;
mod versions;
mod walk;

#[cfg(test)]
mod tests;

pub use change::{Change, ChangeKind, Step, Victims};
pub use changelog::changelog;
pub use compare::{Comparison, compare};
pub use judge::{Category, Exception, Verdict, judge};
pub use versions::Versions;
