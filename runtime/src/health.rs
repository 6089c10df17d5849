//! What orchestrators ask a process over HTTP: whether it lives, whether it is ready, and its metrics.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
};
use tracing::{debug, warn};

use crate::session::Session;

/// How many may ask at a time. The next ones wait to be accepted.
const MAX_CONNECTIONS: usize = 32;
/// How long somebody may take to ask.
const READ_TIMEOUT: Duration = Duration::from_secs(5);

/// How far a server is.
#[derive(Debug)]
pub(crate) struct State {
    session: Session,
    /// How many addresses are served; 0 before they are.
    subscriptions: AtomicUsize,
    is_draining: AtomicBool,
}

impl State {
    pub(crate) fn new(session: Session) -> Arc<Self> {
        Arc::new(Self { session, subscriptions: AtomicUsize::new(0), is_draining: AtomicBool::new(false) })
    }

    pub(crate) fn serving(&self, subscriptions: usize) {
        self.subscriptions.store(subscriptions, Ordering::Relaxed);
    }

    pub(crate) fn draining(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    /// Why the server is not ready, where it is not.
    fn unready(&self) -> Option<String> {
        if self.is_draining.load(Ordering::Relaxed) {
            return Some("draining".into());
        }
        let subscriptions = self.subscriptions.load(Ordering::Relaxed);
        if subscriptions == 0 {
            return Some("not serving yet".into());
        }
        if self.session.is_closed() {
            return Some("the session is closed".into());
        }
        // One more to publish, and one for the session's own replies.
        let needed = u64::try_from(subscriptions).unwrap_or(u64::MAX).saturating_add(2);
        let links = self.session.transport().links();
        // What else is consumed through the session may hide that there are too few.
        let short = links.iter().find(|link| link.open < needed || link.missing > 0)?;
        Some(match short.open < needed {
            true => format!("{}: {} of {needed} connections are open", short.broker, short.open),
            false => format!("{}: connections are missing: {}", short.broker, short.missing),
        })
    }
}

/// Answers at a port until it is dropped.
#[derive(Debug)]
pub(crate) struct Endpoint {
    address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl Endpoint {
    pub(crate) async fn open(address: SocketAddr, state: Arc<State>) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, state));
        debug!(%address, "health is told");
        Ok(Self { address, _tasks: tasks })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let state = state.clone();
                connections.spawn(async move {
                    answer_all(stream, state).await;
                    drop(place);
                });
            }
            Err(error) => {
                warn!(%error, "a connection that asks for health was not accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn answer_all(stream: TcpStream, state: Arc<State>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let response = answer(&request, &state);
        async move { Ok::<_, Infallible>(response) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(READ_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        debug!(%error, "a connection that asked for health ended");
    }
}

fn answer(request: &Request<Incoming>, state: &State) -> Response<Full<Bytes>> {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "GET and HEAD alone\n");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    match request.uri().path() {
        "/livez" => text(StatusCode::OK, "ok\n"),
        "/readyz" => match state.unready() {
            None => text(StatusCode::OK, "ok\n"),
            Some(why) => text(StatusCode::SERVICE_UNAVAILABLE, why + "\n"),
        },
        #[cfg(feature = "metrics")]
        "/metrics" => match state.session.meter().encode() {
            Some(metrics) => {
                let mut response = text(StatusCode::OK, metrics);
                let form = "application/openmetrics-text; version=1.0.0; charset=utf-8";
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(form));
                response
            }
            None => text(StatusCode::NOT_FOUND, "the session has no metrics: SessionBuilder::metrics\n"),
        },
        _ => text(StatusCode::NOT_FOUND, "/livez, /readyz, /metrics\n"),
    }
}

fn text(status: StatusCode, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
