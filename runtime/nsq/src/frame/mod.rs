//! Frames: what a broker writes.
//!
//! A frame is its size (`u32`: type and data), its type (`i32`: 0 response, 1 error, 2 message), both big-endian, and
//! its data.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::{
    limits::{FRAME_HEADER_LENGTH, MAX_RESPONSE_SIZE, MESSAGE_HEADER_LENGTH, OVERSIZED_HEAD},
    message::{Message, Oversized},
};

/// The data of the response that a broker sends as a heartbeat.
pub const HEARTBEAT: &[u8] = b"_heartbeat_";

/// The data of the response to a command that succeeded.
pub const OK: &[u8] = b"OK";

/// The data of the response to CLS.
pub const CLOSE_WAIT: &[u8] = b"CLOSE_WAIT";

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// The answer to a command, or a heartbeat.
    Response(Bytes),
    /// A command failed; [`BrokerError::decode`](crate::error::BrokerError::decode) takes it apart.
    Error(Bytes),
    /// A delivery.
    Message(Message),
}

impl Frame {
    /// Appends the frame.
    ///
    /// # Panics
    /// Where the data is longer than a `u32` can say.
    pub fn encode(&self, out: &mut BytesMut) {
        let (kind, length) = match self {
            Self::Response(data) => (Kind::Response, data.len()),
            Self::Error(data) => (Kind::Error, data.len()),
            Self::Message(message) => (Kind::Message, message.encoded_len()),
        };
        let size = u32::try_from(KIND_LENGTH + length).expect("a frame is no longer than its length can say");
        out.reserve(FRAME_HEADER_LENGTH + length);
        out.put_u32(size);
        out.put_i32(kind as i32);
        match self {
            Self::Response(data) | Self::Error(data) => out.put_slice(data),
            Self::Message(message) => message.encode(out),
        }
    }
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// A frame, wholly.
    Frame(Frame),
    /// The header of a delivery whose body is over the limit, and how that begins. The rest is skipped as it comes.
    Oversized(Oversized),
}

const KIND_LENGTH: usize = FRAME_HEADER_LENGTH - SIZE_LENGTH;
const SIZE_LENGTH: usize = 4;

#[derive(Clone, Copy)]
enum Kind {
    Response = 0,
    Error = 1,
    Message = 2,
}

/// The bytes are not what a broker writes. There is no way to find the next frame: close the connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// The size does not even cover the frame's type.
    #[error("a frame of {0} bytes is shorter than its own type")]
    TooShort(u32),
    /// The type is none of the three. Not NSQ, perhaps: an HTTP server's answer comes out as the type 791752241.
    #[error("a frame of the unknown type {0}: is this the TCP port of an nsqd?")]
    UnknownType(i32),
    /// A response or an error longer than [`MAX_RESPONSE_SIZE`].
    #[error("a response of {size} bytes, more than the {limit} that are taken")]
    ResponseTooLarge {
        /// Declared bytes of data.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// A message shorter than its own header.
    #[error("a message frame with {0} bytes of data is shorter than a message's header")]
    TruncatedMessage(usize),
}

/// Cuts frames out of a stream of bytes.
///
/// It allocates nothing: what is declared is only believed once it has arrived, so the reader's buffer grows with what
/// the peer has really sent. A message whose body is over the limit is told of by its header and its first bytes, and the rest is thrown away.
#[derive(Clone, Debug)]
pub struct FrameDecoder {
    max_message_size: usize,
    /// Bytes of a body that are still to be thrown away.
    skipped: usize,
}

impl FrameDecoder {
    /// A decoder that takes message bodies of up to `max_message_size` bytes.
    pub fn new(max_message_size: usize) -> Self {
        Self { max_message_size, skipped: 0 }
    }

    /// Takes the next whole frame off the front of `input`; `None` until enough bytes are there. Bodies share the
    /// memory of `input`.
    ///
    /// # Errors
    /// As soon as the first bytes show that no acceptable frame begins here. What is left of `input` means nothing then.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Read>, FrameError> {
        self.skip(input);
        let Some((kind, length)) = Self::header(input)? else { return Ok(None) };
        let body = length.saturating_sub(MESSAGE_HEADER_LENGTH);
        let oversized = matches!(kind, Kind::Message) && body > self.max_message_size;
        let taken = if oversized { MESSAGE_HEADER_LENGTH + body.min(OVERSIZED_HEAD) } else { length };
        if input.len() - FRAME_HEADER_LENGTH < taken {
            return Ok(None);
        }
        input.advance(FRAME_HEADER_LENGTH);
        let data = input.split_to(taken).freeze();
        let frame = match kind {
            Kind::Response => Frame::Response(data),
            Kind::Error => Frame::Error(data),
            Kind::Message => {
                let message = Message::decode(data).ok_or(FrameError::TruncatedMessage(length))?;
                if oversized {
                    let Message { timestamp_nanos, attempts, id, body: head } = message;
                    self.skipped = body - head.len();
                    self.skip(input);
                    let (size, limit) = (body, self.max_message_size);
                    return Ok(Some(Read::Oversized(Oversized { timestamp_nanos, attempts, id, head, size, limit })));
                }
                Frame::Message(message)
            }
        };
        Ok(Some(Read::Frame(frame)))
    }

    fn skip(&mut self, input: &mut BytesMut) {
        let here = self.skipped.min(input.len());
        input.advance(here);
        self.skipped -= here;
    }

    fn header(input: &[u8]) -> Result<Option<(Kind, usize)>, FrameError> {
        let Some((size, rest)) = input.split_first_chunk() else { return Ok(None) };
        let size = u32::from_be_bytes(*size);
        let length = (size as usize).checked_sub(KIND_LENGTH).ok_or(FrameError::TooShort(size))?;
        let Some((kind, _)) = rest.split_first_chunk() else { return Ok(None) };
        let kind = match i32::from_be_bytes(*kind) {
            0 => Kind::Response,
            1 => Kind::Error,
            2 => Kind::Message,
            unknown => return Err(FrameError::UnknownType(unknown)),
        };
        match kind {
            Kind::Response | Kind::Error if length > MAX_RESPONSE_SIZE => {
                Err(FrameError::ResponseTooLarge { size: length, limit: MAX_RESPONSE_SIZE })
            }
            Kind::Message if length < MESSAGE_HEADER_LENGTH => Err(FrameError::TruncatedMessage(length)),
            _ => Ok(Some((kind, length))),
        }
    }
}

#[cfg(test)]
mod tests;
