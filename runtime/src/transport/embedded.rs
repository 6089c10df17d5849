//! The broker inside the process.
//!
//! Nothing is written to a socket here: a publish is a call of the broker, a delivery shares the published body. A port
//! can be opened beside it, so that others see the same topics.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    ops::ControlFlow,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use almanet_broker::{self as broker, Control, Listener, Refusal, Subscriber, SubscriberOptions};
use almanet_nsq::{error::ErrorCode, message::MessageId, name::TopicName};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use tokio::task::JoinSet;

use super::{
    broker::{Broker, BrokerId, Route},
    connect_error::ConnectError,
    delivery::{Acknowledge, Delivery},
    interface::Transport,
    publish::{PublishError, Publishing},
    subscribe::{Limit, Source, SubscribeError, SubscribeOptions, Subscription},
};

/// There is one broker.
const BROKER: BrokerId = BrokerId(0);

/// A transport to a broker inside the process.
#[derive(Debug)]
pub struct Embedded {
    broker: broker::Broker,
    address: Arc<str>,
    /// Keeps the port open.
    listener: Option<Arc<Listener>>,
    closed: AtomicBool,
    subscriptions: Mutex<Vec<Weak<Acknowledger>>>,
}

impl Embedded {
    /// The broker of `embedded:` or `embedded:PORT`: one for the whole process, which all that name it share, and which
    /// keeps its messages as long as the process lives. With a port it also listens there, on 127.0.0.1 alone, until
    /// the last transport of that port is dropped. Port 0 makes a new broker on a free port each time;
    /// [`brokers`](Transport::brokers) tells the address.
    ///
    /// # Errors
    /// Where the port cannot be taken.
    ///
    /// # Panics
    /// With a port, outside a tokio runtime.
    pub fn open(port: Option<u16>) -> Result<Self, ConnectError> {
        if port == Some(0) {
            return Self::served(broker::Broker::default(), 0);
        }
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let known = shared.entry(port).or_default();
        let Some(port) = port else { return Ok(Self::new(known.broker.clone())) };
        if let Some(listener) = known.listener.upgrade().filter(|listener| listener.is_open()) {
            return Ok(Self::withlistener(known.broker.clone(), listener));
        }
        let opened = Self::served(known.broker.clone(), port)?;
        known.listener = opened.listener.as_ref().map(Arc::downgrade).unwrap_or_default();
        Ok(opened)
    }

    /// A transport to this broker, which nobody else finds by a URL.
    #[must_use]
    pub fn new(broker: broker::Broker) -> Self {
        Self {
            broker,
            address: "embedded:".into(),
            listener: None,
            closed: AtomicBool::new(false),
            subscriptions: Mutex::default(),
        }
    }

    fn served(broker: broker::Broker, port: u16) -> Result<Self, ConnectError> {
        let listener = broker
            .listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
            .map_err(|error| ConnectError::Unreachable(error.to_string()))?;
        Ok(Self::withlistener(broker, Arc::new(listener)))
    }

    fn withlistener(broker: broker::Broker, listener: Arc<Listener>) -> Self {
        Self { address: listener.address().to_string().into(), listener: Some(listener), ..Self::new(broker) }
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    fn subscribe_now(&self, options: &SubscribeOptions) -> Result<Subscription, SubscribeError> {
        if matches!(options.at, Route::Broker(other) if other != BROKER) {
            return Err(SubscribeError::Unreachable("there is no such broker".to_owned()));
        }
        let mut wanted = SubscriberOptions::ready(ready(options));
        wanted.message_timeout = options.message_timeout;
        wanted.sample_rate = options.sample_rate;
        let mut subscriptions = self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_closed() {
            return Err(SubscribeError::Closed);
        }
        let subscriber = self.broker.subscribe(&options.topic, &options.channel, &wanted).map_err(|refusal| {
            SubscribeError::Refused { code: ErrorCode::SubFailed.to_string(), text: refusal.to_string() }
        })?;
        let acknowledge = Arc::new(Acknowledger(subscriber.control().clone()));
        subscriptions.retain(|known| known.strong_count() > 0);
        subscriptions.push(Arc::downgrade(&acknowledge));
        let mut tasks = JoinSet::new();
        if options.limit.is_some() {
            tasks.spawn(follow_limit(options.clone(), subscriber.control().clone()));
        }
        Ok(Subscription::new(Inbox { subscriber, acknowledge, _tasks: tasks }))
    }
}

/// How many messages may be in flight now.
fn ready(options: &SubscribeOptions) -> u32 {
    let limit = options.limit.as_ref().map_or(usize::MAX, Limit::get);
    u32::try_from(options.max_in_flight.min(limit)).unwrap_or(u32::MAX)
}

/// Tells the broker of a limit as it changes.
async fn follow_limit(options: SubscribeOptions, control: Control) {
    let Some(mut limited) = options.limit.as_ref().map(Limit::changes) else { return };
    loop {
        control.set_ready(ready(&options));
        limited.changed().await;
    }
}

/// The brokers of this process by their URLs' ports.
static SHARED: Mutex<BTreeMap<Option<u16>, Shared>> = Mutex::new(BTreeMap::new());

#[derive(Default)]
struct Shared {
    broker: broker::Broker,
    listener: Weak<Listener>,
}

impl Transport for Embedded {
    fn publish(&self, to: Route, topic: &TopicName, body: Bytes, delay: Option<Duration>) -> Publishing {
        let outcome = if self.is_closed() {
            Err(PublishError::NotSent("the connection to the broker is closed".to_owned()))
        } else if matches!(to, Route::Broker(other) if other != BROKER) {
            Err(PublishError::NotSent("there is no such broker".to_owned()))
        } else {
            self.broker.publish(topic, body, delay).map_err(refused)
        };
        Publishing::ready(outcome)
    }

