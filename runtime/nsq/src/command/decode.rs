//! Reading commands as nsqd 1.3.0 does: as leniently, and with the same words where it refuses.

use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};

use super::{
    encode::{Command, Secret},
    quote::quote,
};
use crate::{
    error::ErrorCode,
    frame::Frame,
    limits::{MAX_BODY_SIZE, MAX_DELAY, MAX_LINE_LENGTH, MAX_MESSAGE_SIZE, MAX_READY_COUNT},
    message::MessageId,
    name::TopicName,
};

/// What a broker takes. The default is nsqd's.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CommandLimits {
    /// Largest body of a message, in bytes.
    pub max_message_size: usize,
    /// Largest body of a command, in bytes.
    pub max_body_size: usize,
    /// Highest RDY count.
    pub max_ready_count: u32,
    /// Longest delay of DPUB; a longer one of REQ is shortened to it.
    pub max_delay: Duration,
}

impl Default for CommandLimits {
    fn default() -> Self {
        Self {
            max_message_size: MAX_MESSAGE_SIZE,
            max_body_size: MAX_BODY_SIZE,
            max_ready_count: MAX_READY_COUNT,
            max_delay: MAX_DELAY,
        }
    }
}

/// How far a client has come; it decides which commands it may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientState {
    /// It has not subscribed.
    Init,
    /// It has not subscribed and may not: its IDENTIFY turned the heartbeats off.
    InitWithoutHeartbeats,
    /// It has subscribed.
    Subscribed,
    /// It has subscribed and then sent CLS.
    Closing,
}

/// A command that the broker does not carry out. Every refusal that comes from reading closes the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its code.
    pub code: ErrorCode,
    /// The data of the error frame: the code, a space, and what is wrong. Not always UTF-8.
    pub text: Bytes,
}

impl Refusal {
    /// A refusal with nsqd's form of text.
    pub fn new(code: ErrorCode, detail: impl AsRef<[u8]>) -> Self {
        let text = [code.as_str().as_bytes(), b" ", detail.as_ref()].concat();
        Self { code, text: text.into() }
    }

    /// The frame that says so.
    pub fn to_frame(&self) -> Frame {
        Frame::Error(self.text.clone())
    }
}

/// Why reading stopped for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// Answer with this error frame, then close.
    Refused(Refusal),
    /// A line longer than [`MAX_LINE_LENGTH`]: nsqd closes without a word.
    LineTooLong,
}

impl From<Refusal> for DecodeError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Cuts commands out of a client's stream, after the [magic](crate::limits::MAGIC).
///
/// Each rule is applied as soon as its bytes are there, in nsqd's order. Nothing is allocated for what is only
/// declared. One rule is ours: nsqd does not compare an MPUB's messages with the size that it declared, so one command
/// could hold any amount; here they may not exceed `max_body_size` together.
#[derive(Debug)]
pub struct CommandDecoder {
    limits: CommandLimits,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Line,
    /// A command's line was read; its size comes next.
    Size(Bodied),
    Body(Bodied, usize),
    MpubCount(TopicName),
    MpubItem(Mpub),
    MpubBody(Mpub, usize),
}

#[derive(Debug)]
enum Bodied {
    Identify,
    Auth,
    Pub(TopicName),
    Dpub(TopicName, Duration),
    Mpub(TopicName),
}

#[derive(Debug)]
struct Mpub {
    topic: TopicName,
    count: usize,
    bodies: Vec<Bytes>,
    total: usize,
}

impl CommandDecoder {
    /// A decoder for one client's connection.
    pub fn new(limits: CommandLimits) -> Self {
        Self { limits, stage: Stage::Line }
    }

