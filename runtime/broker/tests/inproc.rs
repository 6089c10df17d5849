//! The broker inside the process, on a paused clock: time passes only while everything waits for it.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::{future::poll_fn, ops::ControlFlow, task::Poll, time::Duration};

use almanet_broker::{Broker, Delivery, NotInFlight, Options, Refusal, Subscriber, SubscriberOptions};
use almanet_nsq::name::{ChannelName, TopicName};
use bytes::Bytes;
use tokio::time::{Instant, advance};

const MINUTE: Duration = Duration::from_secs(60);

fn topic(name: &str) -> TopicName {
    name.parse().unwrap()
}

fn channel(name: &str) -> ChannelName {
    name.parse().unwrap()
}

fn subscribe(broker: &Broker, name: &str, ready: u32) -> Subscriber {
    broker.subscribe(&topic("t"), &channel(name), &SubscriberOptions::ready(ready)).unwrap()
}

fn publish(broker: &Broker, body: &'static str) {
    broker.publish(&topic("t"), Bytes::from_static(body.as_bytes()), None).unwrap();
}

async fn body(subscriber: &mut Subscriber) -> String {
    let delivery = subscriber.recv().await.unwrap();
    delivery.finish().unwrap();
    String::from_utf8(delivery.body.to_vec()).unwrap()
}

/// What is there now, without waiting.
async fn now(subscriber: &mut Subscriber) -> Option<Delivery> {
    let taken = poll_fn(|cx| match subscriber.poll_recv(cx) {
        Poll::Ready(delivery) => Poll::Ready(delivery),
        Poll::Pending => Poll::Ready(None),
    });
    let taken = taken.await;
    subscriber.stop_waiting();
    taken
}

#[tokio::test(start_paused = true)]
async fn a_topic_keeps_its_messages_for_the_first_channel_alone() {
    let broker = Broker::default();
    publish(&broker, "a");
    let mut first = subscribe(&broker, "one", 5);
    let mut second = subscribe(&broker, "two", 5);
    publish(&broker, "b");
    assert_eq!(body(&mut first).await, "a");
    assert_eq!(body(&mut first).await, "b");
    assert_eq!(body(&mut second).await, "b");
    assert!(now(&mut second).await.is_none());
}

/// What is there now, `limit` at most, and how the poll ended.
async fn all(subscriber: &mut Subscriber, limit: usize) -> (Vec<Delivery>, Poll<ControlFlow<()>>) {
    let mut taken = Vec::new();
    let ended = poll_fn(|cx| Poll::Ready(subscriber.poll_recv_all(limit, cx, |delivery| taken.push(delivery)))).await;
    (taken, ended)
}

#[tokio::test(start_paused = true)]
async fn what_is_there_is_taken_and_finished_together() {
    let broker = Broker::default();
    let mut subscriber = subscribe(&broker, "c", 3);
    let bodies = ["a", "b", "c", "d", "e"];
    bodies.iter().for_each(|body| publish(&broker, body));
    let (first, ended) = all(&mut subscriber, 2).await;
    assert_eq!((first.len(), ended), (2, Poll::Ready(ControlFlow::Continue(()))), "more may be there");
    let (second, ended) = all(&mut subscriber, 2).await;
    assert_eq!((second.len(), ended), (1, Poll::Pending), "no more than RDY");
    let taken: Vec<_> = first.iter().chain(&second).map(|delivery| &delivery.body[..]).collect();
    assert_eq!(taken, [b"a", b"b", b"c"]);

    let ids = [first[0].id, u64::MAX, second[0].id];
    assert_eq!(subscriber.control().finish_all(ids), [(u64::MAX, NotInFlight::Unknown)]);
    assert_eq!(first[0].finish(), Err(NotInFlight::Unknown));
    first[1].finish().unwrap();
    let (third, _) = all(&mut subscriber, 9).await;
    assert_eq!(third.len(), 2);
    subscriber.control().close();
    assert_eq!(all(&mut subscriber, 9).await.1, Poll::Ready(ControlFlow::Break(())));
}

