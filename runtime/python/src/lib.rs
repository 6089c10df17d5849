//! The native half of the Python package `almanet_runtime`: sessions of the Rust runtime, driven from an event loop of
//! Python.
//!
//! Whatever takes time is started with a number, and ends as an event with that number in a [`port::Port`], which wakes
//! the loop once for all events that are there. No thread of the Rust runtime ever waits for the interpreter, and none
//! holds an object of Python, so that neither a busy interpreter nor one that ends can hold it up.

mod answer;
mod call;
mod convert;
mod error;
mod event;
mod fork;
mod log;
mod port;
mod serve;
mod session;
mod stream;
mod target;
mod topic;

/// What the package's Python half imports.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use crate::{
        answer::Values,
        call::{IncomingCall, Question},
        fork::forked,
        log::{log_level, next_logs, stop_logs},
        port::Port,
        serve::{Server, Service},
        session::Session,
        stream::Stream,
        target::{Pending, Target},
        topic::{Consumer, Message},
    };
}
