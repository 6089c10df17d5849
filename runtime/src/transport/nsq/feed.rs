//! What a connection's task and the holders of its deliveries share: the state of a subscribed connection.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use almanet_nsq::{
    clock,
    command::Command,
    connection::{Connection, Event},
    limits::MAX_DELAY,
    message::{self, Message, MessageId},
};
use rustc_hash::FxHashMap;

use super::{
    alarm::now,
    dial::DialError,
    failure::Failure,
    flow::{Arrival, Flow},
    io::{Flushed, Reader, flush},
    load::{Buffer, Load},
    rdy::Share,
};
use crate::{
    sync::Bell,
    transport::{
        broker::BrokerId,
        delivery::{Acknowledge, Delivery, Oversized},
        net::Writer,
        subscribe::Sink,
    },
};

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    Subscribe,
    Stop,
}

/// A connection that brings messages.
pub(super) struct Feed {
    /// `None` when the connection is gone.
    state: Mutex<Option<FeedState>>,
    bell: Arc<Bell>,
}

pub(super) struct FeedState {
    pub(super) connection: Connection<Request>,
    pub(super) writer: Arc<Writer>,
    /// What the broker takes as RDY at most.
    pub(super) ceiling: u32,
    pub(super) share: Arc<Share>,
    pub(super) flow: Flow,
    pub(super) load: Load,
    pub(super) broker: BrokerId,
    /// What was delivered and not acknowledged, with the time when the broker gives it up.
    pub(super) in_flight: FxHashMap<MessageId, Instant>,
    pub(super) message_timeout: Duration,
    pub(super) is_subscribed: bool,
    /// Another connection waits for what this one may have.
    pub(super) is_retired: bool,
    /// The connection's task hands deliveries over, and looks afterwards at what there is to write.
    pub(super) is_handing_over: bool,
}

/// What the task does next.
pub(super) struct Turn {
    pub(super) flushed: Flushed,
    /// When this was so.
    pub(super) now: Instant,
    pub(super) look_again: Instant,
    /// When the broker's silence means that it is gone.
    pub(super) silent_at: Instant,
    pub(super) is_bulk: bool,
    /// What the broker should collect, where the load wants another buffer.
    pub(super) wants: Option<Buffer>,
    /// The broker sends nothing more.
    pub(super) is_stopped: bool,
    /// All that was delivered is acknowledged.
    is_empty: bool,
}

impl Turn {
    /// Whether everything was said and heard.
    pub(super) fn may_end(&self) -> bool {
        self.is_stopped && self.flushed == Flushed::Wholly
    }

    /// Whether nothing is left of a connection that was replaced.
    pub(super) fn is_done(&self) -> bool {
        self.may_end() && self.is_empty
    }
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Feed")
    }
}

impl Feed {
    pub(super) fn new(state: FeedState) -> Self {
        let bell = state.share.listen();
        Self { state: Mutex::new(Some(state)), bell }
    }

    /// Rung when there is something to do.
    pub(super) fn bell(&self) -> &Arc<Bell> {
        &self.bell
    }

    /// Ends the connection for everybody.
    pub(super) fn close(&self) -> Option<FeedState> {
        self.lock().take()
    }

