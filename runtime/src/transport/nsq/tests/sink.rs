//! Deliveries that are handed over as they are read, and when they are acknowledged.

use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::*;
use crate::transport::{
    Demand, Sink, finish_all,
    nsq::played::{Played, Seen, What, id},
};

/// Finishes what it takes, and tells the bodies.
struct Taking(UnboundedSender<Bytes>);

impl Sink for Taking {
    fn take(&self, deliveries: &mut Vec<Delivery>) {
        finish_all(&*deliveries);
        deliveries.drain(..).for_each(|delivery| self.0.send(delivery.body).unwrap());
    }
}

/// A caller's subscription to its replies.
struct Replies {
    played: Played,
    transport: Nsq,
    connection: usize,
    demand: Demand,
    taken: UnboundedReceiver<Bytes>,
    _subscription: Subscription,
}

impl Replies {
    async fn subscribed() -> Self {
        let mut played = Played::new();
        let transport = played.connect("nsq://a").await.unwrap();
        let (demand, (sender, taken)) = (Demand::default(), unbounded_channel());
        let options = SubscribeOptions::new("t".parse().unwrap(), "c".parse().unwrap(), 100)
            .demand(demand.clone())
            .sink(Arc::new(Taking(sender)));
        let subscription = transport.subscribe(options).await.unwrap();
        let connection = played.subscribed("a").await;
        Self { played, transport, connection, demand, taken, _subscription: subscription }
    }

    /// Delivers one, and waits until it was taken. Says when.
    async fn deliver(&mut self, number: u8) -> Duration {
        self.played.deliver(self.connection, number, "reply");
        assert_eq!(self.taken.recv().await.unwrap(), "reply");
        self.played.now()
    }

    /// The next publish or acknowledgement.
    async fn said(&mut self) -> Seen {
        let is_said = |seen: &Seen| matches!(seen.what, What::Sent(Command::Pub { .. } | Command::Fin(_)));
        self.played.until(is_said).await
    }
}

fn finished(number: u8) -> What {
    What::Sent(Command::Fin(id(number)))
}

#[tokio::test(start_paused = true)]
async fn the_last_reply_is_acknowledged_after_the_next_call_is_written() {
    let mut replies = Replies::subscribed().await;
    for number in 1..10 {
        let at = replies.deliver(number).await;
        replies.demand.add();
        let publish = replies.transport.publish(Route::Any, &"call".parse().unwrap(), "x".into(), None);
        let (call, acknowledgement) = (replies.said().await, replies.said().await);
        assert!(matches!(call.what, What::Sent(Command::Pub { .. })), "{call:?}");
        assert_eq!((acknowledgement.what, acknowledgement.at), (finished(number), at));
        publish.await.unwrap();
        replies.demand.remove();
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_reply_is_acknowledged_soon_where_no_call_follows() {
    let mut replies = Replies::subscribed().await;
    let at = replies.deliver(1).await;
    let acknowledgement = replies.said().await;
    assert_eq!(acknowledgement.what, finished(1));
    assert!(acknowledgement.at - at <= Duration::from_millis(2), "{:?}", acknowledgement.at - at);
}

#[tokio::test(start_paused = true)]
async fn a_reply_is_acknowledged_at_once_while_others_are_waited_for() {
    let mut replies = Replies::subscribed().await;
    replies.demand.add();
    let at = replies.deliver(1).await;
    let acknowledgement = replies.said().await;
    assert_eq!((acknowledgement.what, acknowledgement.at), (finished(1), at));
}