    /// Takes the next whole command off the front of `input`; `None` until enough bytes are there. Bodies share the
    /// memory of `input`.
    ///
    /// A RDY after CLS, which nsqd ignores whatever it says, comes out as [`Command::Nop`].
    ///
    /// # Errors
    /// Where nsqd would refuse the command. The connection is to be closed then.
    pub fn decode(&mut self, state: ClientState, input: &mut BytesMut) -> Result<Option<Command>, DecodeError> {
        loop {
            match std::mem::replace(&mut self.stage, Stage::Line) {
                Stage::Line => {
                    let Some(line) = take_line(input)? else { return Ok(None) };
                    match self.line(state, &line)? {
                        Line::Whole(command) => return Ok(Some(command)),
                        Line::Head(sized) => self.stage = Stage::Size(sized),
                    }
                }
                Stage::Size(sized) => {
                    let Some(size) = take_length(input) else { return Ok(self.wait(Stage::Size(sized))) };
                    let size = self.check_size(&sized, size)?;
                    self.stage = match sized {
                        Bodied::Mpub(topic) => Stage::MpubCount(topic),
                        other => Stage::Body(other, size),
                    };
                }
                Stage::Body(sized, size) => {
                    if input.len() < size {
                        return Ok(self.wait(Stage::Body(sized, size)));
                    }
                    return Ok(Some(sized.with(input.split_to(size).freeze())));
                }
                Stage::MpubCount(topic) => {
                    let Some(count) = take_length(input) else { return Ok(self.wait(Stage::MpubCount(topic))) };
                    let count = self.check_count(count)?;
                    self.stage = Stage::MpubItem(Mpub { topic, count, bodies: Vec::new(), total: 0 });
                }
                Stage::MpubItem(mpub) => {
                    let Some(size) = take_length(input) else { return Ok(self.wait(Stage::MpubItem(mpub))) };
                    let size = self.check_item(&mpub, size)?;
                    self.stage = Stage::MpubBody(mpub, size);
                }
                Stage::MpubBody(mut mpub, size) => {
                    if input.len() < size {
                        return Ok(self.wait(Stage::MpubBody(mpub, size)));
                    }
                    mpub.total += size;
                    mpub.bodies.push(input.split_to(size).freeze());
                    if mpub.bodies.len() == mpub.count {
                        return Ok(Some(Command::Mpub { topic: mpub.topic, bodies: mpub.bodies }));
                    }
                    self.stage = Stage::MpubItem(mpub);
                }
            }
        }
    }

    /// What nsqd answers where the stream ends here: nothing between two commands and within a line, an error within a
    /// command's body.
    pub fn end(&self) -> Option<Refusal> {
        let (code, text) = match &self.stage {
            Stage::Line => return None,
            Stage::Size(sized) => (sized.code(), format!("{} failed to read {} size", sized.name(), sized.what())),
            Stage::Body(sized, _) => (sized.code(), format!("{} failed to read {}", sized.name(), sized.what())),
            Stage::MpubCount(_) => (ErrorCode::BadBody, "MPUB failed to read message count".to_owned()),
            Stage::MpubItem(mpub) => {
                (ErrorCode::BadMessage, format!("MPUB failed to read message({}) body size", mpub.bodies.len()))
            }
            Stage::MpubBody(..) => (ErrorCode::BadMessage, "MPUB failed to read message body".to_owned()),
        };
        Some(Refusal::new(code, text))
    }

    fn wait(&mut self, stage: Stage) -> Option<Command> {
        self.stage = stage;
        None
    }

    fn line(&self, state: ClientState, line: &[u8]) -> Result<Line, Refusal> {
        let mut parameters = line.split(|byte| *byte == b' ');
        let name = parameters.next().unwrap_or_default();
        let parameters: Parameters<'_> = [parameters.next(), parameters.next(), parameters.next()];
        Ok(match name {
            b"IDENTIFY" => {
                require(is_init(state), "IDENTIFY")?;
                Line::Head(Bodied::Identify)
            }
            b"AUTH" => {
                require(is_init(state), "AUTH")?;
                if parameters[0].is_some() {
                    return Err(invalid("AUTH invalid number of parameters"));
                }
                Line::Head(Bodied::Auth)
            }
            b"SUB" => Line::Whole(subscribe(state, parameters)?),
            b"RDY" => Line::Whole(self.ready(state, parameters)?),
            b"FIN" => Line::Whole(Command::Fin(delivered(state, "FIN", 1, parameters)?)),
            b"TOUCH" => Line::Whole(Command::Touch(delivered(state, "TOUCH", 1, parameters)?)),
            b"REQ" => {
                let id = delivered(state, "REQ", 2, parameters)?;
                let text = parameters[1].unwrap_or_default();
                let millis =
                    parse_base10(text).ok_or_else(|| invalid([b"REQ could not parse timeout ", text].concat()))?;
                Line::Whole(Command::Req {
                    id,
                    delay: go_duration(millis).unwrap_or_default().min(self.limits.max_delay),
                })
            }
            b"CLS" => {
                require(state == ClientState::Subscribed, "CLS")?;
                Line::Whole(Command::Cls)
            }
            b"NOP" => Line::Whole(Command::Nop),
            b"PUB" => Line::Head(Bodied::Pub(topic("PUB", "PUB", 1, parameters)?)),
            b"MPUB" => Line::Head(Bodied::Mpub(topic("MPUB", "E_BAD_TOPIC MPUB", 1, parameters)?)),
            b"DPUB" => {
                let topic = topic("DPUB", "DPUB", 2, parameters)?;
                Line::Head(Bodied::Dpub(topic, self.deferral(parameters[1].unwrap_or_default())?))
            }
            unknown => return Err(invalid([b"invalid command ", unknown].concat())),
        })
    }

