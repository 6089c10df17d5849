//! Publishing to one broker: a queue, one connection at a time, and acknowledgements matched in order.
//!
//! A lone message is written by whoever publishes it, at once. As soon as messages wait for acknowledgements, further
//! ones are collected by the connection's task: what is ready when it runs goes out in one write, as one MPUB for each
//! topic.

use std::{
    collections::VecDeque,
    future::{Future, poll_fn},
    io,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use almanet_nsq::{
    connection::{Connection, Event, Fate},
    error::{BrokerError, ErrorCode},
    name::TopicName,
};
use bytes::Bytes;
use tokio::{
    sync::{Notify, oneshot, watch},
    task::yield_now,
    time::sleep,
};

use super::{
    alarm::Alarm,
    backoff::Backoff,
    batch::{self, Batch},
    config::NsqConfig,
    dial::{DialError, Dialed, Flushed, Reader, dial, flush, hang_up, now},
    message::{Done, Endings, Publish, cost_of},
    nodes::Connections,
};
use crate::{
    sync::Bell,
    transport::{
        PublishError, Publishing, Watch,
        net::{Address, Writer},
    },
};

/// The publishing side of one broker.
#[derive(Debug)]
pub(super) struct Publisher {
    shared: Arc<Shared>,
    closed: watch::Receiver<bool>,
}

#[derive(Debug)]
struct Shared {
    address: Address,
    connections: Arc<Connections>,
    config: Arc<NsqConfig>,
    state: Mutex<State>,
    /// There is something for the task to do.
    bell: Bell,
    /// There is room in the queue again.
    room: Notify,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    queue: VecDeque<Publish>,
    /// What was refused together and is tried again one by one, before the queue.
    again: VecDeque<Publish>,
    /// The cost of everything that was taken and has not ended.
    held: usize,
    is_closing: bool,
}

#[derive(Debug)]
enum Phase {
    /// The first attempt, or the one right after a loss: publishes wait for its outcome.
    Connecting,
    Up(Box<Link>),
    /// The last attempt failed, for this reason, and another will follow: publishes fail at once.
    Down(String),
    Closed,
}

#[derive(Debug)]
struct Link {
    connection: Connection<Batch>,
    writer: Arc<Writer>,
}

impl Publisher {
    /// Starts the task that keeps one broker connected. The receiver gets the outcome of the first attempt.
    pub(super) fn start(
        address: Address,
        config: Arc<NsqConfig>,
        connections: Arc<Connections>,
    ) -> (Self, oneshot::Receiver<Result<(), DialError>>) {
        let state = State {
            phase: Phase::Connecting,
            queue: VecDeque::new(),
            again: VecDeque::new(),
            held: 0,
            is_closing: false,
        };
        let shared = Arc::new(Shared {
            address,
            connections,
            config,
            state: Mutex::new(state),
            bell: Bell::default(),
            room: Notify::new(),
        });
        let (first, outcome) = oneshot::channel();
        let (is_closed, closed) = watch::channel(false);
        let task = Arc::clone(&shared);
        tokio::spawn(async move {
            task.run(first).await;
            is_closed.send_replace(true);
        });
        (Self { shared, closed }, outcome)
    }

    /// Whether a connection is there.
    pub(super) fn is_up(&self) -> bool {
        matches!(self.shared.lock().phase, Phase::Up(_))
    }

    /// Takes a message that was checked. Where too much waits already, it is the returned future that waits for room.
    pub(super) fn publish(&self, topic: TopicName, body: Bytes, delay: Option<Duration>) -> Publishing {
        let (done, outcome) = oneshot::channel();
        let publish = Publish { topic, body, delay, is_alone: false, done: Done::Waiting(done) };
        match self.shared.take(publish) {
            Ok(()) => Publishing::Awaited(outcome),
            Err(Refused::For(error)) => Publishing::ready(Err(error)),
            Err(Refused::NoRoom(publish)) => self.publish_when_room(publish, outcome),
        }
    }

    /// As [`publish`](Publisher::publish), for a watcher. `None` where it will be told.
    pub(super) fn publish_watched(&self, topic: TopicName, body: Bytes, watch: Watch) -> Option<Publishing> {
        let publish = Publish { topic, body, delay: None, is_alone: false, done: Done::Watching(watch) };
        match self.shared.take(publish) {
            Ok(()) => None,
            Err(Refused::For(error)) => Some(Publishing::ready(Err(error))),
            Err(Refused::NoRoom(publish)) => {
                let (done, outcome) = oneshot::channel();
                Some(self.publish_when_room(Publish { done: Done::Waiting(done), ..publish }, outcome))
            }
        }
    }

    fn publish_when_room(&self, publish: Publish, outcome: oneshot::Receiver<Result<(), PublishError>>) -> Publishing {
        let shared = Arc::clone(&self.shared);
        Publishing::pending(async move {
            shared.take_when_room(publish).await?;
            Publishing::Awaited(outcome).await
        })
    }

    /// Takes no more, and waits until everything has ended and the connection is closed.
    pub(super) async fn close(&self) {
        self.shut();
        // An error means that the task has ended already.
        let _ = self.closed.clone().wait_for(|is_closed| *is_closed).await;
    }

    /// Takes no more; the task ends by itself when everything has ended.
    pub(super) fn shut(&self) {
        self.shared.lock().is_closing = true;
        self.shared.bell.ring();
        self.shared.room.notify_waiters();
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.shut();
    }
}

enum Refused {
    For(PublishError),
    NoRoom(Publish),
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // No panic leaves the state half changed: it is only moved between queues.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, publish: Publish) -> Result<(), Refused> {
        let mut state = self.lock();
        if state.is_closing {
            return Err(Refused::For(closed()));
        }
        if let Phase::Down(why) = &state.phase {
            return Err(Refused::For(PublishError::NotSent(why.clone())));
        }
        if state.held > 0 && state.held + publish.cost() > self.config.max_pending {
            return Err(Refused::NoRoom(publish));
        }
        state.held += publish.cost();
        state.queue.push_back(publish);
        // What waits already has woken the task.
        let is_first = state.queue.len() == 1;
        let is_written = is_first && state.is_lone() && matches!(state.pump(&self.config), Ok(Flushed::Wholly));
        drop(state);
        if is_first && !is_written {
            self.bell.ring();
        }
        self.connections.catch_up();
        Ok(())
    }

    async fn take_when_room(&self, mut publish: Publish) -> Result<(), PublishError> {
        loop {
            let room = self.room.notified();
            match self.take(publish) {
                Ok(()) => return Ok(()),
                Err(Refused::For(error)) => return Err(error),
                Err(Refused::NoRoom(back)) => publish = back,
            }
            room.await;
        }
    }

    async fn run(&self, first: oneshot::Sender<Result<(), DialError>>) {
        let mut first = Some(first);
        let mut backoff = Backoff::default();
        while !self.is_done() {
            let dialed = tokio::select! {
                biased;
                dialed = dial(&self.address, &self.config, self.config.identify(None)) => dialed,
                () = self.done() => break,
            };
            match dialed {
                Ok(dialed) => {
                    tracing::debug!(broker = %self.address, version = dialed.granted.version, "connected to publish");
                    // Whoever connects may have given up.
                    let _ = first.take().map(|first| first.send(Ok(())));
                    let since = now();
                    let lost = self.serve(dialed).await;
                    if now().duration_since(since) >= STABLE {
                        backoff.reset();
                        continue;
                    }
                    // A broker that goes on like this is as good as down: what would wait for it is told so.
                    if let Some(lost) = lost.filter(|lost| backoff.has_begun() && !lost.is_one_message) {
                        self.go_down(format!("no connection to nsqd at {} lasts: {}", self.address, lost.why));
                    }
                }
                Err(error) => {
                    self.go_down(format!("cannot connect to nsqd at {}: {error}", self.address));
                    let _ = first.take().map(|first| first.send(Err(error)));
                }
            }
            tokio::select! {
                biased;
                () = sleep(backoff.next()) => {}
                () = self.done() => {}
            }
        }
        self.end();
    }

    /// Whether the task may end: nothing more is taken, and nothing is left.
    fn is_done(&self) -> bool {
        let state = self.lock();
        state.is_closing && state.queue.is_empty()
    }

    async fn done(&self) {
        while !self.is_done() {
            self.bell.rung().await;
        }
    }

    fn go_down(&self, why: String) {
        let mut state = self.lock();
        if !matches!(state.phase, Phase::Down(_)) {
            tracing::warn!("{why}; trying again");
        }
        let endings = state.fail_queue(&why);
        state.phase = Phase::Down(why);
        drop(state);
        endings.tell();
        self.room.notify_waiters();
    }

    fn end(&self) {
        let mut state = self.lock();
        state.is_closing = true;
        let endings = state.fail_queue("the transport is closed");
        state.phase = Phase::Closed;
        drop(state);
        endings.tell();
        self.room.notify_waiters();
    }

    /// Drives one connection until it is lost, or until everything has ended after closing.
    async fn serve(&self, dialed: Dialed<Batch>) -> Option<Lost> {
        let _connected = self.connections.enter();
        let Dialed { connection, mut reader, writer, .. } = dialed;
        self.lock().phase = Phase::Up(Box::new(Link { connection, writer: Arc::clone(&writer) }));
        let lost = self.drive(&mut reader, &writer).await;
        let endings = self.lock().lose(lost.as_ref().map_or("the connection was closed", |lost| &lost.why));
        endings.tell();
        self.room.notify_waiters();
        match &lost {
            Some(Lost { why, .. }) => {
                tracing::warn!(broker = %self.address, "lost the connection that publishes: {why}");
            }
            None => hang_up(reader, writer).await,
        }
        lost
    }

    /// Returns why the connection was lost; `None` where it is no longer needed.
    async fn drive(&self, reader: &mut Reader, writer: &Writer) -> Option<Lost> {
        let (mut silence, mut has_paused) = (Alarm::new(), false);
        loop {
            let step = poll_fn(|cx| match self.go_on(reader, writer, &mut silence, &mut has_paused, cx) {
                Ok(Asleep) => Poll::Pending,
                Err(step) => Poll::Ready(step),
            });
            match step.await {
                Step::Pause => {
                    has_paused = true;
                    yield_now().await;
                }
                Step::Ended(lost) => return lost,
            }
        }
    }

    /// Does what there is to do.
    fn go_on(
        &self,
        reader: &mut Reader,
        writer: &Writer,
        silence: &mut Alarm,
        has_paused: &mut bool,
        cx: &mut Context<'_>,
    ) -> Result<Asleep, Step> {
        let has_paused = std::mem::take(has_paused);
        let mut is_rung = self.bell.answer() && !has_paused;
        loop {
            let has_read = self.read(reader, cx)?.is_ready();
            if std::mem::take(&mut is_rung) && !self.lock().is_lone() {
                return Err(Step::Pause);
            }
            let (flushed, silent_at) = self.pump()?;
            let is_stirred = has_read
                || (flushed == Flushed::Partly && writer.poll_writable(cx)?.is_ready())
                || self.poll_silence(silence, silent_at, cx)?.is_ready();
            if is_stirred {
                continue;
            }
            is_rung = self.bell.poll_rung(cx).is_ready();
            if !is_rung {
                return Ok(Asleep);
            }
        }
    }

    /// Reads once. Ready where something came.
    fn read(&self, reader: &mut Reader, cx: &mut Context<'_>) -> Result<Poll<()>, Step> {
        let filled = match pin!(reader.fill()).poll(cx) {
            Poll::Ready(filled) => filled?,
            Poll::Pending => return Ok(Poll::Pending),
        };
        if filled == 0 {
            return Err(Lost::by("the broker closed it".to_owned()).into());
        }
        Ok(Poll::Ready(self.receive(reader)?))
    }

    /// Writes what there is to write. Says when the broker's silence means that it is gone.
    fn pump(&self) -> Result<(Flushed, Instant), Step> {
        let mut state = self.lock();
        let flushed = state.pump(&self.config)?;
        let Phase::Up(link) = &state.phase else { return Err(Step::Ended(None)) };
        match state.is_closing && flushed == Flushed::Wholly && link.connection.awaited() == 0 {
            true => Err(Step::Ended(None)),
            false => Ok((flushed, link.connection.read_deadline())),
        }
    }

    fn poll_silence(&self, alarm: &mut Alarm, silent_at: Instant, cx: &mut Context<'_>) -> Result<Poll<()>, Step> {
        match alarm.poll_by(silent_at, cx) {
            Poll::Ready(()) if now() >= silent_at => {
                Err(Lost::by(format!("the broker was silent for {:?}", self.config.read_timeout())).into())
            }
            polled => Ok(polled),
        }
    }

    fn receive(&self, reader: &mut Reader) -> Result<(), Lost> {
        let mut endings = Endings::default();
        let mut state = self.lock();
        let before = state.held;
        let received = state.receive(reader, &mut endings);
        let has_room = state.held < before || received.is_err();
        drop(state);
        endings.tell();
        if has_room {
            self.room.notify_waiters();
        }
        received
    }
}

