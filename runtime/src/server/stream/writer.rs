//! Streams that code writes.

use std::{fmt, future::Future, task::Poll};

use futures_util::{Stream, stream};
use tokio::sync::mpsc;

use crate::error::Failure;

/// Where the values of a stream are written.
pub struct StreamWriter<T> {
    values: mpsc::Sender<T>,
}

/// Nobody wants the stream any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stream was cancelled")]
pub struct Cancelled;

impl<T: Send> StreamWriter<T> {
    /// Writes a value, and waits until the one before it was taken. Cancel safe, but for the value: where the future is
    /// dropped, that may be lost.
    ///
    /// # Errors
    /// Where nobody wants the stream any more, which only a writer that was moved to another task sees.
    pub async fn write(&mut self, value: T) -> Result<(), Cancelled> {
        self.values.send(value).await.map_err(|_| Cancelled)
    }
}

impl<E> From<Cancelled> for Failure<E> {
    fn from(cancelled: Cancelled) -> Self {
        Self::internal(cancelled)
    }
}

impl<T> fmt::Debug for StreamWriter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreamWriter")
    }
}

pub(super) fn channel<T>() -> (StreamWriter<T>, mpsc::Receiver<T>) {
    let (sender, values) = mpsc::channel(1);
    (StreamWriter { values: sender }, values)
}

/// What comes through `values` while `writing` runs, and then its failure.
pub(super) fn written<T, E, Fut>(
    writing: Fut,
    mut values: mpsc::Receiver<T>,
) -> impl Stream<Item = Result<T, Failure<E>>> + Send
where
    T: Send,
    E: Send,
    Fut: Future<Output = Result<(), Failure<E>>> + Send,
{
    let mut writing = Some(Box::pin(writing));
    let mut failure = None;
    stream::poll_fn(move |cx| {
        // What was written comes first, so that the next value is made when it is asked for.
        if let Ok(value) = values.try_recv() {
            return Poll::Ready(Some(Ok(value)));
        }
        if let Some(Poll::Ready(end)) = writing.as_mut().map(|writing| writing.as_mut().poll(cx)) {
            writing = None;
            failure = end.err();
        }
        match values.poll_recv(cx) {
            Poll::Ready(Some(value)) => Poll::Ready(Some(Ok(value))),
            // Whoever else has the writer does not hold up the failure, nor does a dropped writer end the future.
            _ if failure.is_some() => Poll::Ready(failure.take().map(Err)),
            Poll::Ready(None) if writing.is_none() => Poll::Ready(None),
            _ => Poll::Pending,
        }
    })
}
