//! Where an event loop of Python learns what happened.

use std::{
    io::{ErrorKind, Read, Write},
    os::{fd::AsRawFd, unix::net::UnixStream},
    sync::{Arc, Mutex, PoisonError},
};

use almanet_runtime::{Session as RustSession, Token, wire::Id};
use pyo3::{exceptions::PyValueError, prelude::*, types::PyList};

use crate::{
    error::Failed,
    event::{Done, Event},
    fork::{Generation, runtime},
    session::Session,
};

/// Collects events for one loop, which watches its file descriptor.
#[pyclass(frozen)]
pub(crate) struct Port {
    inbox: Arc<Inbox>,
    bell: UnixStream,
    generation: Generation,
}

/// The side of a port that the Rust runtime holds.
pub(crate) struct Inbox {
    events: Mutex<Vec<Event>>,
    bell: UnixStream,
}

impl Inbox {
    /// Hands an event over. The loop is woken where nothing waits for it yet.
    pub(crate) fn push(&self, event: Event) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.push(event);
        let is_first = events.len() == 1;
        drop(events);
        if is_first {
            // A full pipe rings as loud, and one that is closed has nobody to hear it.
            let _ = (&self.bell).write(&[1]);
        }
    }

    pub(crate) fn done(&self, number: u64, done: Done) {
        self.push(Event::Done(number, done));
    }
}

#[pymethods]
impl Port {
    #[new]
    fn new() -> PyResult<Self> {
        let (bell, other) = UnixStream::pair()?;
        bell.set_nonblocking(true)?;
        other.set_nonblocking(true)?;
        let inbox = Arc::new(Inbox { events: Mutex::default(), bell: other });
        Ok(Self { inbox, bell, generation: Generation::current() })
    }

    /// Readable when there are events.
    fn fileno(&self) -> i32 {
        self.bell.as_raw_fd()
    }

    /// The events that are there.
    fn take<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.generation.check()?;
        let mut rung = [0; 64];
        while let Err(error) = (&self.bell).read(&mut rung) {
            if error.kind() != ErrorKind::Interrupted {
                break;
            }
        }
        let events = std::mem::take(&mut *self.inbox.events.lock().unwrap_or_else(PoisonError::into_inner));
        let list = PyList::empty(py);
        for event in events {
            list.append(event.into_python(py)?)?;
        }
        Ok(list)
    }

    /// Connects to a URL. Ends with a [`Session`].
    #[pyo3(signature = (number, url, id, token))]
    fn connect(&self, number: u64, url: String, id: &str, token: Option<&str>) -> PyResult<()> {
        self.generation.check()?;
        let id = Id::parse(id.as_bytes()).ok_or_else(|| PyValueError::new_err("a session's id is 32 hex digits"))?;
        let token = token.map(Token::new).transpose().map_err(|error| PyValueError::new_err(error.to_string()))?;
        let inbox = self.inbox.clone();
        runtime()?.spawn(async move {
            let mut builder = RustSession::builder().url(url).id(id);
            if let Some(token) = token {
                builder = builder.token(token);
            }
            let done = match builder.connect().await {
                Ok(session) => Done::Session(Session::new(session, inbox.clone())),
                Err(error) => Done::Failed(Failed::from(error)),
            };
            inbox.done(number, done);
        });
        Ok(())
    }
}
