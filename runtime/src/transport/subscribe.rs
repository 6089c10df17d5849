//! What a subscriber asks for, and what it gets.

use std::{
    fmt,
    future::Future,
    ops::ControlFlow,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use almanet_nsq::name::{ChannelName, TopicName};
use tokio::sync::watch;

use super::{
    broker::{BrokerId, Route},
    delivery::Delivery,
};

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
    /// Who takes what comes, in place of [`Subscription::recv`], where the transport can do so.
    pub sink: Option<Arc<dyn Sink>>,
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
            sink: None,
        }
    }

    /// Lets the subscriber lower how many messages may be unacknowledged, at any time.
    #[must_use]
    pub fn limit(mut self, limit: Limit) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Hands over what comes without a task in between. A transport may take no notice of it: what
    /// [`Subscription::recv`] returns is for the same subscriber.
    #[must_use]
    pub fn sink(mut self, sink: Arc<dyn Sink>) -> Self {
        self.sink = Some(sink);
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

/// Takes deliveries as they are read.
pub trait Sink: Send + Sync + 'static {
    /// Takes all of them. Called from the task of the connection that they came through, which does nothing else in the
    /// meantime: it must not wait.
    fn take(&self, deliveries: &mut Vec<Delivery>);
}

impl fmt::Debug for dyn Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sink")
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

    /// Adds the messages that are there to `taken`, `limit` at most. Pending where there are no more, as
    /// [`poll_recv`](Source::poll_recv) is; breaks when the subscription has ended.
    fn poll_recv_all(
        &mut self,
        limit: usize,
        taken: &mut Vec<Delivery>,
        cx: &mut Context<'_>,
    ) -> Poll<ControlFlow<()>> {
        for _ in 0..limit {
            match ready!(self.poll_recv(cx)) {
                Some(delivery) => taken.push(delivery),
                None => return Poll::Ready(ControlFlow::Break(())),
            }
        }
        Poll::Ready(ControlFlow::Continue(()))
    }

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

    /// Adds the messages that are there to `taken`, `limit` at most. Pending where there are no more, which leaves a
    /// waker behind as [`poll_recv`](Subscription::poll_recv) does; breaks when the subscription has ended.
    pub fn poll_recv_all(
        &mut self,
        limit: usize,
        taken: &mut Vec<Delivery>,
        cx: &mut Context<'_>,
    ) -> Poll<ControlFlow<()>> {
        self.0.poll_recv_all(limit, taken, cx)
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
