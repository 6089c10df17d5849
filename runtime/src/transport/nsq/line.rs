//! A connection that is subscribed: how it comes about and how it ends.

use std::{
    future::poll_fn,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use almanet_nsq::{
    command::Command,
    connection::{Connection, Event},
    limits::{MAX_DELAY, MAX_READY_COUNT},
    message::Oversized,
};
use rustc_hash::FxHashMap;
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use super::{
    alarm::now,
    config::NsqConfig,
    connections::Connected,
    dial::{DialError, Dialed, dial},
    failure::Failure,
    feed::{Feed, FeedState, Request},
    flow::Flow,
    inbox::{Inbox, Source},
    io::{Flushed, Reader, flush, hang_up},
    load::{Buffer, LARGER, Load},
    nodes::Node,
    rdy::Share,
};
use crate::transport::{net::Writer, subscribe::SubscribeOptions};

/// What the subscription's holder wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wish {
    Run,
    /// No new messages; those under way are still handed out and acknowledged.
    Stop,
    /// Everything back to the broker, and the connection closed.
    End,
}

/// What every connection of it goes by.
pub(super) struct Subscriber {
    pub(super) node: Arc<Node>,
    pub(super) config: Arc<NsqConfig>,
    pub(super) options: SubscribeOptions,
    /// Most messages in flight at this broker.
    pub(super) share: Arc<Share>,
    pub(super) inbox: Arc<Inbox>,
    /// Until nothing comes from this broker any more.
    pub(super) source: Mutex<Option<Source>>,
    pub(super) wish: watch::Receiver<Wish>,
}

/// A connection that is subscribed. Nothing comes before it is driven.
pub(super) struct Line {
    pub(super) feed: Arc<Feed>,
    pub(super) reader: Reader,
    pub(super) writer: Arc<Writer>,
    pub(super) connected: Connected,
}

impl Subscriber {
    /// Nothing comes from this broker any more.
    pub(super) fn leave(&self) {
        self.source.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Says that a message came whose body is not taken.
    pub(super) fn report(&self, &Oversized { id, attempts, size, limit, .. }: &Oversized) {
        let SubscribeOptions { topic, channel, .. } = &self.options;
        tracing::error!(
            broker = %self.node.address, %topic, %channel, %id, attempts, size, limit,
            "a message is larger than what is taken here: raise `max_msg_size=` in the broker's URL, or publish less"
        );
    }

    /// Connects and subscribes, unless nobody wants it any more.
    pub(super) async fn connect(&self, buffer: Buffer) -> Result<Line, Failure> {
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
            broker: node.id,
            in_flight: FxHashMap::default(),
            message_timeout: u64::try_from(granted.msg_timeout).map_or(MAX_DELAY, Duration::from_millis),
            is_subscribed: true,
            is_retired: false,
            is_handing_over: false,
        }));
        Ok(Line { feed, reader, writer, connected })
    }
}

impl Line {
    /// Nothing can be acknowledged through it any more.
    pub(super) fn close(&self) {
        if let Some(state) = self.feed.close() {
            state.share.release(state.in_flight.len());
        }
    }

    /// Closes it so that the broker still reads what was said.
    pub(super) async fn hang_up(self) {
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
