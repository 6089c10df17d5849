//! Answers that are streams: what a handler hands over, and how it is sent.

mod answer;
mod line;
mod sender;
mod writer;

#[cfg(test)]
mod tests;

pub use self::{
    answer::{OutcomeStream, StreamOf},
    writer::{Cancelled, StreamWriter},
};
pub(super) use self::{line::Line, sender::send};
