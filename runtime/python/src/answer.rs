//! The values of a stream that a handler in Python yields.

use std::{
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
};

use almanet_runtime::{Outcome, OutcomeStream};
use futures_util::stream;
use pyo3::prelude::*;
use tokio::sync::mpsc::{self, error::TrySendError};

use crate::{call::Abandoned, convert::text, event::Done, fork::runtime, port::Inbox};

/// How many values may lie ready before the handler waits.
const READY: usize = 16;

/// Where the values of a stream are written. It ends when this is closed or dropped.
#[pyclass(frozen)]
pub(crate) struct Values {
    sender: Mutex<Option<mpsc::Sender<Outcome>>>,
    inbox: Arc<Inbox>,
}

impl Values {
    pub(crate) fn new(number: u64, inbox: Arc<Inbox>) -> (Self, Outcome) {
        let (sender, mut outcomes) = mpsc::channel(READY);
        let mut abandoned = Abandoned::new(number, inbox.clone());
        let outcomes = stream::poll_fn(move |cx| {
            let polled = outcomes.poll_recv(cx);
            if let Poll::Ready(None) = polled {
                abandoned.is_over();
            }
            polled
        });
        (Self { sender: Mutex::new(Some(sender)), inbox }, Outcome::Stream(OutcomeStream::new(outcomes)))
    }

    fn write(&self, number: u64, outcome: Outcome) -> PyResult<bool> {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(sender) = sender else { return Ok(true) };
        match sender.try_send(outcome) {
            // Where nobody wants it any more, the handler is cancelled.
            Ok(()) | Err(TrySendError::Closed(_)) => Ok(true),
            Err(TrySendError::Full(outcome)) => {
                let inbox = self.inbox.clone();
                runtime()?.spawn(async move {
                    let _ = sender.send(outcome).await;
                    inbox.done(number, Done::Nothing);
                });
                Ok(false)
            }
        }
    }
}

#[pymethods]
impl Values {
    /// Writes a value. Where it gives false, an event of this number tells when there is room for the next.
    fn value(&self, number: u64, payload: &[u8]) -> PyResult<bool> {
        self.write(number, Outcome::Returned(text(payload)?))
    }

    /// Ends the stream with an exception.
    fn raised(&self, number: u64, name: String, payload: &[u8]) -> PyResult<bool> {
        self.write(number, Outcome::Exception { name: name.into(), payload: text(payload)? })
    }

    /// Ends the stream with a failure that only the log learns of.
    fn failed(&self, number: u64, why: &str) -> PyResult<bool> {
        self.write(number, Outcome::Failed(why.into()))
    }

    /// Ends the stream.
    fn close(&self) {
        drop(self.sender.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}
