//! One subscription at one broker: connects, subscribes, takes deliveries, and starts again where the connection is
//! lost.

use std::{sync::Arc, time::Duration};

use almanet_nsq::{
    command::Command,
    error::BrokerError,
    limits::{MAX_DELAY, MAX_READY_COUNT},
};
use rustc_hash::FxHashMap;
use tokio::{
    sync::{oneshot, watch},
    time::sleep,
};

use super::{
    backoff::Backoff,
    config::NsqConfig,
    dial::{DialError, Dialed, dial, hang_up, now},
    drive::{Driver, Ended},
    feed::{Feed, FeedState, Request},
    flow::Flow,
    inbox::Inbox,
    nodes::{Gate, Node},
    rdy::Share,
};
use crate::transport::SubscribeOptions;

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
        let Dialed { connection, mut reader, writer, granted, round_trip } = match dialed {
            Ok(dialed) => dialed,
            Err(error) => return error.into(),
        };
        let ceiling = u32::try_from(granted.max_rdy_count).ok().filter(|most| *most > 0).unwrap_or(MAX_READY_COUNT);
        self.node.connections.answered_within(round_trip);
        let _connected = self.node.connections.enter();
        let feed = Arc::new(Feed::new(FeedState {
            connection,
            writer: Arc::clone(&writer),
            ceiling,
            share: Arc::clone(&self.share),
            flow: Flow::new(0, self.options.demand.clone(), now()),
            connections: Arc::clone(&self.node.connections),
            in_flight: FxHashMap::default(),
            message_timeout: u64::try_from(granted.msg_timeout).map_or(MAX_DELAY, Duration::from_millis),
            is_subscribed: false,
            is_handing_over: false,
        }));
        let subscribe = Command::Sub { topic: self.options.topic.clone(), channel: self.options.channel.clone() };
        feed.with(|state| state.connection.request(&subscribe, Request::Subscribe(now())));
        let ended = Driver::new(self, &feed, &mut reader, &writer, first).drive().await;
        if let Some(state) = feed.close() {
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
}

/// A connection that lasted this long was a good one: the next may be tried soon.
const STABLE: Duration = Duration::from_secs(1);
