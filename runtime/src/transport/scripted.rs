//! A broker that a test plays: it sees every publish and acknowledgement, and decides what comes of them.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, SystemTime},
};

use almanet_nsq::{message::MessageId, name::TopicName};
use bytes::Bytes;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::timeout,
};

use super::{
    Acknowledge, BoxFuture, Broker, BrokerId, Delivery, PublishError, Publishing, Route, Source, SubscribeError,
    SubscribeOptions, Subscription, Transport, Watch,
};

/// The transport that the code under test holds.
#[derive(Debug)]
pub(crate) struct Scripted {
    published: UnboundedSender<Published>,
    acknowledged: UnboundedSender<(u64, Acknowledged)>,
    requeue_delays: Arc<Mutex<VecDeque<Duration>>>,
    state: Mutex<State>,
    next_message: AtomicU64,
    max_message_size: usize,
    is_private: bool,
}

#[derive(Debug, Default)]
struct State {
    outcomes: VecDeque<Planned>,
    /// Who learns later what came of a publish, where the test said so.
    held: Option<Vec<Watch>>,
    /// What is held was not written, and can be taken back.
    writes_nothing: bool,
    subscriptions: HashMap<String, Inlet>,
    refused: Option<SubscribeError>,
}

#[derive(Debug)]
enum Planned {
    Succeeds,
    Fails(PublishError),
    Hangs,
}

#[derive(Clone, Debug)]
struct Inlet {
    sender: UnboundedSender<Delivery>,
    options: SubscribeOptions,
    stopped: Arc<AtomicBool>,
}

/// What the test holds: what the code under test did.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) transport: Arc<Scripted>,
    published: UnboundedReceiver<Published>,
    acknowledged: UnboundedReceiver<(u64, Acknowledged)>,
}

/// One publish.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    pub(crate) route: Route,
    pub(crate) topic: String,
    pub(crate) body: Bytes,
    pub(crate) delay: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Acknowledged {
    Finished,
    Requeued,
    Touched,
}

/// What has not happened by then, on a clock that passes over the times in which nothing does, never will.
const LONG: Duration = Duration::from_secs(3_600);

impl Script {
    pub(crate) fn new() -> Self {
        Self::limited(1024 * 1024)
    }

    /// A broker behind a network that others listen to.
    pub(crate) fn readable() -> Self {
        Self::over(1024 * 1024, false)
    }

    /// A broker that takes no larger messages.
    pub(crate) fn limited(max_message_size: usize) -> Self {
        Self::over(max_message_size, true)
    }

    fn over(max_message_size: usize, is_private: bool) -> Self {
        let (published, publishes) = unbounded_channel();
        let (acknowledged, acknowledgements) = unbounded_channel();
        let transport = Arc::new(Scripted {
            published,
            acknowledged,
            requeue_delays: Arc::default(),
            state: Mutex::default(),
            next_message: AtomicU64::new(1),
            max_message_size,
            is_private,
        });
        Self { transport, published: publishes, acknowledged: acknowledgements }
    }

    /// What comes of the publish after those that have an outcome already. Without any, publishes succeed.
    pub(crate) fn next_publish_fails(&self, error: PublishError) {
        self.transport.state().outcomes.push_back(Planned::Fails(error));
    }

    /// The publish after those that have an outcome already succeeds.
    pub(crate) fn next_publish_succeeds(&self) {
        self.transport.state().outcomes.push_back(Planned::Succeeds);
    }

    /// The publish after those that have an outcome already is never acknowledged.
    pub(crate) fn next_publish_hangs(&self) {
        self.transport.state().outcomes.push_back(Planned::Hangs);
    }

    /// Leaves watched publishes unanswered until [`answer`](Script::answer).
    pub(crate) fn hold_publishes(&self) {
        self.transport.state().held.get_or_insert_default();
    }

