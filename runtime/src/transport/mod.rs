//! How messages reach a broker and come back: one trait, and what travels through it.
//!
//! A transport knows topics, channels and bodies. It knows nothing of calls and replies, so that everything above it
//! runs alike over nsqd, over the broker inside the process, and over a scripted one in a test.

#[cfg(feature = "embedded")]
mod embedded;
pub mod net;
pub mod nsq;
#[cfg(test)]
pub(crate) mod scripted;
mod url;

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use almanet_nsq::{
    message::MessageId,
    name::{ChannelName, TopicName},
};
use bytes::Bytes;
use tokio::sync::{oneshot, watch};

#[cfg(feature = "embedded")]
pub use self::embedded::Embedded;
pub use self::url::{BrokerUrl, open};

/// A future that a trait object hands out.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The way to one broker or several.
///
/// Methods take what they need at once: when [`publish`](Transport::publish) returns, the message is queued for
/// writing in the order of the calls, whether or not the returned future is ever polled.
pub trait Transport: Send + Sync + fmt::Debug + 'static {
    /// Hands one message over. The future ends when the broker has acknowledged it, or never will.
    ///
    /// A body over [`max_message_size`](Transport::max_message_size) or a delay that the broker would refuse is
    /// answered with [`PublishError::NotSent`] and closes no connection.
    fn publish(&self, to: Route, topic: &TopicName, body: Bytes, delay: Option<Duration>) -> Publishing;

    /// As [`publish`](Transport::publish) without a delay, for those who publish so much that a future for each message
    /// costs too much. `None` where `watch` will be told what came of the message, and told once; otherwise it will not
    /// be, and the future tells.
    fn publish_watched(&self, to: Route, topic: &TopicName, body: Bytes, watch: Watch) -> Option<Publishing> {
        drop(watch);
        Some(self.publish(to, topic, body, None))
    }

    /// Subscribes on every broker. The future ends when every broker that can be reached has confirmed it, and fails
    /// where none can; those that are down are reported in the log and retried in the background.
    fn subscribe(&self, options: SubscribeOptions) -> BoxFuture<'static, Result<Subscription, SubscribeError>>;

    /// The brokers that are known at the moment, reachable or not.
    fn brokers(&self) -> Vec<Broker>;

    /// The connections to each broker that is known; nothing where there are none to lose.
    fn links(&self) -> Vec<Link> {
        Vec::new()
    }

    /// The largest body that a broker takes, in bytes.
    fn max_message_size(&self) -> usize;

    /// Whether nobody else on the network can read what is published: it stays on this machine, or travels in TLS. No
    /// credential is sent where it is not.
    fn is_private(&self) -> bool {
        true
    }

    /// Waits until what was handed over is written and acknowledged, then closes every connection. Later publishes
    /// end in [`PublishError::NotSent`].
    fn close(&self) -> BoxFuture<'static, ()>;
}

/// Which broker a message goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Whichever the transport finds best.
    Any,
    /// This one and no other: a reply goes through the broker that delivered the call.
    Broker(BrokerId),
}

/// Names one broker of a transport for as long as the transport lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BrokerId(pub u32);

/// One broker that a transport knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broker {
    /// What deliveries and routes call it.
    pub id: BrokerId,
    /// Its address as a person would write it: `127.0.0.1:4150`, `embedded:`.
    pub address: Arc<str>,
}

/// The connections to one broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its address.
    pub broker: Arc<str>,
    /// How many are open: one to publish, and one for each subscription.
    pub open: u64,
    /// How many ended since the transport came about.
    pub lost: u64,
}

/// A message on its way to the broker's acknowledgement. Dropping it takes nothing back.
#[must_use = "whether the broker took the message is only known when this is awaited"]
pub enum Publishing {
    /// The outcome is already there. `None` after it was taken.
    Ready(Option<Result<(), PublishError>>),
    /// The outcome is sent when it is there.
    Awaited(oneshot::Receiver<Result<(), PublishError>>),
    /// The outcome is still to come.
    Pending(BoxFuture<'static, Result<(), PublishError>>),
}

impl Publishing {
    /// A publish whose outcome is known at once.
    pub fn ready(outcome: Result<(), PublishError>) -> Self {
        Self::Ready(Some(outcome))
    }

