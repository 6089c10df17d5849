//! A call with its options, awaited as it is.

use std::{
    fmt,
    future::{Future, IntoFuture},
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use super::{
    caller::Caller,
    pending::{Pending, another_kind},
    request::{Kind, Request},
    response::{Accepted, RawReply, RemoteException, Response},
};
use crate::{
    codec::{Decode, Encode, from_text},
    contract::Exceptions,
    error::{CallError, Interruption, Never, OutcomeUnknown},
    transport::BoxFuture,
    wire::{INTERNAL_ERROR, INTERRUPTED, INVALID_PAYLOAD, INVALID_RETURN, OVERLOADED, UNAUTHORIZED},
};

/// A call that has not been sent yet: set options, then await it.
///
/// Dropping the future gives the wait up, not the call: the service may still run it.
#[must_use = "a call is sent when it is awaited"]
pub struct Call<T, E = Never> {
    pending: Pending,
    typed: PhantomData<fn() -> (T, E)>,
}

/// A call whose replies are gathered from all who take it, one for each channel.
#[must_use = "a call is sent when it is awaited"]
pub struct Gather<T, E = Never> {
    pending: Pending,
    typed: PhantomData<fn() -> (T, E)>,
}

/// A call that nobody answers. It succeeds when the broker has it.
#[must_use = "a call is sent when it is awaited"]
pub struct OnewayCall {
    pending: Pending,
}

impl<T, E> Call<T, E> {
    pub(crate) fn new(caller: Caller, request: Result<Request, CallError>) -> Self {
        Self { pending: Pending::new(caller, request), typed: PhantomData }
    }

    /// How long to wait for the reply, from a millisecond to 14 minutes. What the contract says unless it is set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.pending.change(|request| request.timeout = timeout);
        self
    }

    /// Adds a header that travels beside the payload. At most 31, 8 KiB together.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.pending.header(name.into(), value.into());
        self
    }

    /// Gathers the replies of all who take the call, for as long as `window`.
    pub fn gather(mut self, window: Duration) -> Gather<T, E> {
        self.pending.change(|request| {
            request.timeout = window;
            request.kind = Kind::Gather { enough: None };
        });
        Gather { pending: self.pending, typed: PhantomData }
    }

    /// Sends the call now and has the broker keep it back; no reply is awaited. At most an hour.
    pub fn delay(self, delay: Duration) -> OnewayCall {
        OnewayCall { pending: self.pending }.delay(delay)
    }
}

impl<T, E> Gather<T, E> {
    /// Ends as soon as there are this many replies.
    pub fn take(mut self, replies: usize) -> Self {
        self.pending.change(|request| request.kind = Kind::Gather { enough: Some(replies) });
        self
    }

    /// Adds a header that travels beside the payload.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.pending.header(name.into(), value.into());
        self
    }
}

impl OnewayCall {
    pub(crate) fn new(caller: Caller, request: Result<Request, CallError>) -> Self {
        Self { pending: Pending::new(caller, request) }
    }

    /// Has the broker keep the call back, for an hour at most, to the millisecond.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.pending.change(|request| request.kind = Kind::Oneway { delay });
        self
    }

    /// How long after its delay the call is still to be executed: 60 s unless it is set, 14 minutes at most.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.pending.change(|request| request.timeout = timeout);
        self
    }

    /// Adds a header that travels beside the payload.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.pending.header(name.into(), value.into());
        self
    }
}

/// A call under way.
#[must_use = "futures do nothing unless they are awaited"]
pub struct CallFuture<R> {
    response: BoxFuture<'static, Result<Response, CallError>>,
    finish: fn(Result<Response, CallError>) -> R,
}

impl<R> CallFuture<R> {
    pub(super) fn new(
        response: BoxFuture<'static, Result<Response, CallError>>,
        finish: fn(Result<Response, CallError>) -> R,
    ) -> Self {
        Self { response, finish }
    }
}

impl<R> Future for CallFuture<R> {
    type Output = R;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let finish = self.finish;
        self.response.as_mut().poll(cx).map(finish)
    }
}

impl<T: Decode + Encode, E: Exceptions> IntoFuture for Call<T, E> {
    type Output = Result<T, CallError<E>>;
    type IntoFuture = CallFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        CallFuture { response: self.pending.send(), finish: finish_call }
    }
}

