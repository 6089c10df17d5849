//! A subscription over all brokers.

use std::{
    collections::VecDeque,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::sync::{oneshot, watch};

use super::{
    config::NsqConfig,
    consumer::{Consumer, Failure, Wish},
    inbox::Inbox,
};
use crate::transport::{BrokerId, Delivery, Source, SubscribeError, SubscribeOptions};

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

/// Subscribes at every broker, and waits for the first attempt of each. Dropping the future unsubscribes.
pub(super) async fn subscribe(
    config: Arc<NsqConfig>,
    options: SubscribeOptions,
    mut closing: watch::Receiver<bool>,
) -> Result<Merged, SubscribeError> {
    let brokers = config.addresses.len();
    let share = (options.max_in_flight / brokers).max(1);
    let inbox = Arc::new(Inbox::new(brokers, options.max_in_flight.max(1)));
    let merged = Merged { inbox: Arc::clone(&inbox), taken: VecDeque::new(), wish: watch::Sender::new(Wish::Run) };
    let mut attempts = Vec::with_capacity(brokers);
    for (id, address) in (0..).map(BrokerId).zip(&config.addresses) {
        let consumer = Consumer {
            broker: id,
            address: address.clone(),
            config: Arc::clone(&config),
            options: options.clone(),
            share,
            inbox: Arc::clone(&inbox),
            wish: merged.wish.subscribe(),
        };
        let (first, outcome) = oneshot::channel();
        tokio::spawn(consumer.run(first));
        attempts.push((address, outcome));
    }
    let wish = merged.wish.clone();
    tokio::spawn(async move {
        // The transport's end is the subscription's end; without its holder it has ended already.
        tokio::select! {
            _ = closing.wait_for(|is_closing| *is_closing) => raise(&wish, Wish::End),
            () = wish.closed() => {}
        }
    });
    let (mut reasons, mut is_any_up) = (Vec::new(), false);
    for (address, outcome) in attempts {
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
    if is_any_up { Ok(merged) } else { Err(SubscribeError::Unreachable(reasons.join("; "))) }
}
