//! How a session comes about.

use std::{
    ffi::OsString,
    sync::{Arc, Mutex},
};

use tokio::{runtime::Handle, sync::Semaphore};
use tracing::debug;

use super::{
    handle::{Inner, Session},
    intake,
    safeguard::Safeguard,
};
use crate::{
    credential::Token,
    metrics::Meter,
    transport::{self, ConnectError, Transport},
    wire::Id,
};

/// The variable that [`Session::from_env`] reads.
pub const URL_VARIABLE: &str = "ALMANET_URL";
/// Where a session connects to when nobody says otherwise: the broker inside the process.
pub const DEFAULT_URL: &str = "embedded:";
/// How many calls of a session may wait for their replies: a broker keeps 10,000 messages on an ephemeral channel and
/// drops the rest, so this leaves room for duplicates.
pub const MAX_OUTSTANDING: usize = 8_000;

impl Session {
    /// Connects to the brokers of a URL: `nsq://host:4150,other:4150`, `nsqlookupd://host:4161`, `embedded:`,
    /// `embedded:4150`.
    ///
    /// When this returns, the session listens for replies on every broker that can be reached; one that cannot is
    /// reported in the log and tried again in the background.
    ///
    /// # Errors
    /// Where the URL is not one, or no broker can be reached.
    pub async fn connect(url: &str) -> Result<Self, ConnectError> {
        Self::builder().url(url).connect().await
    }

    /// Connects to what the variable `ALMANET_URL` says, or to the broker inside the process where it is not set.
    ///
    /// # Errors
    /// Where the variable's value is not a URL, or no broker can be reached; both name the variable.
    pub async fn from_env() -> Result<Self, ConnectError> {
        Self::from_variable(std::env::var_os(URL_VARIABLE)).await
    }

    pub(super) async fn from_variable(value: Option<OsString>) -> Result<Self, ConnectError> {
        let Some(value) = value else { return Self::connect(DEFAULT_URL).await };
        let named = |error: ConnectError| ConnectError::Variable { name: URL_VARIABLE, source: Box::new(error) };
        let Some(url) = value.to_str() else {
            return Err(named(ConnectError::InvalidUrl(format!("{value:?} is not UTF-8"))));
        };
        Self::connect(url).await.map_err(named)
    }

    /// Sets up a session before it connects.
    pub fn builder() -> SessionBuilder {
        SessionBuilder {
            url: DEFAULT_URL.into(),
            id: None,
            max_outstanding: MAX_OUTSTANDING,
            token: None,
            meter: Meter::new(),
            without: None,
        }
    }
}

/// A session that is not connected yet.
#[derive(Clone, Debug)]
pub struct SessionBuilder {
    url: String,
    id: Option<Id>,
    max_outstanding: usize,
    token: Option<Token>,
    without: Option<Safeguard>,
    meter: Meter,
}

impl SessionBuilder {
    /// The brokers' URL; `embedded:` unless it is set.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = url.into();
        self
    }

    /// The session's id, where somebody has to know it before the session connects; a new one unless it is set. No two
    /// sessions have the same.
    #[must_use]
    pub fn id(mut self, id: Id) -> Self {
        self.id = Some(id);
        self
    }

    /// How many calls may wait for their replies at a time, 8,000 at most and unless it is set. The next ones wait
    /// for a place, and end in [`NotExecuted`](crate::error::NotExecuted) where none gets free in their time.
    #[must_use]
    pub fn max_outstanding(mut self, calls: usize) -> Self {
        self.max_outstanding = calls.clamp(1, MAX_OUTSTANDING);
        self
    }

    /// The credential for procedures that ask for one by `@auth`, where a client has none of its own. Others do not
    /// get it.
    #[must_use]
    pub fn token(mut self, token: Token) -> Self {
        self.token = Some(token);
        self
    }

    /// Measures the session's calls, made and handled.
    #[cfg(feature = "metrics")]
    #[must_use]
    pub fn metrics(mut self, metrics: &crate::metrics::Metrics) -> Self {
        self.meter = Meter::of(metrics);
        self
    }

    /// A session that does without one safeguard, to show what it is for. No program has a use for this.
    #[doc(hidden)]
    #[must_use]
    pub fn without(mut self, safeguard: Safeguard) -> Self {
        self.without = Some(safeguard);
        self
    }

    /// Connects.
    ///
    /// # Errors
    /// As [`Session::connect`].
    pub async fn connect(self) -> Result<Session, ConnectError> {
        if Handle::try_current().is_err() {
            let why = "a session lives in a tokio runtime, and this thread is in none: connect within `#[tokio::main]` or `Runtime::block_on`";
            return Err(ConnectError::Configuration(why.to_owned()));
        }
        let transport = transport::open(&self.url).await?;
        self.over(transport).await
    }

    /// Makes a session over a transport of one's own.
    ///
    /// # Errors
    /// Where the transport cannot subscribe.
    pub async fn over(self, transport: Arc<dyn Transport>) -> Result<Session, ConnectError> {
        let id = self.id.unwrap_or_else(Id::random);
        let (intake, tasks) = intake::listen(id, &transport).await?;
        debug!(session = %id, brokers = transport.brokers().len(), "connected");
        let inner = Arc::new(Inner {
            id,
            transport,
            intake,
            outstanding: Semaphore::new(self.max_outstanding),
            max_outstanding: self.max_outstanding,
            token: self.token,
            meter: self.meter,
            without: self.without,
            topics: Mutex::default(),
            tasks,
        });
        inner.meter.watch(&inner);
        Ok(Session { inner })
    }
}
