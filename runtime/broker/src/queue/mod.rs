//! Topics, channels, and who waits for their messages. No I/O and no task of its own: time is looked at by whoever
//! waits.
//!
//! A topic and all its channels share one lock, which is held for the moves of a few pointers and never across an
//! `await`. Wakers are collected under it and called after it.

mod channel;
mod message;
mod topic;
mod wakeups;

pub(crate) use self::{
    channel::Wait,
    message::Message,
    topic::{Ledger, Seat, Topic},
};
