//! Topics: messages that are produced, and consumed by any number of groups.

use std::{
    borrow::Cow,
    fmt,
    future::IntoFuture,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, SystemTime},
};

use almanet_nsq::name::{ChannelName, TopicName};
use bytes::Bytes;
use futures_util::Stream;
use tokio::time::{Instant, sleep_until};

use crate::{
    client::Accepted,
    codec::{Checker, Decode, DecodeError, Encode, EncodeError, check_with, from_json, to_json},
    contract::TopicInfo,
    error::{NotExecuted, OutcomeUnknown, ProduceError},
    session::Session,
    transport::{BoxFuture, Delivery, PublishError, Route, SubscribeError, SubscribeOptions, Subscription},
    wire::MAX_DELAY,
};

/// How many messages a consumer holds without an acknowledgement unless it says otherwise.
const DEFAULT_IN_FLIGHT: usize = 64;
/// For how long, and how often, a message that could not be written is tried again.
const RETRY: (Duration, Duration) = (Duration::from_secs(5), Duration::from_millis(100));

/// A topic whose messages hold values of `T`.
pub struct Topic<T> {
    session: Session,
    uri: Cow<'static, str>,
    channel: Option<&'static str>,
    check: Check<T>,
}

/// The constraints that the contract states for the topic itself, beside those of its type.
type Check<T> = fn(&T, &mut Checker);

impl<T: Encode + Decode> Topic<T> {
    pub(crate) fn of(session: &Session, info: &TopicInfo) -> Self {
        Self::checked(session, info, |_, _| {})
    }

    pub(crate) fn checked(session: &Session, info: &TopicInfo, check: fn(&T, &mut Checker)) -> Self {
        Self { session: session.clone(), uri: info.uri.into(), channel: info.channel, check }
    }

    /// The topic's name, which is its URI.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The channel that the contract names for consumers, where it does.
    pub fn channel(&self) -> Option<&'static str> {
        self.channel
    }

    /// Produces a message: every channel of the topic gets it.
    pub fn produce(&self, payload: &T) -> Produce {
        let message = check_with(payload, self.check)
            .map_err(EncodeError::from)
            .and_then(|()| to_json(payload))
            .map_err(|error| ProduceError::InvalidPayload(error.to_string()))
            .and_then(|body| Ok((self.name()?, Bytes::from(body))));
        Produce { session: self.session.clone(), message, delay: None }
    }

    /// Consumes the topic on a channel: consumers of one channel share its messages, every channel gets all.
    pub fn consume(&self, channel: impl Into<String>) -> Subscribe<T> {
        Subscribe {
            session: self.session.clone(),
            uri: self.uri.clone(),
            channel: channel.into(),
            max_in_flight: DEFAULT_IN_FLIGHT,
            message_timeout: None,
            check: self.check,
        }
    }

    fn name(&self) -> Result<TopicName, ProduceError> {
        topic_name(&self.uri).map_err(|error| ProduceError::NotProduced(NotExecuted::Address(error)))
    }
}

impl Session {
    /// A topic whose contract this program does not know.
    pub fn topic<T: Encode + Decode>(&self, uri: impl Into<String>) -> Topic<T> {
        Topic { session: self.clone(), uri: Cow::Owned(uri.into()), channel: None, check: |_, _| {} }
    }
}

fn topic_name(uri: &str) -> Result<TopicName, String> {
    if uri.starts_with("_rpc_") {
        return Err(format!("`{}` is not a topic: names that begin with `_rpc_` are calls", uri.escape_debug()));
    }
    TopicName::new(uri).map_err(|error| error.to_string())
}

/// A message that has not been produced yet: set options, then await it.
#[must_use = "a message is produced when this is awaited"]
#[derive(Debug)]
pub struct Produce {
    session: Session,
    message: Result<(TopicName, Bytes), ProduceError>,
    delay: Option<Duration>,
}

impl Produce {
    /// Has the broker keep the message back, for an hour at most, to the millisecond.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = (!delay.is_zero()).then_some(delay);
        self
    }

    async fn run(self) -> Result<Accepted, ProduceError> {
        let (topic, body) = self.message?;
        let transport = self.session.transport();
        let (size, limit) = (body.len(), transport.max_message_size());
        if size > limit {
            return Err(ProduceError::NotProduced(NotExecuted::TooLarge { size, limit }));
        }
        if let Some(delay) = self.delay.filter(|delay| *delay > MAX_DELAY) {
            return Err(ProduceError::NotProduced(NotExecuted::DelayTooLong(delay)));
        }
        let give_up = Instant::now() + RETRY.0;
        loop {
            let error = match transport.publish(Route::Any, &topic, body.clone(), self.delay).await {
                Ok(()) => return Ok(Accepted),
                Err(PublishError::NotSent(_)) if Instant::now() + RETRY.1 < give_up => {
                    sleep_until(Instant::now() + RETRY.1).await;
                    continue;
                }
                Err(error) => error,
            };
            return Err(match error {
                PublishError::NotSent(why) => ProduceError::NotProduced(NotExecuted::NotSent(why)),
                PublishError::Refused { code, text } => ProduceError::NotProduced(NotExecuted::Refused { code, text }),
                PublishError::Unknown(why) => ProduceError::OutcomeUnknown(OutcomeUnknown::Unacknowledged(why)),
            });
        }
    }
}

