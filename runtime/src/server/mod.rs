//! Serving: subscriptions, handlers, duplicates, and how a server ends.

mod auth;
mod context;
mod core;
mod error;
mod execution;
mod handler;
mod handling;
mod internal;
mod layered;
mod limits;
mod line;
mod memory;
mod outbox;
mod reply_topics;
mod route;
mod running;
mod schema;
mod sender;
mod service;
mod settings;
mod stream;
mod worker;

#[cfg(test)]
mod tests;

use std::{fmt, future::Future, sync::Arc, time::Duration};

use tokio::sync::Semaphore;
use tower::{Layer, Service as TowerService};
use tracing::warn;

pub(crate) use self::handler::Handler;
use self::{auth::Check, layered::Wrap, route::Role, settings::Settings};
pub use self::{
    auth::{AuthError, Authenticator, StaticTokens},
    context::Context,
    error::ServeError,
    handler::{Incoming, Outcome, OutcomeStream},
    layered::HandlerService,
    limits::Limits,
    running::Running,
    service::{Service, ServiceBuilder},
    settings::{DEFAULT_CALLERS_IDLE, DEFAULT_CONCURRENCY, DEFAULT_DRAIN_TIMEOUT},
    stream::{Cancelled, StreamOf, StreamWriter},
};
#[cfg(feature = "http")]
use crate::health;
use crate::{error::BoxError, session::Session, shutdown::Signals, wire::version_segment};

/// Serves services on a session, until it is told to stop.
///
/// Calls of one procedure run concurrently, up to a limit. A call's handler is dropped at its deadline, because nobody
/// waits for it any more.
#[derive(Debug)]
pub struct Server {
    session: Session,
    services: Vec<Service>,
    settings: Settings,
    role: Role,
    layers: Vec<Wrap>,
    authenticator: Option<Erased>,
    #[cfg(feature = "http")]
    health: Option<std::net::SocketAddr>,
}

/// Finds out who calls. Nothing of it is shown.
#[derive(Clone)]
struct Erased(Arc<dyn Check>);

impl fmt::Debug for Erased {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authenticator")
    }
}

impl Server {
    /// A server that serves nothing yet.
    pub fn new(session: &Session) -> Self {
        Self {
            session: session.clone(),
            services: Vec::new(),
            settings: Settings::default(),
            role: Role::Main,
            layers: Vec::new(),
            authenticator: None,
            #[cfg(feature = "http")]
            health: None,
        }
    }

    /// Adds a service, as the generated function `service` makes one.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "services are added to a server, nothing is summed up")]
    pub fn add(mut self, service: Service) -> Self {
        self.services.push(service);
        self
    }

    /// Puts a tower layer around every handler. The layer that is added last sees a call first.
    ///
    /// An error of a layer is an internal failure of the call; an overload that tower's `load_shed` reports refuses
    /// the call as overloaded.
    #[must_use]
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<HandlerService> + Send + Sync + 'static,
        L::Service: TowerService<Incoming, Response = Outcome> + Clone + Send + Sync + 'static,
        <L::Service as TowerService<Incoming>>::Error: Into<BoxError>,
        <L::Service as TowerService<Incoming>>::Future: Send + 'static,
    {
        self.layers.push(Wrap::new(layer));
        self
    }

    /// Who finds out for whom a credential stands, where a procedure asks for one by `@auth`. Without it, a server
    /// with such a procedure does not start.
    ///
    /// It is asked before any layer sees the call.
    #[must_use]
    pub fn authenticator(mut self, authenticator: impl Authenticator) -> Self {
        self.authenticator = Some(Erased(Arc::new(authenticator)));
        self
    }

    /// Tells orchestrators over HTTP, at this address: `/livez`, whether the process answers; `/readyz`, whether
    /// everything is subscribed on every broker and the server is not draining; `/metrics`, where the session has them.
    /// Port 0 lets the system choose: [`Running::health_address`] has it then.
    #[cfg(feature = "http")]
    #[must_use]
    pub fn health(mut self, address: impl Into<std::net::SocketAddr>) -> Self {
        self.health = Some(address.into());
        self
    }

