//! Servers whose handlers are in Python.

use std::sync::{Arc, Mutex, PoisonError};

use almanet_runtime::{
    AuthError, Authenticator, Context, Principal, Running, Server as RustServer, Service as RustService,
    Session as RustSession, StaticTokens, Token,
    dynamic::{DynamicProcedure, DynamicService},
};
use pyo3::{exceptions::PyValueError, prelude::*};
use tokio::sync::Notify;

use crate::{
    call::{Handler, Question},
    convert::seconds,
    event::{Done, Event},
    fork::{Owned, runtime},
    port::Inbox,
};

/// A service, put together procedure by procedure.
#[pyclass(frozen)]
pub(crate) struct Service {
    path: String,
    version: Option<String>,
    tags: Vec<String>,
    is_exposed: bool,
    procedures: Mutex<Vec<(u64, DynamicProcedure)>>,
}

#[pymethods]
impl Service {
    #[new]
    fn new(path: String, version: Option<String>, tags: Vec<String>, is_exposed: bool) -> Self {
        Self { path, version, tags, is_exposed, procedures: Mutex::default() }
    }

    /// Adds a procedure. Its calls come as events of the number `route`.
    #[pyo3(signature = (route, name, uri, channel, auth, tags, description, schema, is_validated))]
    #[expect(clippy::too_many_arguments, reason = "Python hands options over one by one")]
    fn procedure(
        &self,
        route: u64,
        name: String,
        uri: String,
        channel: String,
        auth: Option<Vec<String>>,
        tags: Vec<String>,
        description: Option<String>,
        schema: Option<(String, String)>,
        is_validated: bool,
    ) {
        let mut procedure = DynamicProcedure::new(name, uri).channel(channel).tags(tags);
        if let Some(scopes) = auth {
            procedure = procedure.auth(scopes);
        }
        if let Some(description) = description {
            procedure = procedure.description(description);
        }
        if let Some((payload, result)) = schema {
            procedure = procedure.expose(payload, result);
        }
        if !is_validated {
            procedure = procedure.unvalidated();
        }
        self.procedures.lock().unwrap_or_else(PoisonError::into_inner).push((route, procedure));
    }
}

impl Service {
    pub(crate) fn build(&self, inbox: &Arc<Inbox>) -> RustService {
        let mut service = DynamicService::new(&*self.path).tags(&self.tags);
        if let Some(version) = &self.version {
            service = service.version(version);
        }
        if self.is_exposed {
            service = service.expose();
        }
        let procedures = self.procedures.lock().unwrap_or_else(PoisonError::into_inner);
        for (route, procedure) in procedures.iter() {
            let handler = Handler { route: *route, inbox: inbox.clone() };
            service =
                service.procedure(procedure.clone(), move |context, payload| handler.clone().handle(context, payload));
        }
        service.build()
    }
}

/// What holds for all that a server serves: members of a `dict`.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Settings {
    role: String,
    concurrency: Option<usize>,
    drain_timeout: f64,
    /// Tokens that are known, each with a name and scopes.
    tokens: Option<Vec<(String, String, Vec<String>)>>,
    /// Whether questions come as events of the server's number.
    asks: bool,
}

impl Settings {
    pub(crate) fn server(
        self,
        session: &RustSession,
        services: Vec<RustService>,
        number: u64,
        inbox: &Arc<Inbox>,
    ) -> PyResult<RustServer> {
        let mut server = RustServer::new(session).drain_timeout(seconds(self.drain_timeout)?);
        server = match &*self.role {
            "main" => server,
            "pinned" => server.pinned_only(),
            "shadow" => server.shadow(),
            other => {
                let text = format!("a server's role is main, pinned or shadow, not {other:?}");
                return Err(PyValueError::new_err(text));
            }
        };
        if let Some(calls) = self.concurrency {
            server = server.concurrency(calls);
        }
        if let Some(tokens) = self.tokens {
            server = server.authenticator(known(tokens)?);
        } else if self.asks {
            server = server.authenticator(Ask { number, inbox: inbox.clone() });
        }
        Ok(services.into_iter().fold(server, RustServer::add))
    }
}

fn known(tokens: Vec<(String, String, Vec<String>)>) -> PyResult<StaticTokens> {
    tokens.into_iter().try_fold(StaticTokens::new(), |known, (token, name, scopes)| {
        let token = Token::new(token).map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(known.token(token, scopes.into_iter().fold(Principal::new(name), Principal::scope)))
    })
}

/// Asks Python whom a token stands for.
struct Ask {
    number: u64,
    inbox: Arc<Inbox>,
}

impl Authenticator for Ask {
    async fn authenticate(&self, token: &Token, _: &Context) -> Result<Principal, AuthError> {
        let (question, answered) = Question::new(token.reveal());
        self.inbox.push(Event::Question(self.number, question));
        answered.await.unwrap_or_else(|_| Err(AuthError::Unavailable("the authenticator did not answer".into())))
    }
}

/// A server at work. Dropping it gives running calls back to the broker.
#[pyclass(frozen)]
pub(crate) struct Server {
    running: Owned<Mutex<Option<Running>>>,
    /// Ends a drain.
    stop: Arc<Notify>,
    inbox: Arc<Inbox>,
}

impl Server {
    pub(crate) fn new(running: Running, inbox: Arc<Inbox>) -> Self {
        Self { running: Owned::new(Mutex::new(Some(running))), stop: Arc::default(), inbox }
    }

    fn take(&self) -> PyResult<Option<Running>> {
        Ok(self.running.get()?.lock().unwrap_or_else(PoisonError::into_inner).take())
    }
}

#[pymethods]
impl Server {
    /// Takes no more calls, and ends when those that run are answered, or the drain timeout is over.
    fn drain(&self, number: u64) -> PyResult<()> {
        let (running, stop, inbox) = (self.take()?, self.stop.clone(), self.inbox.clone());
        runtime()?.spawn(async move {
            if let Some(running) = running {
                tokio::select! {
                    biased;
                    () = running.drain() => {}
                    () = stop.notified() => {}
                }
            }
            inbox.done(number, Done::Nothing);
        });
        Ok(())
    }

    /// Ends at once, a drain under way too: running calls go back to the broker.
    fn stop(&self) -> PyResult<()> {
        let _within = runtime()?.enter();
        drop(self.take()?);
        self.stop.notify_one();
        Ok(())
    }
}
