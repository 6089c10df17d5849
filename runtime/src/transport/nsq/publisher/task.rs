//! The task that keeps one broker connected.

use std::{
    future::{Future, poll_fn},
    io,
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use tokio::{
    sync::oneshot,
    task::yield_now,
    time::{sleep, timeout},
};

use super::{
    super::{
        alarm::{Alarm, now},
        backoff::Backoff,
        dial::{DialError, Dialed, dial},
        io::{Flushed, Reader, hang_up},
        message::{Batch, Endings},
    },
    shared::Shared,
    state::{Link, Lost, Phase},
};
use crate::transport::net::Writer;

impl Shared {
    /// Connects, and connects again, until everything has ended after closing.
    pub(super) async fn run(&self, first: oneshot::Sender<Result<(), DialError>>) {
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
    }

    /// Whether the task may end: nothing more is taken, and nothing is left.
    fn is_done(&self) -> bool {
        let state = self.lock();
        state.close_by.is_some_and(|close_by| state.queue.is_empty() || now() >= close_by)
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

    /// Ends everything, for good.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        state.close_by.get_or_insert_with(now);
        let lost = state.lose("the runtime of the connection was shut down");
        let queued = state.fail_queue("the transport is closed");
        state.phase = Phase::Closed;
        drop(state);
        [lost, queued].into_iter().for_each(Endings::tell);
        self.room.notify_waiters();
    }

    /// Drives one connection until it is lost, or until everything has ended after closing.
    async fn serve(&self, dialed: Dialed<Batch>) -> Option<Lost> {
        let _connected = self.connections.enter();
        let Dialed { connection, reader, writer, round_trip, .. } = dialed;
        self.connections.answered_within(round_trip);
        let mut reader = Some(reader);
        self.lock().phase = Phase::Up(Box::new(Link { connection, writer: Arc::clone(&writer), rest: None }));
        let lost = self.drive(&mut reader, &writer).await;
        let endings = self.lock().lose(lost.as_ref().map_or("the connection was closed", |lost| &lost.why));
        endings.tell();
        self.room.notify_waiters();
        match (&lost, reader) {
            (Some(Lost { why, .. }), _) => {
                tracing::warn!(broker = %self.address, "lost the connection that publishes: {why}");
            }
            (None, Some(reader)) => hang_up(reader, writer).await,
            (None, None) => {}
        }
        lost
    }

    /// Returns why the connection was lost; `None` where it is no longer needed.
    async fn drive(&self, reader: &mut Option<Reader>, writer: &Writer) -> Option<Lost> {
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
                Step::Broken(lost) => return Some(self.hear_out(reader).await.unwrap_or(lost)),
            }
        }
    }

    /// Reads what a broken connection has still brought: a broker that refuses a command says why, and closes over what
    /// was written behind it, which breaks the connection for who writes.
    async fn hear_out(&self, reader: &mut Option<Reader>) -> Option<Lost> {
        if reader.is_none() {
            match self.lock().rouse() {
                Ok(roused) => *reader = roused,
                Err(lost) => return Some(lost),
            }
        }
        let reader = reader.as_mut()?;
        let said = async {
            while reader.fill().await.is_ok_and(|read| read > 0) {
                self.receive(reader)?;
            }
            Ok(())
        };
        timeout(LAST_WORDS, said).await.ok()?.err()
    }

    /// Does what there is to do.
    fn go_on(
        &self,
        reader: &mut Option<Reader>,
        writer: &Writer,
        silence: &mut Alarm,
        has_paused: &mut bool,
        cx: &mut Context<'_>,
    ) -> Result<Asleep, Step> {
        let has_paused = std::mem::take(has_paused);
        let mut is_rung = self.bell.answer() && !has_paused;
        loop {
            if is_rung && reader.is_none() {
                *reader = self.lock().rouse()?;
            }
            let has_read = self.read(reader, cx)?.is_ready();
            if std::mem::take(&mut is_rung) && !self.lock().is_lone() {
                return Err(Step::Pause);
            }
            let (flushed, silent_at) = self.pump(reader)?;
            if has_read || (flushed == Flushed::Partly && writer.poll_writable(cx)?.is_ready()) {
                continue;
            }
            let look_again = if reader.is_none() { silent_at.min(now() + REST) } else { silent_at };
            if self.poll_silence(silence, silent_at, look_again, cx)?.is_ready() {
                if reader.is_none() && !self.lock().rests_on() {
                    *reader = self.lock().rouse()?;
                }
                continue;
            }
            is_rung = self.bell.poll_rung(cx).is_ready();
            if !is_rung {
                return Ok(Asleep);
            }
        }
    }

    /// Reads once. Ready where something came.
    fn read(&self, reader: &mut Option<Reader>, cx: &mut Context<'_>) -> Result<Poll<()>, Step> {
        let Some(reader) = reader else { return Ok(Poll::Pending) };
        let filled = match pin!(reader.fill()).poll(cx) {
            Poll::Ready(filled) => filled?,
            Poll::Pending => return Ok(Poll::Pending),
        };
        if filled == 0 {
            return Err(Lost::by("the broker closed it".to_owned()).into());
        }
        Ok(Poll::Ready(self.receive(reader)?))
    }

    /// Writes what there is to write, and rests where that is worth it. Says when the broker's silence means that it is gone,
    /// or that it will not acknowledge what was published before the end.
    fn pump(&self, reader: &mut Option<Reader>) -> Result<(Flushed, Instant), Step> {
        let mut state = self.lock();
        let flushed = state.pump(&self.config)?;
        state.rest(reader)?;
        let Phase::Up(link) = &state.phase else { return Err(Step::Ended(None)) };
        let silent_at = link.connection.read_deadline();
        match state.close_by {
            Some(_) if flushed == Flushed::Wholly && link.connection.awaited() == 0 => Err(Step::Ended(None)),
            Some(close_by) => Ok((flushed, close_by.min(silent_at))),
            None => Ok((flushed, silent_at)),
        }
    }

    /// Ready where it is time to look again.
    fn poll_silence(
        &self,
        alarm: &mut Alarm,
        silent_at: Instant,
        look_again: Instant,
        cx: &mut Context<'_>,
    ) -> Result<Poll<()>, Step> {
        match alarm.poll_by(look_again, cx) {
            Poll::Ready(()) if now() >= silent_at => Err(Lost::by(format!(
                "the broker was silent, or acknowledged nothing, for {:?}",
                self.config.read_timeout()
            ))
            .into()),
            polled => Ok(polled),
        }
    }

    fn receive(&self, reader: &mut Reader) -> Result<(), Lost> {
        let (mut state, mut endings) = (self.lock(), Endings::default());
        let held = state.held;
        let received = state.receive(reader, &mut endings);
        self.settle(state, held, endings);
        received
    }
}

/// Why the task stops polling.
enum Step {
    /// Whatever else is about to be published is ready after one turn of the other tasks.
    Pause,
    /// It cannot be written to, or not be read from.
    Broken(Lost),
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
        Self::Broken(Lost::by(error.to_string()))
    }
}

/// How long an acknowledgement that nobody waits for may lie unread.
const REST: Duration = Duration::from_millis(4);

/// How long a connection that is broken for who writes may take to bring what it has brought.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// A connection that lasted this long was a good one: the next may be tried at once.
const STABLE: Duration = Duration::from_secs(1);
