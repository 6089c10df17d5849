//! What happened in a simulation, in the order in which it did.

use std::collections::BTreeSet;
use std::time::Duration;

use almanet_runtime::{CallError, NotExecuted, OutcomeUnknown};

use crate::plan::Fault;

/// Everything that is held against the promises. Times are from the simulation's beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The calls, in the order in which they ended.
    pub calls: Vec<Call>,
    /// The streams that began, in the order in which they ended.
    pub streams: Vec<Streamed>,
    /// What services did.
    pub effects: Vec<Effect>,
    /// What was broken, and when.
    pub faults: Vec<(Duration, Fault)>,
    /// How many calls were made.
    pub made: usize,
    /// The instances by whose clocks every call is over before it comes.
    pub too_late: BTreeSet<usize>,
}

/// One call that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What it carried, which no other call does.
    pub key: u32,
    /// What was asked for.
    pub kind: Kind,
    /// When it was made.
    pub at: Duration,
    /// What it was given.
    pub timeout: Duration,
    /// How long it took, by the caller's clock.
    pub took: Duration,
    /// What came of it.
    pub outcome: Outcome,
    /// Whether everything was whole again, for long enough to be found whole.
    pub is_calm: bool,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To run, and to be answered.
    Once,
    /// The same, and it may run twice.
    Idempotent,
    /// To run, without an answer.
    Oneway,
    /// To be answered by one instance of each channel.
    Gather,
    /// To be answered with many values. The call ends when the stream begins.
    Stream,
}

/// What comes of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its own result, or that the broker has it.
    Result,
    /// The result of another call.
    Foreign(String),
    /// No connection took it before its time was over.
    NotSent,
    /// It was not executed for another reason.
    NotExecuted(String),
    /// It was sent, and no reply came in its time.
    Unknown,
    /// Anything else.
    Other(String),
}

impl Outcome {
    /// What came of a call whose result, if any, is `result`.
    pub(crate) fn of(result: Result<bool, CallError>) -> Self {
        match result {
            Ok(true) => Self::Result,
            Ok(false) => Self::Foreign("another text".to_owned()),
            Err(CallError::NotExecuted(NotExecuted::NotSent(_))) => Self::NotSent,
            Err(CallError::NotExecuted(why)) => Self::NotExecuted(why.to_string()),
            Err(CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(_) | OutcomeUnknown::Unacknowledged(_))) => {
                Self::Unknown
            }
            Err(other) => Self::Other(other.to_string()),
        }
    }
}

/// A stream that began, and ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Streamed {
    /// What the call carried.
    pub key: u32,
    /// How many values it was to have.
    pub wanted: u32,
    /// The values that came, in the order in which they did.
    pub values: Vec<Value>,
    /// The longest time that was waited for a value or for the end.
    pub longest: Duration,
    /// How it ended.
    pub ending: Ending,
    /// What came after the end.
    pub more: usize,
    /// Whether everything was whole again when it began.
    pub is_calm: bool,
}

/// One value of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// What the call carried that it answers.
    pub key: u32,
    /// Its number in the stream.
    pub number: u32,
    /// The instance that sent it.
    pub instance: (usize, usize),
}

/// How a stream ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By itself.
    Complete,
    /// It broke off.
    Interrupted,
    /// In another way.
    Other(String),
}

impl Ending {
    /// How a stream ended with this, if anything.
    pub(crate) fn of(error: Option<CallError>) -> Self {
        match error {
            None => Self::Complete,
            Some(CallError::OutcomeUnknown(OutcomeUnknown::Interrupted(_))) => Self::Interrupted,
            Some(other) => Self::Other(other.to_string()),
        }
    }
}

/// One run of a handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// When it began.
    pub at: Duration,
    /// What the call carried.
    pub key: u32,
    /// The call's id.
    pub call_id: u128,
    /// The instance that ran it: the host, and how often it was started.
    pub instance: (usize, usize),
}