#[tokio::test(start_paused = true)]
async fn who_takes_batches_is_woken_for_what_times_out_however_much_was_finished_before() {
    let broker = Broker::default();
    let mut subscriber = subscribe(&broker, "c", 500);
    for _ in 0..5 {
        (0..100).for_each(|_| publish(&broker, "done"));
        let (taken, _) = all(&mut subscriber, 500).await;
        subscriber.control().finish_all(taken.iter().map(|delivery| delivery.id));
        advance(Duration::from_secs(1)).await;
    }
    publish(&broker, "lost");
    let (lost, _) = all(&mut subscriber, 500).await;
    let taken_at = Instant::now();
    let again = subscriber.recv().await.unwrap();
    assert_eq!((again.id, again.attempts), (lost[0].id, 2));
    assert_eq!(taken_at.elapsed().as_secs(), MINUTE.as_secs());
}

#[tokio::test(start_paused = true)]
async fn ready_is_a_ceiling_and_lasts() {
    let broker = Broker::default();
    let mut subscriber = subscribe(&broker, "c", 2);
    for body in ["a", "b", "c", "d"] {
        publish(&broker, body);
    }
    let first = subscriber.recv().await.unwrap();
    let second = subscriber.recv().await.unwrap();
    assert!(now(&mut subscriber).await.is_none());
    first.finish().unwrap();
    let third = subscriber.recv().await.unwrap();
    assert_eq!(&third.body[..], b"c");
    second.finish().unwrap();
    subscriber.control().set_ready(0);
    third.finish().unwrap();
    assert!(now(&mut subscriber).await.is_none());
    subscriber.control().set_ready(1);
    assert_eq!(body(&mut subscriber).await, "d");
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_not_finished_comes_again_after_its_timeout() {
    let broker = Broker::default();
    let options = SubscriberOptions::ready(1).message_timeout(Duration::from_secs(5));
    let mut subscriber = broker.subscribe(&topic("t"), &channel("c"), &options).unwrap();
    publish(&broker, "a");
    let start = Instant::now();
    let first = subscriber.recv().await.unwrap();
    assert_eq!(first.attempts, 1);
    let second = subscriber.recv().await.unwrap();
    let waited = start.elapsed();
    assert!((Duration::from_secs(5)..Duration::from_millis(5_010)).contains(&waited), "{waited:?}");
    assert_eq!((second.attempts, second.id, second.timestamp_nanos), (2, first.id, first.timestamp_nanos));
    second.finish().unwrap();
    assert_eq!(first.finish(), Err(NotInFlight::Unknown));
}

#[tokio::test(start_paused = true)]
async fn another_subscriber_gets_what_timed_out_even_if_it_waited_before() {
    let broker = Broker::default();
    let mut busy = subscribe(&broker, "c", 1);
    let mut idle = subscribe(&broker, "c", 1);
    publish(&broker, "a");
    let taken = busy.recv().await.unwrap();
    let waiting = tokio::spawn(async move { idle.recv().await.unwrap() });
    tokio::task::yield_now().await;
    // The first one asks no more: only the second can notice that the time is over.
    let start = Instant::now();
    let again = waiting.await.unwrap();
    assert!(start.elapsed() >= MINUTE - Duration::from_millis(1));
    assert_eq!((again.id, again.attempts), (taken.id, 2));
    assert_eq!(taken.finish(), Err(NotInFlight::NotOwner));
}

#[tokio::test(start_paused = true)]
async fn who_waits_learns_of_a_time_that_was_set_later() {
    let broker = Broker::default();
    let mut busy = subscribe(&broker, "c", 1);
    let mut idle = subscribe(&broker, "c", 1);
    let idle = tokio::spawn(async move { idle.recv().await.unwrap() });
    tokio::task::yield_now().await;
    // Nothing is in flight yet, so that the one that waits has no time to watch. Then a deferred message comes.
    let start = Instant::now();
    broker.publish(&topic("t"), Bytes::from_static(b"late"), Some(Duration::from_secs(7))).unwrap();
    assert!(now(&mut busy).await.is_none());
    assert_eq!(&idle.await.unwrap().body[..], b"late");
    assert!(start.elapsed() >= Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn touch_reaches_fifteen_minutes_after_the_delivery() {
    let broker = Broker::default();
    let mut subscriber = subscribe(&broker, "c", 1);
    publish(&broker, "a");
    let start = Instant::now();
    let delivery = subscriber.recv().await.unwrap();
    let toucher = tokio::spawn(async move {
        loop {
            tokio::time::sleep(MINUTE / 2).await;
            if delivery.touch().is_err() {
                return Instant::now();
            }
        }
    });
    let again = subscriber.recv().await.unwrap();
    assert_eq!(again.attempts, 2);
    let held = start.elapsed();
    assert!((15 * MINUTE..15 * MINUTE + Duration::from_millis(10)).contains(&held), "{held:?}");
    // It is in flight to the same subscriber again, so that the next touch still finds it.
    again.finish().unwrap();
    assert!(toucher.await.unwrap() >= start + 15 * MINUTE);
}

#[tokio::test(start_paused = true)]
async fn requeued_messages_come_at_once_or_after_their_delay() {
    let broker = Broker::default();
    let mut subscriber = subscribe(&broker, "c", 1);
    publish(&broker, "a");
    publish(&broker, "b");
    subscriber.recv().await.unwrap().requeue(Duration::ZERO).unwrap();
    let b = subscriber.recv().await.unwrap();
    assert_eq!(&b.body[..], b"b");
    let start = Instant::now();
    b.requeue(Duration::from_secs(30)).unwrap();
    let a = subscriber.recv().await.unwrap();
    assert_eq!((&a.body[..], a.attempts, start.elapsed()), (&b"a"[..], 2, Duration::ZERO));
    a.finish().unwrap();
    let b = subscriber.recv().await.unwrap();
    assert_eq!((&b.body[..], b.attempts), (&b"b"[..], 2));
    assert!(start.elapsed() >= Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn a_delay_begins_when_a_channel_takes_the_message() {
    let broker = Broker::default();
    broker.publish(&topic("t"), Bytes::from_static(b"a"), Some(MINUTE)).unwrap();
    advance(10 * MINUTE).await;
    let start = Instant::now();
    let mut subscriber = subscribe(&broker, "c", 1);
    assert_eq!(body(&mut subscriber).await, "a");
    assert!(start.elapsed() >= MINUTE);
}

#[tokio::test(start_paused = true)]
async fn a_closed_stream_ends_and_its_messages_can_still_be_finished() {
    let broker = Broker::default();
    let mut subscriber = subscribe(&broker, "c", 2);
    publish(&broker, "a");
    publish(&broker, "b");
    let a = subscriber.recv().await.unwrap();
    subscriber.control().close();
    subscriber.control().set_ready(5);
    assert!(subscriber.recv().await.is_none());
    a.finish().unwrap();
    assert_eq!(body(&mut subscribe(&broker, "c", 1)).await, "b");
}

#[tokio::test(start_paused = true)]
async fn whoever_no_longer_waits_passes_a_message_on() {
    let broker = Broker::default();
    let mut first = subscribe(&broker, "c", 1);
    let mut second = subscribe(&broker, "c", 1);
    let mut waiting = Box::pin(first.recv());
    assert!(poll_fn(|cx| Poll::Ready(waiting.as_mut().poll(cx).is_pending())).await);
    let second = tokio::spawn(async move { second.recv().await.unwrap() });
    tokio::task::yield_now().await;
    // The first one waited longest and is woken, but never asks.
    publish(&broker, "a");
    drop(waiting);
    assert_eq!(&second.await.unwrap().body[..], b"a");
}

#[tokio::test(start_paused = true)]
async fn what_a_subscriber_left_unfinished_comes_back() {
    let broker = Broker::default();
    let mut first = subscribe(&broker, "c", 1);
    publish(&broker, "a");
    publish(&broker, "b");
    let taken = first.recv().await.unwrap();
    first.control().set_ready(2);
    let other = first.recv().await.unwrap();
    drop(first);
    // Inside the process there is no connection that could be gone: who has the message can still finish it.
    other.finish().unwrap();
    let start = Instant::now();
    let mut second = subscribe(&broker, "c", 1);
    let again = second.recv().await.unwrap();
    assert_eq!((again.id, again.attempts), (taken.id, 2));
    assert!(start.elapsed() >= MINUTE - Duration::from_millis(1));
}

#[tokio::test(start_paused = true)]
async fn an_ephemeral_channel_drops_past_its_depth_and_dies_with_its_last_subscriber() {
    let mut options = Options::default();
    options.ephemeral_depth = 2;
    let broker = Broker::new(options);
    let mut ephemeral = subscribe(&broker, "c#ephemeral", 1);
    let mut lasting = subscribe(&broker, "d", 1);
    for body in ["a", "b", "c"] {
        publish(&broker, body);
    }
    for expected in ["a", "b", "c"] {
        assert_eq!(body(&mut lasting).await, expected);
    }
    assert_eq!(body(&mut ephemeral).await, "a");
    let second = subscribe(&broker, "c#ephemeral", 0);
    drop(ephemeral);
    let mut third = subscribe(&broker, "c#ephemeral", 1);
    drop(second);
    assert_eq!(body(&mut third).await, "b");
    assert!(now(&mut third).await.is_none());
    publish(&broker, "e");
    drop(third);
    assert!(now(&mut subscribe(&broker, "c#ephemeral", 1)).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn an_ephemeral_topic_dies_with_its_last_channel() {
    let broker = Broker::default();
    let name = topic("t#ephemeral");
    let listen =
        |channel: &str| broker.subscribe(&name, &channel.parse().unwrap(), &SubscriberOptions::ready(1)).unwrap();
    broker.publish(&name, Bytes::from_static(b"a"), None).unwrap();
    let mut first = listen("c#ephemeral");
    assert_eq!(body(&mut first).await, "a");
    broker.publish(&name, Bytes::from_static(b"b"), None).unwrap();
    drop(first);
    assert_eq!(format!("{broker:?}"), "Broker { topics: 0, .. }");
    broker.publish(&name, Bytes::from_static(b"c"), None).unwrap();
    assert_eq!(body(&mut listen("c#ephemeral")).await, "c");
}

#[tokio::test(start_paused = true)]
async fn nothing_grows_without_bound() {
    let mut options = Options::default();
    options.max_channel_messages = 3;
    options.max_topics = 2;
    options.max_memory = 4_000;
    options.max_message_size = 3_000;
    let broker = Broker::new(options);
    let body = Bytes::from_static(b"x");
    let t = topic("t");
    let mut subscriber = subscribe(&broker, "c", 1);
    broker.publish_many(&t, &[body.clone(), body.clone()]).unwrap();
    let full = broker.publish_many(&t, &[body.clone(), body.clone()]).unwrap_err();
    assert_eq!(full, Refusal::Full { place: "channel t:c".into(), limit: 3 });
    broker.publish(&t, body.clone(), Some(MINUTE)).unwrap();
    assert!(broker.publish(&t, body.clone(), None).is_err());
    // What is in flight counts until it is finished.
    let taken = subscriber.recv().await.unwrap();
    assert!(broker.publish(&t, body.clone(), None).is_err());
    taken.finish().unwrap();
    broker.publish(&t, body.clone(), None).unwrap();

    let big = Bytes::from(vec![b'x'; 3_000]);
    broker.publish(&topic("u"), big.clone(), None).unwrap();
    assert_eq!(broker.publish(&topic("u"), big, None), Err(Refusal::OutOfMemory { limit: 4_000 }));
    assert_eq!(broker.publish(&topic("v"), body, None), Err(Refusal::TooMany { what: "topics", limit: 2 }));
    assert_eq!(broker.publish(&t, Bytes::new(), None), Err(Refusal::EmptyBody));
    let long = Bytes::from(vec![b'x'; 3_001]);
    assert_eq!(broker.publish(&t, long, None), Err(Refusal::TooBig { size: 3_001, limit: 3_000 }));
    let delay = Duration::from_secs(3_601);
    let refused = broker.publish(&t, Bytes::from_static(b"x"), Some(delay)).unwrap_err();
    assert!(matches!(refused, Refusal::DelayTooLong { .. }));
}

#[tokio::test(start_paused = true)]
async fn memory_is_given_back_on_every_way_out() {
    let mut options = Options::default();
    options.max_memory = 10_000;
    options.ephemeral_depth = 1;
    let broker = Broker::new(options);
    let body = || Bytes::from(vec![b'x'; 9_000]);
    for round in 0..10 {
        let name = if round % 2 == 0 { topic("t#ephemeral") } else { topic("u") };
        let channel = channel("c#ephemeral");
        let mut subscriber = broker.subscribe(&name, &channel, &SubscriberOptions::ready(1)).unwrap();
        broker.publish(&name, body(), None).unwrap();
        assert!(matches!(broker.publish(&name, body(), None), Err(Refusal::OutOfMemory { .. })));
        match round % 5 {
            0 => drop(subscriber),
            1 => subscriber.recv().await.unwrap().finish().unwrap(),
            2 => drop(subscriber.recv().await.unwrap()),
            3 => subscriber.recv().await.unwrap().requeue(MINUTE).unwrap(),
            _ => subscriber.recv().await.unwrap().requeue(Duration::ZERO).unwrap(),
        }
    }
    // Dropped by an ephemeral channel that is full.
    let mut options = Options::default();
    options.max_memory = 500;
    options.ephemeral_depth = 1;
    let broker = Broker::new(options);
    let _subscriber = subscribe(&broker, "c#ephemeral", 0);
    for _ in 0..100 {
        publish(&broker, "a");
    }
}

#[tokio::test(start_paused = true)]
async fn a_sampling_subscriber_throws_messages_away() {
    let broker = Broker::default();
    let options = SubscriberOptions::ready(1_000).sample_rate(1);
    let mut subscriber = broker.subscribe(&topic("t"), &channel("c"), &options).unwrap();
    for _ in 0..1_000 {
        publish(&broker, "a");
    }
    let mut seen = 0;
    while now(&mut subscriber).await.is_some() {
        seen += 1;
    }
    // 2 % of them: that all came or none of a thousand is out of reach.
    assert!((1..500).contains(&seen), "{seen}");
}

#[tokio::test]
async fn a_consumer_that_never_runs_dry_leaves_others_their_turn() {
    let broker = Broker::default();
    let mut subscriber = subscribe(&broker, "c", 1);
    publish(&broker, "a");
    let endless = tokio::spawn(async move {
        while let Some(delivery) = subscriber.recv().await {
            delivery.requeue(Duration::ZERO).unwrap();
        }
    });
    tokio::task::yield_now().await;
    // Here only if the other task yields, too.
    endless.abort();
    assert!(endless.await.unwrap_err().is_cancelled());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_message_comes_once_where_many_publish_and_many_receive() {
    const EACH: u32 = 2_000;
    let broker = Broker::default();
    let mut receivers = Vec::new();
    let (seen, mut all) = tokio::sync::mpsc::unbounded_channel();
    for _ in 0..4 {
        let mut subscriber = subscribe(&broker, "c", 8);
        let seen = seen.clone();
        receivers.push(tokio::spawn(async move {
            while let Some(delivery) = subscriber.recv().await {
                delivery.finish().unwrap();
                seen.send(delivery.body).unwrap();
            }
        }));
    }
    for publisher in 0..4_u32 {
        let broker = broker.clone();
        tokio::spawn(async move {
            for number in 0..EACH {
                let body = Bytes::from(format!("{publisher}-{number}"));
                broker.publish(&topic("t"), body, None).unwrap();
                if number % 64 == 0 {
                    tokio::task::yield_now().await;
                }
            }
        });
    }
    let mut bodies = std::collections::HashSet::new();
    for _ in 0..4 * EACH {
        assert!(bodies.insert(all.recv().await.unwrap()));
    }
    for receiver in receivers {
        receiver.abort();
    }
}