impl IntoFuture for Produce {
    type Output = Result<Accepted, ProduceError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// A consumer that has not been subscribed yet: set options, then await it.
#[must_use = "a consumer is subscribed when this is awaited"]
#[derive(Debug)]
pub struct Subscribe<T> {
    session: Session,
    uri: Cow<'static, str>,
    channel: String,
    max_in_flight: usize,
    message_timeout: Option<Duration>,
    check: Check<T>,
}

impl<T: Decode + Encode> Subscribe<T> {
    /// How many messages may be unacknowledged at a time. 64 unless it is set.
    ///
    /// Several brokers share the number out evenly; below their number, they take turns.
    pub fn max_in_flight(mut self, messages: usize) -> Self {
        self.max_in_flight = messages.max(1);
        self
    }

    /// How long the broker waits for a message to be finished, requeued or touched before it delivers it again. The
    /// broker's own default, with nsqd a minute, unless it is set.
    pub fn message_timeout(mut self, timeout: Duration) -> Self {
        self.message_timeout = Some(timeout);
        self
    }

    async fn run(self) -> Result<Consumer<T>, ConsumeError> {
        let topic = topic_name(&self.uri).map_err(ConsumeError::Address)?;
        let channel = ChannelName::new(self.channel).map_err(|error| ConsumeError::Address(error.to_string()))?;
        let mut options = SubscribeOptions::new(topic, channel, self.max_in_flight);
        options.message_timeout = self.message_timeout;
        let subscription = self.session.transport().subscribe(options).await?;
        Ok(Consumer { _session: self.session, subscription, check: self.check })
    }
}

impl<T: Decode + Encode + 'static> IntoFuture for Subscribe<T> {
    type Output = Result<Consumer<T>, ConsumeError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// Why a topic cannot be consumed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConsumeError {
    /// The topic or the channel is not one.
    #[error("{0}")]
    Address(String),
    /// The broker cannot be reached, or refused it.
    #[error(transparent)]
    Subscribe(#[from] SubscribeError),
}

/// Messages of a topic, as they arrive on one channel. A [`Stream`] of them too. Dropping it unsubscribes.
#[derive(Debug)]
pub struct Consumer<T> {
    /// Keeps the connections open.
    _session: Session,
    subscription: Subscription,
    check: Check<T>,
}

impl<T: Decode + Encode> Consumer<T> {
    /// The next message; `None` when the session is closed, or after [`stop`](Consumer::stop) when none is left.
    /// Cancel safe.
    pub async fn next(&mut self) -> Option<Message<T>> {
        self.subscription.recv().await.map(|delivery| Message::new(delivery, self.check))
    }

    /// Asks the broker for no more messages. Those that are under way still arrive.
    pub fn stop(&mut self) {
        self.subscription.stop();
    }
}

impl<T: Decode + Encode> Stream for Consumer<T> {
    type Item = Message<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Message<T>>> {
        let check = self.check;
        self.subscription.poll_recv(cx).map(|delivery| delivery.map(|delivery| Message::new(delivery, check)))
    }
}

/// One message. One that is dropped without being finished comes again after the channel's timeout.
#[must_use = "a message that is not finished comes again"]
pub struct Message<T> {
    payload: Result<T, DecodeError>,
    delivery: Delivery,
}

impl<T: Decode + Encode> Message<T> {
    fn new(delivery: Delivery, check: Check<T>) -> Self {
        let payload = from_json(&delivery.body).and_then(|payload| {
            check_with(&payload, check)?;
            Ok(payload)
        });
        Self { payload, delivery }
    }

    /// The value.
    ///
    /// # Errors
    /// Where the body is not one of the contract's type.
    pub fn payload(&self) -> Result<&T, &DecodeError> {
        self.payload.as_ref()
    }

    /// The body as it came.
    pub fn body(&self) -> &Bytes {
        &self.delivery.body
    }

    /// How many times it was delivered, this one included.
    pub fn attempts(&self) -> u16 {
        self.delivery.attempts
    }

    /// When the broker took it, by the broker's clock.
    pub fn timestamp(&self) -> SystemTime {
        let nanos = Duration::from_nanos(self.delivery.timestamp_nanos.unsigned_abs());
        if self.delivery.timestamp_nanos < 0 { SystemTime::UNIX_EPOCH - nanos } else { SystemTime::UNIX_EPOCH + nanos }
    }

    /// The message is done with: it does not come again. Hands the value out.
    ///
    /// # Errors
    /// Where the body is not one of the contract's type; the message is finished all the same.
    pub fn finish(self) -> Result<T, DecodeError> {
        self.delivery.finish();
        self.payload
    }

    /// The message shall come again, to any consumer of the channel, after `delay`.
    pub fn requeue(self, delay: Duration) {
        self.delivery.requeue(delay);
    }

    /// The message is still being worked on: its timeout starts again.
    pub fn touch(&self) {
        self.delivery.touch();
    }
}

impl<T: fmt::Debug> fmt::Debug for Message<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("payload", &self.payload).field("delivery", &self.delivery).finish()
    }
}

impl<T> Clone for Topic<T> {
    fn clone(&self) -> Self {
        Self { session: self.session.clone(), uri: self.uri.clone(), channel: self.channel, check: self.check }
    }
}

impl<T> fmt::Debug for Topic<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Topic").field("uri", &self.uri).field("session", &self.session).finish()
    }
}
