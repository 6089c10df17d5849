//! One subscription at one broker: connects, subscribes, takes deliveries, and starts again where the connection is
//! lost.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use almanet_nsq::{
    clock,
    command::Command,
    connection::{Connection, Event},
    error::BrokerError,
    limits::{MAX_DELAY, MAX_READY_COUNT},
    message::{Message, MessageId},
};
use rustc_hash::FxHashMap;
use tokio::{
    sync::{Notify, oneshot, watch},
    time::{sleep, sleep_until},
};

use super::{
    backoff::Backoff,
    config::NsqConfig,
    dial::{DialError, Dialed, Flushed, Reader, dial, flush, hang_up, now},
    flow::{Arrival, Flow},
    inbox::Inbox,
    nodes::{Gate, Node},
    rdy::Share,
};
use crate::transport::{Acknowledge, BrokerId, Delivery, SubscribeOptions, net::Writer};

/// What the subscription's holder wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wish {
    Run,
    /// No new messages; those under way are still handed out and acknowledged.
    Stop,
    /// Everything back to the broker, and the connection closed.
    End,
}

/// Why an attempt to subscribe failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Dial(#[from] DialError),
    #[error("{0}")]
    Refused(BrokerError),
    #[error("{0}")]
    Lost(String),
    /// Nobody wants it any more.
    #[error("the subscription was closed")]
    Closed,
}

/// One broker's part of a subscription.
pub(super) struct Consumer {
    pub(super) node: Arc<Node>,
    /// Closed while replies would not be heard here.
    pub(super) gate: Gate,
    pub(super) config: Arc<NsqConfig>,
    pub(super) options: SubscribeOptions,
    /// Most messages in flight at this broker.
    pub(super) share: Arc<Share>,
    pub(super) inbox: Arc<Inbox>,
    pub(super) wish: watch::Receiver<Wish>,
}

impl Consumer {
    /// Runs until the subscription is closed. The sender gets the outcome of the first attempt.
    pub(super) async fn run(mut self, first: oneshot::Sender<Result<(), Failure>>) {
        let mut first = Some(first);
        let mut backoff = Backoff::default();
        let mut is_reported = false;
        loop {
            let since = now();
            let failure = self.attempt(&mut first).await;
            self.share.lose();
            if *self.wish.borrow() > Wish::Run {
                break;
            }
            self.gate.close();
            if now().duration_since(since) >= STABLE {
                backoff.reset();
                is_reported = false;
            }
            let delay = backoff.next();
            let (broker, topic, channel) = (&self.node.address, &self.options.topic, &self.options.channel);
            match std::mem::replace(&mut is_reported, true) {
                false => tracing::warn!(%broker, %topic, %channel, "not subscribed: {failure}; trying again"),
                true => tracing::debug!(%broker, %topic, %channel, "still not subscribed: {failure}"),
            }
            // Whoever subscribes may have given up.
            let _ = first.take().map(|first| first.send(Err(failure)));
            tokio::select! {
                biased;
                () = sleep(delay) => {}
                _ = self.wish.wait_for(|wish| *wish > Wish::Run) => break,
            }
        }
        let _ = first.take().map(|first| first.send(Err(Failure::Closed)));
        self.inbox.leave();
    }

    /// One connection, from its beginning to its end.
    async fn attempt(&mut self, first: &mut Option<oneshot::Sender<Result<(), Failure>>>) -> Failure {
        let identify = self.config.identify(Some(&self.options));
        let mut wish = self.wish.clone();
        let dialed = tokio::select! {
            biased;
            dialed = dial(&self.node.address, &self.config, identify) => dialed,
            _ = wish.wait_for(|wish| *wish > Wish::Run) => return Failure::Closed,
        };
        let Dialed { connection, mut reader, writer, granted } = match dialed {
            Ok(dialed) => dialed,
            Err(error) => return error.into(),
        };
        let ceiling = u32::try_from(granted.max_rdy_count).ok().filter(|most| *most > 0).unwrap_or(MAX_READY_COUNT);
        let _connected = self.node.connections.enter();
        let link = Arc::new(Link {
            state: Mutex::new(Some(LinkState {
                connection,
                writer: Arc::clone(&writer),
                ceiling,
                share: Arc::clone(&self.share),
                flow: Flow::new(0, self.options.demand.clone(), now()),
                in_flight: FxHashMap::default(),
                message_timeout: u64::try_from(granted.msg_timeout).map_or(MAX_DELAY, Duration::from_millis),
                is_subscribed: false,
            })),
            wake: Notify::new(),
        });
        let subscribe = Command::Sub { topic: self.options.topic.clone(), channel: self.options.channel.clone() };
        link.with(|state| state.connection.request(&subscribe, Request::Subscribe));
        let ended = self.drive(&link, &mut reader, &writer, first).await;
        if let Some(state) = link.lock().take() {
            self.share.release(state.in_flight.len());
        }
        match ended {
            Ended::Lost(failure) => failure,
            Ended::Wanted => {
                hang_up(reader, writer).await;
                Failure::Closed
            }
        }
    }

