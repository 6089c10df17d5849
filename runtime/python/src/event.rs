//! What an event loop is told of, and how it looks in Python: a tuple `(number, tag, one, other)`.

use almanet_runtime::{RawReply, RemoteException, wire::Id};
use pyo3::{IntoPyObjectExt, prelude::*, types::PyBytes};

use crate::{
    call::{IncomingCall, Question},
    error::Failed,
    serve::Server,
    session::Session,
    stream::Stream,
    topic::{Consumer, Message},
};

/// The tags, in the order in which `_port.py` lists them.
const VALUE: u8 = 0;
const EXCEPTION: u8 = 1;
const FAILED: u8 = 2;
const CALL: u8 = 3;
const CANCELLED: u8 = 4;
const MESSAGE: u8 = 5;
const ITEMS: u8 = 6;
const QUESTION: u8 = 7;

/// Something that happened.
pub(crate) enum Event {
    /// What was started under this number is over.
    Done(u64, Done),
    /// A call for the route of this number came.
    Call(u64, IncomingCall, String),
    /// Nobody waits for the call of this number any more.
    Cancelled(u64),
    /// A message came to the consumer of this number; `None` is the last one.
    Message(u64, Option<Message>),
    /// A server wants to know whom a token stands for.
    Question(u64, Question),
}

/// How something ended.
pub(crate) enum Done {
    Nothing,
    Reply(RawReply),
    Replies(Vec<RawReply>),
    Items(Vec<String>, Option<End>),
    Session(Session),
    Server(Server),
    Consumer(Consumer),
    Stream(Stream),
    Failed(Failed),
}

/// How a stream ended.
pub(crate) enum End {
    Over,
    Exception(RemoteException),
    Failed(Failed),
}

impl<E: Into<Failed>> From<Result<(), E>> for Done {
    fn from(result: Result<(), E>) -> Self {
        result.map_or_else(|error| Self::Failed(error.into()), |()| Self::Nothing)
    }
}

type Parts<'py> = (u8, Bound<'py, PyAny>, Bound<'py, PyAny>);

impl Event {
    pub(crate) fn into_python(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        let none = || py.None().into_bound(py);
        let (number, (tag, one, other)) = match self {
            Self::Done(number, done) => (number, done.parts(py)?),
            Self::Call(number, call, payload) => (number, (CALL, call.into_bound_py_any(py)?, bytes(py, &payload))),
            Self::Cancelled(number) => (number, (CANCELLED, none(), none())),
            Self::Message(number, message) => (number, (MESSAGE, message.into_bound_py_any(py)?, none())),
            Self::Question(number, question) => (number, (QUESTION, question.into_bound_py_any(py)?, none())),
        };
        (number, tag, one, other).into_bound_py_any(py)
    }
}

impl Done {
    fn parts(self, py: Python<'_>) -> PyResult<Parts<'_>> {
        let none = || py.None().into_bound(py);
        Ok(match self {
            Self::Nothing => (VALUE, none(), none()),
            Self::Reply(RawReply { outcome: Ok(payload), call_id, .. }) => {
                (VALUE, bytes(py, &payload), text(py, call_id)?)
            }
            Self::Reply(RawReply { outcome: Err(exception), .. }) => raised(py, &exception)?,
            Self::Replies(replies) => {
                let replies: PyResult<Vec<_>> = replies.iter().map(|reply| gathered(py, reply)).collect();
                (VALUE, replies?.into_bound_py_any(py)?, none())
            }
            Self::Items(items, end) => {
                let items: Vec<_> = items.iter().map(|item| bytes(py, item)).collect();
                let end = match end {
                    None => none(),
                    Some(End::Over) => (VALUE, none(), none()).into_bound_py_any(py)?,
                    Some(End::Exception(exception)) => raised(py, &exception)?.into_bound_py_any(py)?,
                    Some(End::Failed(why)) => failed(py, &why)?.into_bound_py_any(py)?,
                };
                (ITEMS, items.into_bound_py_any(py)?, end)
            }
            Self::Session(session) => (VALUE, session.into_bound_py_any(py)?, none()),
            Self::Server(server) => (VALUE, server.into_bound_py_any(py)?, none()),
            Self::Consumer(consumer) => (VALUE, consumer.into_bound_py_any(py)?, none()),
            Self::Stream(stream) => (VALUE, stream.into_bound_py_any(py)?, none()),
            Self::Failed(why) => failed(py, &why)?,
        })
    }
}

fn raised<'py>(py: Python<'py>, exception: &RemoteException) -> PyResult<Parts<'py>> {
    Ok((EXCEPTION, (&*exception.name).into_bound_py_any(py)?, bytes(py, &exception.payload)))
}

fn failed<'py>(py: Python<'py>, why: &Failed) -> PyResult<Parts<'py>> {
    Ok((FAILED, why.kind.into_bound_py_any(py)?, (&*why.text).into_bound_py_any(py)?))
}

/// `(name or None, payload, call's id)`.
fn gathered<'py>(py: Python<'py>, reply: &RawReply) -> PyResult<Bound<'py, PyAny>> {
    let id = text(py, reply.call_id)?;
    match &reply.outcome {
        Ok(payload) => (py.None(), bytes(py, payload), id).into_bound_py_any(py),
        Err(exception) => (&*exception.name, bytes(py, &exception.payload), id).into_bound_py_any(py),
    }
}

fn text(py: Python<'_>, id: Option<Id>) -> PyResult<Bound<'_, PyAny>> {
    id.map(|id| id.to_string()).into_bound_py_any(py)
}

fn bytes<'py>(py: Python<'py>, text: &str) -> Bound<'py, PyAny> {
    PyBytes::new(py, text.as_bytes()).into_any()
}
