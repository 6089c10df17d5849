//! What a handler may know of the call that it handles.

use std::{fmt, sync::Arc, time::Duration};

use almanet_nsq::name::ChannelName;
use tokio::time::Instant;

use crate::{
    session::Session,
    wire::{Headers, Id},
};

/// The call that a handler handles. Cloning it is cheap.
#[derive(Clone)]
pub struct Context {
    call: Arc<CallInfo>,
}

pub(crate) struct CallInfo {
    pub(crate) session: Session,
    pub(crate) uri: Arc<str>,
    pub(crate) channel: ChannelName,
    pub(crate) id: Id,
    pub(crate) caller_id: Id,
    pub(crate) attempts: u16,
    pub(crate) deadline: Instant,
    pub(crate) headers: Headers,
}

impl Context {
    pub(crate) fn new(call: CallInfo) -> Self {
        Self { call: Arc::new(call) }
    }

    /// The session that serves the call: clients made from it call on.
    pub fn session(&self) -> &Session {
        &self.call.session
    }

    /// The URI that was called, a version in it included.
    pub fn uri(&self) -> &str {
        &self.call.uri
    }

    /// The channel that the call was consumed from.
    pub fn channel(&self) -> &str {
        self.call.channel.as_str()
    }

    /// The call's id: the same in every retry and redelivery, and in this service's log.
    pub fn call_id(&self) -> Id {
        self.call.id
    }

    /// The session that called.
    pub fn caller_id(&self) -> Id {
        self.call.caller_id
    }

    /// How many times the broker has delivered the call, this one included. More than one does not prove that it
    /// ran before.
    pub fn attempts(&self) -> u16 {
        self.call.attempts
    }

    /// When the caller stops waiting. The handler is dropped then, at an `.await`.
    pub fn deadline(&self) -> Instant {
        self.call.deadline
    }

    /// How long the caller goes on waiting.
    pub fn remaining(&self) -> Duration {
        self.call.deadline.saturating_duration_since(Instant::now())
    }

    /// What travelled beside the payload.
    pub fn headers(&self) -> &Headers {
        &self.call.headers
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("uri", &self.call.uri)
            .field("call_id", &self.call.id)
            .field("caller_id", &self.call.caller_id)
            .field("attempts", &self.call.attempts)
            .field("headers", &self.call.headers)
            .finish_non_exhaustive()
    }
}
