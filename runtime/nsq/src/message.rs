//! A message as a broker delivers it.

use std::fmt;

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::{
    hex,
    limits::{MESSAGE_HEADER_LENGTH, MESSAGE_ID_LENGTH},
};

/// A broker's name for one message: 16 bytes, with nsqd hexadecimal digits in ASCII.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub [u8; MESSAGE_ID_LENGTH]);

impl MessageId {
    /// The id out of a command's parameter; `None` unless it has exactly 16 bytes, as nsqd wants it.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The id that nsqd would write for a number: its hex digits.
    #[must_use]
    pub fn from_number(number: u64) -> Self {
        Self(hex::digits(number))
    }

    /// The number of an id that is one.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        hex::parse(&self.0)
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.escape_ascii().fmt(f)
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageId({self})")
    }
}

/// One delivery of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// When the broker took it: nanoseconds since 1970, by the broker's clock.
    pub timestamp_nanos: i64,
    /// How many times it was delivered, this one included. It wraps after 65,535.
    pub attempts: u16,
    /// The broker's name for it.
    pub id: MessageId,
    /// What was published.
    pub body: Bytes,
}

impl Message {
    /// Bytes that [`encode`](Self::encode) appends.
    pub fn encoded_len(&self) -> usize {
        MESSAGE_HEADER_LENGTH + self.body.len()
    }

    /// Appends the data of a message frame, without the frame's size and type.
    pub fn encode(&self, out: &mut BytesMut) {
        out.put_i64(self.timestamp_nanos);
        out.put_u16(self.attempts);
        out.put_slice(&self.id.0);
        out.put_slice(&self.body);
    }

    /// Reads the data of a message frame; `None` where it is shorter than a message's header.
    pub fn decode(mut data: Bytes) -> Option<Self> {
        if data.len() < MESSAGE_HEADER_LENGTH {
            return None;
        }
        let timestamp_nanos = data.get_i64();
        let attempts = data.get_u16();
        let mut id = MessageId([0; MESSAGE_ID_LENGTH]);
        data.copy_to_slice(&mut id.0);
        Some(Self { timestamp_nanos, attempts, id, body: data })
    }
}

/// One delivery of a message whose body is over what its reader takes, and was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oversized {
    /// As in [`Message`].
    pub timestamp_nanos: i64,
    /// As in [`Message`].
    pub attempts: u16,
    /// The broker's name for it: it waits to be finished or requeued as any other.
    pub id: MessageId,
    /// The beginning of the body: [`OVERSIZED_HEAD`](crate::limits::OVERSIZED_HEAD) bytes at most.
    pub head: Bytes,
    /// Bytes of the body.
    pub size: usize,
    /// How many are taken.
    pub limit: usize,
}
