//! One subscription at one broker: connects, subscribes, takes deliveries, and starts again where the connection is
//! lost.
//!
//! Where the load wants another buffer, a second connection is subscribed before the broker is asked to send nothing more
//! through the first one (CLS). It takes over as soon as the broker has confirmed that, so that no more is in flight than
//! may be; the first one stays until what it delivered is acknowledged.

use std::{future::poll_fn, io, sync::Arc, time::Duration};

use almanet_nsq::{
    command::Command,
    connection::{Connection, Event},
    error::BrokerError,
    limits::{MAX_DELAY, MAX_READY_COUNT},
    message::Oversized,
};
use rustc_hash::FxHashMap;
use tokio::{
    sync::{oneshot, watch},
    task::JoinHandle,
    time::{Instant, sleep, timeout_at},
};

use super::{
    backoff::Backoff,
    config::NsqConfig,
    dial::{DialError, Dialed, Flushed, Reader, dial, flush, hang_up, now},
    drive::{Driver, Ended},
    feed::{Feed, FeedState, Request},
    flow::Flow,
    inbox::Inbox,
    load::{Buffer, LARGER, Load},
    nodes::{Connected, Gate, Node},
    rdy::Share,
};
use crate::transport::{SubscribeOptions, net::Writer};

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

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Lost(error.to_string())
    }
}

/// One broker's part of a subscription.
pub(super) struct Consumer {
    pub(super) subscriber: Arc<Subscriber>,
    /// Closed while replies would not be heard here.
    pub(super) gate: Gate,
}

/// What every connection of it goes by.
pub(super) struct Subscriber {
    pub(super) node: Arc<Node>,
    pub(super) config: Arc<NsqConfig>,
    pub(super) options: SubscribeOptions,
    /// Most messages in flight at this broker.
    pub(super) share: Arc<Share>,
    pub(super) inbox: Arc<Inbox>,
    pub(super) wish: watch::Receiver<Wish>,
}

/// A connection that is subscribed. Nothing comes before it is driven.
pub(super) struct Line {
    pub(super) feed: Arc<Feed>,
    pub(super) reader: Reader,
    pub(super) writer: Arc<Writer>,
    connected: Connected,
}

impl Consumer {
    /// Runs until the subscription is closed. The sender gets the outcome of the first attempt.
    pub(super) async fn run(mut self, first: oneshot::Sender<Result<(), Failure>>) {
        let mut first = Some(first);
        let mut backoff = Backoff::default();
        let mut is_reported = false;
        let subscriber = Arc::clone(&self.subscriber);
        let mut wish = subscriber.wish.clone();
        loop {
            let mut since = None;
            let failure = self.attempt(&mut first, &mut since).await;
            subscriber.share.lose();
            if *wish.borrow() > Wish::Run {
                break;
            }
            self.gate.close();
            if since.is_some_and(|since| now().duration_since(since) >= STABLE) {
                backoff.reset();
                is_reported = false;
            }
            let delay = backoff.next();
            let Subscriber { node, options, .. } = &*subscriber;
            let (broker, topic, channel) = (&node.address, &options.topic, &options.channel);
            match std::mem::replace(&mut is_reported, true) {
                false => tracing::warn!(%broker, %topic, %channel, "not subscribed: {failure}; trying again"),
                true => tracing::debug!(%broker, %topic, %channel, "still not subscribed: {failure}"),
            }
            // Whoever subscribes may have given up.
            let _ = first.take().map(|first| first.send(Err(failure)));
            tokio::select! {
                biased;
                () = sleep(delay) => {}
                _ = wish.wait_for(|wish| *wish > Wish::Run) => break,
            }
        }
        let _ = first.take().map(|first| first.send(Err(Failure::Closed)));
        subscriber.inbox.leave();
    }

    /// One connection after another, from the first one's beginning until one is lost. Says since when there was one.
    async fn attempt(
        &mut self,
        first: &mut Option<oneshot::Sender<Result<(), Failure>>>,
        since: &mut Option<std::time::Instant>,
    ) -> Failure {
        let mut line = match self.subscriber.connect(Buffer::Small).await {
            Ok(line) => line,
            Err(failure) => return failure,
        };
        let Subscriber { node, options, share, .. } = &*self.subscriber;
        tracing::debug!(broker = %node.address, topic = %options.topic, channel = %options.channel, "subscribed");
        *since = Some(now());
        share.regain();
        self.gate.open();
        let _ = first.take().map(|first| first.send(Ok(())));
        let mut retired = None;
        loop {
            line = match self.subscriber.keep(line, &mut retired).await {
                Ok(next) => next,
                Err(failure) => return failure,
            };
        }
    }
}

impl Subscriber {
    /// Says that a message came whose body is not taken.
    pub(super) fn report(&self, &Oversized { id, attempts, size, limit, .. }: &Oversized) {
        let SubscribeOptions { topic, channel, .. } = &self.options;
        tracing::error!(
            broker = %self.node.address, %topic, %channel, %id, attempts, size, limit,
            "a message is larger than what is taken here: raise `max_msg_size=` in the broker's URL, or publish less"
        );
    }

    /// Connects and subscribes, unless nobody wants it any more.
    async fn connect(&self, buffer: Buffer) -> Result<Line, Failure> {
        let mut wish = self.wish.clone();
        tokio::select! {
            biased;
            line = self.subscribe(buffer) => line,
            _ = wish.wait_for(|wish| *wish > Wish::Run) => Err(Failure::Closed),
        }
    }

