//! A call on its way to a handler in Python.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use almanet_runtime::{AuthError, Context, Outcome, Principal};
use pyo3::prelude::*;
use tokio::sync::oneshot;

use crate::{answer::Values, convert::text, event::Event, fork::Owned, port::Inbox};

/// Hands calls of one route to Python, and waits for what its handlers answer.
#[derive(Clone)]
pub(crate) struct Handler {
    pub(crate) route: u64,
    pub(crate) inbox: Arc<Inbox>,
}

impl Handler {
    /// One call. It is cancelled in Python where this is dropped.
    pub(crate) async fn handle(self, context: Context, payload: String) -> Outcome {
        let (sender, answered) = oneshot::channel();
        let number = number();
        let mut abandoned = Abandoned::new(number, self.inbox.clone());
        let call = IncomingCall {
            number,
            context: Owned::new(context),
            answer: Mutex::new(Some(sender)),
            inbox: self.inbox.clone(),
        };
        self.inbox.push(Event::Call(self.route, call, payload));
        let outcome = answered.await;
        abandoned.is_over();
        outcome.unwrap_or_else(|_| Outcome::Failed("the handler ended without an answer".into()))
    }
}

/// Numbers of calls, in the whole process.
fn number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Tells Python of a call that nobody waits for any more.
pub(crate) struct Abandoned {
    number: u64,
    inbox: Arc<Inbox>,
    is_over: bool,
}

impl Abandoned {
    pub(crate) fn new(number: u64, inbox: Arc<Inbox>) -> Self {
        Self { number, inbox, is_over: false }
    }

    /// There is nothing to tell of any more.
    pub(crate) fn is_over(&mut self) {
        self.is_over = true;
    }
}

impl Drop for Abandoned {
    fn drop(&mut self) {
        if !self.is_over {
            self.inbox.push(Event::Cancelled(self.number));
        }
    }
}

/// A call, and the way to answer it, once.
#[pyclass(frozen)]
pub(crate) struct IncomingCall {
    number: u64,
    context: Owned<Context>,
    answer: Mutex<Option<oneshot::Sender<Outcome>>>,
    inbox: Arc<Inbox>,
}

impl IncomingCall {
    fn answer(&self, outcome: Outcome) {
        let sender = self.answer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(sender) = sender {
            // Nobody waits for what comes too late.
            let _ = sender.send(outcome);
        }
    }
}

#[pymethods]
impl IncomingCall {
    /// Its number, by which it is cancelled.
    #[getter]
    fn number(&self) -> u64 {
        self.number
    }

    #[getter]
    fn uri(&self) -> PyResult<&str> {
        Ok(self.context.get()?.uri())
    }

    #[getter]
    fn call_id(&self) -> PyResult<String> {
        Ok(self.context.get()?.call_id().to_string())
    }

    #[getter]
    fn caller_id(&self) -> PyResult<String> {
        Ok(self.context.get()?.caller_id().to_string())
    }

    #[getter]
    fn attempts(&self) -> PyResult<u16> {
        Ok(self.context.get()?.attempts())
    }

    #[getter]
    fn headers(&self) -> PyResult<HashMap<String, String>> {
        let headers = self.context.get()?.headers();
        Ok(headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// The name of whom its credential stands for, and that one's scopes.
    #[getter]
    fn principal(&self) -> PyResult<Option<(String, Vec<String>)>> {
        Ok(self
            .context
            .get()?
            .principal()
            .map(|principal| (principal.name().to_owned(), principal.scopes().map(str::to_owned).collect())))
    }

    #[getter]
    fn wants_stream(&self) -> PyResult<bool> {
        Ok(self.context.get()?.wants_stream())
    }

    /// For how many seconds its caller goes on waiting.
    fn remaining(&self) -> PyResult<f64> {
        Ok(self.context.get()?.remaining().as_secs_f64())
    }

    /// Answers with a result.
    fn returned(&self, payload: &[u8]) -> PyResult<()> {
        self.answer(Outcome::Returned(text(payload)?));
        Ok(())
    }

    /// Answers with an exception.
    fn raised(&self, name: String, payload: &[u8]) -> PyResult<()> {
        self.answer(Outcome::Exception { name: name.into(), payload: text(payload)? });
        Ok(())
    }

    /// Fails; the text goes to the log alone.
    fn failed(&self, why: &str) {
        self.answer(Outcome::Failed(why.into()));
    }

    /// Answers with a stream, whose values are written to what this gives.
    fn stream(&self) -> Values {
        let (values, outcome) = Values::new(self.number, self.inbox.clone());
        self.answer(outcome);
        values
    }
}

/// A token of which a server wants to know whom it stands for.
#[pyclass(frozen)]
pub(crate) struct Question {
    token: String,
    answer: Mutex<Option<oneshot::Sender<Result<Principal, AuthError>>>>,
}

impl Question {
    pub(crate) fn new(token: &str) -> (Self, oneshot::Receiver<Result<Principal, AuthError>>) {
        let (sender, answered) = oneshot::channel();
        (Self { token: token.to_owned(), answer: Mutex::new(Some(sender)) }, answered)
    }

    fn answer(&self, answer: Result<Principal, AuthError>) {
        let sender = self.answer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(sender) = sender {
            let _ = sender.send(answer);
        }
    }
}

#[pymethods]
impl Question {
    #[getter]
    fn token(&self) -> &str {
        &self.token
    }

    /// It stands for somebody.
    fn known(&self, name: String, scopes: Vec<String>) {
        self.answer(Ok(scopes.into_iter().fold(Principal::new(name), Principal::scope)));
    }

    /// It stands for nobody.
    fn unknown(&self) {
        self.answer(Err(AuthError::Unknown));
    }

    /// That cannot be found out.
    fn unavailable(&self, why: &str) {
        self.answer(Err(AuthError::Unavailable(why.into())));
    }
}