impl State {
    /// Nothing is on its way: waiting for more would only delay the one that is there.
    fn is_lone(&self) -> bool {
        match &self.phase {
            Phase::Up(link) => {
                self.queue.len() == 1 && link.connection.awaited() == 0 && link.connection.output().is_empty()
            }
            _ => false,
        }
    }

    /// Moves what waits into the connection and writes what the socket takes.
    fn pump(&mut self, config: &NsqConfig) -> io::Result<Flushed> {
        let Phase::Up(link) = &mut self.phase else { return Ok(Flushed::Wholly) };
        loop {
            if link.connection.is_ready() && link.connection.output().len() < OUTPUT_FULL {
                batch::request(&mut self.queue, &mut link.connection, config.max_body_size);
            }
            let flushed = flush(&mut link.connection, &link.writer)?;
            if flushed == Flushed::Partly || self.queue.is_empty() || !link.connection.is_ready() {
                return Ok(flushed);
            }
        }
    }

    fn receive(&mut self, reader: &mut Reader, endings: &mut Endings) -> Result<(), Lost> {
        let Phase::Up(link) = &mut self.phase else { return Ok(()) };
        let now = now();
        loop {
            match link.connection.receive(&mut reader.input, now).map_err(|error| Lost::by(error.to_string()))? {
                None => return Ok(()),
                Some(Event::Answered { token: batch, .. }) => {
                    self.held -= cost_of(&batch);
                    endings.add(batch, Ok(()));
                }
                Some(Event::Refused { token, error }) => {
                    if let Some(batch) = token {
                        self.refuse(batch, &error, endings);
                    }
                    let why = format!("the broker refused a command: {error}");
                    return Err(Lost { why, is_one_message: is_messages_fault(&error) });
                }
                Some(_) => {}
            }
        }
    }

