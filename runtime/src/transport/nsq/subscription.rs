//! A subscription over all brokers, as they come and go.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use tokio::{
    sync::{oneshot, watch},
    time::sleep_until,
};

use super::{
    alarm::now,
    config::NsqConfig,
    consumer::Consumer,
    failure::Failure,
    inbox::{self, Inbox},
    line::{Subscriber, Wish},
    nodes::{Follower, Gate, Node, Nodes},
    rdy::{Distribution, Share},
};
use crate::{
    sync::Said,
    transport::{
        broker::{BrokerId, Route},
        delivery::Delivery,
        net::Address,
        subscribe::{Limit, Source, SubscribeError, SubscribeOptions},
    },
};

/// What the holder of a subscription polls. Dropping it gives back what was not handed out.
pub(super) struct Merged {
    inbox: Arc<Inbox>,
    taken: VecDeque<Delivery>,
    wish: watch::Sender<Wish>,
}

impl Source for Merged {
    fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<Delivery>> {
        loop {
            if let Some(delivery) = self.taken.pop_front() {
                return Poll::Ready(Some(delivery));
            }
            match self.inbox.poll_take(cx, &mut self.taken) {
                Poll::Ready(true) => {}
                Poll::Ready(false) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    fn stop(&mut self) {
        raise(&self.wish, Wish::Stop);
    }
}

impl Drop for Merged {
    fn drop(&mut self) {
        self.inbox.put_back(&mut self.taken);
        raise(&self.wish, Wish::End);
    }
}

fn raise(wish: &watch::Sender<Wish>, to: Wish) {
    wish.send_if_modified(|wish| {
        let is_more = to > *wish;
        *wish = (*wish).max(to);
        is_more
    });
}

/// Subscribes at every broker, and waits for the first attempt of each; of those that are down only where no other one
/// succeeds. Dropping the future unsubscribes.
pub(super) async fn subscribe(
    nodes: &Arc<Nodes>,
    config: Arc<NsqConfig>,
    options: SubscribeOptions,
    closing: Said<()>,
) -> Result<Merged, SubscribeError> {
    let inbox = Arc::new(Inbox::new(options.max_in_flight.max(1)));
    let merged = Merged { inbox: Arc::clone(&inbox), taken: VecDeque::new(), wish: watch::Sender::new(Wish::Run) };
    let mut manager = Manager {
        config,
        limit: options.limit.clone().unwrap_or_default(),
        options,
        source: Some(inbox.enter()),
        inbox,
        follower: nodes.follow(),
        consumers: BTreeMap::new(),
        leaving: Vec::new(),
        shares: Distribution::default(),
    };
    let attempts = manager.begin();
    tokio::spawn(manager.run(merged.wish.subscribe(), closing));
    let (mut reasons, mut is_any_up) = (Vec::new(), false);
    for First { address, is_down, outcome } in attempts {
        if is_down && is_any_up {
            break;
        }
        match outcome.await.unwrap_or(Err(Failure::Closed)) {
            Ok(()) => is_any_up = true,
            Err(Failure::Refused(error)) => {
                return Err(SubscribeError::Refused {
                    code: error.code_text().to_owned(),
                    text: error.detail().to_owned(),
                });
            }
            Err(Failure::Closed) => return Err(SubscribeError::Closed),
            Err(failure) => reasons.push(format!("{address}: {failure}")),
        }
    }
    match is_any_up {
        true => Ok(merged),
        false if reasons.is_empty() => Err(SubscribeError::Unreachable("none is known".to_owned())),
        false => Err(SubscribeError::Unreachable(reasons.join("; "))),
    }
}

/// What steers a consumer.
struct Control {
    wish: watch::Sender<Wish>,
    share: Arc<Share>,
}

impl Control {
    fn raise(&self, to: Wish) {
        raise(&self.wish, to);
        self.share.ring();
    }
}

/// A broker's first attempt to subscribe.
struct First {
    address: Address,
    is_down: bool,
    outcome: Attempt,
}

/// What comes of it.
type Attempt = oneshot::Receiver<Result<(), Failure>>;

/// Keeps one consumer for each broker, and shares out what may be in flight.
struct Manager {
    config: Arc<NsqConfig>,
    options: SubscribeOptions,
    limit: Limit,
    inbox: Arc<Inbox>,
    /// As long as brokers that appear are subscribed to.
    source: Option<inbox::Source>,
    follower: Follower,
    consumers: BTreeMap<BrokerId, Control>,
    /// Those of brokers that are gone, until they have ended.
    leaving: Vec<Control>,
    shares: Distribution,
}

impl Manager {
    /// Those that are down come last.
    fn begin(&mut self) -> Vec<First> {
        let nodes = self.follower.begin();
        let mut attempts: Vec<_> = nodes
            .into_iter()
            .filter_map(|(node, gate)| {
                let (address, is_down) = (node.address.clone(), gate.is_closed());
                self.start(node, gate).map(|outcome| First { address, is_down, outcome })
            })
            .collect();
        attempts.sort_by_key(|attempt| attempt.is_down);
        self.share_out();
        attempts
    }

    /// Subscribes at one broker, where the subscription is for it.
    fn start(&mut self, node: Arc<Node>, gate: Gate) -> Option<Attempt> {
        let is_wanted = match self.options.at {
            Route::Any => true,
            Route::Broker(id) => id == node.id,
        };
        if !is_wanted {
            return None;
        }
        let (wish, wished) = watch::channel(Wish::Run);
        let (first, attempt) = oneshot::channel();
        let source = Mutex::new(Some(self.inbox.enter()));
        let share = self.shares.join(node.id, now());
        self.consumers.insert(node.id, Control { wish, share: Arc::clone(&share) });
        let subscriber = Subscriber {
            share,
            node,
            config: Arc::clone(&self.config),
            options: self.options.clone(),
            inbox: Arc::clone(&self.inbox),
            source,
            wish: wished,
        };
        let consumer = Consumer { subscriber: Arc::new(subscriber), gate };
        tokio::spawn(consumer.run(first));
        Some(attempt)
    }

    fn share_out(&mut self) -> Option<std::time::Instant> {
        self.shares.update(self.options.max_in_flight.min(self.limit.get()), now())
    }

    async fn run(mut self, mut wish: watch::Receiver<Wish>, closing: Said<()>) {
        let (released, mut limited) = (self.shares.released(), self.limit.changes());
        loop {
            let look_again = self.share_out();
            tokio::select! {
                biased;
                changed = wish.changed() => {
                    // Without its holder a subscription has ended.
                    let wish = if changed.is_ok() { *wish.borrow_and_update() } else { Wish::End };
                    self.consumers.values().for_each(|consumer| consumer.raise(wish));
                    self.source = None;
                    if wish == Wish::End {
                        break;
                    }
                }
                // The transport's end is the subscription's end.
                () = closing.heard() => break,
                () = self.follower.changed() => self.follow(*wish.borrow()),
                () = released.notified() => {}
                () = limited.changed() => {}
                () = sleep_until(look_again.unwrap_or_else(now).into()), if look_again.is_some() => {}
            }
        }
        self.consumers.values().for_each(|consumer| consumer.raise(Wish::End));
        // As long as a consumer lives it listens.
        for consumer in self.consumers.values().chain(&self.leaving) {
            consumer.wish.closed().await;
        }
    }

    fn follow(&mut self, wish: Wish) {
        let changes = self.follower.changes();
        for broker in changes.gone {
            self.shares.leave(broker);
            if let Some(consumer) = self.consumers.remove(&broker) {
                consumer.raise(Wish::End);
                self.leaving.push(consumer);
            }
        }
        self.leaving.retain(|consumer| !consumer.wish.is_closed());
        for (node, gate) in changes.appeared {
            // One that is asked to stop takes no new messages, wherever they are.
            if wish == Wish::Run {
                self.start(node, gate);
            }
        }
    }
}
