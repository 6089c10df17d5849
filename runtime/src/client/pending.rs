//! A call that has not been sent yet.

use std::fmt;

use super::{caller::Caller, request::Request, response::Response};
use crate::{
    error::{CallError, NotExecuted, OutcomeUnknown},
    transport::BoxFuture,
};

/// The untyped part of every call: few lines are compiled again for each procedure.
pub(crate) struct Pending {
    caller: Caller,
    pub(super) request: Result<Request, CallError>,
}

impl Pending {
    pub(crate) fn new(caller: Caller, request: Result<Request, CallError>) -> Self {
        Self { caller, request }
    }

    /// Changes the request, where there is one.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Request)) {
        if let Ok(request) = &mut self.request {
            change(request);
        }
    }

    /// Adds a header that travels beside the payload.
    pub(crate) fn header(&mut self, name: String, value: String) {
        let Ok(request) = &mut self.request else { return };
        if let Err(error) = request.headers.insert(name, value) {
            self.request = Err(CallError::NotExecuted(NotExecuted::Headers(error.to_string())));
        }
    }

    /// Asks for a credential: the caller's goes along, or else the session's.
    pub(crate) fn guard(&mut self) {
        let Ok(request) = &mut self.request else { return };
        request.guarded = true;
        if let Some(Err(error)) = self.caller.token().map(|token| request.attach(token)) {
            self.request = Err(CallError::NotExecuted(error));
        }
    }

    pub(crate) fn send(self) -> BoxFuture<'static, Result<Response, CallError>> {
        match self.request {
            Ok(request) => self.caller.send(request),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }
}

/// How a call ends that a service in the middle answered as if it were of another kind.
pub(crate) fn another_kind() -> CallError {
    CallError::OutcomeUnknown(OutcomeUnknown::Layer("it answered another kind of call than was made".into()))
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request.fmt(f)
    }
}
