//! Answers that are streams, as handlers make them.

mod answer;
mod writer;

#[cfg(test)]
mod tests;

pub use self::{
    answer::StreamOf,
    writer::{Cancelled, StreamWriter},
};