    /// Ends the messages of a refused command. Where only one of several can be at fault, none of them went, and each
    /// is tried again by itself.
    fn refuse(&mut self, batch: Batch, error: &BrokerError, endings: &mut Endings) {
        if batch.len() > 1 && is_messages_fault(error) {
            self.again.extend(batch.into_iter().map(|publish| Publish { is_alone: true, ..publish }));
            return;
        }
        let is_unknown = batch.len() > 1 || error.code == ErrorCode::MpubFailed;
        self.held -= cost_of(&batch);
        let outcome = match is_unknown {
            true => PublishError::Unknown(error.text.clone()),
            false => PublishError::Refused { code: error.code_text().to_owned(), text: error.detail().to_owned() },
        };
        endings.add(batch, Err(outcome));
    }

    /// The connection is gone: ends what nobody knows of, and queues the rest again in its old order.
    fn lose(&mut self, why: &str) -> Endings {
        let mut endings = Endings::default();
        let Phase::Up(mut link) = std::mem::replace(&mut self.phase, Phase::Connecting) else { return endings };
        let mut again = std::mem::take(&mut self.again);
        for (batch, fate) in link.connection.abandon() {
            match fate {
                Fate::NotWritten | Fate::NotRun => again.extend(batch),
                Fate::Unknown => {
                    self.held -= cost_of(&batch);
                    endings.add(batch, Err(PublishError::Unknown(why.to_owned())));
                }
            }
        }
        again.append(&mut self.queue);
        self.queue = again;
        endings
    }

