//! What is seen of calls from outside: spans, the log, the context of a trace that travels with them.

mod trace;

use tracing::{Span, debug, field::Empty, info_span};

use crate::{
    scope::CallInfo,
    wire::{Headers, Id},
};

/// The span of a call that is made, with the context that travels with it.
pub(crate) fn calling(uri: &str, session: Id, headers: &mut Headers) -> Span {
    #[cfg(not(feature = "otel"))]
    let span = info_span!("almanet.call", uri, %session, outcome = Empty);
    #[cfg(feature = "otel")]
    let span = info_span!(
        "almanet.call", uri, %session, outcome = Empty, otel.kind = "client", otel.name = uri,
        otel.status_code = Empty, messaging.system = "nsq", messaging.operation.name = "call",
        messaging.destination.name = uri
    );
    trace::send(&span, headers);
    span
}

/// The span of a call that is handled, a part of the trace that its caller is in.
pub(crate) fn handling(call: &CallInfo) -> Span {
    let CallInfo { uri, id, caller_id, attempts, .. } = call;
    let session = call.session.id();
    #[cfg(not(feature = "otel"))]
    let span = info_span!("almanet.handle", %uri, call = %id, caller = %caller_id, %session, attempts, outcome = Empty);
    #[cfg(feature = "otel")]
    let span = info_span!(
        "almanet.handle", %uri, call = %id, caller = %caller_id, %session, attempts, outcome = Empty,
        otel.kind = "server", otel.name = %uri, otel.status_code = Empty, messaging.system = "nsq",
        messaging.operation.name = "process", messaging.destination.name = %uri
    );
    trace::receive(&span, &call.headers);
    span
}

/// How a call ended, told in its span, which is the current one, and in the log.
pub(crate) fn ended(uri: &str, session: Id, outcome: Outcome) {
    let span = Span::current();
    span.record("outcome", outcome.as_str());
    #[cfg(feature = "otel")]
    span.record("otel.status_code", if outcome.is_failure() { "ERROR" } else { "OK" });
    debug!(uri, %session, outcome = outcome.as_str(), failed = outcome.is_failure(), "a call ended");
}

/// How a call ended, in few words, for those who count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Outcome {
    Returned,
    Stream,
    Accepted,
    Exception,
    Internal,
    InvalidPayload,
    InvalidReturn,
    Unauthorized,
    Overloaded,
    NotExecuted,
    Unknown,
}

impl Outcome {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Returned => "returned",
            Self::Stream => "stream",
            Self::Accepted => "accepted",
            Self::Exception => "exception",
            Self::Internal => "internal_error",
            Self::InvalidPayload => "invalid_payload",
            Self::InvalidReturn => "invalid_return",
            Self::Unauthorized => "unauthorized",
            Self::Overloaded => "overloaded",
            Self::NotExecuted => "not_executed",
            Self::Unknown => "outcome_unknown",
        }
    }

    /// Whether it is anything but an answer that the contract foresees.
    pub(crate) const fn is_failure(self) -> bool {
        !matches!(self, Self::Returned | Self::Stream | Self::Accepted | Self::Exception)
    }

    /// What metrics call the error.
    pub(crate) fn error_type(self) -> Option<&'static str> {
        (!matches!(self, Self::Returned | Self::Stream | Self::Accepted)).then(|| self.as_str())
    }

    /// What the name of an exception says.
    pub(crate) fn of_exception(name: &str) -> Self {
        use crate::wire::{INTERNAL_ERROR, INVALID_PAYLOAD, INVALID_RETURN, OVERLOADED, UNAUTHORIZED};

        match name {
            INTERNAL_ERROR => Self::Internal,
            INVALID_PAYLOAD => Self::InvalidPayload,
            INVALID_RETURN => Self::InvalidReturn,
            UNAUTHORIZED => Self::Unauthorized,
            OVERLOADED => Self::Overloaded,
            _ => Self::Exception,
        }
    }
}
