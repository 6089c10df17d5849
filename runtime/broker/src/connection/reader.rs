//! The half of a connection that reads commands and carries them out.

use std::time::Duration;

use almanet_nsq::{
    command::{ClientState, Command, CommandDecoder, CommandLimits, DecodeError, Refusal},
    error::ErrorCode,
    frame::{CLOSE_WAIT, Frame, OK},
    message::MessageId,
    name::{ChannelName, TopicName},
};
use bytes::{Bytes, BytesMut};
use tokio::{
    io::{AsyncReadExt, ReadHalf},
    sync::mpsc,
    time::{Instant, timeout_at},
};

use super::{
    settings::{Grant, Settings},
    upgrade::{Io, Upgrade},
};
use crate::{
    broker::Broker,
    error::NotInFlight,
    options::{Options, SubscriberOptions},
    subscriber::{Control, Subscriber},
};

/// How much is read at a time; nsqd's buffer has the same size.
const CHUNK: usize = 16 * 1024;

/// What the reader tells the pump. All of it is answered with a frame.
pub(super) enum Event {
    Answer(Frame),
    Identified(Settings, Frame),
    Subscribed(Subscriber, Frame),
}

/// Why the reader reads no further.
pub(super) enum Next {
    /// The client is done, or must be.
    End,
    /// The stream goes on otherwise, each time after an OK inside.
    Upgrade(Vec<Upgrade>),
}

type Read = ReadHalf<Box<dyn Io>>;

/// Reads and carries out one client's commands.
pub(super) struct Reader {
    broker: Broker,
    input: BytesMut,
    decoder: CommandDecoder,
    /// What the last IDENTIFY asked for.
    settings: Settings,
    /// What the first one asked for: deliveries follow it, as with nsqd.
    first: Option<Settings>,
    stage: Stage,
    /// What was granted and begins after the answer to it.
    upgrades: Vec<Upgrade>,
}

/// How far the client has come.
enum Stage {
    Init,
    Subscribed(Control),
    Closing(Control),
}

/// Why no further command is carried out.
enum End {
    /// With these words.
    Refused(Refusal),
    /// Without a word: the client left, or fell silent, or is not one.
    Silent,
}

impl Reader {
    pub(super) fn new(broker: Broker, settings: Settings) -> Self {
        Self {
            decoder: CommandDecoder::new(limits(broker.options())),
            broker,
            input: BytesMut::new(),
            settings,
            first: None,
            stage: Stage::Init,
            upgrades: Vec::new(),
        }
    }

    /// Carries commands out until the client is done, or must be, or goes on otherwise.
    pub(super) async fn run(&mut self, read: &mut Read, events: mpsc::Sender<Event>) -> Next {
        loop {
            let answer = match self.next(read).await {
                Ok(command) => self.execute(command),
                Err(End::Refused(refusal)) => Err(refusal),
                Err(End::Silent) => return Next::End,
            };
            let (event, fatal) = match answer {
                Ok(None) => continue,
                Ok(Some(event)) => (event, false),
                Err(refusal) => (Event::Answer(refusal.to_frame()), refusal.code.is_fatal()),
            };
            if events.send(event).await.is_err() || fatal {
                return Next::End;
            }
            if !self.upgrades.is_empty() {
                // What was sent too early is lost, as with nsqd.
                self.input.clear();
                return Next::Upgrade(std::mem::take(&mut self.upgrades));
            }
        }
    }

    /// The next command. All of it must come within two heartbeats.
    async fn next(&mut self, read: &mut Read) -> Result<Command, End> {
        let deadline = self.settings.heartbeat.map(|interval| Instant::now() + 2 * interval);
        loop {
            match self.decoder.decode(self.stage.state(self.settings), &mut self.input) {
                Ok(Some(command)) => return Ok(command),
                Ok(None) => {}
                Err(DecodeError::Refused(refusal)) => return Err(End::Refused(refusal)),
                Err(DecodeError::LineTooLong) => return Err(End::Silent),
            }
            if !self.fill(read, deadline).await {
                return Err(self.decoder.end().map_or(End::Silent, End::Refused));
            }
        }
    }

    /// Reads what is there; `false` where nothing more comes.
    async fn fill(&mut self, read: &mut Read, deadline: Option<Instant>) -> bool {
        self.input.reserve(CHUNK);
        let read = read.read_buf(&mut self.input);
        let outcome = match deadline {
            Some(deadline) => timeout_at(deadline, read).await.ok(),
            None => Some(read.await),
        };
        matches!(outcome, Some(Ok(1..)))
    }

