//! What the calls that a handler makes inherit from the call that it handles.

use std::{
    future::Future,
    sync::{Arc, OnceLock},
};

use almanet_nsq::name::ChannelName;
use tokio::{task::futures::TaskLocalFuture, time::Instant};

use crate::{
    credential::Principal,
    session::Session,
    sync::Said,
    wire::{Headers, Id},
};

tokio::task_local! {
    static CURRENT: Current;
}

/// What is being handled here.
#[derive(Clone)]
pub(crate) struct Current {
    call: Arc<CallInfo>,
    /// When it is over. The stream that answers a call has no such time.
    deadline: Option<Instant>,
}

/// The call that a handler handles.
pub(crate) struct CallInfo {
    pub(crate) session: Session,
    pub(crate) uri: Arc<str>,
    pub(crate) channel: ChannelName,
    pub(crate) id: Id,
    pub(crate) caller_id: Id,
    pub(crate) attempts: u16,
    pub(crate) deadline: Instant,
    pub(crate) headers: Headers,
    /// When everything has to be over, once the server drains.
    pub(crate) stop: Said<Instant>,
    /// Whether the caller can receive a stream.
    pub(crate) wants_stream: bool,
    /// Set where the procedure asks for a credential, before its handler runs.
    pub(crate) principal: OnceLock<Principal>,
}

/// Runs `future` as a part of the handling of `call`.
pub(crate) fn within<F: Future>(call: Arc<CallInfo>, future: F) -> TaskLocalFuture<Current, F> {
    CURRENT.scope(Current { deadline: Some(call.deadline), call }, future)
}

/// Runs `run` as a part of the handling of `call`.
pub(crate) fn run_within<R>(call: Arc<CallInfo>, run: impl FnOnce() -> R) -> R {
    CURRENT.sync_scope(Current { deadline: Some(call.deadline), call }, run)
}

/// Runs `run` as a part of the stream that answers `call`, which lives on when the call is over.
pub(crate) fn run_within_stream<R>(call: Arc<CallInfo>, run: impl FnOnce() -> R) -> R {
    CURRENT.sync_scope(Current { deadline: None, call }, run)
}

/// Shows the headers of the call that is being handled here, where one is.
pub(crate) fn with_headers(show: impl FnOnce(&Headers)) {
    let _ = CURRENT.try_with(|current| show(&current.call.headers));
}

/// When the call that is being handled here is over.
pub(crate) fn deadline() -> Option<Instant> {
    CURRENT.try_with(|current| current.deadline).ok().flatten()
}
