//! A call before it is sent, and what came of it, untyped: what tower layers on the client's side see.

use std::{borrow::Cow, fmt, time::Duration};

use almanet_nsq::name::TopicName;
use tokio::time::Instant;

use super::stream::RawStream;
use crate::{
    credential::{AUTHORIZATION, Token},
    error::{CallError, NotExecuted, OutcomeUnknown},
    wire::{Exception, Headers, Id, Lifetime, MAX_DELAY, MAX_TIMEOUT, Reply},
};

/// A call, ready to be sent. Cloning it makes another call with the same content.
#[derive(Clone)]
pub struct Request {
    pub(crate) uri: Cow<'static, str>,
    pub(crate) topic: TopicName,
    pub(crate) payload: String,
    pub(crate) timeout: Duration,
    pub(crate) headers: Headers,
    pub(crate) idempotent: bool,
    /// Whether the contract asks for a credential.
    pub(crate) guarded: bool,
    pub(crate) kind: Kind,
    /// When the call is over, whatever its timeout says: with the call that is being handled where it was made, and
    /// by its first timeout, however often a layer sends it.
    pub(crate) not_after: Option<Instant>,
}

/// What a call waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// One reply.
    Call,
    /// The replies of all who take the call, until the timeout or until there are enough.
    Gather {
        /// How many are enough.
        enough: Option<usize>,
    },
    /// The beginning of a stream.
    Stream,
    /// Nothing but the broker's acknowledgement.
    Oneway {
        /// How long the broker keeps it back.
        delay: Duration,
    },
}

impl Kind {
    /// What it is called in metrics.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Gather { .. } => "gather",
            Self::Stream => "stream",
            Self::Oneway { .. } => "oneway",
        }
    }
}

impl Request {
    /// The URI that is called, a version in it included.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The payload's JSON.
    pub fn payload(&self) -> &str {
        &self.payload
    }

    /// How long the caller waits at most.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Sets how long the caller waits at most. A layer makes it shorter; the call still ends when its caller said.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// What travels beside the payload.
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// What travels beside the payload, to be changed.
    pub fn headers_mut(&mut self) -> &mut Headers {
        &mut self.headers
    }

    /// Whether the contract says that the procedure may run twice.
    pub fn is_idempotent(&self) -> bool {
        self.idempotent
    }

    /// Whether the contract asks for a credential.
    pub fn is_guarded(&self) -> bool {
        self.guarded
    }

    /// Adds the credential that the contract asks for, where there is none yet.
    pub(crate) fn attach(&mut self, token: &Token) -> Result<(), NotExecuted> {
        if !self.guarded || self.has_credential() {
            return Ok(());
        }
        self.headers.insert(AUTHORIZATION, token.header()).map_err(|error| NotExecuted::Headers(error.to_string()))
    }

    /// Whether a credential travels with the call.
    pub(crate) fn has_credential(&self) -> bool {
        self.headers.get(AUTHORIZATION).is_some()
    }

    /// What the call waits for.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The call begins: what waits for it waits no longer than it may.
    pub(crate) fn begin(&mut self) -> Result<(), NotExecuted> {
        let Some(not_after) = self.not_after else { return Ok(()) };
        let left = not_after.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(NotExecuted::DeadlinePassed);
        }
        self.timeout = self.timeout.min(left);
        Ok(())
    }

    /// How long the call lives, from now: its timeout, and the delay where it has one.
    pub(crate) fn lifetime(&self) -> Result<Lifetime, NotExecuted> {
        if self.timeout.is_zero() || self.timeout > MAX_TIMEOUT {
            return Err(NotExecuted::Timeout(self.timeout));
        }
        match self.kind {
            Kind::Oneway { delay } if delay > MAX_DELAY => Err(NotExecuted::DelayTooLong(delay)),
            Kind::Oneway { delay } => Ok(Lifetime::new(delay + self.timeout)),
            Kind::Call | Kind::Gather { .. } | Kind::Stream => Ok(Lifetime::new(self.timeout)),
        }
    }
}

/// The payload is left out: it may be large, or not for logs.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("uri", &self.uri)
            .field("kind", &self.kind)
            .field("timeout", &self.timeout)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

/// What came of a request, untyped.
#[derive(Debug)]
#[non_exhaustive]
pub enum Response {
    /// The reply of a [`Kind::Call`], or the refusal of a [`Kind::Stream`].
    Reply(RawReply),
    /// The replies of a [`Kind::Gather`].
    Replies(Vec<RawReply>),
    /// The values of a [`Kind::Stream`].
    Stream(RawStream),
    /// The acknowledgement of a [`Kind::Oneway`].
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
