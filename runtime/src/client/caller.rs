//! What generated clients call through: a session, or any tower service in front of one.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use almanet_nsq::name::TopicName;
use tokio::time::{Instant, timeout_at};
use tower::{Service, ServiceExt};

use super::{
    request::{Kind, Request},
    response::Response,
    run,
};
use crate::{
    codec::{Encode, to_json},
    contract::Procedure,
    credential::Token,
    error::{BoxError, CallError, NotExecuted, OutcomeUnknown, Refused},
    scope,
    session::Session,
    transport::BoxFuture,
    wire::{AddressError, DEFAULT_LIFETIME, Headers, MAX_TIMEOUT, call_topic, version_segment, versioned_uri},
};

/// How much longer than a call's deadline its layers have.
const GRACE: Duration = Duration::from_millis(20);

/// Sends the calls of a generated client. Cloning it is cheap.
#[derive(Clone)]
pub struct Caller {
    way: Way,
    version: Option<Result<Arc<str>, AddressError>>,
    token: Option<Token>,
}

#[derive(Clone)]
enum Way {
    Session(Session),
    Service(Arc<dyn Fn(Request) -> BoxFuture<'static, Result<Response, CallError>> + Send + Sync>),
}

impl Caller {
    /// Calls through a tower service: layers around a [`Session`], or something that stands in for one in a test.
    ///
    /// Each call gets a clone of the service, and ends by its deadline whatever the service does. An error that is not
    /// a [`CallError`] becomes [`OutcomeUnknown::Layer`], because nobody can tell whether the call was sent; a
    /// [`Refused`] and an overload that tower's `load_shed` reports become [`NotExecuted`].
    pub fn from_service<S>(service: S) -> Self
    where
        S: Service<Request, Response = Response> + Clone + Send + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
    {
        let service = Mutex::new(service);
        let send = move |request| -> BoxFuture<'static, _> {
            let service = service.lock().unwrap_or_else(PoisonError::into_inner).clone();
            Box::pin(async move { service.oneshot(request).await.map_err(|error| layer_error(error.into())) })
        };
        Self { way: Way::Service(Arc::new(send)), version: None, token: None }
    }

    /// The same way, to the procedures of one version.
    #[must_use]
    pub fn version(&self, version: &str) -> Self {
        let version = Some(version_segment(version).map(Arc::from));
        Self { version, ..self.clone() }
    }

    /// The same way, with a credential for the procedures that ask for one by `@auth`. Others do not get it.
    #[must_use]
    pub fn with_token(&self, token: Token) -> Self {
        Self { token: Some(token), ..self.clone() }
    }

    /// A call whose contract this program does not know, of this caller's version where it has one.
    pub(crate) fn dynamic(&self, uri: &str, payload: String) -> Result<Request, CallError> {
        let address = |error: AddressError| CallError::NotExecuted(NotExecuted::Address(error.to_string()));
        let uri = match &self.version {
            None => uri.to_owned(),
            Some(Ok(segment)) => versioned_uri(uri, segment),
            Some(Err(error)) => return Err(address(error.clone())),
        };
        let topic = self.call_topic(&uri).map_err(address)?;
        Ok(plain(uri, topic, payload, Kind::Call))
    }

    /// The credential of this caller alone; the session's comes when the call is sent.
    pub(crate) fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    pub(super) fn call_topic(&self, uri: &str) -> Result<TopicName, AddressError> {
        match &self.way {
            Way::Session(session) => session.call_topic(uri),
            Way::Service(_) => call_topic(uri),
        }
    }