    /// A publish whose outcome this future brings.
    pub fn pending(outcome: impl Future<Output = Result<(), PublishError>> + Send + 'static) -> Self {
        Self::Pending(Box::pin(outcome))
    }
}

impl Future for Publishing {
    type Output = Result<(), PublishError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Ready(outcome) => Poll::Ready(outcome.take().expect("a publish is not polled after its outcome")),
            Self::Awaited(outcome) => Pin::new(outcome).poll(cx).map(|sent| {
                sent.unwrap_or_else(|_| Err(PublishError::Unknown("the connection's task ended".to_owned())))
            }),
            Self::Pending(outcome) => outcome.as_mut().poll(cx),
        }
    }
}

impl fmt::Debug for Publishing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready(outcome) => f.debug_tuple("Ready").field(outcome).finish(),
            Self::Awaited(_) | Self::Pending(_) => f.write_str("Pending"),
        }
    }
}

/// Learns what came of messages that were [watched](Transport::publish_watched).
pub trait Watcher: Send + Sync + 'static {
    /// The messages of these tokens have ended alike. Called from the transport's own task: it must not wait.
    fn ended(&self, tokens: &[u64], outcome: &Result<(), PublishError>);
}

/// Who learns what came of a message, and by what token.
#[derive(Clone)]
pub struct Watch {
    /// Who learns it.
    pub watcher: Arc<dyn Watcher>,
    /// What the watcher knows the message by.
    pub token: u64,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("token", &self.token).finish_non_exhaustive()
    }
}

/// Why a message was not published, or may not have been.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// No byte of it was written: it is safe to publish it again.
    #[error("the message was not sent: {0}")]
    NotSent(String),
    /// The broker refused it with one of its error codes.
    #[error("the broker refused the message: {code} {text}")]
    Refused {
        /// The code, such as `E_BAD_TOPIC`.
        code: String,
        /// What the broker wrote after it.
        text: String,
    },
    /// It was written, and no acknowledgement came: nobody knows.
    #[error("the broker did not acknowledge the message: {0}")]
    Unknown(String),
}

impl PublishError {
    /// Whether the broker would refuse the same message again: what is wrong is the message, not the moment.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if !code.ends_with("PUB_FAILED"))
    }
}

/// Why no transport came about.
///
/// Its `Debug` is its `Display`: a program whose `main` returns it, boxed or not, prints the text.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The broker's URL is not one. The text says what is wrong with it and how to write it.
    #[error("{0}")]
    InvalidUrl(String),
    /// The URL asks for what this version does not do.
    #[error("{0}")]
    Unsupported(String),
    /// No broker could be reached, or none that speaks NSQ. The text names each address, what happened there, and what
    /// to do.
    #[error("{0}")]
    Unreachable(String),
    /// What the URL names cannot be used: the file of a certificate or of a secret, say. Nothing was sent.
    #[error("{0}")]
    Configuration(String),
    /// A broker refused what every session needs, or was refused itself: TLS without a certificate that is trusted, a
    /// secret that it does not take.
    #[error("{0}")]
    Refused(String),
    /// The variable that names the broker leads to an error.
    #[error("the variable {name}: {source}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// What came of its value.
        source: Box<ConnectError>,
    },
}

impl fmt::Debug for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a subscription asks for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SubscribeOptions {
    /// The topic.
    pub topic: TopicName,
    /// The channel of the topic.
    pub channel: ChannelName,
    /// How many messages may be unacknowledged at a time, over all brokers; with 0 none is delivered. The transport may
    /// offer fewer for speed and never offers more: several brokers share it out evenly, and where it is smaller than
    /// their number they take turns.
    pub max_in_flight: usize,
    /// Lowers [`max_in_flight`](Self::max_in_flight) for a while, where the subscriber wants to.
    pub limit: Option<Limit>,
    /// How long the broker waits for an acknowledgement before it delivers a message again. The broker's own default
    /// where it is `None`.
    pub message_timeout: Option<Duration>,
    /// The percentage of the channel's messages that are delivered, 1 to 99; the broker throws the others
    /// away. All of them where it is 0.
    pub sample_rate: u8,
    /// How many messages the subscriber expects soon, where it knows: a caller's outstanding calls.
    pub demand: Option<Demand>,
    /// Where to subscribe: at every broker unless it is set.
    pub at: Route,
}

