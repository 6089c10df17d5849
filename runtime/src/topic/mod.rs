//! Topics: messages that are produced, and consumed by any number of groups.

mod backoff;
mod consume;
mod dead_letter;
mod message;
mod name;
mod produce;
mod settle;

#[cfg(test)]
mod tests;

use std::{borrow::Cow, cell::Cell, fmt};

use almanet_nsq::name::TopicName;
use bytes::Bytes;

pub use self::{
    backoff::Backoff,
    consume::{ConsumeError, Consumer, Subscribe},
    dead_letter::DeadLetter,
    message::Message,
    name::dead_letter_topic,
    produce::{Produce, Producing},
};
use self::{message::Check, name::topic_name};
use crate::{
    codec::{Checker, Decode, Encode, EncodeError, check_with, write_json},
    contract::TopicInfo,
    error::{NotExecuted, ProduceError},
    session::Session,
    wire::Workshop,
};

/// A topic whose messages hold values of `T`.
pub struct Topic<T> {
    session: Session,
    uri: Cow<'static, str>,
    /// Made once: a message is produced in less time than a name is checked.
    name: Result<TopicName, String>,
    channel: Option<&'static str>,
    check: Check<T>,
}

impl<T: Encode + Decode> Topic<T> {
    pub(crate) fn of(session: &Session, info: &TopicInfo) -> Self {
        Self::checked(session, info, |_, _| {})
    }

    pub(crate) fn checked(session: &Session, info: &TopicInfo, check: fn(&T, &mut Checker)) -> Self {
        Self {
            name: topic_name(info.uri),
            session: session.clone(),
            uri: info.uri.into(),
            channel: info.channel,
            check,
        }
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
            .and_then(|()| body_of(payload))
            .map_err(|error| ProduceError::InvalidPayload(error.to_string()))
            .and_then(|body| Ok((self.name()?, body)));
        Produce::new(self.session.clone(), message)
    }

    /// Consumes the topic on a channel: consumers of one channel share its messages, every channel gets all.
    pub fn consume(&self, channel: impl Into<String>) -> Subscribe<T> {
        Subscribe::new(self.session.clone(), self.uri.clone(), channel.into(), self.check)
    }

    fn name(&self) -> Result<TopicName, ProduceError> {
        self.name.clone().map_err(|error| ProduceError::NotProduced(NotExecuted::Address(error)))
    }
}

fn body_of(payload: &dyn Encode) -> Result<Bytes, EncodeError> {
    thread_local! {
        static WORKSHOP: Cell<Workshop> = Cell::default();
    }
    // Taken out, because a value may do anything while it is written, produce another one too.
    let mut workshop = WORKSHOP.take();
    let body = workshop.try_body(|out| write_json(payload, out));
    WORKSHOP.set(workshop);
    body
}

impl Session {
    /// A topic whose contract this program does not know.
    pub fn topic<T: Encode + Decode>(&self, uri: impl Into<String>) -> Topic<T> {
        let uri = uri.into();
        Topic { name: topic_name(&uri), session: self.clone(), uri: Cow::Owned(uri), channel: None, check: |_, _| {} }
    }
}

impl<T> Clone for Topic<T> {
    fn clone(&self) -> Self {
        let Self { session, uri, name, channel, check } = self;
        let (session, uri, name) = (session.clone(), uri.clone(), name.clone());
        Self { session, uri, name, channel: *channel, check: *check }
    }
}

impl<T> fmt::Debug for Topic<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Topic").field("uri", &self.uri).field("session", &self.session).finish()
    }
}