    async fn subscribe(&self, buffer: Buffer) -> Result<Line, Failure> {
        let Self { node, config, options, share, .. } = self;
        let dialed = dial(&node.address, config, config.identify_for(options, buffer)).await?;
        let Dialed { mut connection, mut reader, writer, granted, round_trip } = dialed;
        node.connections.answered_within(round_trip);
        let connected = node.connections.enter();
        let subscribe = Command::Sub { topic: options.topic.clone(), channel: options.channel.clone() };
        let asked_at = now();
        // A connection that was just made takes it.
        let _ = connection.request(&subscribe, Request::Subscribe);
        answered(&mut connection, &mut reader, &writer, config.read_timeout()).await?;
        let now = now();
        node.connections.answered_within(now.duration_since(asked_at));
        let ceiling = u32::try_from(granted.max_rdy_count).ok().filter(|most| *most > 0).unwrap_or(MAX_READY_COUNT);
        let small = config.small_buffer();
        let large = if buffer == Buffer::Large { small * LARGER } else { 0 };
        let feed = Arc::new(Feed::new(FeedState {
            connection,
            writer: Arc::clone(&writer),
            ceiling,
            share: Arc::clone(share),
            flow: Flow::new(0, options.demand.clone(), large, now),
            load: Load::new(buffer, small, now),
            connections: Arc::clone(&node.connections),
            in_flight: FxHashMap::default(),
            message_timeout: u64::try_from(granted.msg_timeout).map_or(MAX_DELAY, Duration::from_millis),
            is_subscribed: true,
            is_retired: false,
            is_handing_over: false,
        }));
        Ok(Line { feed, reader, writer, connected })
    }

    /// Drives a connection until it is lost, or until another one has taken over, which it returns.
    async fn keep(self: &Arc<Self>, mut line: Line, retired: &mut Option<JoinHandle<()>>) -> Result<Line, Failure> {
        let mut driver = Driver::new(self, &mut line);
        let (next, ended) = loop {
            let buffer = match driver.drive().await {
                Ended::Outgrown(buffer) => buffer,
                ended => break (None, ended),
            };
            driver.put_off();
            // The last one that was replaced still has messages.
            if retired.as_ref().is_some_and(|task| !task.is_finished()) {
                continue;
            }
            let next = tokio::select! {
                biased;
                ended = driver.drive() => match ended {
                    Ended::Outgrown(_) => continue,
                    ended => break (None, ended),
                },
                next = self.connect(buffer) => next,
            };
            match next {
                Ok(next) => {
                    driver.retire(&next);
                    break (Some(next), driver.drive().await);
                }
                Err(failure) => {
                    let broker = &self.node.address;
                    tracing::debug!(%broker, ?buffer, "no connection with another buffer: {failure}");
                }
            }
        };
        match (ended, next) {
            (Ended::Lost(failure), None) => {
                line.close();
                Err(failure)
            }
            // What it had under way comes again.
            (Ended::Lost(_), Some(next)) => {
                line.close();
                Ok(next)
            }
            (Ended::Wanted, next) => {
                line.hang_up().await;
                if let Some(next) = next {
                    next.hang_up().await;
                }
                Err(Failure::Closed)
            }
            (Ended::Outgrown(_) | Ended::Retired, None) => Ok(line),
            (Ended::Outgrown(_) | Ended::Retired, Some(next)) => {
                self.inbox.enter();
                *retired = Some(tokio::spawn(Arc::clone(self).finish(line)));
                Ok(next)
            }
        }
    }

    /// Lets what was delivered through a connection be acknowledged there, and closes it.
    async fn finish(self: Arc<Self>, mut line: Line) {
        line.connected.replaced();
        match Driver::retired(&self, &mut line).drive().await {
            Ended::Wanted => line.hang_up().await,
            _ => line.close(),
        }
        // What it held, the other one may have.
        self.share.ring();
        self.inbox.leave();
    }
}

impl Line {
    /// Nothing can be acknowledged through it any more.
    fn close(&self) {
        if let Some(state) = self.feed.close() {
            state.share.release(state.in_flight.len());
        }
    }

    async fn hang_up(self) {
        self.close();
        hang_up(self.reader, self.writer).await;
    }
}

/// Waits until the broker has carried out SUB, and no longer than for a silent one.
async fn answered(
    connection: &mut Connection<Request>,
    reader: &mut Reader,
    writer: &Writer,
    longest: Duration,
) -> Result<(), Failure> {
    let (by, mut lives) = (Instant::now() + longest, false);
    loop {
        while flush(connection, writer)? == Flushed::Partly {
            poll_fn(|cx| writer.poll_writable(cx)).await?;
        }
        let filled = match timeout_at(by, reader.fill()).await {
            Ok(filled) => filled?,
            Err(_) if lives => {
                return Err(Failure::Lost("the broker did not answer SUB, although it lives".to_owned()));
            }
            Err(_) => return Err(Failure::Lost(format!("the broker was silent for {longest:?}"))),
        };
        if filled == 0 {
            return Err(Failure::Lost("the broker closed the connection".to_owned()));
        }
        lives = true;
        while let Some(event) = connection.receive(reader.input(), now()).map_err(DialError::from)? {
            match event {
                Event::Answered { .. } => return Ok(()),
                Event::Refused { error, .. } => return Err(Failure::Refused(error)),
                _ => {}
            }
        }
    }
}

/// A connection that lasted this long was a good one: the next may be tried soon.
const STABLE: Duration = Duration::from_secs(1);
