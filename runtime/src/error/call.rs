//! How a call ends for its caller, where it does not bring a result.

use std::time::Duration;

use super::failure::Never;

/// Why a call brought no result. `E` is the procedure's own error enum.
///
/// Whether it is safe to call again is what the variants tell apart: after [`NotExecuted`](CallError::NotExecuted)
/// and [`Overloaded`](CallError::Overloaded) it is, after [`OutcomeUnknown`](CallError::OutcomeUnknown) only where the procedure may run twice, and in all other
/// cases the service has answered.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CallError<E = Never> {
    /// The service answered with an exception that the contract declares.
    #[error(transparent)]
    Remote(E),
    /// The service answered with an exception that the contract does not declare, or whose payload is not the declared
    /// one.
    #[error("the service answered with an undeclared exception: {name}({payload})")]
    Undeclared {
        /// Its name.
        name: String,
        /// Its payload as it came, which is JSON where the service keeps to the protocol.
        payload: String,
    },
    /// The service failed; its log says why.
    #[error("the service failed; its log has the details")]
    Internal,
    /// The payload is not what the contract says: found by this side, and nothing was sent, or by the service.
    #[error("the payload is invalid: {0}")]
    InvalidPayload(String),
    /// What the service returned is not what the contract says: found by the service, or by this side.
    #[error("the service returned an invalid value: {0}")]
    InvalidReturn(String),
    /// The service refused this caller.
    #[error("the service refused the caller: {0}")]
    Unauthorized(String),
    /// The service had no room for the call, and did not run it.
    #[error("the service is overloaded: {0}")]
    Overloaded(String),
    /// It did not run, and never will: calling again is safe.
    #[error("the call was not executed: {0}")]
    NotExecuted(#[source] NotExecuted),
    /// It was sent, and nobody knows what became of it.
    #[error("the outcome of the call is unknown: {0}")]
    OutcomeUnknown(#[source] OutcomeUnknown),
}

impl<E> CallError<E> {
    /// Whether the call certainly did not run, so that calling again is safe whatever the procedure does: nothing was
    /// sent, the broker refused it, or the service had no room for it.
    ///
    /// ```
    /// use almanet_runtime::CallError;
    ///
    /// assert!(CallError::<std::fmt::Error>::Overloaded("full".into()).is_not_executed());
    /// assert!(!CallError::<std::fmt::Error>::Internal.is_not_executed());
    /// ```
    pub fn is_not_executed(&self) -> bool {
        matches!(self, Self::NotExecuted(_) | Self::Overloaded(_))
    }
}

/// Why a call was certainly not executed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NotExecuted {
    /// No connection took it before its time was over.
    #[error("{0}")]
    NotSent(String),
    /// The broker refused it.
    #[error("the broker refused it: {code} {text}")]
    Refused {
        /// The broker's error code.
        code: String,
        /// What the broker wrote after it.
        text: String,
    },
    /// It is larger than what the broker takes.
    #[error(
        "it is {size} bytes long and the broker takes {limit}: send less, or raise the broker's -max-msg-size and the URL's max_msg_size"
    )]
    TooLarge {
        /// The size of the whole message, in bytes.
        size: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// The delay is more than the hour that a broker takes.
    #[error("a delay of {0:?} is longer than the hour that a broker takes")]
    DelayTooLong(Duration),
    /// The timeout is 0, or more than 14 minutes.
    #[error("a timeout of {0:?} is not between a millisecond and 14 minutes")]
    Timeout(Duration),
    /// Its time was over before it could be sent: it waited too long in this program, or the call that is being
    /// handled ended.
    #[error("its deadline had passed before it could be sent")]
    DeadlinePassed,
    /// The URI, version or channel is not one.
    #[error("{0}")]
    Address(String),
    /// A credential would travel where others can read it.
    #[error("the credential was not sent: the way to the broker is neither TLS nor the loopback")]
    Unprotected,
    /// There are too many headers, or too long ones.
    #[error("{0}")]
    Headers(String),
    /// So many calls of this session wait for their replies that there was no room for this one in its time.
    #[error("{0} calls of this session wait for their replies already, and none ended in time")]
    TooManyOutstanding(usize),
    /// The session is closed.
    #[error("the session is closed")]
    Closed,
}

/// Why nobody knows whether a call was executed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OutcomeUnknown {
    /// No reply came in time: nobody serves it, the service is slow, or the reply was lost.
    #[error("no reply came within {0:?}")]
    DeadlineExceeded(Duration),
    /// The connection broke before the broker acknowledged it.
    #[error("{0}")]
    Unacknowledged(String),
    /// A reply came that is not one.
    #[error("the reply is not one: {0}")]
    MalformedReply(String),
    /// The reply came, and is larger than what this side takes.
    #[error(
        "the reply is {size} bytes long and {limit} are taken here: raise `max_msg_size=` in the broker's URL, or have the \
         service return less"
    )]
    ReplyTooLarge {
        /// The size of the whole message, in bytes.
        size: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// A stream broke off before its end.
    #[error("the stream broke off: {0}")]
    Interrupted(#[source] Interruption),
    /// A layer around the call gave up.
    #[error("a layer gave the call up: {0}")]
    Layer(String),
    /// The session was closed while the call was waiting.
    #[error("the session was closed")]
    Closed,
}

/// Why a stream broke off before its end. What became of it at the service is unknown; opening it again makes another
/// one.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Interruption {
    /// The service stops, and says so.
    #[error("{0}")]
    Stopped(String),
    /// The value of this number did not arrive, though later ones did.
    #[error("value {0} did not arrive, though later ones did")]
    Gap(u64),
    /// For so long nothing was heard of the service, which sends signs of life.
    #[error("nothing was heard of the service for {0:?}")]
    Silent(Duration),
    /// The service sent more than was asked for.
    #[error("the service sent more than was asked for")]
    Excess,
    /// A message of it is not one.
    #[error("a message of it is not one")]
    Malformed,
    /// A message of it is larger than what this side takes.
    #[error(
        "a message of it is {size} bytes long and {limit} are taken here: raise `max_msg_size=` in the broker's URL, or \
         have the service send less"
    )]
    TooLarge {
        /// The size of the whole message, in bytes.
        size: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// The runtime in which it was opened was shut down, and it was read in another one.
    #[error("the runtime in which it was opened was shut down")]
    ShutDown,
}

/// Why a message was not produced, or may not have been.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProduceError {
    /// The payload is not what the contract says. Nothing was sent.
    #[error("the payload is invalid: {0}")]
    InvalidPayload(String),
    /// It was not published: producing it again is safe.
    #[error("the message was not produced: {0}")]
    NotProduced(#[source] NotExecuted),
    /// The broker did not say whether it has it.
    #[error("nobody knows whether the message was produced: {0}")]
    OutcomeUnknown(#[source] OutcomeUnknown),
}
