//! One message of a topic.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use almanet_nsq::message::MessageId;
use bytes::Bytes;

use super::settle::Settler;
use crate::{
    codec::{Checker, Decode, DecodeError, Encode, check_with, from_json},
    transport::Delivery,
};

/// The constraints that the contract states for the topic itself, beside those of its type.
pub(super) type Check<T> = fn(&T, &mut Checker);

/// One message. One that is dropped without being finished comes again after the channel's timeout.
#[must_use = "a message that is not finished comes again"]
pub struct Message<T> {
    payload: Result<T, DecodeError>,
    delivery: Delivery,
    settler: Arc<Settler>,
}

impl<T: Decode + Encode> Message<T> {
    pub(super) fn new(delivery: Delivery, check: Check<T>, settler: Arc<Settler>) -> Self {
        let payload = from_json(&delivery.body).and_then(|payload| {
            check_with(&payload, check)?;
            Ok(payload)
        });
        Self { payload, delivery, settler }
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

    /// The broker's name for it.
    pub fn id(&self) -> MessageId {
        self.delivery.id
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
        self.settler.finish(&self.delivery);
        self.payload
    }

    /// The message could not be processed. It comes again, to any consumer of the channel: after a second, and twice as
    /// late after each further delivery, up to a quarter of an hour. At its last delivery
    /// ([`max_attempts`](super::Subscribe::max_attempts)) it goes to the dead-letter topic instead, with the error. The
    /// consumer [slows down](super::Subscribe::backoff).
    pub fn fail(self, error: impl fmt::Display) {
        self.settler.fail(self.delivery, error.to_string());
    }

    /// The message shall come again, to any consumer of the channel, after `delay`. The consumer
    /// [slows down](super::Subscribe::backoff).
    pub fn requeue(self, delay: Duration) {
        self.settler.requeue(&self.delivery, delay);
    }

    /// The message shall come again, to any consumer of the channel, after `delay`. Nothing is wrong: the consumer does
    /// not slow down.
    pub fn requeue_without_backoff(self, delay: Duration) {
        self.settler.put_off(&self.delivery, delay);
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