    async fn drive(
        &mut self,
        link: &Arc<Link>,
        reader: &mut Reader,
        writer: &Writer,
        first: &mut Option<oneshot::Sender<Result<(), Failure>>>,
    ) -> Ended {
        let timer = sleep_until(now().into());
        tokio::pin!(timer);
        let (mut has_rung, mut check_at) = (false, now());
        let mut deliveries = Vec::new();
        let mut end_by = None;
        loop {
            let wish = *self.wish.borrow_and_update();
            if wish > Wish::Run {
                link.with(LinkState::stop);
            }
            if wish == Wish::End {
                self.give_back();
                end_by.get_or_insert(now() + FAREWELL);
            }
            let Some(turn) = link.turn(self.inbox.is_full()) else { return Ended::Wanted };
            let turn = match turn {
                Ok(turn) => turn,
                Err(error) => return Ended::Lost(Failure::Lost(error.to_string())),
            };
            if end_by.is_some_and(|end_by| turn.may_end() || now() >= end_by) {
                return Ended::Wanted;
            }
            let look_again = end_by.map_or(turn.look_again, |end_by| end_by.min(turn.look_again));
            let look_again = look_again.min(check_at);
            // A timer that is set before it has rung wakes the driver with a system call of its own.
            if std::mem::take(&mut has_rung) || look_again < timer.deadline().into_std() {
                timer.as_mut().reset(look_again.into());
            }
            tokio::select! {
                biased;
                filled = reader.fill() => match filled {
                    Ok(0) => return Ended::Lost(Failure::Lost("the broker closed the connection".to_owned())),
                    Ok(_) => match link.receive(reader, &mut deliveries, self.node.id) {
                        Ok(received) => {
                            if received == Received::Subscribed {
                                tracing::debug!(
                                    broker = %self.node.address, topic = %self.options.topic,
                                    channel = %self.options.channel, "subscribed"
                                );
                                self.share.regain();
                                self.gate.open();
                                let _ = first.take().map(|first| first.send(Ok(())));
                            }
                            if !deliveries.is_empty() {
                                self.inbox.push(&mut deliveries);
                            }
                        }
                        Err(failure) => return Ended::Lost(failure),
                    },
                    Err(error) => return Ended::Lost(Failure::Lost(error.to_string())),
                },
                () = link.wake.notified() => {
                    if turn.is_bulk {
                        // Whatever else is about to be acknowledged is ready after one turn of the other tasks.
                        tokio::task::yield_now().await;
                    }
                }
                writable = writer.writable(), if turn.flushed == Flushed::Partly => if let Err(error) = writable {
                    return Ended::Lost(Failure::Lost(error.to_string()));
                },
                _ = self.wish.changed() => {}
                () = self.share.changed() => {}
                () = &mut timer => {
                    has_rung = true;
                    let now = now();
                    if now >= check_at || now >= turn.silent_at {
                        if link.is_silent(now) {
                            let silence = self.config.read_timeout();
                            return Ended::Lost(Failure::Lost(format!("the broker was silent for {silence:?}")));
                        }
                        check_at = now + self.config.heartbeat;
                    }
                }
            }
        }
    }

    /// Requeues what nobody will take, so that others need not wait for the broker's timeout.
    fn give_back(&self) {
        for delivery in self.inbox.take_of(self.node.id) {
            delivery.requeue(Duration::ZERO);
        }
    }
}

enum Ended {
    Lost(Failure),
    Wanted,
}

#[derive(Debug, PartialEq, Eq)]
enum Request {
    Subscribe,
    Stop,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Received {
    Subscribed,
    Other,
}

/// What a connection's task and the holders of its deliveries share.
struct Link {
    /// `None` when the connection is gone.
    state: Mutex<Option<LinkState>>,
    wake: Notify,
}

struct LinkState {
    connection: Connection<Request>,
    writer: Arc<Writer>,
    /// What the broker takes as RDY at most.
    ceiling: u32,
    share: Arc<Share>,
    flow: Flow,
    /// What was delivered and not acknowledged, with the time when the broker gives it up.
    in_flight: FxHashMap<MessageId, Instant>,
    message_timeout: Duration,
    is_subscribed: bool,
}

/// What the task does next.
struct Turn {
    flushed: Flushed,
    look_again: Instant,
    /// When the broker's silence means that it is gone.
    silent_at: Instant,
    is_bulk: bool,
    /// The broker sends nothing more.
    is_stopped: bool,
}

impl Turn {
    /// Whether everything was said and heard.
    fn may_end(&self) -> bool {
        self.is_stopped && self.flushed == Flushed::Wholly
    }
}

impl Link {
    fn lock(&self) -> MutexGuard<'_, Option<LinkState>> {
        // No panic leaves the state half changed: its parts are independent of each other.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<R>(&self, change: impl FnOnce(&mut LinkState) -> R) -> Option<R> {
        self.lock().as_mut().map(change)
    }