    fn is_immediate(&self) -> bool {
        true
    }

    fn subscribe(&self, options: SubscribeOptions) -> BoxFuture<'static, Result<Subscription, SubscribeError>> {
        let outcome = self.subscribe_now(&options);
        Box::pin(async { outcome })
    }

    fn brokers(&self) -> Vec<Broker> {
        vec![Broker { id: BROKER, address: Arc::clone(&self.address) }]
    }

    fn max_message_size(&self) -> usize {
        self.broker.options().max_message_size
    }

    fn close(&self) -> BoxFuture<'static, ()> {
        let subscriptions = {
            let mut subscriptions = self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner);
            self.closed.store(true, Ordering::Release);
            std::mem::take(&mut *subscriptions)
        };
        for subscription in subscriptions.iter().filter_map(Weak::upgrade) {
            subscription.0.close();
        }
        Box::pin(async {})
    }
}

/// What broke a rule was not sent; what the broker has no room for, it refused.
fn refused(refusal: Refusal) -> PublishError {
    match refusal {
        Refusal::EmptyBody | Refusal::TooBig { .. } | Refusal::DelayTooLong { .. } => {
            PublishError::NotSent(refusal.to_string())
        }
        full => PublishError::Refused { code: ErrorCode::PubFailed.to_string(), text: full.to_string() },
    }
}

struct Inbox {
    subscriber: Subscriber,
    acknowledge: Arc<Acknowledger>,
    _tasks: JoinSet<()>,
}

impl Source for Inbox {
    fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<Delivery>> {
        let delivery = ready!(self.subscriber.poll_recv(cx));
        Poll::Ready(delivery.map(|delivery| delivered(delivery, &self.acknowledge)))
    }

    fn poll_recv_all(
        &mut self,
        limit: usize,
        taken: &mut Vec<Delivery>,
        cx: &mut Context<'_>,
    ) -> Poll<ControlFlow<()>> {
        let Self { subscriber, acknowledge, .. } = self;
        subscriber.poll_recv_all(limit, cx, |delivery| taken.push(delivered(delivery, acknowledge)))
    }

    fn stop_waiting(&mut self) {
        self.subscriber.stop_waiting();
    }

    fn stop(&mut self) {
        self.subscriber.control().close();
    }
}

fn delivered(delivery: broker::Delivery, acknowledge: &Arc<Acknowledger>) -> Delivery {
    Delivery {
        id: MessageId::from_number(delivery.id),
        timestamp_nanos: delivery.timestamp_nanos,
        attempts: delivery.attempts,
        broker: BROKER,
        oversized: None,
        acknowledge: Arc::clone(acknowledge) as Arc<dyn Acknowledge>,
        body: delivery.body,
    }
}

struct Acknowledger(Control);

impl Acknowledger {
    fn on(&self, id: MessageId, act: impl FnOnce(&Control, u64) -> Result<(), broker::NotInFlight>) {
        if let Some(number) = id.number()
            && let Err(error) = act(&self.0, number)
        {
            report(id, error);
        }
    }
}

fn report(id: MessageId, error: broker::NotInFlight) {
    tracing::debug!(%id, %error, "the broker has already given the message up");
}

impl Acknowledge for Acknowledger {
    fn finish(&self, id: MessageId) {
        self.on(id, Control::finish);
    }

    fn finish_all(&self, ids: &[MessageId]) {
        for (number, error) in self.0.finish_all(ids.iter().filter_map(MessageId::number)) {
            report(MessageId::from_number(number), error);
        }
    }

    fn requeue(&self, id: MessageId, delay: Duration) {
        self.on(id, |control, id| control.requeue(id, delay));
    }

    fn touch(&self, id: MessageId) {
        self.on(id, Control::touch);
    }
}

#[cfg(test)]
mod tests;
