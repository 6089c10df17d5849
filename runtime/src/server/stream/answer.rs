//! What a handler answers with whose procedure has a stream.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::{Stream, StreamExt, stream};

use super::writer::{self, StreamWriter};
use crate::error::{Failure, Never};

/// The answer of a procedure that has a stream: values, and at most one failure, which ends it.
///
/// It is asked for a value where the receiver has room for one, and dropped when the receiver wants no more, or is gone:
/// what it holds is freed by its own `Drop`.
///
/// ```
/// use almanet_runtime::{BoxError, Failure, StreamOf};
///
/// // Values that are there, ...
/// let squares: StreamOf<u64> = StreamOf::of((0..10).map(|number| number * number));
/// // ... a stream of any crate, ...
/// let ticks = futures_util::stream::iter([Ok(1), Err(Failure::internal("the clock stopped"))]);
/// let ticks: StreamOf<u64> = StreamOf::new(ticks);
/// // ... or code that writes them, and waits at each until it is wanted.
/// let lines: StreamOf<String> = StreamOf::write(async |mut lines| {
///     for number in 0.. {
///         lines.write(format!("line {number}")).await?;
///     }
///     Ok(())
/// });
/// # drop((squares, ticks, lines));
/// ```
pub struct StreamOf<T, E = Never>(Pin<Box<dyn Stream<Item = Result<T, Failure<E>>> + Send>>);

impl<T: Send + 'static, E: Send + 'static> StreamOf<T, E> {
    /// Answers with what `values` yields, up to its end or its first failure.
    pub fn new(values: impl Stream<Item = Result<T, Failure<E>>> + Send + 'static) -> Self {
        Self(Box::pin(values))
    }

    /// Answers with these values.
    pub fn of<I>(values: I) -> Self
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        Self::new(stream::iter(values).map(Ok))
    }

    /// Answers with what `write` writes, and with its failure where it fails. It runs when values are wanted, and waits
    /// in [`StreamWriter::write`] until they are.
    pub fn write<F, Fut>(write: F) -> Self
    where
        F: FnOnce(StreamWriter<T>) -> Fut,
        Fut: Future<Output = Result<(), Failure<E>>> + Send + 'static,
    {
        let (writer, values) = writer::channel();
        Self::new(writer::written(write(writer), values))
    }

    /// The same with each value changed.
    pub(crate) fn each<U: Send + 'static>(self, change: fn(T) -> U) -> StreamOf<U, E> {
        StreamOf::new(self.0.map(move |item| item.map(change)))
    }
}

impl<T, E> Stream for StreamOf<T, E> {
    type Item = Result<T, Failure<E>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl<T, E> fmt::Debug for StreamOf<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreamOf")
    }
}
