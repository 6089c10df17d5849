//! What a handler may know of the call that it handles.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::{
    credential::Principal,
    scope::{self, CallInfo},
    session::Session,
    wire::{Headers, Id},
};

/// The call that a handler handles. Cloning it is cheap.
#[derive(Clone)]
pub struct Context {
    call: Arc<CallInfo>,
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

    /// Ends when the server begins to drain: a stream that has no end of its own is best ended then, because it holds
    /// the server up until its drain timeout, and is interrupted.
    ///
    /// ```
    /// use almanet_runtime::{Context, StreamOf};
    /// use futures_util::{Stream, StreamExt};
    ///
    /// fn until_stopped(cx: &Context, news: impl Stream<Item = String> + Send + 'static) -> StreamOf<String> {
    ///     StreamOf::new(news.map(Ok).take_until(Box::pin(cx.stopping())))
    /// }
    /// ```
    pub fn stopping(&self) -> impl Future<Output = ()> + Send + use<> {
        let stop = self.call.stop.clone();
        async move {
            stop.heard().await;
        }
    }

    /// What travelled beside the payload.
    pub fn headers(&self) -> &Headers {
        &self.call.headers
    }

    /// Who calls, where the procedure asks for a credential by `@auth`.
    pub fn principal(&self) -> Option<&Principal> {
        self.call.principal.get()
    }

    /// Keeps who calls, the first time.
    pub(super) fn authenticated(&self, principal: Principal) {
        // A layer around the handler may send a call through it again: it is still the same caller.
        let _ = self.call.principal.set(principal);
    }

    /// Runs `future` as a part of the handler, whose calls end by its deadline at the latest. What a handler awaits
    /// itself is a part of it anyway; what it hands to [`tokio::spawn`] is not, unless it goes through here.
    ///
    /// ```
    /// # use almanet_runtime::{Context, Session};
    /// # fn example(cx: Context) {
    /// let session = cx.session().clone();
    /// tokio::spawn(cx.scope(async move {
    ///     let _ = session.call::<bool>("net.example.audit.note", &"late".to_owned()).await;
    /// }));
    /// # }
    /// ```
    pub fn scope<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        scope::within(self.call.clone(), future)
    }

    /// Whether the caller can receive a stream. One that cannot is refused by procedures that answer with one.
    pub fn wants_stream(&self) -> bool {
        self.call.wants_stream
    }

    pub(super) fn call(&self) -> &Arc<CallInfo> {
        &self.call
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
            .field("principal", &self.call.principal.get())
            .finish_non_exhaustive()
    }
}
