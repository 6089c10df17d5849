//! One client's connection, without I/O: bytes in and events out, commands in and bytes out.
//!
//! ```
//! use std::time::{Duration, Instant};
//!
//! use almanet_nsq::{
//!     command::Command,
//!     connection::{Connection, Event, Options},
//!     frame::Frame,
//! };
//! use bytes::{Bytes, BytesMut};
//!
//! let mut connection = Connection::new(Options::default(), Instant::now());
//! assert!(connection.output().starts_with(b"  V2IDENTIFY\n"));      // to be written …
//! connection.advance(connection.output().len());                    // … and that it was
//!
//! let mut read = BytesMut::new();
//! Frame::Response(Bytes::from_static(br#"{"version": "1.3.0"}"#)).encode(&mut read);
//! let event = connection.receive(&mut read, Instant::now())?;
//! assert!(matches!(event, Some(Event::Ready(granted)) if granted.version == "1.3.0"));
//!
//! let publish = Command::Pub { topic: "orders".parse()?, body: Bytes::from_static(b"one espresso") };
//! connection.request(&publish, "the espresso").expect("the handshake is over");
//! Frame::Response(Bytes::from_static(b"OK")).encode(&mut read);
//! let event = connection.receive(&mut read, Instant::now())?;
//! assert!(matches!(event, Some(Event::Answered { token: "the espresso", .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use bytes::{Buf, Bytes, BytesMut};

pub use crate::command::Secret;
use crate::{
    command::Command,
    error::BrokerError,
    frame::{Frame, FrameDecoder, FrameError, HEARTBEAT, OK, Read},
    identify::{IdentifyRequest, IdentifyResponse, InvalidIdentify},
    limits::{HEARTBEAT_INTERVAL, MAGIC, MAX_MESSAGE_SIZE},
    message::{Message, Oversized},
};

/// What a connection asks for and tolerates.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// What is sent as IDENTIFY; feature negotiation is switched on whatever it says.
    pub identify: IdentifyRequest,
    /// The secret for AUTH. It is sent where the broker requires it, and only there.
    pub auth_secret: Option<Secret>,
    /// Largest body of a delivered message, in bytes. A larger one is [skipped](Event::Oversized).
    pub max_message_size: usize,
    /// How long the broker may be silent. Heartbeats end every silence, so that more than two intervals of them mean
    /// that it is gone.
    pub read_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            identify: IdentifyRequest::default(),
            auth_secret: None,
            max_message_size: MAX_MESSAGE_SIZE,
            read_timeout: HEARTBEAT_INTERVAL * 5 / 2,
        }
    }
}

/// Something happened on the connection.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<T> {
    /// The broker granted this: wrap the stream, then call [`upgraded`](Connection::upgraded). Before TLS the input is
    /// empty, because there the client speaks first; compression begins at once, so that what is left of the input is
    /// the beginning of the compressed stream.
    Upgrade(Upgrade),
    /// The handshake is over: commands can be sent.
    Ready(Box<IdentifyResponse>),
    /// A command was carried out.
    Answered {
        /// What the command was sent with.
        token: T,
        /// The answer: `OK` or `CLOSE_WAIT`.
        response: Bytes,
    },
    /// A command was refused. The broker closes the connection, and did not run what was sent after the command.
    Refused {
        /// What the command was sent with; `None` where the refused command is one that is not answered.
        token: Option<T>,
        /// Why.
        error: BrokerError,
    },
    /// A message was delivered.
    Message(Message),
    /// A message was delivered that is larger than what is taken. It is to be finished or requeued like any other.
    Oversized(Oversized),
    /// FIN, REQ or TOUCH came too late for one delivery. The connection goes on.
    DeliveryFailed(BrokerError),
    /// A heartbeat; its answer is in the output.
    Heartbeat,
}

/// How a stream goes on after IDENTIFY.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upgrade {
    /// In TLS.
    Tls,
    /// In frames of snappy.
    Snappy,
    /// In a raw deflate stream.
    Deflate,
}

