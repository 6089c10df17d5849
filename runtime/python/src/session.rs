//! A session, as Python holds it.

use std::sync::Arc;

use almanet_runtime::{Caller, Session as RustSession, Token, dynamic};
use pyo3::{exceptions::PyValueError, prelude::*};

use crate::{
    convert::seconds,
    event::Done,
    fork::{Owned, runtime},
    port::Inbox,
    serve::{Server, Service, Settings},
    target::{Pending, Target},
    topic::Consumer,
};

/// A connection to the brokers.
#[pyclass(frozen)]
pub(crate) struct Session {
    session: Owned<RustSession>,
    inbox: Arc<Inbox>,
}

impl Session {
    pub(crate) fn new(session: RustSession, inbox: Arc<Inbox>) -> Self {
        Self { session: Owned::new(session), inbox }
    }
}

#[pymethods]
impl Session {
    /// A procedure to call, with what its contract says of it.
    #[pyo3(signature = (uri, version, token, is_idempotent, is_guarded))]
    fn target(
        &self,
        uri: String,
        version: Option<&str>,
        token: Option<&str>,
        is_idempotent: bool,
        is_guarded: bool,
    ) -> PyResult<Target> {
        let mut caller = Caller::from(self.session.get()?);
        if let Some(version) = version {
            caller = caller.version(version);
        }
        if let Some(token) = token {
            let token = Token::new(token).map_err(|error| PyValueError::new_err(error.to_string()))?;
            caller = caller.with_token(token);
        }
        Ok(Target::new(caller, uri, self.inbox.clone(), is_idempotent, is_guarded))
    }

    /// Produces a message, kept back for `delay` seconds.
    fn produce(&self, number: u64, topic: &str, body: Vec<u8>, delay: f64) -> PyResult<Pending> {
        let produce = dynamic::produce(self.session.get()?, topic, body).delay(seconds(delay)?);
        let inbox = self.inbox.clone();
        Ok(Pending::of(runtime()?.spawn(async move {
            inbox.done(number, produce.await.map(drop).into());
        })))
    }

    /// Consumes a topic. Ends with a [`Consumer`], whose messages come as events of the same number.
    #[pyo3(signature = (number, topic, channel, max_in_flight, max_attempts, message_timeout, dead_letters))]
    #[expect(clippy::too_many_arguments, reason = "Python hands options over one by one")]
    fn consume(
        &self,
        number: u64,
        topic: &str,
        channel: &str,
        max_in_flight: usize,
        max_attempts: u16,
        message_timeout: Option<f64>,
        dead_letters: Option<String>,
    ) -> PyResult<()> {
        let mut subscribe = dynamic::consume(self.session.get()?, topic, channel)
            .max_in_flight(max_in_flight)
            .max_attempts(max_attempts);
        if let Some(timeout) = message_timeout {
            subscribe = subscribe.message_timeout(seconds(timeout)?);
        }
        if let Some(topic) = dead_letters {
            subscribe = subscribe.dead_letters(topic);
        }
        runtime()?.spawn(Consumer::run(subscribe, number, self.inbox.clone()));
        Ok(())
    }

    /// Serves services. Ends with a [`Server`] when every address is subscribed.
    fn serve(&self, number: u64, services: Vec<PyRef<'_, Service>>, settings: Settings) -> PyResult<()> {
        let session = self.session.get()?;
        let services = services.iter().map(|service| service.build(&self.inbox)).collect();
        let server = settings.server(session, services, number, &self.inbox)?;
        let inbox = self.inbox.clone();
        runtime()?.spawn(async move {
            let done = match server.start().await {
                Ok(running) => Done::Server(Server::new(running, inbox.clone())),
                Err(error) => Done::Failed(error.into()),
            };
            inbox.done(number, done);
        });
        Ok(())
    }

    /// Closes every connection, in order.
    fn close(&self, number: u64) -> PyResult<()> {
        let (session, inbox) = (self.session.get()?.clone(), self.inbox.clone());
        runtime()?.spawn(async move {
            session.close().await;
            inbox.done(number, Done::Nothing);
        });
        Ok(())
    }
}
