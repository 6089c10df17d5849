//! What comes to a session: replies, messages of streams, and what became of its publishes, each to who waits for it.

use std::{
    future::poll_fn,
    ops::ControlFlow,
    sync::{Arc, Weak},
    task::{Context, Poll},
};

use almanet_nsq::name::ChannelName;
use tokio::task::{AbortHandle, coop};
use tracing::{debug, warn};

use super::{peer, replies::Replies, streams::Streams};
use crate::{
    metrics::Counters,
    transport::{
        ConnectError, Delivery, PublishError, Sink, SubscribeError, SubscribeOptions, Subscription, Transport, Watcher,
        finish_all,
    },
    wire::{self, Id, Malformed, MalformedKind, REPLY_CHANNEL, ReplyTo},
};

/// How many replies may be on their way to a session without an acknowledgement, which is what nsqd allows at most.
const REPLIES_IN_FLIGHT: usize = 2_500;
/// How many of them are taken before others on their thread are let in.
const TOGETHER: usize = 64;

/// What the session's tasks hold, so that they do not keep the session alive.
#[derive(Debug, Default)]
pub(super) struct Intake {
    pub(super) replies: Replies,
    pub(super) streams: Streams,
    pub(super) counters: Counters,
}

/// Listens for what comes to the session of this id. When this returns, every broker that can be reached has confirmed
/// it; the tasks that go on with it end with the intake's session.
pub(super) async fn listen(
    id: Id,
    transport: &Arc<dyn Transport>,
) -> Result<(Arc<Intake>, [AbortHandle; 2]), ConnectError> {
    let topic = ReplyTo::Session(id).topic().expect("a session's replies have a topic");
    let channel = ChannelName::new(REPLY_CHANNEL).expect("the channel of replies is a name");
    let intake = Arc::new(Intake::default());
    let sink = Arc::new(ReplySink { intake: intake.clone(), transport: Arc::downgrade(transport) });
    let options =
        SubscribeOptions::new(topic, channel, REPLIES_IN_FLIGHT).demand(intake.replies.demand()).sink(sink.clone());
    let subscription = transport.subscribe(options).await.map_err(|error| match error {
        SubscribeError::Unreachable(text) => ConnectError::Unreachable(text),
        other => ConnectError::Refused(other.to_string()),
    })?;
    let reader = tokio::spawn(read_replies(sink, subscription));
    let watched = Watched(intake.clone());
    let watch = tokio::spawn(async move { watched.0.replies.watch().await });
    Ok((intake, [reader.abort_handle(), watch.abort_handle()]))
}

/// What is watched as long as the session's runtime runs: without it no deadline would be noticed.
struct Watched(Arc<Intake>);

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.replies.close();
        self.0.streams.close();
    }
}

/// Hands replies to the calls that wait for them. Only the id is read here; the rest is the waiting task's.
struct ReplySink {
    intake: Arc<Intake>,
    /// The transport holds this, and so must not be held.
    transport: Weak<dyn Transport>,
}

impl Sink for ReplySink {
    fn take(&self, deliveries: &mut Vec<Delivery>) {
        deliveries.iter().for_each(|delivery| self.take_reply(delivery));
        finish_all(&*deliveries);
        deliveries.clear();
    }
}

impl ReplySink {
    fn take_reply(&self, delivery: &Delivery) {
        let Self { intake, transport } = self;
        if let Some(oversized) = delivery.oversized {
            intake.counters.oversized.add();
            // Its beginning says which call it answers, as every known peer writes it.
            if let Ok(id) = wire::call_id_of(&delivery.body) {
                intake.streams.deliver(id, delivery);
                intake.replies.deliver_oversized(id, oversized);
            }
            return;
        }
        let body = &delivery.body;
        match wire::call_id_of(body) {
            // The call that opens a stream waits for the first of its messages.
            Ok(id) if intake.streams.deliver(id, delivery) => drop(intake.replies.deliver(id, body.clone())),
            Ok(id) if intake.replies.deliver(id, body.clone()) => {}
            Ok(id) => {
                intake.counters.unclaimed_replies.add();
                debug!(call = %id, "a reply came that nobody waits for any more");
                if let Some(transport) = transport.upgrade() {
                    peer::decline(delivery, &*transport);
                }
            }
            Err(error) => intake.counters.reject(&error, "reply"),
        }
    }
}

/// Takes replies from a transport that knows no sinks, and ends what waits for more when there are none.
async fn read_replies(sink: Arc<ReplySink>, mut subscription: Subscription) {
    let mut taken = Vec::new();
    while poll_fn(|cx| poll_replies(&sink, &mut subscription, &mut taken, cx)).await.is_continue() {
        // A flood of replies leaves room for those who wait for them.
        coop::consume_budget().await;
    }
    sink.intake.replies.close();
    sink.intake.streams.close();
}

/// Takes what came, a batch at most.
fn poll_replies(
    sink: &ReplySink,
    subscription: &mut Subscription,
    taken: &mut Vec<Delivery>,
    cx: &mut Context<'_>,
) -> Poll<ControlFlow<()>> {
    let next = subscription.poll_recv_all(TOGETHER, taken, cx);
    sink.take(taken);
    next
}

impl Watcher for Intake {
    fn ended(&self, tokens: &[u64], outcome: &Result<(), PublishError>) {
        // A call that was published waits for its reply, whether or not it knows.
        if let Err(error) = outcome {
            self.replies.fail(tokens, error);
        }
    }

    fn awaits_success(&self) -> bool {
        false
    }
}

impl Counters {
    /// Counts and reports a body that is not what it has to be.
    pub(crate) fn reject(&self, error: &Malformed, what: &'static str) {
        match error.kind {
            MalformedKind::BeforeVersion1 => self.before_version_1.add(),
            MalformedKind::ReplyTopic => self.refused_reply_topics.add(),
            _ => self.malformed.add(),
        }
        warn!(%error, what, "a message is not what it has to be, and was dropped");
    }
}