    fn execute(&mut self, command: Command) -> Result<Option<Event>, Refusal> {
        match command {
            Command::Identify(body) => self.identify(&body).map(Some),
            Command::Auth(_) => Err(Refusal::new(ErrorCode::AuthDisabled, "AUTH disabled")),
            Command::Sub { topic, channel } => self.subscribe(&topic, &channel).map(Some),
            Command::Rdy(count) => {
                self.control()?.set_ready(count);
                Ok(None)
            }
            Command::Fin(id) => {
                let control = self.control()?;
                acknowledge("FIN", ErrorCode::FinFailed, id, |id| control.finish(id))
            }
            Command::Req { id, delay } => {
                let control = self.control()?;
                acknowledge("REQ", ErrorCode::ReqFailed, id, |id| control.requeue(id, delay))
            }
            Command::Touch(id) => {
                let control = self.control()?;
                let timeout = self.settings.message_timeout;
                acknowledge("TOUCH", ErrorCode::TouchFailed, id, |id| control.touch_for(id, timeout))
            }
            Command::Cls => self.close().map(Some),
            Command::Nop => Ok(None),
            Command::Pub { topic, body } => self.publish(ErrorCode::PubFailed, "PUB", &topic, &[body], Duration::ZERO),
            Command::Mpub { topic, bodies } => {
                self.publish(ErrorCode::MpubFailed, "MPUB", &topic, &bodies, Duration::ZERO)
            }
            Command::Dpub { topic, delay, body } => self.publish(ErrorCode::DpubFailed, "DPUB", &topic, &[body], delay),
            unknown => Err(Refusal::new(ErrorCode::Invalid, format!("invalid command {}", unknown.name()))),
        }
    }

    fn identify(&mut self, body: &[u8]) -> Result<Event, Refusal> {
        let Grant { settings, upgrades, answer } = self.settings.negotiate(self.broker.options(), body)?;
        self.settings = settings;
        self.first.get_or_insert(settings);
        self.upgrades = upgrades;
        Ok(Event::Identified(settings, answer))
    }

    fn subscribe(&mut self, topic: &TopicName, channel: &ChannelName) -> Result<Event, Refusal> {
        let settings = self.first.unwrap_or(self.settings);
        let options =
            SubscriberOptions::ready(0).message_timeout(settings.message_timeout).sample_rate(settings.sample_rate);
        let subscriber = self
            .broker
            .subscribe(topic, channel, &options)
            .map_err(|refusal| Refusal::new(ErrorCode::SubFailed, format!("SUB failed {refusal}")))?;
        self.stage = Stage::Subscribed(subscriber.control().clone());
        Ok(Event::Subscribed(subscriber, ok()))
    }

    fn close(&mut self) -> Result<Event, Refusal> {
        let control = self.control()?.clone();
        control.close();
        self.stage = Stage::Closing(control);
        Ok(Event::Answer(Frame::Response(Bytes::from_static(CLOSE_WAIT))))
    }

    fn publish(
        &self,
        failed: ErrorCode,
        name: &str,
        topic: &TopicName,
        bodies: &[Bytes],
        delay: Duration,
    ) -> Result<Option<Event>, Refusal> {
        // What was read shares its memory with its neighbours; a small message would keep large ones alive.
        let own: Vec<Bytes> = bodies.iter().map(|body| Bytes::copy_from_slice(body)).collect();
        self.broker
            .publish_all(topic, &own, delay)
            .map_err(|refusal| Refusal::new(failed, format!("{name} failed {refusal}")))?;
        Ok(Some(Event::Answer(ok())))
    }

    /// What steers the subscription. The decoder lets no command through that needs one before there is one.
    fn control(&self) -> Result<&Control, Refusal> {
        match &self.stage {
            Stage::Subscribed(control) | Stage::Closing(control) => {
                // After CLS nobody waits here, so that nobody else may have seen that a message timed out.
                control.expire();
                Ok(control)
            }
            Stage::Init => Err(Refusal::new(ErrorCode::Invalid, "not subscribed")),
        }
    }
}

impl Stage {
    fn state(&self, settings: Settings) -> ClientState {
        match self {
            Self::Init if settings.heartbeat.is_none() => ClientState::InitWithoutHeartbeats,
            Self::Init => ClientState::Init,
            Self::Subscribed(_) => ClientState::Subscribed,
            Self::Closing(_) => ClientState::Closing,
        }
    }
}

/// Answers nothing where it succeeds, which is why acknowledging is cheap.
fn acknowledge(
    name: &str,
    failed: ErrorCode,
    id: MessageId,
    act: impl FnOnce(u64) -> Result<(), NotInFlight>,
) -> Result<Option<Event>, Refusal> {
    match id.number().ok_or(NotInFlight::Unknown).and_then(act) {
        Ok(()) => Ok(None),
        Err(error) => {
            // The id is shown as it came, whatever it holds.
            let text = [name.as_bytes(), b" ", &id.0, b" failed ", error.to_string().as_bytes()].concat();
            Err(Refusal::new(failed, text))
        }
    }
}

fn ok() -> Frame {
    Frame::Response(Bytes::from_static(OK))
}

fn limits(options: &Options) -> CommandLimits {
    let mut limits = CommandLimits::default();
    limits.max_message_size = options.max_message_size;
    limits.max_body_size = options.max_body_size;
    limits.max_ready_count = options.max_ready_count;
    limits.max_delay = options.max_requeue_timeout;
    limits
}