impl SubscribeOptions {
    /// A subscription of up to `max_in_flight` unacknowledged messages.
    pub fn new(topic: TopicName, channel: ChannelName, max_in_flight: usize) -> Self {
        Self {
            topic,
            channel,
            max_in_flight,
            limit: None,
            message_timeout: None,
            sample_rate: 0,
            demand: None,
            at: Route::Any,
        }
    }

    /// Lets the subscriber lower how many messages may be unacknowledged, at any time.
    #[must_use]
    pub fn limit(mut self, limit: Limit) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Subscribes at this broker alone.
    #[must_use]
    pub fn at(mut self, broker: BrokerId) -> Self {
        self.at = Route::Broker(broker);
        self
    }

    /// Sets how long the broker waits for an acknowledgement.
    #[must_use]
    pub fn message_timeout(mut self, timeout: Duration) -> Self {
        self.message_timeout = Some(timeout);
        self
    }

    /// Takes only this percentage of the channel's messages; 100 and more are all of them.
    #[must_use]
    pub fn sample_rate(mut self, percent: u8) -> Self {
        self.sample_rate = if percent < 100 { percent } else { 0 };
        self
    }

    /// Lets the transport see how many messages are expected.
    #[must_use]
    pub fn demand(mut self, demand: Demand) -> Self {
        self.demand = Some(demand);
        self
    }
}

/// A count, kept by the subscriber and read by the transport, of messages that are expected soon. It is a hint for
/// flow control, so it is not ordered with anything else.
#[derive(Clone, Debug, Default)]
pub struct Demand(Arc<AtomicUsize>);

impl Demand {
    /// One more is expected.
    pub fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// One came, or is no longer expected.
    pub fn remove(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    /// How many are expected now.
    pub fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// How many messages a subscriber takes at the moment; any number at first. Below what its subscription allows, it
/// counts instead: with 0 no message comes, with 1 one comes at a time.
///
/// What is under way when it falls still arrives.
#[derive(Clone, Debug)]
pub struct Limit(Arc<watch::Sender<usize>>);

impl Limit {
    /// So many from now on.
    pub fn set(&self, messages: usize) {
        self.0.send_if_modified(|limit| std::mem::replace(limit, messages) != messages);
    }

    /// How many at the moment.
    pub fn get(&self) -> usize {
        *self.0.borrow()
    }

    /// Tells a transport of changes.
    pub fn changes(&self) -> LimitChanges {
        LimitChanges { _limit: self.clone(), changed: self.0.subscribe() }
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(usize::MAX)))
    }
}

/// Waits for a [`Limit`] to change.
#[derive(Debug)]
pub struct LimitChanges {
    /// So that the sender does not end before this.
    _limit: Limit,
    changed: watch::Receiver<usize>,
}

impl LimitChanges {
    /// Waits for a change after the last one that it told of. Cancel safe.
    pub async fn changed(&mut self) {
        let _ = self.changed.changed().await;
    }
}

/// Why a subscription did not come about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubscribeError {
    /// No broker could be reached. The text names each address and what happened there.
    #[error("no broker can be reached: {0}")]
    Unreachable(String),
    /// A broker refused it.
    #[error("the broker refused the subscription: {code} {text}")]
    Refused {
        /// The code, such as `E_BAD_CHANNEL`.
        code: String,
        /// What the broker wrote after it.
        text: String,
    },
    /// The transport is closed.
    #[error("the connection to the broker is closed")]
    Closed,
}

/// What a transport's subscription does; [`Subscription`] is what its users hold.
pub trait Source: Send + 'static {
    /// The next message. `None` when the subscription has ended and no message will come.
    ///
    /// Repeated calls with nothing to hand out cost one registration of the waker.
    fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<Delivery>>;

    /// Takes back what a pending [`poll_recv`](Source::poll_recv) left behind, where a message would otherwise be kept
    /// from other subscribers.
    fn stop_waiting(&mut self) {}

    /// Asks every broker to send no more (CLS). What is already under way still arrives.
    fn stop(&mut self);
}