    pub(crate) fn send(self, mut request: Request) -> BoxFuture<'static, Result<Response, CallError>> {
        // Nobody waits for what becomes of a oneway call, so it may live longer than who sends it.
        let is_awaited = !matches!(request.kind, Kind::Oneway { .. });
        request.not_after = scope::deadline().filter(|_| is_awaited);
        match self.way {
            Way::Session(session) => run::start(session, request),
            Way::Service(send) if is_awaited => {
                let timeout = request.timeout.min(MAX_TIMEOUT);
                let deadline = Instant::now() + timeout;
                let deadline = request.not_after.map_or(deadline, |not_after| not_after.min(deadline));
                request.not_after = Some(deadline);
                Box::pin(by(deadline, timeout, send(request)))
            }
            Way::Service(send) => send(request),
        }
    }

    pub(crate) fn request(
        &self,
        procedure: &'static Procedure,
        payload: &dyn Encode,
        kind: Kind,
    ) -> Result<Request, CallError> {
        let address = |error: AddressError| CallError::NotExecuted(NotExecuted::Address(error.to_string()));
        let (uri, topic) = match &self.version {
            None => (Cow::Borrowed(procedure.uri), procedure.topic().map_err(address)?),
            Some(segment) => {
                let uri = versioned_uri(procedure.uri, segment.as_ref().map_err(|error| address(error.clone()))?);
                let topic = self.call_topic(&uri).map_err(address)?;
                (Cow::Owned(uri), topic)
            }
        };
        let payload = encode(payload)?;
        let mut request = Request {
            uri,
            topic,
            payload,
            timeout: procedure.timeout,
            headers: Headers::new(),
            idempotent: procedure.idempotent,
            guarded: procedure.auth.is_some(),
            kind,
            not_after: None,
        };
        if let Some(token) = &self.token {
            request.attach(token).map_err(CallError::NotExecuted)?;
        }
        Ok(request)
    }
}

/// The payload's JSON.
fn encode(payload: &dyn Encode) -> Result<String, CallError> {
    let json = to_json(payload).map_err(|error| CallError::InvalidPayload(error.to_string()))?;
    Ok(String::from_utf8(json).expect("the encoder writes UTF-8"))
}

/// Ends a call that layers hold longer than its caller waits. The session itself ends calls in time, and knows better
/// what became of them, so it comes first.
async fn by(
    deadline: Instant,
    timeout: Duration,
    response: BoxFuture<'static, Result<Response, CallError>>,
) -> Result<Response, CallError> {
    let late = Err(CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(timeout)));
    timeout_at(deadline + GRACE, response).await.unwrap_or(late)
}

fn layer_error(error: BoxError) -> CallError {
    match error.downcast::<CallError>() {
        Ok(error) => *error,
        Err(error) if error.is::<tower::load_shed::error::Overloaded>() => {
            CallError::NotExecuted(NotExecuted::NotSent("a layer of this client is overloaded".into()))
        }
        Err(error) if error.is::<Refused>() => CallError::NotExecuted(NotExecuted::NotSent(error.to_string())),
        Err(error) => CallError::OutcomeUnknown(OutcomeUnknown::Layer(error.to_string())),
    }
}

impl From<Session> for Caller {
    fn from(session: Session) -> Self {
        Self { way: Way::Session(session), version: None, token: None }
    }
}

impl From<&Session> for Caller {
    fn from(session: &Session) -> Self {
        session.clone().into()
    }
}

impl From<&Caller> for Caller {
    fn from(caller: &Caller) -> Self {
        caller.clone()
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Caller");
        match &self.way {
            Way::Session(session) => debug.field("session", session),
            Way::Service(_) => debug.field("service", &"…"),
        };
        debug.field("version", &self.version).field("token", &self.token).finish()
    }
}

/// The innermost service of a client: layers go around it.
impl Service<Request> for Session {
    type Response = Response;
    type Error = CallError;
    type Future = BoxFuture<'static, Result<Response, CallError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), CallError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        run::start(self.clone(), request)
    }
}

/// A call of a procedure whose contract this program does not know.
pub(super) fn untyped(
    uri: &str,
    topic: Result<TopicName, AddressError>,
    payload: &dyn Encode,
    kind: Kind,
) -> Result<Request, CallError> {
    let topic = topic.map_err(|error| CallError::NotExecuted(NotExecuted::Address(error.to_string())))?;
    Ok(plain(uri.to_owned(), topic, encode(payload)?, kind))
}

/// A call of which no contract says anything.
fn plain(uri: String, topic: TopicName, payload: String, kind: Kind) -> Request {
    Request {
        uri: Cow::Owned(uri),
        topic,
        payload,
        timeout: DEFAULT_LIFETIME,
        headers: Headers::new(),
        idempotent: false,
        guarded: false,
        kind,
        not_after: None,
    }
}
