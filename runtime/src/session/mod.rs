//! A connection to the brokers, with an id and a topic on which its calls are answered.

mod leftover;
mod replies;
mod safeguard;
mod streams;

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    ffi::OsString,
    fmt,
    future::poll_fn,
    ops::ControlFlow,
    sync::{Arc, Mutex, PoisonError, Weak},
    task::{Context, Poll},
};

use almanet_nsq::name::{ChannelName, TopicName};
use rustc_hash::FxBuildHasher;
use tokio::{
    runtime::Handle,
    sync::Semaphore,
    task::{AbortHandle, coop},
};
use tracing::{debug, warn};

pub use self::safeguard::Safeguard;
use self::streams::Streams;
pub(crate) use self::{
    replies::{Event, Replies, Ticket},
    streams::{Inlet, Peer},
};
use crate::{
    credential::Token,
    metrics::{Counters, Meter, Statistics},
    transport::{
        self, ConnectError, Delivery, PublishError, Sink, SubscribeError, SubscribeOptions, Subscription, Transport,
        Watch, Watcher, finish_all,
    },
    wire::{self, AddressError, Id, Malformed, MalformedKind, REPLY_CHANNEL, ReplyTo},
};

/// The variable that [`Session::from_env`] reads.
pub const URL_VARIABLE: &str = "ALMANET_URL";
/// Where a session connects to when nobody says otherwise: the broker inside the process.
pub const DEFAULT_URL: &str = "embedded:";
/// How many calls of a session may wait for their replies: a broker keeps 10,000 messages on an ephemeral channel and
/// drops the rest, so this leaves room for duplicates.
pub const MAX_OUTSTANDING: usize = 8_000;

/// How many replies may be on their way to a session without an acknowledgement, which is what nsqd allows at most.
const REPLIES_IN_FLIGHT: usize = 2_500;
/// How many of them are taken before others on their thread are let in.
const TOGETHER: usize = 64;
/// How many topics of calls that no contract knows are remembered.
const TOPICS_KEPT: usize = 4_096;

/// A connection to the brokers. Cloning it is cheap, and the clones are one session.
///
/// Connections are closed when the last clone is dropped, together with whatever was made from it (clients, servers,
/// topics); [`close`](Session::close) does so in order.
#[derive(Clone)]
pub struct Session {
    inner: Arc<Inner>,
}

struct Inner {
    id: Id,
    transport: Arc<dyn Transport>,
    shared: Arc<Shared>,
    outstanding: Semaphore,
    max_outstanding: usize,
    token: Option<Token>,
    without: Option<Safeguard>,
    meter: Meter,
    topics: Mutex<HashMap<Box<str>, TopicName, FxBuildHasher>>,
    tasks: [AbortHandle; 2],
}

/// What the session's tasks hold, so that they do not keep the session alive.
#[derive(Debug, Default)]
struct Shared {
    replies: Replies,
    streams: Streams,
    counters: Counters,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
        self.meter.retire(&self.shared.counters);
    }
}

#[cfg(feature = "metrics")]
impl crate::metrics::Source for Inner {
    fn statistics(&self) -> Statistics {
        self.shared.counters.snapshot()
    }

    fn links(&self) -> Vec<transport::Link> {
        self.transport.links()
    }
}

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

    async fn from_variable(value: Option<OsString>) -> Result<Self, ConnectError> {
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

    /// The session's id: the caller's in every call that it makes.
    pub fn id(&self) -> Id {
        self.inner.id
    }

    /// What the session has thrown away so far.
    pub fn statistics(&self) -> Statistics {
        self.inner.shared.counters.snapshot()
    }

    /// Waits until what was published is acknowledged, for as long as a broker may be silent at most, then closes every
    /// connection. Calls that still wait for a reply end in [`OutcomeUnknown::Closed`](crate::error::OutcomeUnknown::Closed), later ones in
    /// [`NotExecuted`](crate::error::NotExecuted).
    pub async fn close(&self) {
        self.inner.outstanding.close();
        self.inner.shared.replies.close();
        self.streams().close();
        self.streams().left().await;
        self.inner.transport.close().await;
    }

    /// Whether it was [closed](Session::close).
    pub(crate) fn is_closed(&self) -> bool {
        self.inner.outstanding.is_closed()
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.inner.transport
    }

    pub(crate) fn replies(&self) -> &Replies {
        &self.inner.shared.replies
    }

    /// Tells a call of what came of its publish, where that was not good.
    pub(crate) fn watch(&self, ticket: &Ticket<'_>) -> Watch {
        Watch { watcher: self.inner.shared.clone(), token: ticket.token() }
    }

    fn streams(&self) -> &Streams {
        &self.inner.shared.streams
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.inner.shared.counters
    }

    /// Holds the places of calls that wait for their replies.
    pub(crate) fn outstanding(&self) -> &Semaphore {
        &self.inner.outstanding
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.inner.meter
    }

    pub(crate) fn token(&self) -> Option<&Token> {
        self.inner.token.as_ref()
    }

    pub(crate) fn max_outstanding(&self) -> usize {
        self.inner.max_outstanding
    }

    /// The topic of calls to `uri`, which is made once.
    pub(crate) fn call_topic(&self, uri: &str) -> Result<TopicName, AddressError> {
        let mut topics = self.inner.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(topic) = topics.get(uri) {
            return Ok(topic.clone());
        }
        let topic = wire::call_topic(uri)?;
        if topics.len() >= TOPICS_KEPT {
            topics.clear();
        }
        topics.insert(uri.into(), topic.clone());
        Ok(topic)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("id", &self.inner.id).field("transport", &self.inner.transport).finish()
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
        let topic = ReplyTo::Session(id).topic().expect("a session's replies have a topic");
        let channel = ChannelName::new(REPLY_CHANNEL).expect("the channel of replies is a name");
        let shared = Arc::new(Shared::default());
        let sink = Arc::new(ReplySink { shared: shared.clone(), transport: Arc::downgrade(&transport) });
        let options =
            SubscribeOptions::new(topic, channel, REPLIES_IN_FLIGHT).demand(shared.replies.demand()).sink(sink.clone());
        let subscription = transport.subscribe(options).await.map_err(|error| match error {
            SubscribeError::Unreachable(text) => ConnectError::Unreachable(text),
            other => ConnectError::Refused(other.to_string()),
        })?;
        let reader = tokio::spawn(read_replies(sink, subscription));
        let watched = Watched(shared.clone());
        let watch = tokio::spawn(async move { watched.0.replies.watch().await });
        debug!(session = %id, brokers = transport.brokers().len(), "connected");
        let inner = Arc::new(Inner {
            id,
            transport,
            shared,
            outstanding: Semaphore::new(self.max_outstanding),
            max_outstanding: self.max_outstanding,
            token: self.token,
            meter: self.meter,
            without: self.without,
            topics: Mutex::default(),
            tasks: [reader.abort_handle(), watch.abort_handle()],
        });
        inner.meter.watch(&inner);
        Ok(Session { inner })
    }
}

