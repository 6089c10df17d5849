//! A procedure to call.

use std::{collections::HashMap, future::Future, sync::Arc};

use almanet_runtime::{
    CallError, Caller,
    dynamic::{Answer, DynamicCall},
};
use pyo3::prelude::*;
use tokio::task::{AbortHandle, JoinHandle};

use crate::{
    convert::{seconds, text},
    event::Done,
    fork::{Owned, runtime},
    port::Inbox,
    stream::Stream,
};

/// A procedure to call, with what its contract says of it.
#[pyclass(frozen)]
pub(crate) struct Target {
    caller: Owned<Caller>,
    uri: String,
    inbox: Arc<Inbox>,
    is_idempotent: bool,
    is_guarded: bool,
}

/// Something under way that can be given up.
#[pyclass(frozen)]
pub(crate) struct Pending(AbortHandle);

impl Pending {
    pub(crate) fn of(task: JoinHandle<()>) -> Self {
        Self(task.abort_handle())
    }
}

#[pymethods]
impl Pending {
    /// Waits for it no longer: its number may never be told of.
    fn abort(&self) {
        self.0.abort();
    }
}

type Headers = Option<HashMap<String, String>>;

#[pymethods]
impl Target {
    /// Calls, and ends with the reply's payload or with the exception that came.
    fn call(&self, number: u64, payload: &[u8], timeout: f64, headers: Headers) -> PyResult<Pending> {
        let call = self.make(payload, timeout, headers)?;
        self.start(number, async move { call.reply().await.map(Done::Reply) })
    }

    /// Calls all who take it, and ends with the replies that came in time.
    fn gather(
        &self,
        number: u64,
        payload: &[u8],
        timeout: f64,
        headers: Headers,
        enough: Option<usize>,
    ) -> PyResult<Pending> {
        let call = self.make(payload, timeout, headers)?;
        self.start(number, async move { call.gather(enough).await.map(Done::Replies) })
    }

    /// Calls without a reply, and ends when the broker has the call, which it keeps back for `delay` seconds.
    fn oneway(&self, number: u64, payload: &[u8], timeout: f64, headers: Headers, delay: f64) -> PyResult<Pending> {
        let call = self.make(payload, timeout, headers)?;
        let delay = seconds(delay)?;
        self.start(number, async move { call.oneway(delay).await.map(|_| Done::Nothing) })
    }

    /// Calls a procedure that has a stream, and ends with it, or with the exception that came.
    fn stream(&self, number: u64, payload: &[u8], timeout: f64, headers: Headers) -> PyResult<Pending> {
        let call = self.make(payload, timeout, headers)?;
        let inbox = self.inbox.clone();
        self.start(number, async move {
            Ok(match call.stream().await? {
                Answer::Stream(values) => Done::Stream(Stream::new(values, inbox)),
                Answer::Reply(reply) => Done::Reply(reply),
            })
        })
    }
}

impl Target {
    pub(crate) fn new(caller: Caller, uri: String, inbox: Arc<Inbox>, is_idempotent: bool, is_guarded: bool) -> Self {
        Self { caller: Owned::new(caller), uri, inbox, is_idempotent, is_guarded }
    }

    fn make(&self, payload: &[u8], timeout: f64, headers: Headers) -> PyResult<DynamicCall> {
        let payload = text(payload)?;
        let mut call = DynamicCall::new(self.caller.get()?, &self.uri, payload).timeout(seconds(timeout)?);
        if self.is_idempotent {
            call = call.idempotent();
        }
        for (name, value) in headers.into_iter().flatten() {
            call = call.header(name, value);
        }
        Ok(if self.is_guarded { call.guarded() } else { call })
    }

    fn start(
        &self,
        number: u64,
        call: impl Future<Output = Result<Done, CallError>> + Send + 'static,
    ) -> PyResult<Pending> {
        let inbox = self.inbox.clone();
        Ok(Pending::of(runtime()?.spawn(async move {
            inbox.done(number, call.await.unwrap_or_else(|error| Done::Failed(error.into())));
        })))
    }
}
