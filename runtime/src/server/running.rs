//! A server at work.

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use futures_util::future::try_join_all;
use tokio::{sync::Semaphore, task::JoinSet, time::Instant};
use tracing::{debug, info};

use super::{
    DEFAULT_CONCURRENCY, ServeError, Settings,
    execution::Core,
    limits::{Gate, Limits},
    route::{Route, Served},
    worker::Worker,
};
#[cfg(feature = "http")]
use crate::health;
use crate::{
    session::Session,
    sync::Said,
    transport::{SubscribeOptions, Transport},
};

/// More than anybody waits for, and less than a clock can tell.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);
/// How long a broker waits for a call to be reported before it gives it to another instance.
const MESSAGE_TIMEOUT: Duration = Duration::from_secs(6);

/// A server at work: every address is served. Dropping it gives running calls back to the broker, and interrupts streams.
#[must_use = "a server that is dropped serves no longer"]
pub struct Running {
    workers: JoinSet<()>,
    /// Clears up after callers.
    _janitor: JoinSet<()>,
    /// When everything has to be over.
    stop: Said<Instant>,
    drain_timeout: Duration,
    #[cfg(feature = "http")]
    told: Option<Told>,
}

/// Who is told how far the server is.
#[cfg(feature = "http")]
pub(super) struct Told {
    pub(super) state: Arc<health::State>,
    pub(super) endpoint: health::Endpoint,
}

impl Running {
    /// Takes no more calls, waits for those that are running, and returns when all are answered, or the server's
    /// drain timeout is over and the rest is given back to the broker. Streams that are left then are interrupted.
    pub async fn drain(mut self) {
        info!("draining");
        #[cfg(feature = "http")]
        if let Some(told) = &self.told {
            told.state.draining();
        }
        self.stop.say(Instant::now() + self.drain_timeout.min(LONGEST));
        while self.workers.join_next().await.is_some() {}
        debug!("drained");
    }
}

#[cfg(feature = "http")]
impl Running {
    /// Where health is told, if it is.
    pub fn health_address(&self) -> Option<std::net::SocketAddr> {
        self.told.as_ref().map(|told| told.endpoint.address())
    }

    pub(super) fn told_by(mut self, told: Option<Told>) -> Self {
        if let Some(told) = &told {
            told.state.serving(self.workers.len());
        }
        self.told = told;
        self
    }
}

/// A server that is gone has stopped, too.
impl Drop for Running {
    fn drop(&mut self) {
        self.stop.say(Instant::now());
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("addresses", &self.workers.len()).finish()
    }
}

pub(super) async fn start(session: Session, routes: Vec<Route>, settings: Settings) -> Result<Running, ServeError> {
    let mut gates = HashMap::new();
    let whole = settings.total.map(|calls| (Arc::new(Semaphore::new(calls)), calls));
    let gate = |limits: Limits| Arc::new(Gate::new(limits.or(settings.limits), DEFAULT_CONCURRENCY, whole.clone()));
    let served: Vec<_> = (0..)
        .zip(routes)
        .map(|(index, route)| {
            let procedure = route.procedure.map(|procedure| procedure.uri);
            let gate = match procedure {
                Some(uri) => gates.entry(uri).or_insert_with(|| gate(route.limits)).clone(),
                None => gate(route.limits),
            };
            Arc::new(Served { route, gate, index })
        })
        .collect();
    let transport = session.transport();
    let subscriptions = try_join_all(served.iter().map(|served| subscribe(transport, served))).await?;
    let stop = Said::default();
    let core = Arc::new(Core::new(session.clone(), MESSAGE_TIMEOUT / 3, stop.clone()));
    let mut workers = JoinSet::new();
    for (served, subscription) in served.into_iter().zip(subscriptions) {
        workers.spawn(Worker::new(core.clone(), served, subscription).run(stop.clone()));
    }
    info!(session = %session.id(), addresses = workers.len(), "serving");
    let mut janitor = JoinSet::new();
    janitor.spawn(core.reply_topics.clone().keep_clear(session, settings.callers_idle));
    Ok(Running {
        workers,
        _janitor: janitor,
        stop,
        drain_timeout: settings.drain_timeout,
        #[cfg(feature = "http")]
        told: None,
    })
}

async fn subscribe(transport: &dyn Transport, served: &Served) -> Result<crate::transport::Subscription, ServeError> {
    let Served { route, gate, .. } = served;
    let options = SubscribeOptions::new(route.topic.clone(), route.channel.clone(), gate.max_in_flight())
        .message_timeout(MESSAGE_TIMEOUT);
    transport
        .subscribe(options)
        .await
        .map_err(|source| ServeError::Subscribe { topic: served.route.topic.to_string(), source })
}
