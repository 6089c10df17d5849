//! A call before it is sent, untyped: what tower layers on the client's side see.

use std::{borrow::Cow, fmt, time::Duration};

use almanet_nsq::name::TopicName;
use tokio::time::Instant;

use crate::{
    credential::{AUTHORIZATION, Token},
    error::NotExecuted,
    wire::{Headers, Lifetime, MAX_DELAY, MAX_TIMEOUT},
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

    /// How long the broker keeps it back.
    pub(super) fn delay(&self) -> Duration {
        match self.kind {
            Kind::Oneway { delay } => delay,
            Kind::Call | Kind::Gather { .. } | Kind::Stream => Duration::ZERO,
        }
    }

    /// How long the call lives, from now: its timeout, and the delay where it has one.
    pub(crate) fn lifetime(&self) -> Result<Lifetime, NotExecuted> {
        if self.timeout.is_zero() || self.timeout > MAX_TIMEOUT {
            return Err(NotExecuted::Timeout(self.timeout));
        }
        match self.delay() {
            delay if delay > MAX_DELAY => Err(NotExecuted::DelayTooLong(delay)),
            delay => Ok(Lifetime::new(delay + self.timeout)),
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
