//! A stream that answers a call.

use std::sync::{Arc, Mutex, PoisonError};

use almanet_runtime::{RawReply, RawStream};
use futures_util::{FutureExt, StreamExt};
use pyo3::prelude::*;

use crate::{
    event::{Done, End},
    fork::{Owned, runtime},
    port::Inbox,
    target::Pending,
};

/// How many values are handed over together.
const TOGETHER: usize = 64;

/// The values of a stream. Dropping or closing it cancels the stream.
#[pyclass(frozen)]
pub(crate) struct Stream {
    values: Owned<Arc<Mutex<Option<RawStream>>>>,
    inbox: Arc<Inbox>,
}

impl Stream {
    pub(crate) fn new(values: RawStream, inbox: Arc<Inbox>) -> Self {
        Self { values: Owned::new(Arc::new(Mutex::new(Some(values)))), inbox }
    }
}

#[pymethods]
impl Stream {
    /// Waits for a value, and ends with it and those that are there, and with the stream's end behind them. Aborting it
    /// cancels the stream.
    fn next(&self, number: u64) -> PyResult<Pending> {
        let (place, inbox) = (self.values.get()?.clone(), self.inbox.clone());
        Ok(Pending::of(runtime()?.spawn(async move {
            let taken = place.lock().unwrap_or_else(PoisonError::into_inner).take();
            let Some(mut values) = taken else { return inbox.done(number, Done::Items(Vec::new(), Some(End::Over))) };
            let mut items = Vec::new();
            let mut next = values.next().await;
            let end = loop {
                match next {
                    Some(Ok(RawReply { outcome: Ok(item), .. })) => items.push(item),
                    Some(Ok(RawReply { outcome: Err(exception), .. })) => break Some(End::Exception(exception)),
                    Some(Err(error)) => break Some(End::Failed(error.into())),
                    None => break Some(End::Over),
                }
                if items.len() == TOGETHER {
                    break None;
                }
                match values.next().now_or_never() {
                    Some(more) => next = more,
                    None => break None,
                }
            };
            if end.is_none() {
                *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(values);
            }
            inbox.done(number, Done::Items(items, end));
        })))
    }

    /// Cancels the stream.
    fn close(&self) -> PyResult<()> {
        let _within = runtime()?.enter();
        drop(self.values.get()?.lock().unwrap_or_else(PoisonError::into_inner).take());
        Ok(())
    }
}
