//! Consuming a topic.

use std::{
    borrow::Cow,
    future::IntoFuture,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use almanet_nsq::{limits::MIN_MESSAGE_TIMEOUT, name::ChannelName};
use futures_util::Stream;
use tokio::runtime::Handle;

use super::{
    backoff::{Backoff, Brake},
    dead_letter::Graveyard,
    message::{Check, Message},
    name::{dead_letter_topic, topic_name},
    settle::Settler,
};
use crate::{
    codec::{Decode, Encode},
    session::Session,
    transport::{BoxFuture, Limit, SubscribeError, SubscribeOptions, Subscription},
};

/// How many messages a consumer holds without an acknowledgement unless it says otherwise.
const DEFAULT_IN_FLIGHT: usize = 64;

/// A consumer that has not been subscribed yet: set options, then await it.
#[must_use = "a consumer is subscribed when this is awaited"]
#[derive(Debug)]
pub struct Subscribe<T> {
    session: Session,
    uri: Cow<'static, str>,
    channel: String,
    max_in_flight: usize,
    message_timeout: Option<Duration>,
    sample_rate: u8,
    backoff: Backoff,
    max_attempts: u16,
    dead_letters: Option<String>,
    check: Check<T>,
}

impl<T: Decode + Encode> Subscribe<T> {
    pub(crate) fn new(session: Session, uri: Cow<'static, str>, channel: String, check: Check<T>) -> Self {
        Self {
            session,
            uri,
            channel,
            max_in_flight: DEFAULT_IN_FLIGHT,
            message_timeout: None,
            sample_rate: 0,
            backoff: Backoff::default(),
            max_attempts: 0,
            dead_letters: None,
            check,
        }
    }

    /// How many messages may be unacknowledged at a time. 64 unless it is set.
    ///
    /// Several brokers share the number out evenly; below their number, they take turns.
    pub fn max_in_flight(mut self, messages: usize) -> Self {
        self.max_in_flight = messages.max(1);
        self
    }

    /// How long the broker waits for a message to be finished, requeued or touched before it delivers it again: from a
    /// second to a quarter of an hour, with nsqd's defaults. The broker's own default, with nsqd a minute, unless it is set.
    pub fn message_timeout(mut self, timeout: Duration) -> Self {
        self.message_timeout = Some(timeout);
        self
    }

    /// Takes only this percentage of the channel's messages, by chance; the broker throws the others away, for every
    /// consumer of the channel. All of them unless it is set, or where it is 0 or not below 100.
    pub fn sample_rate(mut self, percent: u8) -> Self {
        self.sample_rate = percent;
        self
    }

    /// How the consumer slows down while messages fail. From a second to two minutes unless it is set.
    ///
    /// After a message that [failed](Message::fail) or was [requeued](Message::requeue) no more are taken for a while,
    /// then a single one. When it is finished the consumer goes one step back, at last to its full speed; when it
    /// fails, it waits twice as long.
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// After how many deliveries a message is given up: it goes to the dead-letter topic, and is finished when that
    /// topic has it. 0, which is so unless it is set, means never.
    ///
    /// A message that fails at its last delivery goes there with its error; one that comes once more, because nobody
    /// finished it in time, is not handed out.
    pub fn max_attempts(mut self, attempts: u16) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// Where messages go that are given up; [`dead_letter_topic`] of the topic's name unless it is set.
    pub fn dead_letters(mut self, topic: impl Into<String>) -> Self {
        self.dead_letters = Some(topic.into());
        self
    }

    async fn run(self) -> Result<Consumer<T>, ConsumeError> {
        if let Some(timeout) = self.message_timeout.filter(|timeout| *timeout < MIN_MESSAGE_TIMEOUT) {
            return Err(ConsumeError::MessageTimeout(timeout));
        }
        let topic = topic_name(&self.uri).map_err(ConsumeError::Address)?;
        let channel = ChannelName::new(self.channel).map_err(|error| ConsumeError::Address(error.to_string()))?;
        let graveyard = match self.max_attempts {
            0 => None,
            max_attempts => {
                let name = self.dead_letters.unwrap_or_else(|| dead_letter_topic(topic.as_str()));
                Some(Graveyard { topic: topic_name(&name).map_err(ConsumeError::Address)?, max_attempts })
            }
        };
        let limit = Limit::default();
        let settler = Arc::new(Settler {
            brake: Brake::new(self.backoff, limit.clone()),
            topic: topic.clone(),
            channel: channel.clone(),
            graveyard,
            runtime: Handle::current(),
            session: self.session.clone(),
        });
        let mut options = SubscribeOptions::new(topic, channel, self.max_in_flight).limit(limit);
        options = options.sample_rate(self.sample_rate);
        options.message_timeout = self.message_timeout;
        let subscription = self.session.transport().subscribe(options).await?;
        Ok(Consumer { subscription, settler, check: self.check })
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
    /// The message timeout is less than what a broker takes.
    #[error("a message timeout of {0:?} is less than the second that a broker takes at least")]
    MessageTimeout(Duration),
    /// The broker cannot be reached, or refused it.
    #[error(transparent)]
    Subscribe(#[from] SubscribeError),
}

/// Messages of a topic, as they arrive on one channel. A [`Stream`] of them too. Dropping it unsubscribes.
#[derive(Debug)]
pub struct Consumer<T> {
    subscription: Subscription,
    settler: Arc<Settler>,
    check: Check<T>,
}

impl<T: Decode + Encode> Consumer<T> {
    /// The next message; `None` when the session is closed, or after [`stop`](Consumer::stop) when none is left.
    /// Cancel safe.
    pub async fn next(&mut self) -> Option<Message<T>> {
        loop {
            let delivery = self.subscription.recv().await?;
            if let Some(delivery) = self.settler.admit(delivery) {
                return Some(Message::new(delivery, self.check, Arc::clone(&self.settler)));
            }
        }
    }

    /// Changes how many messages may be unacknowledged at a time, up to what it was subscribed with: 0 pauses the
    /// consumer, `usize::MAX` lets it go on as before. What is under way still arrives.
    pub fn limit(&self, messages: usize) {
        self.settler.brake.want(messages);
    }

    /// Asks the broker for no more messages. Those that are under way still arrive.
    pub fn stop(&mut self) {
        self.subscription.stop();
    }
}

impl<T: Decode + Encode> Stream for Consumer<T> {
    type Item = Message<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Message<T>>> {
        loop {
            let Some(delivery) = std::task::ready!(self.subscription.poll_recv(cx)) else { return Poll::Ready(None) };
            if let Some(delivery) = self.settler.admit(delivery) {
                let (check, settler) = (self.check, Arc::clone(&self.settler));
                return Poll::Ready(Some(Message::new(delivery, check, settler)));
            }
        }
    }
}