/// The connection cannot go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionError {
    /// What came is no frame.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The answer to IDENTIFY could not be read.
    #[error("the broker's answer to IDENTIFY cannot be read")]
    Identify(#[from] InvalidIdentify),
    /// The broker refused something during the handshake.
    #[error("the broker refused the connection: {0}")]
    Handshake(#[source] BrokerError),
    /// TLS was asked for, and the broker has none.
    #[error("the broker does not offer TLS: give it a certificate (--tls-cert, --tls-key), or use an `nsq:` URL")]
    TlsNotOffered,
    /// The broker requires AUTH, and no secret is there.
    #[error(
        "the broker requires AUTH, and no secret is configured: name its place by `auth_file=` or `auth_env=` in the URL"
    )]
    SecretMissing,
    /// Bytes came in the clear after which the stream should have been wrapped.
    #[error("the broker sent {0} bytes before the agreed {1:?} began")]
    BytesBeforeUpgrade(usize, Upgrade),
    /// A response came that answers nothing.
    #[error("the broker answered what was not asked: `{0}`")]
    UnexpectedResponse(String),
    /// A message came that no subscription asked for.
    #[error("the broker delivered a message before the handshake was over")]
    UnexpectedMessage,
}

/// What is known of a command that was never answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// No byte of it was written.
    NotWritten,
    /// It was written after a command that the broker refused, and so was not run.
    NotRun,
    /// It was written, in part or wholly, and nobody knows.
    Unknown,
}

/// A client's connection. `T` is what the sender of a command wants back with its answer.
#[derive(Debug)]
pub struct Connection<T> {
    options: Options,
    decoder: FrameDecoder,
    phase: Phase,
    output: BytesMut,
    /// Bytes that were written and have left `output`.
    written: u64,
    awaited: VecDeque<Awaited<T>>,
    is_refused: bool,
    last_received: Instant,
}

#[derive(Debug)]
struct Awaited<T> {
    token: T,
    /// Where in the whole output the command begins.
    start: u64,
    end: u64,
}

#[derive(Debug)]
enum Phase {
    Identifying,
    /// Wrapping the stream, or waiting for the OK inside; more may follow.
    Upgrading {
        granted: Box<IdentifyResponse>,
        to: Upgrade,
    },
    Authenticating {
        granted: Box<IdentifyResponse>,
    },
    Ready,
}

impl<T> Connection<T> {
    /// A connection whose first bytes, up to IDENTIFY, are in the [output](Self::output).
    pub fn new(mut options: Options, now: Instant) -> Self {
        options.identify.feature_negotiation = true;
        let mut output = BytesMut::from(&MAGIC[..]);
        Command::Identify(options.identify.to_json().into()).encode(&mut output);
        Self {
            decoder: FrameDecoder::new(options.max_message_size),
            options,
            phase: Phase::Identifying,
            output,
            written: 0,
            awaited: VecDeque::new(),
            is_refused: false,
            last_received: now,
        }
    }

    /// Bytes to be written, in this order.
    pub fn output(&self) -> &[u8] {
        &self.output
    }

    /// Takes what was written off the front of the output.
    ///
    /// # Panics
    /// Where it is more than there was.
    pub fn advance(&mut self, written: usize) {
        self.output.advance(written);
        self.written += written as u64;
    }

    /// Whether the handshake is over and nothing was refused: commands can be sent.
    pub fn is_ready(&self) -> bool {
        matches!(self.phase, Phase::Ready) && !self.is_refused
    }

    /// How many commands wait for their answer.
    pub fn awaited(&self) -> usize {
        self.awaited.len()
    }

    /// When the broker's silence means that it is gone.
    pub fn read_deadline(&self) -> Instant {
        self.last_received + self.options.read_timeout
    }

