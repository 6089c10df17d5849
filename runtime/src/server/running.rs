//! A server at work.

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use futures_util::future::try_join_all;
use tokio::{
    sync::Semaphore,
    task::JoinSet,
    time::{Instant, timeout_at},
};
use tracing::{debug, info};

use super::{
    core::Core,
    error::ServeError,
    limits::{Gate, Limits},
    reply_topics::ReplyTopics,
    route::{Route, Served},
    settings::{DEFAULT_CONCURRENCY, Settings},
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
/// How long a server clears up after its callers when it ends, at most.
const CLEARING_UP: Duration = Duration::from_secs(2);

/// A server at work: every address is served. Dropping it gives running calls back to the broker, and interrupts streams.
#[must_use = "a server that is dropped serves no longer"]
pub struct Running {
    session: Session,
    workers: JoinSet<()>,
    reply_topics: Arc<ReplyTopics>,
    /// Clears up after callers.
    janitor: JoinSet<()>,
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
    /// drain timeout is over and the rest is given back to the broker. Streams that are left then are interrupted. Of the
    /// time that is left before, two seconds at most are spent on the reply topics of callers that may be gone.
    pub async fn drain(mut self) {
        info!("draining");
        #[cfg(feature = "http")]
        if let Some(told) = &self.told {
            told.state.draining();
        }
        let give_up = Instant::now() + self.drain_timeout.min(LONGEST);
        self.stop.say(give_up);
        while self.workers.join_next().await.is_some() {}
        let clear_up = async {
            while self.janitor.join_next().await.is_some() {}
            self.reply_topics.clear_all(&self.session).await;
        };
        if timeout_at(give_up.min(Instant::now() + CLEARING_UP), clear_up).await.is_err() {
            debug!("there was no time to clear up after every caller");
        }
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
    let reply_topics = core.reply_topics.clone();
    janitor.spawn(reply_topics.clone().keep_clear(session.clone(), settings.callers_idle, stop.clone()));
    Ok(Running {
        session,
        workers,
        reply_topics,
        janitor,
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
