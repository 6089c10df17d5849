//! Commands, and writing them.

use std::{fmt, time::Duration};

use bytes::{BufMut, Bytes, BytesMut};

use crate::{
    message::MessageId,
    name::{ChannelName, TopicName},
};

/// One command.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// Says who the client is and what it asks of the connection: the JSON of an
    /// [`IdentifyRequest`](crate::identify::IdentifyRequest). Answered.
    Identify(Bytes),
    /// Proves who the client is. Answered.
    Auth(Secret),
    /// Subscribes the connection to a channel, once. Answered.
    Sub {
        /// The topic.
        topic: TopicName,
        /// Its channel.
        channel: ChannelName,
    },
    /// Takes up to so many unacknowledged messages at a time. Not answered.
    Rdy(u32),
    /// A message is done with. Not answered, unless it fails.
    Fin(MessageId),
    /// A message shall come again. Not answered, unless it fails.
    Req {
        /// The message.
        id: MessageId,
        /// How much later, in whole milliseconds.
        delay: Duration,
    },
    /// A message's timeout starts again. Not answered, unless it fails.
    Touch(MessageId),
    /// Asks for no more messages. Answered.
    Cls,
    /// Shows that the client is there. Not answered.
    Nop,
    /// Publishes one message. Answered.
    Pub {
        /// The topic.
        topic: TopicName,
        /// The message.
        body: Bytes,
    },
    /// Publishes several messages to one topic. Answered once.
    Mpub {
        /// The topic.
        topic: TopicName,
        /// The messages.
        bodies: Vec<Bytes>,
    },
    /// Publishes one message that is delivered later. Answered.
    Dpub {
        /// The topic.
        topic: TopicName,
        /// How much later, in whole milliseconds.
        delay: Duration,
        /// The message.
        body: Bytes,
    },
}

/// Bytes that are sent and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub Bytes);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Command {
    /// The command's name as it travels.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Identify(_) => "IDENTIFY",
            Self::Auth(_) => "AUTH",
            Self::Sub { .. } => "SUB",
            Self::Rdy(_) => "RDY",
            Self::Fin(_) => "FIN",
            Self::Req { .. } => "REQ",
            Self::Touch(_) => "TOUCH",
            Self::Cls => "CLS",
            Self::Nop => "NOP",
            Self::Pub { .. } => "PUB",
            Self::Mpub { .. } => "MPUB",
            Self::Dpub { .. } => "DPUB",
        }
    }

    /// Whether the broker answers it where it succeeds. Answers come in the order of the commands.
    pub fn is_answered(&self) -> bool {
        match self {
            Self::Identify(_)
            | Self::Auth(_)
            | Self::Sub { .. }
            | Self::Cls
            | Self::Pub { .. }
            | Self::Mpub { .. }
            | Self::Dpub { .. } => true,
            Self::Rdy(_) | Self::Fin(_) | Self::Req { .. } | Self::Touch(_) | Self::Nop => false,
        }
    }

    /// Appends the command. Delays lose what is below a millisecond.
    ///
    /// # Panics
    /// Where a body is longer than a `u32` can say.
    pub fn encode(&self, out: &mut BytesMut) {
        out.put_slice(self.name().as_bytes());
        match self {
            Self::Cls | Self::Nop => out.put_u8(b'\n'),
            Self::Identify(body) | Self::Auth(Secret(body)) => {
                out.put_u8(b'\n');
                put_sized(out, body);
            }
            Self::Sub { topic, channel } => {
                put_parameter(out, topic.as_str().as_bytes());
                put_parameter(out, channel.as_str().as_bytes());
                out.put_u8(b'\n');
            }
            Self::Rdy(count) => {
                put_number(out, u128::from(*count));
                out.put_u8(b'\n');
            }
            Self::Fin(id) | Self::Touch(id) => {
                put_parameter(out, &id.0);
                out.put_u8(b'\n');
            }
            Self::Req { id, delay } => {
                put_parameter(out, &id.0);
                put_number(out, delay.as_millis());
                out.put_u8(b'\n');
            }
            Self::Pub { topic, body } => put_message(out, topic, body),
            Self::Mpub { topic, bodies } => put_messages(out, topic, bodies.iter().map(|body| &body[..])),
            Self::Dpub { topic, delay, body } => {
                put_parameter(out, topic.as_str().as_bytes());
                put_number(out, delay.as_millis());
                out.put_u8(b'\n');
                put_sized(out, body);
            }
        }
    }
}

/// Appends a [`Command::Pub`] of a body that is elsewhere.
///
/// # Panics
/// As [`Command::encode`].
pub fn encode_pub(topic: &TopicName, body: &[u8], out: &mut BytesMut) {
    out.put_slice(b"PUB");
    put_message(out, topic, body);
}

/// Appends a [`Command::Mpub`] of bodies that are elsewhere.
///
/// # Panics
/// As [`Command::encode`].
pub fn encode_mpub<'a>(topic: &TopicName, bodies: impl ExactSizeIterator<Item = &'a [u8]> + Clone, out: &mut BytesMut) {
    out.put_slice(b"MPUB");
    put_messages(out, topic, bodies);
}

/// Bytes of an MPUB's body that holds messages of these lengths: what counts against the broker's `--max-body-size`.
pub fn mpub_body_len(bodies: impl Iterator<Item = usize>) -> usize {
    LENGTH_SIZE + bodies.map(|length| LENGTH_SIZE + length).sum::<usize>()
}

const LENGTH_SIZE: usize = 4;

fn put_message(out: &mut BytesMut, topic: &TopicName, body: &[u8]) {
    put_parameter(out, topic.as_str().as_bytes());
    out.put_u8(b'\n');
    put_sized(out, body);
}

fn put_messages<'a>(out: &mut BytesMut, topic: &TopicName, bodies: impl ExactSizeIterator<Item = &'a [u8]> + Clone) {
    put_parameter(out, topic.as_str().as_bytes());
    out.put_u8(b'\n');
    let size = mpub_body_len(bodies.clone().map(<[u8]>::len));
    out.reserve(LENGTH_SIZE + size);
    out.put_u32(length(size));
    out.put_u32(length(bodies.len()));
    bodies.for_each(|body| put_sized(out, body));
}

fn put_parameter(out: &mut BytesMut, parameter: &[u8]) {
    out.put_u8(b' ');
    out.put_slice(parameter);
}

fn put_number(out: &mut BytesMut, number: u128) {
    let (mut digits, mut at, mut rest) = ([0_u8; 39], 39, number);
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(rest % 10).expect("a digit is below ten");
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    put_parameter(out, &digits[at..]);
}

fn put_sized(out: &mut BytesMut, body: &[u8]) {
    out.put_u32(length(body.len()));
    out.put_slice(body);
}

fn length(length: usize) -> u32 {
    u32::try_from(length).expect("a body is no longer than its length can say")
}