    fn fail_queue(&mut self, why: &str) -> Endings {
        let mut endings = Endings::default();
        let batch: Batch = self.queue.drain(..).collect();
        self.held -= cost_of(&batch);
        endings.add(batch, Err(PublishError::NotSent(why.to_owned())));
        endings
    }
}

/// Whether a message is at fault, and none of the command's went.
fn is_messages_fault(error: &BrokerError) -> bool {
    matches!(error.code, ErrorCode::BadMessage | ErrorCode::BadBody)
}

/// Why the task stops polling.
enum Step {
    /// Whatever else is about to be published is ready after one turn of the other tasks.
    Pause,
    Ended(Option<Lost>),
}

/// There is nothing to do, and something will wake the task.
struct Asleep;

impl From<Lost> for Step {
    fn from(lost: Lost) -> Self {
        Self::Ended(Some(lost))
    }
}

impl From<io::Error> for Step {
    fn from(error: io::Error) -> Self {
        Lost::by(error.to_string()).into()
    }
}

/// How a connection was lost.
struct Lost {
    why: String,
    /// All that was wrong is a message that the broker does not take.
    is_one_message: bool,
}

impl Lost {
    fn by(why: String) -> Self {
        Self { why, is_one_message: false }
    }
}

fn closed() -> PublishError {
    PublishError::NotSent("the transport is closed".to_owned())
}

/// A connection that lasted this long was a good one: the next may be tried at once.
const STABLE: Duration = Duration::from_secs(1);

/// Bytes in the output above which messages are left in the queue, where they may share an MPUB.
const OUTPUT_FULL: usize = 256 * 1024;