    fn lock(&self) -> MutexGuard<'_, Option<FeedState>> {
        // No panic leaves the state half changed: its parts are independent of each other.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn with<R>(&self, change: impl FnOnce(&mut FeedState) -> R) -> Option<R> {
        self.lock().as_mut().map(change)
    }

    /// Hands deliveries over to whom they are for.
    pub(super) fn hand_over(self: &Arc<Self>, deliveries: &mut Vec<Delivery>, sink: &dyn Sink) {
        self.with(|state| state.is_handing_over = true);
        sink.take(deliveries);
        self.with(|state| state.is_handing_over = false);
    }

    /// Whether what there is to write may wait for what its connections' session publishes next. Nobody waits for
    /// another reply, which the broker would hold back.
    pub(super) fn may_put_off(&self) -> bool {
        self.with(|state| state.flow.expects_nothing()).unwrap_or(false)
    }

    /// Writes what was put off. What the socket does not take is left to the task.
    pub(super) fn catch_up(&self) {
        let outcome = self.with(|state| flush(&mut state.connection, &state.writer));
        if !matches!(outcome, Some(Ok(Flushed::Wholly))) {
            self.bell.ring();
        }
    }

    /// Says how many messages are wanted and, unless that is put off, writes what there is to write. `None` when the
    /// connection is gone.
    pub(super) fn turn(&self, is_full: bool, is_put_off: bool) -> Option<std::io::Result<Turn>> {
        self.with(|state| {
            let now = now();
            let most = state.share.most_beside(state.in_flight.len());
            state.flow.set_ceiling(u32::try_from(most).unwrap_or(u32::MAX).min(state.ceiling));
            state.flow.pause(is_full);
            let flow_until = state.flow.tick(now);
            state.ask(now);
            // Without a time to look again it would wait too long.
            let flushed = if is_put_off && flow_until.is_some() {
                Flushed::Wholly
            } else {
                flush(&mut state.connection, &state.writer)?
            };
            let paused_until = is_full.then_some(now + PAUSE);
            let silent_at = state.connection.read_deadline();
            let look_again = [flow_until, paused_until].into_iter().flatten().fold(silent_at, Instant::min);
            let is_stopped = !state.is_subscribed && state.connection.awaited() == 0;
            let (is_bulk, is_empty) = (state.flow.is_bulk(), state.in_flight.is_empty());
            let wants = state.load.wants(now);
            Ok(Turn { flushed, now, look_again, silent_at, is_bulk, wants, is_stopped, is_empty })
        })
    }

    pub(super) fn is_silent(&self, now: Instant) -> bool {
        self.with(|state| {
            state.forget(now);
            now >= state.connection.read_deadline()
        })
        .unwrap_or(true)
    }

    /// Takes what was read apart. The broker is so far away as `round_trip` says; what is over the limit is reported.
    pub(super) fn receive(
        self: &Arc<Self>,
        reader: &mut Reader,
        deliveries: &mut Vec<Delivery>,
        round_trip: Duration,
        report: impl Fn(&message::Oversized),
    ) -> Result<(), Failure> {
        let mut state = self.lock();
        let Some(state) = state.as_mut() else { return Ok(()) };
        let (now, broker) = (now(), state.broker);
        loop {
            let event = state.connection.receive(reader.input(), now).map_err(DialError::from)?;
            let (message, oversized) = match event {
                None => break,
                Some(Event::Message(message)) => (message, None),
                Some(Event::Oversized(message)) => {
                    report(&message);
                    let message::Oversized { timestamp_nanos, attempts, id, head, size, limit } = message;
                    (Message { timestamp_nanos, attempts, id, body: head }, Some(Oversized { size, limit }))
                }
                Some(Event::Refused { error, .. }) => return Err(Failure::Refused(error)),
                Some(Event::Heartbeat) => {
                    reader.shrink();
                    state.in_flight.shrink_to_fit();
                    continue;
                }
                Some(Event::DeliveryFailed(error)) => {
                    tracing::debug!("an acknowledgement came too late: {error}");
                    continue;
                }
                Some(_) => continue,
            };
            let Message { timestamp_nanos, attempts, id, body } = message;
            state.enter(id, now);
            let acknowledge = Arc::clone(self) as Arc<dyn Acknowledge>;
            deliveries.push(Delivery { body, timestamp_nanos, attempts, broker, id, oversized, acknowledge });
        }
        state.share.hold(deliveries.len());
        state.flow.set_round_trip(round_trip);
        let freshest = deliveries.iter().map(|delivery| delivery.timestamp_nanos).max().unwrap_or_default();
        let age_nanos = clock::nanos().saturating_sub(freshest);
        let bytes = deliveries.iter().map(|delivery| delivery.body.len()).sum();
        state.flow.delivered(Arrival { count: deliveries.len(), bytes, age_nanos, at: now });
        if bytes > 0 {
            state.load.brought(deliveries.len(), bytes, state.flow.waited(age_nanos), now);
        }
        Ok(())
    }

    /// Sends acknowledgements of messages, save of those that are no longer this connection's.
    fn acknowledge(&self, ids: &[MessageId], command: impl Fn(MessageId) -> Command) {
        let (late, is_left, awaited_by) = self
            .with(|state| {
                // What lies in the output already has woken the task, or waits for the socket.
                let is_first = state.connection.output().is_empty();
                let late = ids.iter().filter(|id| !state.acknowledge(**id, &command)).count();
                let is_left = is_first && late < ids.len() && !state.is_handing_over && !state.writes_at_once();
                (late, is_left, state.is_retired.then(|| Arc::clone(&state.share)))
            })
            .unwrap_or((ids.len(), false, None));
        if is_left {
            self.bell.ring();
        }
        if let Some(share) = awaited_by {
            share.ring();
        }
        if late > 0 {
            tracing::debug!("{late} acknowledgements came too late: the broker has given the messages up");
        }
    }
}