/// What is watched as long as the session's runtime runs: without it no deadline would be noticed.
struct Watched(Arc<Shared>);

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.replies.close();
        self.0.streams.close();
    }
}

/// Hands replies to the calls that wait for them. Only the id is read here; the rest is the waiting task's.
struct ReplySink {
    shared: Arc<Shared>,
    /// The transport holds this, and so must not be held.
    transport: Weak<dyn Transport>,
}

impl Sink for ReplySink {
    fn take(&self, deliveries: &mut Vec<Delivery>) {
        deliveries.iter().for_each(|delivery| self.take_reply(delivery));
        finish_all(&*deliveries);
        deliveries.clear();
    }
}

impl ReplySink {
    fn take_reply(&self, delivery: &Delivery) {
        let Self { shared, transport } = self;
        if delivery.oversized.is_some() {
            return shared.counters.oversized.add();
        }
        let body = &delivery.body;
        match wire::call_id_of(body) {
            // The call that opens a stream waits for the first of its messages.
            Ok(id) if shared.streams.deliver(id, delivery) => drop(shared.replies.deliver(id, body.clone())),
            Ok(id) if shared.replies.deliver(id, body.clone()) => {}
            Ok(id) => {
                shared.counters.unclaimed_replies.add();
                debug!(call = %id, "a reply came that nobody waits for any more");
                if let Some(transport) = transport.upgrade() {
                    streams::decline(delivery, &*transport);
                }
            }
            Err(error) => shared.counters.reject(&error, "reply"),
        }
    }
}

/// Takes replies from a transport that knows no sinks, and ends what waits for more when there are none.
async fn read_replies(sink: Arc<ReplySink>, mut subscription: Subscription) {
    let mut taken = Vec::new();
    while poll_fn(|cx| poll_replies(&sink, &mut subscription, &mut taken, cx)).await.is_continue() {
        // A flood of replies leaves room for those who wait for them.
        coop::consume_budget().await;
    }
    sink.shared.replies.close();
    sink.shared.streams.close();
}

/// Takes what came, a batch at most.
fn poll_replies(
    sink: &ReplySink,
    subscription: &mut Subscription,
    taken: &mut Vec<Delivery>,
    cx: &mut Context<'_>,
) -> Poll<ControlFlow<()>> {
    let next = subscription.poll_recv_all(TOGETHER, taken, cx);
    sink.take(taken);
    next
}

impl Watcher for Shared {
    fn ended(&self, tokens: &[u64], outcome: &Result<(), PublishError>) {
        // A call that was published waits for its reply, whether or not it knows.
        if let Err(error) = outcome {
            self.replies.fail(tokens, error);
        }
    }

    fn awaits_success(&self) -> bool {
        false
    }
}

impl Counters {
    /// Counts and reports a body that is not what it has to be.
    pub(crate) fn reject(&self, error: &Malformed, what: &'static str) {
        match error.kind {
            MalformedKind::BeforeVersion1 => self.before_version_1.add(),
            MalformedKind::ReplyTopic => self.refused_reply_topics.add(),
            _ => self.malformed.add(),
        }
        warn!(%error, what, "a message is not what it has to be, and was dropped");
    }
}
