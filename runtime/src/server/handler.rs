//! What runs a call and what comes of it, the types of its contract erased.

use std::{
    borrow::Cow,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context as TaskContext, Poll},
};

use futures_util::Stream;
use tracing::error;

use super::{context::Context, internal::drop_quietly};
use crate::{
    codec::{Encode, to_json},
    error::BoxError,
    observe,
    scope::{self, CallInfo},
    transport::BoxFuture,
    wire::{OVERLOADED, UNAUTHORIZED},
};

/// Runs one call. Its payload is read at the call itself.
pub(crate) type Handler = Arc<dyn Fn(Context, &str) -> BoxFuture<'static, Outcome> + Send + Sync>;

/// A call on its way to its handler: what tower layers on the server's side see.
#[derive(Clone, Debug)]
pub struct Incoming {
    pub(crate) context: Context,
    pub(crate) payload: String,
}

impl Incoming {
    /// The call.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The payload's JSON.
    pub fn payload(&self) -> &str {
        &self.payload
    }
}

/// What came of a call, before it travels.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// The result's JSON.
    Returned(String),
    /// An exception, its payload as JSON.
    Exception {
        /// The name under which it travels.
        name: Cow<'static, str>,
        /// Its payload's JSON.
        payload: String,
    },
    /// A failure that only the log learns of.
    Failed(BoxError),
    /// A stream that has begun.
    Stream(OutcomeStream),
}

impl Outcome {
    /// Refuses a caller that may not call this.
    pub fn unauthorized(text: &str) -> Self {
        Self::protocol(UNAUTHORIZED, text)
    }

    /// Refuses a call that there is no room for, which has not run.
    pub fn overloaded(text: &str) -> Self {
        Self::protocol(OVERLOADED, text)
    }

    /// What is told of it.
    pub(super) fn told(&self) -> observe::Outcome {
        match self {
            Self::Returned(_) => observe::Outcome::Returned,
            Self::Exception { name, .. } => observe::Outcome::of_exception(name),
            Self::Failed(_) => observe::Outcome::Internal,
            Self::Stream(_) => observe::Outcome::Stream,
        }
    }

    /// One of the protocol's own exceptions.
    pub(super) fn protocol(name: &'static str, text: &str) -> Self {
        Self::Exception { name: name.into(), payload: json(&text.to_owned()).unwrap_or_default() }
    }
}

/// A stream on its way to its receiver, untyped: what tower layers on the server's side see. Each
/// [`Outcome::Returned`] is a value; any other outcome ends it.
pub struct OutcomeStream {
    /// Until it is dropped.
    outcomes: Option<Pin<Box<dyn Stream<Item = Outcome> + Send>>>,
    /// What the calls that it makes inherit from.
    call: Option<Arc<CallInfo>>,
}

impl OutcomeStream {
    /// A stream of one's own.
    pub fn new(outcomes: impl Stream<Item = Outcome> + Send + 'static) -> Self {
        Self { outcomes: Some(Box::pin(outcomes)), call: None }
    }

    /// The same, as the answer to `call`.
    pub(super) fn answering(mut self, call: Arc<CallInfo>) -> Self {
        self.call = Some(call);
        self
    }
}

impl Stream for OutcomeStream {
    type Item = Outcome;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Option<Outcome>> {
        let Self { outcomes, call } = &mut *self;
        let Some(outcomes) = outcomes else { return Poll::Ready(None) };
        match call {
            Some(call) => scope::run_within_stream(call.clone(), || outcomes.as_mut().poll_next(cx)),
            None => outcomes.as_mut().poll_next(cx),
        }
    }
}

impl Drop for OutcomeStream {
    fn drop(&mut self) {
        if drop_quietly(self.outcomes.take()).is_err() {
            let uri = self.call.as_ref().map(|call| &*call.uri);
            error!(uri, "what a stream held panicked when it was dropped");
        }
    }
}

impl fmt::Debug for OutcomeStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OutcomeStream")
    }
}

/// The value's JSON, or what is wrong with it.
pub(super) fn json(value: &dyn Encode) -> Result<String, String> {
    let json = to_json(value).map_err(|error| error.to_string())?;
    Ok(String::from_utf8(json).expect("the encoder writes UTF-8"))
}