    /// As [`hold_publishes`](Script::hold_publishes), and nothing of them is written.
    pub(crate) fn queue_publishes(&self) {
        self.transport.state().writes_nothing = true;
        self.hold_publishes();
    }

    /// Answers the watched publishes so far, all alike and at once. Gives their number.
    pub(crate) fn answer(&self, outcome: &Result<(), PublishError>) -> usize {
        let held = self.transport.state().held.take().unwrap_or_default();
        let tokens: Vec<_> = held.iter().map(|watch| watch.token).collect();
        if let Some(first) = held.first() {
            first.watcher.ended(&tokens, outcome);
        }
        tokens.len()
    }

    /// Refuses subscriptions from now on.
    pub(crate) fn refuse_subscriptions(&self, error: SubscribeError) {
        self.transport.state().refused = Some(error);
    }

    /// The next publish, whenever it comes.
    pub(crate) async fn published(&mut self) -> Published {
        let published = timeout(LONG, self.published.recv()).await.expect("something is published");
        published.expect("the transport is there as long as the script")
    }

    /// A publish that was made already.
    pub(crate) fn published_now(&mut self) -> Option<Published> {
        self.published.try_recv().ok()
    }

    /// The next acknowledgement, whenever it comes, and the message that it is for.
    pub(crate) async fn acknowledged(&mut self) -> (u64, Acknowledged) {
        let acknowledged = timeout(LONG, self.acknowledged.recv()).await.expect("something is acknowledged");
        acknowledged.expect("the transport is there as long as the script")
    }

    /// An acknowledgement that was made already.
    pub(crate) fn acknowledged_now(&mut self) -> Option<(u64, Acknowledged)> {
        self.acknowledged.try_recv().ok()
    }

    /// For how long the message was requeued that comes next in the order of the requeues.
    pub(crate) fn requeue_delay(&self) -> Duration {
        self.transport.requeue_delays.lock().unwrap().pop_front().expect("a message was requeued")
    }

    /// Delivers a body that the broker took just now, for the first time. Gives the message's number.
    pub(crate) fn deliver(&self, topic: &str, body: impl Into<Bytes>) -> u64 {
        self.deliver_aged(topic, body, Duration::ZERO, 1)
    }

    /// Delivers a body that the broker took `age` ago, for the `attempts`-th time.
    pub(crate) fn deliver_aged(&self, topic: &str, body: impl Into<Bytes>, age: Duration, attempts: u16) -> u64 {
        self.deliver_taken(topic, body, SystemTime::now() - age, attempts)
    }

    /// Delivers a body that the broker took, by its own clock, at `taken`.
    pub(crate) fn deliver_taken(&self, topic: &str, body: impl Into<Bytes>, taken: SystemTime, attempts: u16) -> u64 {
        let number = self.transport.next_message.fetch_add(1, Ordering::Relaxed);
        let mut id = [b'0'; 16];
        id[8..].copy_from_slice(&number.to_be_bytes());
        let taken = taken.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let delivery = Delivery {
            body: body.into(),
            timestamp_nanos: i64::try_from(taken.as_nanos()).unwrap(),
            attempts,
            broker: BrokerId(7),
            id: MessageId(id),
            oversized: None,
            acknowledge: Arc::new(Recorder {
                acknowledged: self.transport.acknowledged.clone(),
                requeue_delays: self.transport.requeue_delays.clone(),
            }),
        };
        self.inlet(topic).sender.send(delivery).unwrap();
        number
    }

    /// What a topic was subscribed with.
    pub(crate) fn subscribed(&self, topic: &str) -> SubscribeOptions {
        self.inlet(topic).options
    }

    pub(crate) fn topics(&self) -> Vec<String> {
        let mut topics: Vec<_> = self.transport.state().subscriptions.keys().cloned().collect();
        topics.sort();
        topics
    }

    /// Ends a topic's subscription, as a transport that is closed does.
    pub(crate) fn end(&self, topic: &str) {
        self.transport.state().subscriptions.remove(topic);
    }

