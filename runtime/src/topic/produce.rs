//! Producing a message.

use std::{
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use almanet_nsq::name::TopicName;
use bytes::Bytes;
use tokio::time::{Instant, Sleep, sleep};

use super::name::topic_name;
use crate::{
    client::Accepted,
    error::{NotExecuted, OutcomeUnknown, ProduceError},
    session::Session,
    transport::{PublishError, Publishing, Route},
    wire::MAX_DELAY,
};

/// For how long, and how often, a message that could not be written is tried again.
const RETRY: (Duration, Duration) = (Duration::from_secs(5), Duration::from_millis(100));

/// A message that has not been produced yet: set options, then await it.
#[must_use = "a message is produced when this is awaited"]
#[derive(Debug)]
pub struct Produce {
    session: Session,
    message: Result<(TopicName, Bytes), ProduceError>,
    delay: Option<Duration>,
}

impl Produce {
    pub(crate) fn new(session: Session, message: Result<(TopicName, Bytes), ProduceError>) -> Self {
        Self { session, message, delay: None }
    }

    /// A message for the topic at `uri`, whatever its body holds.
    pub(crate) fn raw(session: &Session, uri: &str, body: Bytes) -> Self {
        let topic = topic_name(uri).map_err(|why| ProduceError::NotProduced(NotExecuted::Address(why)));
        Self::new(session.clone(), topic.map(|topic| (topic, body)))
    }

    /// Has the broker keep the message back, for an hour at most, to the millisecond.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = (!delay.is_zero()).then_some(delay);
        self
    }

    /// The message, where it may be sent.
    fn checked(self) -> Result<Message, ProduceError> {
        let Self { session, message, delay } = self;
        let (topic, body) = message?;
        let (size, limit) = (body.len(), session.transport().max_message_size());
        if size > limit {
            return Err(ProduceError::NotProduced(NotExecuted::TooLarge { size, limit }));
        }
        match delay {
            Some(delay) if delay > MAX_DELAY => Err(ProduceError::NotProduced(NotExecuted::DelayTooLong(delay))),
            _ => Ok(Message { session, topic, body, delay }),
        }
    }
}

impl IntoFuture for Produce {
    type Output = Result<Accepted, ProduceError>;
    type IntoFuture = Producing;

    fn into_future(self) -> Producing {
        Producing { message: self.checked().map_err(Some), publishing: None, pause: None, give_up: None }
    }
}

/// A message under way. Its future is written by hand: one that is boxed costs a tenth of what a message does.
#[must_use = "a message is produced when this is awaited"]
pub struct Producing {
    /// The error is taken once.
    message: Result<Message, Option<ProduceError>>,
    publishing: Option<Publishing>,
    /// Before the next attempt.
    pause: Option<Pin<Box<Sleep>>>,
    /// When there are no more attempts, once one has failed.
    give_up: Option<Instant>,
}

struct Message {
    session: Session,
    topic: TopicName,
    body: Bytes,
    delay: Option<Duration>,
}

impl Message {
    fn publish(&self) -> Publishing {
        self.session.transport().publish(Route::Any, &self.topic, self.body.clone(), self.delay)
    }
}

impl Future for Producing {
    type Output = Result<Accepted, ProduceError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { message, publishing, pause, give_up } = &mut *self;
        let message = match message {
            Ok(message) => message,
            Err(error) => return Poll::Ready(Err(error.take().expect("it is not polled after its end"))),
        };
        loop {
            if let Some(sleep) = pause {
                ready!(sleep.as_mut().poll(cx));
                *pause = None;
            }
            let outcome = ready!(Pin::new(publishing.get_or_insert_with(|| message.publish())).poll(cx));
            *publishing = None;
            let Err(error) = outcome else { return Poll::Ready(Ok(Accepted)) };
            if !matches!(error, PublishError::NotSent(_)) {
                return Poll::Ready(Err(failed(error)));
            }
            if message.session.is_closed() {
                return Poll::Ready(Err(ProduceError::NotProduced(NotExecuted::Closed)));
            }
            let now = Instant::now();
            if now + RETRY.1 >= *give_up.get_or_insert(now + RETRY.0) {
                return Poll::Ready(Err(failed(error)));
            }
            *pause = Some(Box::pin(sleep(RETRY.1)));
        }
    }
}

fn failed(error: PublishError) -> ProduceError {
    match error {
        PublishError::NotSent(why) => ProduceError::NotProduced(NotExecuted::NotSent(why)),
        PublishError::Refused { code, text } => ProduceError::NotProduced(NotExecuted::Refused { code, text }),
        PublishError::Unknown(why) => ProduceError::OutcomeUnknown(OutcomeUnknown::Unacknowledged(why)),
    }
}

impl fmt::Debug for Producing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Producing")
    }
}
