//! Answers that are streams: what a handler hands over, and how it is sent.

mod answer;
mod sender;
mod writer;

#[cfg(test)]
mod tests;

pub(super) use self::sender::send;
pub use self::{
    answer::StreamOf,
    writer::{Cancelled, StreamWriter},
};