    fn ready(&self, state: ClientState, parameters: Parameters<'_>) -> Result<Command, Refusal> {
        if state == ClientState::Closing {
            return Ok(Command::Nop);
        }
        require(state == ClientState::Subscribed, "RDY")?;
        let Some(text) = parameters[0] else { return Ok(Command::Rdy(1)) };
        let count =
            parse_base10(text).ok_or_else(|| invalid([b"RDY could not parse count ", text].concat()))?.cast_signed();
        match u32::try_from(count) {
            Ok(count) if count <= self.limits.max_ready_count => Ok(Command::Rdy(count)),
            _ => Err(invalid(format!("RDY count {count} out of range 0-{}", self.limits.max_ready_count))),
        }
    }

    fn deferral(&self, text: &[u8]) -> Result<Duration, Refusal> {
        let millis = parse_base10(text).ok_or_else(|| invalid([b"DPUB could not parse timeout ", text].concat()))?;
        go_duration(millis).filter(|delay| *delay <= self.limits.max_delay).ok_or_else(|| {
            invalid(format!("DPUB timeout {millis} out of range 0-{}", self.limits.max_delay.as_millis()))
        })
    }

    fn check_size(&self, sized: &Bodied, size: i32) -> Result<usize, Refusal> {
        let (what, too_big, limit) = match sized {
            Bodied::Pub(_) | Bodied::Dpub(..) => ("message body", "message", self.limits.max_message_size),
            Bodied::Identify | Bodied::Auth | Bodied::Mpub(_) => ("body", "body", self.limits.max_body_size),
        };
        positive(size)
            .ok_or_else(|| format!("{} invalid {what} size {size}", sized.name()))
            .and_then(|size| {
                within(size, limit).ok_or_else(|| format!("{} {too_big} too big {size} > {limit}", sized.name()))
            })
            .map_err(|text| Refusal::new(sized.code(), text))
    }

    fn check_count(&self, count: i32) -> Result<usize, Refusal> {
        // 4 bytes for the count, then 4 for a length and at least 1 of body for each.
        let limit = self.limits.max_body_size.saturating_sub(4) / 5;
        usize::try_from(count)
            .ok()
            .filter(|count| (1..=limit).contains(count))
            .ok_or_else(|| Refusal::new(ErrorCode::BadBody, format!("MPUB invalid message count {count}")))
    }

    fn check_item(&self, mpub: &Mpub, size: i32) -> Result<usize, Refusal> {
        let limit = self.limits.max_message_size;
        let size = positive(size)
            .ok_or_else(|| format!("MPUB invalid message({}) body size {size}", mpub.bodies.len()))
            .and_then(|size| within(size, limit).ok_or_else(|| format!("MPUB message too big {size} > {limit}")))
            .map_err(|text| Refusal::new(ErrorCode::BadMessage, text))?;
        let total = mpub.total + size;
        if total > self.limits.max_body_size {
            return Err(Refusal::new(
                ErrorCode::BadBody,
                format!("MPUB body too big {total} > {}", self.limits.max_body_size),
            ));
        }
        Ok(size)
    }
}

enum Line {
    Whole(Command),
    Head(Bodied),
}

/// The first three parameters; nsqd ignores what follows.
type Parameters<'a> = [Option<&'a [u8]>; 3];

impl Bodied {
    fn name(&self) -> &'static str {
        match self {
            Self::Identify => "IDENTIFY",
            Self::Auth => "AUTH",
            Self::Pub(_) => "PUB",
            Self::Dpub(..) => "DPUB",
            Self::Mpub(_) => "MPUB",
        }
    }

    fn code(&self) -> ErrorCode {
        match self {
            Self::Pub(_) | Self::Dpub(..) => ErrorCode::BadMessage,
            Self::Identify | Self::Auth | Self::Mpub(_) => ErrorCode::BadBody,
        }
    }

    fn what(&self) -> &'static str {
        match self {
            Self::Pub(_) | Self::Dpub(..) => "message body",
            Self::Identify | Self::Auth | Self::Mpub(_) => "body",
        }
    }

    fn with(self, body: Bytes) -> Command {
        match self {
            Self::Identify => Command::Identify(body),
            Self::Auth => Command::Auth(Secret(body)),
            Self::Pub(topic) => Command::Pub { topic, body },
            Self::Dpub(topic, delay) => Command::Dpub { topic, delay, body },
            Self::Mpub(topic) => Command::Mpub { topic, bodies: vec![body] },
        }
    }
}

