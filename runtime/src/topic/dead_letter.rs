//! Messages that nobody can process, and where they go.

use std::time::Duration;

use almanet_nsq::{clock, name::TopicName};
use bytes::Bytes;
use jiff::Timestamp;

use super::produce::Produce;
use crate::{
    codec::{Decode, DecodeError, Decoder, Encode, Encoder, Field, Record, Unknown, to_json},
    session::Session,
    transport::{Delivery, PublishError, Route},
};

/// How much of an error a dead letter carries, in bytes.
const ERROR_KEPT: usize = 1024;
/// How long a message waits whose dead letter could not be published.
const AGAIN_AFTER: Duration = Duration::from_secs(30);
/// The same where it will not be published later either.
const REFUSED_FOR: Duration = Duration::from_secs(15 * 60);

/// A message that was given up: the payload of a dead-letter topic's messages.
///
/// ```
/// use almanet_runtime::{DeadLetter, Session, dead_letter_topic};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let session = Session::connect("embedded:").await?;
/// let mut graveyard =
///     session.topic::<DeadLetter>(dead_letter_topic("net.example.orders")).consume("operators").await?;
/// # drop(graveyard);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DeadLetter {
    /// The topic that the message was on.
    pub topic: String,
    /// The channel whose consumer gave it up. Other channels of the topic have it still.
    pub channel: String,
    /// The broker that delivered it, by its address.
    pub broker: String,
    /// The broker's id for it.
    pub message_id: String,
    /// How many times it was delivered.
    pub attempts: i32,
    /// When the broker took it, by the broker's clock.
    pub timestamp: Timestamp,
    /// When it was given up, by the consumer's clock.
    pub failed_at: Timestamp,
    /// What was wrong the last time. At most 1,024 bytes of it.
    pub error: String,
    /// The body as it was published, where it is UTF-8.
    pub body: Option<String>,
    /// The body as it was published, where it is not; base64 in JSON.
    pub bytes: Option<Bytes>,
}

static DEAD_LETTER: Record = Record {
    name: "DeadLetter",
    fields: &[
        Field::Required("topic"),
        Field::Required("channel"),
        Field::Required("broker"),
        Field::Required("message_id"),
        Field::Required("attempts"),
        Field::Required("timestamp"),
        Field::Required("failed_at"),
        Field::Required("error"),
        Field::Optional("body"),
        Field::Optional("bytes"),
    ],
    unknown: Unknown::Ignored,
};

impl Encode for DeadLetter {
    fn encode(&self, out: &mut Encoder) {
        out.record(
            &DEAD_LETTER,
            &[
                &self.topic,
                &self.channel,
                &self.broker,
                &self.message_id,
                &self.attempts,
                &self.timestamp,
                &self.failed_at,
                &self.error,
                &self.body,
                &self.bytes,
            ],
        );
    }
}

impl Decode for DeadLetter {
    fn blank() -> Self {
        Self {
            topic: String::new(),
            channel: String::new(),
            broker: String::new(),
            message_id: String::new(),
            attempts: 0,
            timestamp: Timestamp::UNIX_EPOCH,
            failed_at: Timestamp::UNIX_EPOCH,
            error: String::new(),
            body: None,
            bytes: None,
        }
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = Self::blank();
        input.record(
            &DEAD_LETTER,
            &mut [
                &mut self.topic,
                &mut self.channel,
                &mut self.broker,
                &mut self.message_id,
                &mut self.attempts,
                &mut self.timestamp,
                &mut self.failed_at,
                &mut self.error,
                &mut self.body,
                &mut self.bytes,
            ],
        )
    }
}

impl DeadLetter {
    /// Produces the message again on its topic, with the body that it had. Every channel of the topic gets it, not only
    /// the one that gave it up.
    pub fn replay(&self, session: &Session) -> Produce {
        let body = match (&self.body, &self.bytes) {
            (Some(text), _) => Bytes::copy_from_slice(text.as_bytes()),
            (None, bytes) => bytes.clone().unwrap_or_default(),
        };
        Produce::raw(session, &self.topic, body)
    }
}

/// Where a consumer's dead letters go, and when.
#[derive(Debug)]
pub(super) struct Graveyard {
    pub(super) topic: TopicName,
    /// How many deliveries a message has.
    pub(super) max_attempts: u16,
}

/// Publishes a message as a dead letter and finishes it when that is acknowledged. Otherwise it is requeued.
pub(super) async fn bury(session: &Session, graveyard: &Graveyard, of: (&str, &str), delivery: Delivery, error: &str) {
    let transport = session.transport();
    let letter = letter(session, of, &delivery, error);
    let (to, id, attempts) = (&graveyard.topic, delivery.id, delivery.attempts);
    let body = match to_json(&letter) {
        Ok(body) => Bytes::from(body),
        Err(why) => {
            tracing::error!(topic = of.0, %id, attempts, %why, "a message cannot be made a dead letter, and is kept");
            return delivery.requeue(REFUSED_FOR);
        }
    };
    let (size, limit) = (body.len(), transport.max_message_size());
    if size > limit {
        tracing::error!(
            topic = of.0, %id, attempts, size, limit,
            "a message is too large for a dead letter, and is kept: raise the broker's -max-msg-size and the URL's \
             max_msg_size, or finish it"
        );
        return delivery.requeue(REFUSED_FOR);
    }
    match transport.publish(Route::Any, to, body, None).await {
        Ok(()) => {
            tracing::error!(topic = of.0, channel = of.1, %id, attempts, error, "a message was given up: it is on {to}");
            session.counters().dead_letters.add();
            delivery.finish();
        }
        Err(why @ PublishError::Refused { .. }) => {
            tracing::error!(topic = of.0, %id, attempts, %why, "a dead letter was refused, and the message is kept");
            delivery.requeue(REFUSED_FOR);
        }
        Err(why) => {
            tracing::warn!(topic = of.0, %id, attempts, %why, "a dead letter was not published; trying again");
            delivery.requeue(AGAIN_AFTER);
        }
    }
}

fn letter(session: &Session, (topic, channel): (&str, &str), delivery: &Delivery, error: &str) -> DeadLetter {
    let brokers = session.transport().brokers();
    let broker = brokers.iter().find(|broker| broker.id == delivery.broker);
    let (body, bytes) = match std::str::from_utf8(&delivery.body) {
        Ok(text) => (Some(text.to_owned()), None),
        Err(_) => (None, Some(delivery.body.clone())),
    };
    DeadLetter {
        topic: topic.to_owned(),
        channel: channel.to_owned(),
        broker: broker.map_or_else(String::new, |broker| broker.address.to_string()),
        message_id: delivery.id.to_string(),
        attempts: delivery.attempts.into(),
        timestamp: Timestamp::from_nanosecond(delivery.timestamp_nanos.into()).unwrap_or_default(),
        failed_at: Timestamp::try_from(clock::now()).unwrap_or_default(),
        error: error[..error.floor_char_boundary(ERROR_KEPT)].to_owned(),
        body,
        bytes,
    }
}
