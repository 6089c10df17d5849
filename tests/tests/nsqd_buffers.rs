//! What a lasting load changes about the connections to a real nsqd.
#![cfg(feature = "nsqd")]

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use almanet_nsq::name::TopicName;
use almanet_runtime::transport::{self, Delivery, Route, SubscribeOptions, Subscription, Transport};
use almanet_tests::nsqd::Nsqd;
use serde_json::Value;

/// How many messages wait.
const WAITING: usize = 2_000;
const LONGEST: Duration = Duration::from_secs(60);

fn orders() -> TopicName {
    "orders".parse().expect("a topic")
}

fn channel(nsqd: &Nsqd) -> Value {
    nsqd.stats("orders")["topics"][0]["channels"][0].clone()
}

/// Who is connected to the channel.
fn clients(nsqd: &Nsqd) -> HashSet<String> {
    let clients = channel(nsqd)["clients"].as_array().cloned().unwrap_or_default();
    clients.iter().map(|client| client["remote_address"].to_string()).collect()
}

async fn publish(transport: &dyn Transport, number: usize) {
    let body = format!("{number:01000}");
    transport.publish(Route::Any, &orders(), body.into(), None).await.expect("published");
}

async fn next(subscription: &mut Subscription) -> (usize, Delivery) {
    let delivery = tokio::time::timeout(LONGEST, subscription.recv()).await.expect("in time").expect("not ended");
    let number = std::str::from_utf8(&delivery.body).expect("digits").parse().expect("a number");
    assert_eq!(delivery.attempts, 1, "{number}");
    (number, delivery)
}

#[tokio::test]
async fn a_lasting_load_moves_to_another_connection_and_every_message_comes_once() {
    let nsqd = Nsqd::start();
    let transport = transport::open(&nsqd.url()).await.expect("nsqd is there");
    let options = SubscribeOptions::new(orders(), "kitchen".parse().expect("a channel"), 200);
    let mut subscription = transport.subscribe(options).await.expect("subscribed");
    publish(&*transport, 0).await;
    let (_, slow) = next(&mut subscription).await;
    let before = clients(&nsqd);
    assert_eq!(before.len(), 1);

    for number in 1..=WAITING {
        publish(&*transport, number).await;
    }
    let (mut published, mut seen, began) = (WAITING, HashSet::new(), Instant::now());
    while clients(&nsqd).is_subset(&before) {
        assert!(began.elapsed() < LONGEST, "no other connection");
        for _ in 0..500 {
            published += 1;
            publish(&*transport, published).await;
            let (number, delivery) = next(&mut subscription).await;
            assert!(seen.insert(number), "{number} came twice");
            delivery.finish();
        }
    }
    while seen.len() < published {
        let (number, delivery) = next(&mut subscription).await;
        assert!(seen.insert(number), "{number} came twice");
        delivery.finish();
    }
    assert!(clients(&nsqd).is_superset(&before), "what it delivered is not acknowledged");
    slow.finish();
    let began = Instant::now();
    while !clients(&nsqd).is_disjoint(&before) || channel(&nsqd)["in_flight_count"] != 0 {
        assert!(began.elapsed() < LONGEST, "{}", channel(&nsqd));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let left = channel(&nsqd);
    assert_eq!([&left["depth"], &left["requeue_count"], &left["timeout_count"]], [&0, &0, &0], "{left}");
    transport.close().await;
}
