//! Topics whose messages are taken as they are.

use bytes::Bytes;

use crate::{
    codec::{Decode, DecodeError, Decoder, Encode, Encoder},
    session::Session,
    topic::{Produce, Subscribe},
};

/// A message that nobody reads here: [`Message::body`](crate::Message::body) has it, JSON or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw(());

/// Produces a message, sent as it is.
pub fn produce(session: &Session, uri: &str, body: impl Into<Bytes>) -> Produce {
    Produce::raw(session, uri, body.into())
}

/// Consumes a topic on a channel, its messages as they are.
pub fn consume(session: &Session, uri: &str, channel: &str) -> Subscribe<Raw> {
    Subscribe::new(session.clone(), uri.to_owned().into(), channel.to_owned(), |_, _| {})
}

impl Decode for Raw {
    fn blank() -> Self {
        Self(())
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        input.skip_to_end();
        Ok(())
    }
}

impl Encode for Raw {
    fn encode(&self, out: &mut Encoder) {
        out.null();
    }
}