    /// How many calls of one procedure run at a time: 1,024 unless it is set, here or by [`Service::limit`].
    #[must_use]
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.settings.limits = self.settings.limits.concurrency(calls);
        self
    }

    /// How many calls of one procedure wait for a place before the next ones are refused as overloaded, unless
    /// [`Service::limit`] says otherwise. Until it is set, no call is refused, and what cannot run yet stays with the
    /// broker: see [`Limits::queue`].
    #[must_use]
    pub fn queue(mut self, calls: usize) -> Self {
        self.settings.limits = self.settings.limits.queue(calls);
        self
    }

    /// How many calls run at a time in the whole server, whatever they call: as many as their procedures allow unless
    /// it is set. Where handlers call procedures of their own server, leave room for those.
    #[must_use]
    pub fn total_concurrency(mut self, calls: usize) -> Self {
        self.settings.total = Some(calls.clamp(1, Semaphore::MAX_PERMITS));
        self
    }

    /// How long running calls may take to end when the server does: 60 s unless it is set. Those that take longer are
    /// given back to the broker, which delivers them to another instance. Streams that take longer are interrupted, and
    /// their receivers told so; [`Context::stopping`] lets one end by itself.
    #[must_use]
    pub fn drain_timeout(mut self, timeout: Duration) -> Self {
        self.settings.drain_timeout = timeout;
        self
    }

    /// How long no reply must have gone to a caller before its reply topic is cleared up: 10 minutes unless it is set. A
    /// caller that lives notices nothing; the topic of one that is gone disappears from the broker.
    #[must_use]
    pub fn callers_idle(mut self, idle: Duration) -> Self {
        self.settings.callers_idle = idle.max(Duration::from_millis(10));
        self
    }

    /// Leaves the plain addresses to the main version, and answers those of its own version alone. A service without
    /// a version is served as ever.
    #[must_use]
    pub fn pinned_only(mut self) -> Self {
        self.role = Role::Pinned;
        self
    }

    /// Takes copies of the calls that the main version answers, runs them and never replies. The addresses of its own
    /// version are answered. A service without a version cannot be a shadow.
    #[must_use]
    pub fn shadow(mut self) -> Self {
        self.role = Role::Shadow;
        self
    }

    /// Serves until `shutdown` ends, then drains: no call is taken any more, running ones are finished and answered.
    ///
    /// Dropping the future gives running calls back to the broker.
    ///
    /// # Errors
    /// Where an address cannot be made, or not be subscribed. A server that was ready once does not fail.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) -> Result<(), ServeError> {
        let running = self.start().await?;
        shutdown.await;
        running.drain().await;
        Ok(())
    }

    /// Serves until the process is asked to end by SIGINT or SIGTERM, then drains as [`serve`](Server::serve) does. A
    /// second signal ends at once: calls that still run go back to the broker.
    ///
    /// From this call on the signals no longer end the process by themselves, for as long as it lives.
    ///
    /// # Errors
    /// As [`serve`](Server::serve).
    ///
    /// # Panics
    /// Outside a tokio runtime with I/O enabled.
    pub async fn run(self) -> Result<(), ServeError> {
        let mut signals = Signals::listen();
        let running = tokio::select! {
            biased;
            running = self.start() => running?,
            () = signals.next() => return Ok(()),
        };
        signals.next().await;
        tokio::select! {
            biased;
            () = running.drain() => {}
            () = signals.next() => warn!("a second signal: calls that still run are given back"),
        }
        Ok(())
    }

    /// Subscribes, and returns when every address is served.
    ///
    /// # Errors
    /// As [`serve`](Server::serve).
    pub async fn start(self) -> Result<Running, ServeError> {
        #[cfg(feature = "http")]
        let health = self.open_health().await?;
        let running = self.subscribe().await?;
        #[cfg(feature = "http")]
        let running = running.told_by(health);
        Ok(running)
    }

    #[cfg(feature = "http")]
    async fn open_health(&self) -> Result<Option<running::Told>, ServeError> {
        let Some(address) = self.health else { return Ok(None) };
        let state = health::State::new(self.session.clone());
        let endpoint = health::Endpoint::open(address, state.clone()).await;
        let endpoint = endpoint.map_err(|error| ServeError::Health { address, why: error.to_string() })?;
        Ok(Some(running::Told { state, endpoint }))
    }

    async fn subscribe(self) -> Result<Running, ServeError> {
        let mut routes = Vec::new();
        let mut schemas = schema::Schemas::new(&self.session);
        for service in self.services {
            let segment = service.info.version.map(version_segment).transpose()?;
            service.check_limits()?;
            for route in service.routes {
                let mut handler = self.layers.iter().fold(route.handler, |inner, wrap| wrap.around(inner));
                if let Some(scopes) = route.procedure.auth {
                    let Some(Erased(check)) = &self.authenticator else {
                        return Err(ServeError::NoAuthenticator(route.procedure.uri));
                    };
                    handler = auth::guarded(handler, scopes, check.clone());
                }
                let addresses =
                    route::addresses(self.role, segment.as_deref(), route.procedure, route.limits, &handler)?;
                schemas.add(service.info, route.procedure, &addresses);
                routes.extend(addresses);
            }
        }
        routes.extend(schemas.routes());
        running::start(self.session, routes, self.settings).await
    }
}