/// A running subscription: messages of all brokers, merged. Dropping it unsubscribes and closes its connections;
/// messages that were not acknowledged come back to the channel.
pub struct Subscription(Box<dyn Source>);

impl Subscription {
    /// Wraps a transport's own subscription.
    pub fn new(source: impl Source) -> Self {
        Self(Box::new(source))
    }

    /// The next message, or `None` when the subscription has ended. Cancel safe: no message is lost where the future
    /// is dropped.
    pub async fn recv(&mut self) -> Option<Delivery> {
        Receiving { source: &mut *self.0, waits: false }.await
    }

    /// Polls for the next message. Whoever leaves a waker behind counts as waiting: poll again when it is called, or
    /// drop the subscription, or another subscriber of the channel may have to wait for a message.
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<Delivery>> {
        self.0.poll_recv(cx)
    }

    /// Asks every broker to send no more. What is already under way still arrives through
    /// [`recv`](Subscription::recv), and can still be acknowledged.
    pub fn stop(&mut self) {
        self.0.stop();
    }
}

/// Waits for a message, and says so when it no longer does.
struct Receiving<'a> {
    source: &'a mut dyn Source,
    waits: bool,
}

impl Future for Receiving<'_> {
    type Output = Option<Delivery>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = self.source.poll_recv(cx);
        self.waits = polled.is_pending();
        polled
    }
}

impl Drop for Receiving<'_> {
    fn drop(&mut self) {
        if self.waits {
            self.source.stop_waiting();
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscription")
    }
}

/// Takes the acknowledgements of one connection's deliveries. None of them blocks; where the connection is gone they
/// do nothing, because the broker delivers the message again by itself.
pub trait Acknowledge: Send + Sync + 'static {
    /// The message is done with.
    fn finish(&self, id: MessageId);
    /// The messages are done with.
    fn finish_all(&self, ids: &[MessageId]) {
        ids.iter().for_each(|id| self.finish(*id));
    }
    /// The message shall come again after `delay`.
    fn requeue(&self, id: MessageId, delay: Duration);
    /// The message is still being worked on: its timeout starts again.
    fn touch(&self, id: MessageId);
}

/// One message as it was delivered. One that is neither finished nor requeued comes again after the broker's timeout.
#[derive(Clone)]
pub struct Delivery {
    /// What was published.
    pub body: Bytes,
    /// When the broker took it: nanoseconds since 1970, by the broker's clock.
    pub timestamp_nanos: i64,
    /// How many times it was delivered, this one included.
    pub attempts: u16,
    /// The broker that delivered it.
    pub broker: BrokerId,
    /// The broker's name for it.
    pub id: MessageId,
    /// The connection that it came through.
    pub acknowledge: Arc<dyn Acknowledge>,
}

impl Delivery {
    /// The message is done with.
    pub fn finish(&self) {
        self.acknowledge.finish(self.id);
    }

    /// The message shall come again after `delay`.
    pub fn requeue(&self, delay: Duration) {
        self.acknowledge.requeue(self.id, delay);
    }

    /// The message is still being worked on: its timeout starts again.
    pub fn touch(&self) {
        self.acknowledge.touch(self.id);
    }
}

/// Finishes messages; those that came through one connection leave it together.
pub fn finish_all<'a>(deliveries: impl IntoIterator<Item = &'a Delivery>) {
    let mut ids = Vec::new();
    let mut through: Option<&Arc<dyn Acknowledge>> = None;
    for Delivery { id, acknowledge, .. } in deliveries {
        if let Some(other) = through.take_if(|through| !Arc::ptr_eq(through, acknowledge)) {
            other.finish_all(&ids);
            ids.clear();
        }
        through = Some(acknowledge);
        ids.push(*id);
    }
    if let Some(acknowledge) = through {
        acknowledge.finish_all(&ids);
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("id", &self.id)
            .field("broker", &self.broker)
            .field("attempts", &self.attempts)
            .field("size", &self.body.len())
            .finish_non_exhaustive()
    }
}
