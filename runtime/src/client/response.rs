//! What came of a call, untyped: what tower layers on the client's side see.

use std::{
    borrow::Cow,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::Stream;

use crate::{
    error::{CallError, OutcomeUnknown},
    wire::{Exception, Id, Reply},
};

/// What came of a request, untyped.
#[derive(Debug)]
#[non_exhaustive]
pub enum Response {
    /// The reply of a [`Kind::Call`](super::Kind::Call), or the refusal of a [`Kind::Stream`](super::Kind::Stream).
    Reply(RawReply),
    /// The replies of a [`Kind::Gather`](super::Kind::Gather).
    Replies(Vec<RawReply>),
    /// The values of a [`Kind::Stream`](super::Kind::Stream).
    Stream(RawStream),
    /// The acknowledgement of a [`Kind::Oneway`](super::Kind::Oneway).
    Accepted(Accepted),
}

/// A broker has the message, in memory or on disk. It says no more than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Accepted;

/// One reply, untyped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawReply {
    /// The result's JSON, or the exception.
    pub outcome: Result<String, RemoteException>,
    /// The channel on which the call was consumed, where the service said so.
    pub channel: Option<String>,
    /// The call that it answers; `None` where a service in the middle made it.
    pub call_id: Option<Id>,
}

/// An exception as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteException {
    /// Its name.
    pub name: String,
    /// Its payload, which is JSON where the service keeps to the protocol.
    pub payload: String,
}

impl RawReply {
    pub(crate) fn decode(body: &[u8]) -> Result<Self, CallError> {
        let malformed = |error| CallError::OutcomeUnknown(OutcomeUnknown::MalformedReply(format!("{error}")));
        Self::of(Reply::decode(body).map_err(malformed)?)
    }

    pub(crate) fn of(reply: Reply<'_>) -> Result<Self, CallError> {
        let malformed = |error| CallError::OutcomeUnknown(OutcomeUnknown::MalformedReply(format!("{error}")));
        let outcome = if reply.is_exception {
            let exception = Exception::decode(&reply.payload).map_err(malformed)?;
            Err(RemoteException { name: exception.name.into_owned(), payload: exception.payload.into_owned() })
        } else {
            Ok(reply.payload.into_owned())
        };
        Ok(Self { outcome, channel: reply.channel.map(Cow::into_owned), call_id: Some(reply.call_id) })
    }
}

/// The values of a stream, untyped: what tower layers on the client's side see.
pub struct RawStream(Pin<Box<dyn Stream<Item = Result<RawReply, CallError>> + Send>>);

impl RawStream {
    /// A stream of one's own: values, and at most one exception or error, which is the last thing.
    pub fn new(values: impl Stream<Item = Result<RawReply, CallError>> + Send + 'static) -> Self {
        Self(Box::pin(values))
    }
}

impl Stream for RawStream {
    type Item = Result<RawReply, CallError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl fmt::Debug for RawStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawStream")
    }
}
