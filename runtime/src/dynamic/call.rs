//! Calls of procedures that no contract here describes.

use std::time::Duration;

use crate::{
    client::{Accepted, Caller, Kind, Pending, RawReply, RawStream, Response, another_kind},
    error::CallError,
};

/// A call whose payload and reply are JSON text. Set options, then choose what to wait for.
///
/// Dropping the future gives the wait up, not the call: the service may still run it.
#[must_use = "a call is sent when its reply is awaited"]
#[derive(Debug)]
pub struct DynamicCall {
    pending: Pending,
}

/// How a procedure answers that has a stream.
#[derive(Debug)]
pub enum Answer {
    /// It has begun to send.
    Stream(RawStream),
    /// It refused, by an exception; or it has one value, and no stream.
    Reply(RawReply),
}

impl DynamicCall {
    /// A call of the procedure at `uri`, of the caller's version where that has one. The payload is sent as it is.
    pub fn new(caller: impl Into<Caller>, uri: &str, payload: impl Into<String>) -> Self {
        let caller = caller.into();
        let request = caller.dynamic(uri, payload.into());
        Self { pending: Pending::new(caller, request) }
    }

    /// How long to wait for the reply, from a millisecond to 14 minutes; 60 s unless it is set. What the others do with
    /// it says [`Call`](crate::Call).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.pending.change(|request| request.timeout = timeout);
        self
    }

    /// Adds a header that travels beside the payload. At most 31, 8 KiB together.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.pending.header(name.into(), value.into());
        self
    }

    /// The procedure may run twice: it is sent again where no reply comes.
    pub fn idempotent(mut self) -> Self {
        self.pending.change(|request| request.idempotent = true);
        self
    }

    /// The procedure asks for a credential: the caller's goes along, or else the session's.
    pub fn guarded(mut self) -> Self {
        self.pending.guard();
        self
    }

    /// Sends it and waits for the reply, whatever it says.
    ///
    /// # Errors
    /// [`CallError::NotExecuted`] or [`CallError::OutcomeUnknown`]: an exception of the service is a reply.
    pub async fn reply(self) -> Result<RawReply, CallError> {
        match self.send(Kind::Call).await? {
            Response::Reply(reply) => Ok(reply),
            _ => Err(another_kind()),
        }
    }

    /// Sends it and gathers the replies of all who take it, until the timeout or until there are `enough`.
    ///
    /// # Errors
    /// As [`reply`](Self::reply).
    pub async fn gather(self, enough: Option<usize>) -> Result<Vec<RawReply>, CallError> {
        match self.send(Kind::Gather { enough }).await? {
            Response::Replies(replies) => Ok(replies),
            _ => Err(another_kind()),
        }
    }

    /// Sends it and waits until the service begins to send a stream, or refuses to.
    ///
    /// # Errors
    /// As [`reply`](Self::reply).
    pub async fn stream(self) -> Result<Answer, CallError> {
        match self.send(Kind::Stream).await? {
            Response::Stream(values) => Ok(Answer::Stream(values)),
            Response::Reply(reply) => Ok(Answer::Reply(reply)),
            _ => Err(another_kind()),
        }
    }

    /// Sends it and has the broker keep it back for `delay`, an hour at most. Nobody answers.
    ///
    /// # Errors
    /// As [`reply`](Self::reply).
    pub async fn oneway(self, delay: Duration) -> Result<Accepted, CallError> {
        match self.send(Kind::Oneway { delay }).await? {
            Response::Accepted(accepted) => Ok(accepted),
            _ => Err(another_kind()),
        }
    }

    async fn send(mut self, kind: Kind) -> Result<Response, CallError> {
        self.pending.change(|request| request.kind = kind);
        self.pending.send().await
    }
}