    /// Says how many messages are wanted and writes what there is to write. `None` when the connection is gone.
    fn turn(&self, is_full: bool) -> Option<std::io::Result<Turn>> {
        self.with(|state| {
            let now = now();
            state.flow.set_ceiling(u32::try_from(state.share.most()).unwrap_or(u32::MAX).min(state.ceiling));
            state.flow.pause(is_full);
            let flow_until = state.flow.tick(now);
            state.ask(now);
            let flushed = flush(&mut state.connection, &state.writer)?;
            let paused_until = is_full.then_some(now + PAUSE);
            let silent_at = state.connection.read_deadline();
            let look_again = [flow_until, paused_until].into_iter().flatten().fold(silent_at, Instant::min);
            let is_stopped = !state.is_subscribed && state.connection.awaited() == 0;
            Ok(Turn { flushed, look_again, silent_at, is_bulk: state.flow.is_bulk(), is_stopped })
        })
    }

    fn is_silent(&self, now: Instant) -> bool {
        self.with(|state| {
            state.forget(now);
            now >= state.connection.read_deadline()
        })
        .unwrap_or(true)
    }

    /// Takes what was read apart.
    fn receive(
        self: &Arc<Self>,
        reader: &mut Reader,
        deliveries: &mut Vec<Delivery>,
        broker: BrokerId,
    ) -> Result<Received, Failure> {
        let mut received = Received::Other;
        let mut state = self.lock();
        let Some(state) = state.as_mut() else { return Ok(received) };
        let now = now();
        loop {
            let event = state.connection.receive(&mut reader.input, now).map_err(DialError::from)?;
            match event {
                None => break,
                Some(Event::Message(Message { timestamp_nanos, attempts, id, body })) => {
                    if state.in_flight.insert(id, now + state.message_timeout).is_some() {
                        // The broker gave it up and delivered it again before it was forgotten here.
                        state.flow.ended();
                        state.share.release(1);
                    }
                    let acknowledge = Arc::clone(self) as Arc<dyn Acknowledge>;
                    deliveries.push(Delivery { body, timestamp_nanos, attempts, broker, id, acknowledge });
                }
                Some(Event::Answered { token: Request::Subscribe, .. }) => {
                    state.is_subscribed = true;
                    received = Received::Subscribed;
                }
                Some(Event::Refused { error, .. }) => return Err(Failure::Refused(error)),
                Some(Event::DeliveryFailed(error)) => tracing::debug!("an acknowledgement came too late: {error}"),
                Some(_) => {}
            }
        }
        state.share.hold(deliveries.len());
        let freshest = deliveries.iter().map(|delivery| delivery.timestamp_nanos).max().unwrap_or_default();
        state.flow.delivered(Arrival {
            count: deliveries.len(),
            age_nanos: clock::nanos().saturating_sub(freshest),
            at: now,
        });
        Ok(received)
    }

    /// Sends acknowledgements of messages, save of those that are no longer this connection's.
    fn acknowledge(&self, ids: &[MessageId], command: impl Fn(MessageId) -> Command) {
        let (late, is_left) = self
            .with(|state| {
                // What lies in the output already has woken the task, or waits for the socket.
                let is_first = state.connection.output().is_empty();
                let late = ids.iter().filter(|id| !state.acknowledge(**id, &command)).count();
                (late, is_first && late < ids.len() && !state.writes_at_once())
            })
            .unwrap_or((ids.len(), false));
        if is_left {
            self.wake.notify_one();
        }
        if late > 0 {
            tracing::debug!("{late} acknowledgements came too late: the broker has given the messages up");
        }
    }
}

impl LinkState {
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
    fn stop(&mut self) {
        if std::mem::take(&mut self.is_subscribed) {
            // A connection that is not ready any more is about to end anyway.
            let _ = self.connection.request(&Command::Cls, Request::Stop);
        }
    }

    /// Forgets deliveries that the broker has given up.
    fn forget(&mut self, now: Instant) {
        let before = self.in_flight.len();
        self.in_flight.retain(|_, until| *until > now);
        (self.in_flight.len()..before).for_each(|_| self.flow.ended());
        self.share.release(before - self.in_flight.len());
    }
}

impl Acknowledge for Link {
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
        self.wake.notify_one();
    }
}

/// A connection that lasted this long was a good one: the next may be tried soon.
const STABLE: Duration = Duration::from_secs(1);

/// How long the end of a subscription waits for the broker to confirm that it sends no more.
const FAREWELL: Duration = Duration::from_millis(500);

/// How often a connection looks whether the subscriber takes messages again.
const PAUSE: Duration = Duration::from_millis(20);