    /// Sends a command that is [not answered](Command::is_answered). Before the handshake is over it is dropped.
    pub fn send(&mut self, command: &Command) {
        debug_assert!(!command.is_answered(), "{} is answered: use `request`", command.name());
        if self.is_ready() {
            command.encode(&mut self.output);
        }
    }

    /// Sends a command that is [answered](Command::is_answered).
    ///
    /// # Errors
    /// Gives the token back where the connection is not [ready](Self::is_ready): nothing was sent.
    pub fn request(&mut self, command: &Command, token: T) -> Result<(), T> {
        debug_assert!(command.is_answered(), "{} is not answered: use `send`", command.name());
        self.request_with(token, |_, output| command.encode(output))
    }

    /// As [`request`](Self::request), for a command that `encode` appends to the output, out of its token.
    ///
    /// # Errors
    /// Gives the token back where the connection is not [ready](Self::is_ready): nothing was sent.
    pub fn request_with(&mut self, token: T, encode: impl FnOnce(&T, &mut BytesMut)) -> Result<(), T> {
        if !self.is_ready() {
            return Err(token);
        }
        let start = self.written + self.output.len() as u64;
        encode(&token, &mut self.output);
        let end = self.written + self.output.len() as u64;
        self.awaited.push_back(Awaited { token, start, end });
        Ok(())
    }

    /// The commands of which no byte was written, in their order.
    pub fn unwritten(&self) -> impl Iterator<Item = &T> {
        self.awaited.range(self.first_unwritten()..).map(|awaited| &awaited.token)
    }

    /// Takes the [unwritten](Self::unwritten) commands back: they leave the output, and are not awaited any more. What
    /// else is in it stays.
    pub fn take_back(&mut self) -> Vec<T> {
        let taken = self.awaited.split_off(self.first_unwritten());
        let Some(first) = taken.front() else { return Vec::new() };
        let mut output = self.output.split_off(distance(self.written, first.start));
        let mut at = first.start;
        for Awaited { start, end, .. } in &taken {
            self.output.extend_from_slice(&output.split_to(distance(at, *start)));
            output.advance(distance(*start, *end));
            at = *end;
        }
        self.output.unsplit(output);
        taken.into_iter().map(|awaited| awaited.token).collect()
    }

    fn first_unwritten(&self) -> usize {
        self.awaited.partition_point(|awaited| awaited.start < self.written)
    }

    /// Takes the next event out of what was read; `None` until more bytes are there.
    ///
    /// # Errors
    /// Where the connection cannot go on. What still waits is in [`abandon`](Self::abandon).
    pub fn receive(&mut self, input: &mut BytesMut, now: Instant) -> Result<Option<Event<T>>, ConnectionError> {
        if !input.is_empty() {
            // A large frame may take longer than the broker may be silent.
            self.last_received = now;
        }
        while let Some(read) = self.decoder.decode(input)? {
            let frame = match read {
                Read::Frame(frame) => frame,
                Read::Oversized(message) if matches!(self.phase, Phase::Ready) => {
                    return Ok(Some(Event::Oversized(message)));
                }
                Read::Oversized(_) => return Err(ConnectionError::UnexpectedMessage),
            };
            let event = match frame {
                Frame::Response(data) if data == HEARTBEAT => {
                    self.shrink();
                    Command::Nop.encode(&mut self.output);
                    Some(Event::Heartbeat)
                }
                Frame::Response(data) if self.is_ready() => match self.awaited.pop_front() {
                    Some(Awaited { token, .. }) => Some(Event::Answered { token, response: data }),
                    None => return Err(unexpected(&data)),
                },
                Frame::Response(data) => self.shake_hands(&data, input)?,
                Frame::Error(data) => Some(self.fail(&data)?),
                Frame::Message(message) if matches!(self.phase, Phase::Ready) => Some(Event::Message(message)),
                Frame::Message(_) => return Err(ConnectionError::UnexpectedMessage),
            };
            if event.is_some() {
                return Ok(event);
            }
        }
        Ok(None)
    }

