//! Producing a message.

use std::{future::IntoFuture, time::Duration};

use almanet_nsq::name::TopicName;
use bytes::Bytes;
use tokio::time::{Instant, sleep_until};

use crate::{
    client::Accepted,
    error::{NotExecuted, OutcomeUnknown, ProduceError},
    session::Session,
    transport::{BoxFuture, PublishError, Route},
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
                Err(PublishError::NotSent(_)) if self.session.is_closed() => {
                    return Err(ProduceError::NotProduced(NotExecuted::Closed));
                }
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
