//! Calls that a stream answers.

use std::{
    fmt,
    future::{IntoFuture, poll_fn},
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use super::{
    call::{CallFuture, not_a_result, typed, widen},
    caller::Caller,
    pending::Pending,
    request::Request,
    response::{RawReply, RawStream, Response},
};
use crate::{
    codec::{Decode, Encode},
    contract::Exceptions,
    error::{CallError, Never},
};
use futures_util::Stream;

/// A call that a stream answers, and that has not been sent yet: set options, then await it.
///
/// It is over when the service has begun to send, or has refused to: that is what its timeout is for. The stream itself
/// has no deadline.
#[must_use = "a call is sent when it is awaited"]
pub struct StreamCall<T, E = Never> {
    pending: Pending,
    typed: PhantomData<fn() -> (T, E)>,
}

impl<T, E> StreamCall<T, E> {
    pub(crate) fn new(caller: Caller, request: Result<Request, CallError>) -> Self {
        Self { pending: Pending::new(caller, request), typed: PhantomData }
    }

    /// How long the stream may take to begin, from a millisecond to 14 minutes. What the contract says unless it is
    /// set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.pending.change(|request| request.timeout = timeout);
        self
    }

    /// Adds a header that travels beside the payload. At most 31, 8 KiB together.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.pending.header(name.into(), value.into());
        self
    }
}

impl<T: Decode + Encode, E: Exceptions> IntoFuture for StreamCall<T, E> {
    type Output = Result<Streaming<T, E>, CallError<E>>;
    type IntoFuture = CallFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        CallFuture::new(self.pending.send(), finish)
    }
}

fn finish<T: Decode + Encode, E: Exceptions>(
    response: Result<Response, CallError>,
) -> Result<Streaming<T, E>, CallError<E>> {
    match response {
        Ok(Response::Stream(values)) => Ok(Streaming { values: Some(values), typed: PhantomData }),
        Ok(Response::Reply(RawReply { outcome: Ok(_), .. })) => {
            Err(CallError::InvalidReturn("it answered with one value instead of a stream".to_owned()))
        }
        Ok(Response::Reply(refusal)) => typed::<T, E>(refusal).and_then(|_| Err(not_a_result(Ok(())))),
        other => Err(not_a_result(other.map(|_| ()))),
    }
}

/// The values of a stream, as they arrive: a [`Stream`] of them.
///
/// It ends exactly once: with `None` where the service ended it, or with one error, after which there is `None`. An
/// error is the exception that the service raised, or says why the stream broke off. Dropping this cancels the stream:
/// the service drops its handler's.
///
/// While it is not read, the service sends no more than 32 values ahead.
///
/// ```
/// # use almanet_runtime::codegen::{Procedure, ServiceBuilder, ServiceInfo};
/// # use almanet_runtime::{Failure, Server, Session, StreamOf};
/// # static SERVICE: ServiceInfo = ServiceInfo::new("net.example");
/// # static COUNT: Procedure = Procedure::new("count", "net.example.count");
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let session = Session::connect("embedded:").await?;
/// # let service = ServiceBuilder::new(&SERVICE, ())
/// #     .stream(&COUNT, |_, _, end: u64| async move { Ok::<_, Failure>(StreamOf::of(0..end)) })
/// #     .build();
/// # let _running = Server::new(&session).add(service).start().await?;
/// // A client of a contract does the same with `client.count(100)`.
/// let mut numbers = session.stream::<u64>("net.example.count", &100_u64).await?;
/// let mut sum = 0;
/// while let Some(number) = numbers.next().await {
///     sum += number?;
/// }
/// assert_eq!(sum, 4950);
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream that is dropped is cancelled"]
pub struct Streaming<T, E = Never> {
    values: Option<RawStream>,
    typed: PhantomData<fn() -> (T, E)>,
}

impl<T: Decode + Encode, E: Exceptions> Streaming<T, E> {
    /// The next value; `None` when there is no more. Cancel safe.
    pub async fn next(&mut self) -> Option<Result<T, CallError<E>>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<T: Decode + Encode, E: Exceptions> Stream for Streaming<T, E> {
    type Item = Result<T, CallError<E>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(values) = &mut self.values else { return Poll::Ready(None) };
        let item = ready!(Pin::new(values).poll_next(cx)).map(|handed| match handed {
            Ok(reply) => typed(reply),
            Err(error) => Err(widen(error)),
        });
        if !matches!(item, Some(Ok(_))) {
            self.values = None;
        }
        Poll::Ready(item)
    }
}

impl<T, E> fmt::Debug for StreamCall<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StreamCall").field(&self.pending).finish()
    }
}

impl<T, E> fmt::Debug for Streaming<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streaming").field("is_over", &self.values.is_none()).finish()
    }
}

#[cfg(test)]
mod tests;