fn take_line(input: &mut BytesMut) -> Result<Option<Bytes>, DecodeError> {
    let window = &input[..input.len().min(MAX_LINE_LENGTH)];
    let Some(end) = memchr::memchr(b'\n', window) else {
        return if window.len() == MAX_LINE_LENGTH { Err(DecodeError::LineTooLong) } else { Ok(None) };
    };
    let mut line = input.split_to(end).freeze();
    input.advance(1);
    if line.last() == Some(&b'\r') {
        line.truncate(end - 1);
    }
    Ok(Some(line))
}

fn take_length(input: &mut BytesMut) -> Option<i32> {
    (input.len() >= 4).then(|| input.get_i32())
}

fn positive(size: i32) -> Option<usize> {
    usize::try_from(size).ok().filter(|size| *size > 0)
}

fn within(size: usize, limit: usize) -> Option<usize> {
    (size <= limit).then_some(size)
}

fn is_init(state: ClientState) -> bool {
    matches!(state, ClientState::Init | ClientState::InitWithoutHeartbeats)
}

fn invalid(text: impl AsRef<[u8]>) -> Refusal {
    Refusal::new(ErrorCode::Invalid, text)
}

/// Commands that a client may not send yet, or not any more.
fn require(is_allowed: bool, command: &str) -> Result<(), Refusal> {
    if is_allowed { Ok(()) } else { Err(invalid(format!("cannot {command} in current state"))) }
}

fn subscribe(state: ClientState, parameters: Parameters<'_>) -> Result<Command, Refusal> {
    require(is_init(state), "SUB")?;
    if state == ClientState::InitWithoutHeartbeats {
        return Err(invalid("cannot SUB with heartbeats disabled"));
    }
    let [Some(topic), Some(channel), _] = parameters else {
        return Err(invalid("SUB insufficient number of parameters"));
    };
    Ok(Command::Sub {
        topic: parse_name(topic).ok_or_else(|| bad_name(ErrorCode::BadTopic, "SUB topic", topic))?,
        channel: parse_name(channel).ok_or_else(|| bad_name(ErrorCode::BadChannel, "SUB channel", channel))?,
    })
}

/// The id of a message that this client shall have got.
fn delivered(
    state: ClientState,
    command: &str,
    count: usize,
    parameters: Parameters<'_>,
) -> Result<MessageId, Refusal> {
    require(matches!(state, ClientState::Subscribed | ClientState::Closing), command)?;
    let id = first(parameters, count).ok_or_else(|| invalid(format!("{command} insufficient number of params")))?;
    MessageId::from_slice(id).ok_or_else(|| invalid("invalid message ID"))
}

fn topic(command: &str, shown: &str, count: usize, parameters: Parameters<'_>) -> Result<TopicName, Refusal> {
    let name =
        first(parameters, count).ok_or_else(|| invalid(format!("{command} insufficient number of parameters")))?;
    parse_name(name).ok_or_else(|| bad_name(ErrorCode::BadTopic, &format!("{shown} topic"), name))
}

/// The first parameter, where at least `count` are there.
fn first(parameters: Parameters<'_>, count: usize) -> Option<&[u8]> {
    parameters[count - 1].and(parameters[0])
}

fn parse_name<T: TryFrom<String>>(name: &[u8]) -> Option<T> {
    T::try_from(std::str::from_utf8(name).ok()?.to_owned()).ok()
}

fn bad_name(code: ErrorCode, what: &str, name: &[u8]) -> Refusal {
    let mut text = format!("{what} name ").into_bytes();
    quote(name, &mut text);
    text.extend_from_slice(b" is not valid");
    Refusal::new(code, text)
}

/// Decimal digits, as nsqd reads them: none at all are 0, and what does not fit wraps.
fn parse_base10(text: &[u8]) -> Option<u64> {
    text.iter().try_fold(0_u64, |number, byte| {
        byte.is_ascii_digit().then(|| number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0')))
    })
}

/// Milliseconds as a Go duration: 64 signed bits of nanoseconds that wrap. `None` where that turns negative.
fn go_duration(millis: u64) -> Option<Duration> {
    let nanos = millis.cast_signed().wrapping_mul(1_000_000);
    u64::try_from(nanos).ok().map(Duration::from_nanos)
}