impl<T: Decode + Encode, E: Exceptions> IntoFuture for Gather<T, E> {
    type Output = Result<Vec<Result<T, CallError<E>>>, CallError<E>>;
    type IntoFuture = CallFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        CallFuture { response: self.pending.send(), finish: finish_gather }
    }
}

impl IntoFuture for OnewayCall {
    type Output = Result<Accepted, CallError>;
    type IntoFuture = CallFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        CallFuture { response: self.pending.send(), finish: finish_oneway }
    }
}

fn finish_call<T: Decode + Encode, E: Exceptions>(response: Result<Response, CallError>) -> Result<T, CallError<E>> {
    match response {
        Ok(Response::Reply(reply)) => typed(reply),
        other => Err(not_a_result(other.map(|_| ()))),
    }
}

fn finish_gather<T: Decode + Encode, E: Exceptions>(
    response: Result<Response, CallError>,
) -> Result<Vec<Result<T, CallError<E>>>, CallError<E>> {
    match response {
        Ok(Response::Replies(replies)) => Ok(replies.into_iter().map(typed).collect()),
        other => Err(not_a_result(other.map(|_| ()))),
    }
}

fn finish_oneway(response: Result<Response, CallError>) -> Result<Accepted, CallError> {
    match response {
        Ok(Response::Accepted(accepted)) => Ok(accepted),
        other => Err(not_a_result(other.map(|_| ()))),
    }
}

/// The type that the contract promises, out of a reply.
pub(super) fn typed<T: Decode + Encode, E: Exceptions>(reply: RawReply) -> Result<T, CallError<E>> {
    match reply.outcome {
        Ok(json) => from_text(&json).map_err(|error| CallError::InvalidReturn(error.to_string())),
        Err(exception) => Err(match E::decode(&exception.name, exception.payload.as_bytes()) {
            Some(Ok(declared)) => CallError::Remote(declared),
            Some(Err(_)) => CallError::Undeclared { name: exception.name, payload: exception.payload },
            None => widen(undeclared(exception)),
        }),
    }
}

/// What the protocol's own exceptions mean, and that all others are not declared.
fn undeclared(RemoteException { name, payload }: RemoteException) -> CallError {
    // Their payload is a JSON string; whatever else it is, it is shown as it came.
    let text = || from_text::<String>(&payload).unwrap_or_else(|_| payload.clone());
    match &*name {
        INTERNAL_ERROR => CallError::Internal,
        INVALID_PAYLOAD => CallError::InvalidPayload(text()),
        INVALID_RETURN => CallError::InvalidReturn(text()),
        UNAUTHORIZED => CallError::Unauthorized(text()),
        OVERLOADED => CallError::Overloaded(text()),
        INTERRUPTED => CallError::OutcomeUnknown(OutcomeUnknown::Interrupted(Interruption::Stopped(text()))),
        _ => CallError::Undeclared { name, payload },
    }
}

/// An error, or an answer to another kind of call than was sent, which only a service in the middle can make.
pub(super) fn not_a_result<E>(response: Result<(), CallError>) -> CallError<E> {
    widen(response.err().unwrap_or_else(another_kind))
}

pub(super) fn widen<E>(error: CallError) -> CallError<E> {
    match error {
        CallError::Remote(never) => match never {},
        CallError::Undeclared { name, payload } => CallError::Undeclared { name, payload },
        CallError::Internal => CallError::Internal,
        CallError::InvalidPayload(text) => CallError::InvalidPayload(text),
        CallError::InvalidReturn(text) => CallError::InvalidReturn(text),
        CallError::Unauthorized(text) => CallError::Unauthorized(text),
        CallError::Overloaded(text) => CallError::Overloaded(text),
        CallError::NotExecuted(why) => CallError::NotExecuted(why),
        CallError::OutcomeUnknown(why) => CallError::OutcomeUnknown(why),
    }
}

impl<T, E> fmt::Debug for Call<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&self.pending).finish()
    }
}

impl<T, E> fmt::Debug for Gather<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Gather").field(&self.pending).finish()
    }
}

impl fmt::Debug for OnewayCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OnewayCall").field(&self.pending).finish()
    }
}

impl<R> fmt::Debug for CallFuture<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallFuture")
    }
}