impl FeedState {
    /// A message was delivered.
    fn enter(&mut self, id: MessageId, now: Instant) {
        if self.in_flight.insert(id, now + self.message_timeout).is_some() {
            // The broker gave it up and delivered it again before it was forgotten here.
            self.flow.ended();
            self.share.release(1);
        }
    }

    /// False where the message is no longer this connection's.
    fn acknowledge(&mut self, id: MessageId, command: impl Fn(MessageId) -> Command) -> bool {
        let is_ours = self.in_flight.remove(&id).is_some();
        if is_ours {
            self.connection.send(&command(id));
            self.flow.ended();
            self.share.release(1);
        }
        is_ours
    }

    /// Writes what a service says between two lone messages: the broker sends the next one no sooner. A caller has
    /// something better to write first, which is its next call. False where the task has to write it.
    fn writes_at_once(&mut self) -> bool {
        if self.flow.is_bulk() || self.flow.is_callers() {
            return false;
        }
        self.ask(now());
        matches!(flush(&mut self.connection, &self.writer), Ok(Flushed::Wholly))
    }

    /// Sends RDY where it has changed.
    fn ask(&mut self, now: Instant) {
        if self.is_subscribed
            && let Some(count) = self.flow.update(now)
        {
            self.connection.send(&Command::Rdy(count));
        }
    }

    /// Asks the broker to send no more, once.
    pub(super) fn stop(&mut self) {
        if std::mem::take(&mut self.is_subscribed) {
            // A connection that is not ready any more is about to end anyway.
            let _ = self.connection.request(&Command::Cls, Request::Stop);
        }
    }

    /// Another connection takes over.
    pub(super) fn retire(&mut self) {
        self.is_retired = true;
        self.stop();
    }

    /// Forgets deliveries that the broker has given up.
    fn forget(&mut self, now: Instant) {
        let before = self.in_flight.len();
        self.in_flight.retain(|_, until| *until > now);
        (self.in_flight.len()..before).for_each(|_| self.flow.ended());
        self.share.release(before - self.in_flight.len());
    }
}

impl Acknowledge for Feed {
    fn finish(&self, id: MessageId) {
        self.acknowledge(&[id], Command::Fin);
    }

    fn finish_all(&self, ids: &[MessageId]) {
        self.acknowledge(ids, Command::Fin);
    }

    fn requeue(&self, id: MessageId, delay: Duration) {
        self.acknowledge(&[id], |id| Command::Req { id, delay: delay.min(MAX_DELAY) });
    }

    fn touch(&self, id: MessageId) {
        self.with(|state| {
            if let Some(until) = state.in_flight.get_mut(&id) {
                *until = now() + state.message_timeout;
                state.connection.send(&Command::Touch(id));
            }
        });
        self.bell.ring();
    }
}

/// How often a connection looks whether the subscriber takes messages again.
const PAUSE: Duration = Duration::from_millis(20);
