//! Consumers of topics and their messages.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use almanet_runtime::{Message as RustMessage, Subscribe, dynamic::Raw};
use pyo3::{prelude::*, types::PyBytes};
use tokio::sync::{Notify, mpsc};

use crate::{
    convert::seconds,
    event::{Done, Event},
    fork::{Generation, Owned},
    port::Inbox,
};

/// A consumer at work.
#[pyclass(frozen)]
pub(crate) struct Consumer {
    stop: Arc<Notify>,
    generation: Generation,
}

impl Consumer {
    /// Subscribes and hands messages over until it is stopped; then keeps the connection until the last of them is
    /// gone, because only through it can they be acknowledged.
    pub(crate) async fn run(subscribe: Subscribe<Raw>, number: u64, inbox: Arc<Inbox>) {
        let mut consumer = match subscribe.await {
            Ok(consumer) => consumer,
            Err(error) => return inbox.done(number, Done::Failed(error.into())),
        };
        let stop = Arc::<Notify>::default();
        inbox.done(number, Done::Consumer(Self { stop: stop.clone(), generation: Generation::current() }));
        let (held, mut all_gone) = mpsc::channel(1);
        loop {
            tokio::select! {
                biased;
                () = stop.notified() => break,
                message = consumer.next() => match message {
                    Some(message) => inbox.push(Event::Message(number, Some(Message::new(message, held.clone())))),
                    None => break,
                },
            }
        }
        inbox.push(Event::Message(number, None));
        drop(held);
        consumer.stop();
        loop {
            tokio::select! {
                biased;
                _ = all_gone.recv() => return,
                // What was under way is somebody else's.
                Some(message) = consumer.next() => message.requeue_without_backoff(Duration::ZERO),
                else => return,
            }
        }
    }
}

#[pymethods]
impl Consumer {
    /// Takes no more messages. Those that were handed over can still be acknowledged.
    fn stop(&self) {
        if self.generation.is_current() {
            self.stop.notify_one();
        }
    }
}

/// A message. One that is dropped without an end comes again after the channel's timeout.
#[pyclass(frozen)]
pub(crate) struct Message {
    message: Owned<Mutex<Option<RustMessage<Raw>>>>,
    id: String,
    attempts: u16,
    timestamp: f64,
    _held: mpsc::Sender<()>,
}

impl Message {
    fn new(message: RustMessage<Raw>, held: mpsc::Sender<()>) -> Self {
        let timestamp = message.timestamp().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64());
        let (id, attempts) = (message.id().to_string(), message.attempts());
        Self { message: Owned::new(Mutex::new(Some(message))), id, attempts, timestamp, _held: held }
    }

    /// Ends it, once.
    fn end(&self, end: impl FnOnce(RustMessage<Raw>)) -> PyResult<()> {
        if let Some(message) = self.message.get()?.lock().unwrap_or_else(PoisonError::into_inner).take() {
            end(message);
        }
        Ok(())
    }
}

#[pymethods]
impl Message {
    /// The broker's name for it.
    #[getter]
    fn id(&self) -> &str {
        &self.id
    }

    #[getter]
    fn attempts(&self) -> u16 {
        self.attempts
    }

    /// When the broker took it, in seconds since 1970.
    #[getter]
    fn timestamp(&self) -> f64 {
        self.timestamp
    }

    /// The body as it came. Nothing, once the message has ended.
    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let message = self.message.get()?.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(PyBytes::new(py, message.as_ref().map_or(&[], |message| message.body())))
    }

    /// It is done with.
    fn finish(&self) -> PyResult<()> {
        self.end(|message| drop(message.finish()))
    }

    /// It shall come again after so many seconds.
    fn requeue(&self, delay: f64) -> PyResult<()> {
        let delay = seconds(delay)?;
        self.end(|message| message.requeue_without_backoff(delay))
    }

    /// It could not be processed: it comes again later and later, and the consumer slows down.
    fn fail(&self, error: &str) -> PyResult<()> {
        self.end(|message| message.fail(error))
    }

    /// Its timeout starts again.
    fn touch(&self) -> PyResult<()> {
        if let Some(message) = &*self.message.get()?.lock().unwrap_or_else(PoisonError::into_inner) {
            message.touch();
        }
        Ok(())
    }
}
