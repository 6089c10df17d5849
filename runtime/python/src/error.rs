//! Why something failed, as a word that Python makes a class of, and a text.

use almanet_runtime::{CallError, ConnectError, ConsumeError, NotExecuted, OutcomeUnknown, ProduceError, ServeError};

/// A failure on its way to Python.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) kind: &'static str,
    pub(crate) text: String,
}

const INVALID: &str = "invalid";
const TOO_LARGE: &str = "too_large";
const NOT_EXECUTED: &str = "not_executed";
const UNKNOWN: &str = "unknown";

fn not_executed(why: &NotExecuted) -> &'static str {
    match why {
        NotExecuted::TooLarge { .. } => TOO_LARGE,
        NotExecuted::DelayTooLong(_) | NotExecuted::Timeout(_) | NotExecuted::Address(_) | NotExecuted::Headers(_) => {
            INVALID
        }
        _ => NOT_EXECUTED,
    }
}

impl From<CallError> for Failed {
    fn from(error: CallError) -> Self {
        let kind = match &error {
            CallError::NotExecuted(why) => not_executed(why),
            CallError::InvalidPayload(_) => INVALID,
            _ => UNKNOWN,
        };
        // "no reply came within 5s" says it all.
        let text = match &error {
            CallError::OutcomeUnknown(why @ OutcomeUnknown::DeadlineExceeded(_)) => why.to_string(),
            other => other.to_string(),
        };
        Self { kind, text }
    }
}

impl From<ProduceError> for Failed {
    fn from(error: ProduceError) -> Self {
        let kind = match &error {
            ProduceError::NotProduced(why) => not_executed(why),
            ProduceError::InvalidPayload(_) => INVALID,
            _ => UNKNOWN,
        };
        Self { kind, text: error.to_string() }
    }
}

impl From<ConnectError> for Failed {
    fn from(error: ConnectError) -> Self {
        let kind = match &error {
            ConnectError::Unreachable(_) | ConnectError::Refused(_) => NOT_EXECUTED,
            ConnectError::Variable { source, .. }
                if matches!(**source, ConnectError::Unreachable(_) | ConnectError::Refused(_)) =>
            {
                NOT_EXECUTED
            }
            _ => INVALID,
        };
        Self { kind, text: error.to_string() }
    }
}

impl From<ConsumeError> for Failed {
    fn from(error: ConsumeError) -> Self {
        let kind = if matches!(error, ConsumeError::Address(_) | ConsumeError::MessageTimeout(_)) {
            INVALID
        } else {
            NOT_EXECUTED
        };
        Self { kind, text: error.to_string() }
    }
}

impl From<ServeError> for Failed {
    fn from(error: ServeError) -> Self {
        let kind = if matches!(error, ServeError::Subscribe { .. }) { NOT_EXECUTED } else { INVALID };
        Self { kind, text: error.to_string() }
    }
}