    /// Whether a topic's subscription was asked to stop.
    pub(crate) fn is_stopped(&self, topic: &str) -> bool {
        self.inlet(topic).stopped.load(Ordering::Relaxed)
    }

    fn inlet(&self, topic: &str) -> Inlet {
        self.transport.state().subscriptions.get(topic).unwrap_or_else(|| panic!("{topic} is subscribed")).clone()
    }
}

impl Scripted {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Transport for Scripted {
    fn publish(&self, route: Route, topic: &TopicName, body: Bytes, delay: Option<Duration>) -> Publishing {
        let outcome = self.state().outcomes.pop_front().unwrap_or(Planned::Succeeds);
        let _ = self.published.send(Published { route, topic: topic.to_string(), body, delay });
        match outcome {
            Planned::Succeeds => Publishing::ready(Ok(())),
            Planned::Fails(error) => Publishing::ready(Err(error)),
            Planned::Hangs => Publishing::pending(std::future::pending()),
        }
    }

    fn publish_watched(&self, route: Route, topic: &TopicName, body: Bytes, watch: Watch) -> Option<Publishing> {
        let mut state = self.state();
        let Some(held) = &mut state.held else {
            drop(state);
            return Some(self.publish(route, topic, body, None));
        };
        held.push(watch);
        let _ = self.published.send(Published { route, topic: topic.to_string(), body, delay: None });
        None
    }

    fn recall(&self, watch: &Watch) -> bool {
        let mut state = self.state();
        let State { held: Some(held), writes_nothing: true, .. } = &mut *state else { return false };
        let before = held.len();
        held.retain(|known| !known.is_same(watch));
        held.len() < before
    }

    fn subscribe(&self, options: SubscribeOptions) -> BoxFuture<'static, Result<Subscription, SubscribeError>> {
        let mut state = self.state();
        if let Some(error) = state.refused.clone() {
            return Box::pin(async { Err(error) });
        }
        let (sender, receiver) = unbounded_channel();
        let stopped = Arc::new(AtomicBool::new(false));
        let topic = options.topic.to_string();
        state.subscriptions.insert(topic, Inlet { sender, options, stopped: stopped.clone() });
        Box::pin(async { Ok(Subscription::new(Outlet { receiver, stopped })) })
    }

    fn brokers(&self) -> Vec<Broker> {
        vec![Broker { id: BrokerId(7), address: "scripted".into() }]
    }

    fn is_private(&self) -> bool {
        self.is_private
    }

    fn max_message_size(&self) -> usize {
        self.max_message_size
    }

    fn close(&self) -> BoxFuture<'static, ()> {
        self.state().subscriptions.clear();
        Box::pin(async {})
    }
}

struct Outlet {
    receiver: UnboundedReceiver<Delivery>,
    stopped: Arc<AtomicBool>,
}

impl Source for Outlet {
    fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<Delivery>> {
        self.receiver.poll_recv(cx)
    }

    fn stop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

struct Recorder {
    acknowledged: UnboundedSender<(u64, Acknowledged)>,
    requeue_delays: Arc<Mutex<VecDeque<Duration>>>,
}

impl Recorder {
    fn record(&self, id: MessageId, what: Acknowledged) {
        let number: [u8; 8] = id.0[8..].try_into().unwrap();
        let _ = self.acknowledged.send((u64::from_be_bytes(number), what));
    }
}

impl Acknowledge for Recorder {
    fn finish(&self, id: MessageId) {
        self.record(id, Acknowledged::Finished);
    }

    fn requeue(&self, id: MessageId, delay: Duration) {
        self.requeue_delays.lock().unwrap().push_back(delay);
        self.record(id, Acknowledged::Requeued);
    }

    fn touch(&self, id: MessageId) {
        self.record(id, Acknowledged::Touched);
    }
}