    /// The stream was wrapped, as [`Event::Upgrade`] asked for.
    pub fn upgraded(&mut self, now: Instant) {
        self.last_received = now;
    }

    /// Ends the connection and says what is known of every command that was not answered, in their order.
    pub fn abandon(&mut self) -> impl Iterator<Item = (T, Fate)> + use<T> {
        let (written, is_refused) = (self.written, self.is_refused);
        self.is_refused = true;
        std::mem::take(&mut self.awaited).into_iter().map(move |awaited| {
            let fate = match awaited.start {
                start if start >= written => Fate::NotWritten,
                _ if is_refused => Fate::NotRun,
                _ => Fate::Unknown,
            };
            (awaited.token, fate)
        })
    }

    /// Gives back the memory that a burst has taken.
    fn shrink(&mut self) {
        if self.output.is_empty() {
            self.output = BytesMut::new();
        }
        self.awaited.shrink_to_fit();
    }

    fn shake_hands(&mut self, data: &[u8], input: &BytesMut) -> Result<Option<Event<T>>, ConnectionError> {
        let phase = std::mem::replace(&mut self.phase, Phase::Ready);
        match phase {
            Phase::Identifying => {
                let granted = Box::new(IdentifyResponse::from_json(data)?);
                if self.options.identify.tls_v1 && !granted.tls_v1 {
                    return Err(ConnectionError::TlsNotOffered);
                }
                self.go_on(granted, None, input)
            }
            Phase::Upgrading { granted, to } if data == OK => self.go_on(granted, Some(to), input),
            Phase::Authenticating { granted } => Ok(Some(Event::Ready(granted))),
            Phase::Upgrading { .. } | Phase::Ready => Err(unexpected(data)),
        }
    }

    /// The next step of the handshake after IDENTIFY (`done: None`) or after an upgrade.
    fn go_on(
        &mut self,
        granted: Box<IdentifyResponse>,
        done: Option<Upgrade>,
        input: &BytesMut,
    ) -> Result<Option<Event<T>>, ConnectionError> {
        let steps =
            [(Upgrade::Tls, granted.tls_v1), (Upgrade::Snappy, granted.snappy), (Upgrade::Deflate, granted.deflate)];
        let remaining = done.map_or(0, |done| done as usize + 1);
        if let Some((to, _)) = steps.into_iter().skip(remaining).find(|(_, is_granted)| *is_granted) {
            if to == Upgrade::Tls && !input.is_empty() {
                return Err(ConnectionError::BytesBeforeUpgrade(input.len(), to));
            }
            self.phase = Phase::Upgrading { granted, to };
            return Ok(Some(Event::Upgrade(to)));
        }
        if granted.auth_required {
            let secret = self.options.auth_secret.clone().ok_or(ConnectionError::SecretMissing)?;
            Command::Auth(secret).encode(&mut self.output);
            self.phase = Phase::Authenticating { granted };
            return Ok(None);
        }
        Ok(Some(Event::Ready(granted)))
    }

    fn fail(&mut self, data: &[u8]) -> Result<Event<T>, ConnectionError> {
        let error = BrokerError::decode(data);
        if !matches!(self.phase, Phase::Ready) {
            return Err(ConnectionError::Handshake(error));
        }
        if !error.code.is_fatal() {
            return Ok(Event::DeliveryFailed(error));
        }
        self.is_refused = true;
        let token = self.awaited.pop_front().map(|awaited| awaited.token);
        Ok(Event::Refused { token, error })
    }
}

/// From one place of the output to a later one.
fn distance(from: u64, to: u64) -> usize {
    usize::try_from(to - from).expect("what lies between them is in memory")
}

fn unexpected(data: &[u8]) -> ConnectionError {
    ConnectionError::UnexpectedResponse(data[..data.len().min(64)].escape_ascii().to_string())
}

#[cfg(test)]
mod tests;
