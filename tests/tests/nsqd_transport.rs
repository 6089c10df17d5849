//! The NSQ transport against real nsqds.
#![cfg(feature = "nsqd")]

use std::time::Duration;

use almanet_nsq::name::{ChannelName, TopicName};
use almanet_runtime::transport::{
    ConnectError, Delivery, PublishError, Route, SubscribeError, SubscribeOptions, Subscription, Transport,
    nsq::{Nsq, NsqConfig},
};
use almanet_tests::nsqd::Nsqd;
use bytes::Bytes;

async fn connect(nsqds: &[&Nsqd], query: &str) -> Nsq {
    let addresses: Vec<_> = nsqds.iter().map(|nsqd| nsqd.tcp_address().to_string()).collect();
    let url = format!("nsq://{}{query}", addresses.join(","));
    Nsq::connect(url.parse::<NsqConfig>().expect("a URL")).await.expect("nsqd is there")
}

fn topic() -> TopicName {
    "orders".parse().expect("a topic")
}

fn channel() -> ChannelName {
    "kitchen".parse().expect("a channel")
}

async fn subscribe(transport: &Nsq, max_in_flight: usize) -> Subscription {
    transport.subscribe(SubscribeOptions::new(topic(), channel(), max_in_flight)).await.expect("subscribed")
}

async fn publish(transport: &Nsq, body: impl Into<Bytes>) -> Result<(), PublishError> {
    transport.publish(Route::Any, &topic(), body.into(), None).await
}

/// The next delivery, within a time that only a hung test exceeds.
async fn next(subscription: &mut Subscription) -> Delivery {
    tokio::time::timeout(Duration::from_secs(20), subscription.recv()).await.expect("a delivery").expect("not ended")
}

fn text(delivery: &Delivery) -> &str {
    std::str::from_utf8(&delivery.body).expect("text")
}

#[tokio::test]
async fn what_is_published_is_delivered_once_it_is_finished() {
    let nsqd = Nsqd::start();
    let transport = connect(&[&nsqd], "").await;
    let mut subscription = subscribe(&transport, 10).await;
    publish(&transport, "one").await.unwrap();
    let delivery = next(&mut subscription).await;
    assert_eq!((text(&delivery), delivery.attempts), ("one", 1));
    assert_eq!(delivery.broker, transport.brokers()[0].id);
    delivery.requeue(Duration::ZERO);
    let again = next(&mut subscription).await;
    assert_eq!((text(&again), again.attempts, again.id), ("one", 2, delivery.id));
    again.finish();
    publish(&transport, "two").await.unwrap();
    assert_eq!(text(&next(&mut subscription).await), "two");
    transport.close().await;
    assert!(matches!(publish(&transport, "three").await, Err(PublishError::NotSent(_))));
    assert!(subscription.recv().await.is_none(), "closing the transport ends the subscription");
}

#[tokio::test]
async fn thousands_at_once_arrive_in_batches_and_each_once() {
    const MANY: usize = 5000;
    let nsqd = Nsqd::start();
    let transport = connect(&[&nsqd], "").await;
    let mut subscription = subscribe(&transport, 200).await;
    let publishes: Vec<_> = (0..MANY).map(|number| publish(&transport, number.to_string())).collect();
    let received = tokio::spawn(async move {
        let mut seen = vec![false; MANY];
        for _ in 0..MANY {
            let delivery = next(&mut subscription).await;
            let number: usize = text(&delivery).parse().unwrap();
            assert!(!std::mem::replace(&mut seen[number], true), "{number} came twice");
            delivery.finish();
        }
    });
    for outcome in futures_util::future::join_all(publishes).await {
        outcome.unwrap();
    }
    received.await.unwrap();
}

#[tokio::test]
async fn a_delayed_message_comes_after_its_delay() {
    let nsqd = Nsqd::start();
    let transport = connect(&[&nsqd], "").await;
    let mut subscription = subscribe(&transport, 10).await;
    let sent = std::time::Instant::now();
    let delay = Duration::from_millis(300);
    transport.publish(Route::Any, &topic(), Bytes::from_static(b"later"), Some(delay)).await.unwrap();
    publish(&transport, "now").await.unwrap();
    let first = next(&mut subscription).await;
    assert_eq!(text(&first), "now");
    first.finish();
    assert_eq!(text(&next(&mut subscription).await), "later");
    assert!(sent.elapsed() >= delay);
}

#[tokio::test]
async fn what_is_not_acknowledged_comes_again_unless_it_is_touched() {
    let nsqd = Nsqd::start();
    let transport = connect(&[&nsqd], "").await;
    let options = SubscribeOptions::new(topic(), channel(), 10).message_timeout(Duration::from_secs(1));
    let mut subscription = transport.subscribe(options).await.unwrap();
    publish(&transport, "slow").await.unwrap();
    let delivery = next(&mut subscription).await;
    let start = std::time::Instant::now();
    for _ in 0..4 {
        tokio::select! {
            again = subscription.recv() => panic!("came again: {again:?}"),
            () = tokio::time::sleep(Duration::from_millis(500)) => delivery.touch(),
        }
    }
    assert_eq!(next(&mut subscription).await.attempts, 2, "it comes again once it is not touched any more");
    assert!(start.elapsed() >= Duration::from_millis(2900));
}

#[tokio::test]
async fn no_more_are_in_flight_than_asked_for() {
    let nsqd = Nsqd::start();
    let transport = connect(&[&nsqd], "").await;
    let mut subscription = subscribe(&transport, 2).await;
    let publishes = (0..10).map(|number| publish(&transport, number.to_string()));
    futures_util::future::join_all(publishes).await;
    let mut held = vec![next(&mut subscription).await];
    for _ in 1..10 {
        held.push(next(&mut subscription).await);
        let stats = nsqd.channel(topic().as_str(), channel().as_str());
        let in_flight = stats["in_flight_count"].as_u64().expect("a count");
        assert!((1..=2).contains(&in_flight), "{stats}");
        held.remove(0).finish();
    }
}

#[tokio::test]
async fn stopping_takes_no_more_and_still_acknowledges() {
    let nsqd = Nsqd::start();
    let transport = connect(&[&nsqd], "").await;
    let mut stopped = subscribe(&transport, 10).await;
    publish(&transport, "before").await.unwrap();
    let before = next(&mut stopped).await;
    stopped.stop();
    let mut other = subscribe(&transport, 10).await;
    publish(&transport, "after").await.unwrap();
    let after = next(&mut other).await;
    assert_eq!(text(&after), "after");
    after.finish();
    before.requeue(Duration::ZERO);
    assert_eq!(text(&next(&mut other).await), "before");
}

#[tokio::test]
async fn what_a_dropped_subscription_held_goes_to_the_next() {
    let nsqd = Nsqd::start();
    let transport = connect(&[&nsqd], "").await;
    let first = subscribe(&transport, 10).await;
    publish(&transport, "unread").await.unwrap();
    drop(first);
    let mut second = subscribe(&transport, 10).await;
    assert_eq!(text(&next(&mut second).await), "unread", "long before the broker's 60 s have passed");
}

#[tokio::test]
async fn brokers_are_merged_and_named() {
    let nsqds = [Nsqd::start(), Nsqd::start()];
    let transport = connect(&[&nsqds[0], &nsqds[1]], "").await;
    let mut subscription = subscribe(&transport, 10).await;
    for broker in transport.brokers() {
        let route = Route::Broker(broker.id);
        transport.publish(route, &topic(), broker.address.to_string().into(), None).await.unwrap();
        let delivery = next(&mut subscription).await;
        assert_eq!((delivery.broker, text(&delivery)), (broker.id, &*broker.address));
        delivery.finish();
    }
    for _ in 0..4 {
        publish(&transport, "any").await.unwrap();
    }
    let mut brokers = Vec::new();
    for _ in 0..4 {
        let delivery = next(&mut subscription).await;
        brokers.push(delivery.broker);
        delivery.finish();
    }
    brokers.sort();
    brokers.dedup();
    assert_eq!(brokers.len(), 2, "taken in turn");
}

#[tokio::test]
async fn a_broker_that_is_down_is_left_out() {
    let nsqd = Nsqd::start();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("nsq://{free},{}", nsqd.tcp_address());
    let transport = Nsq::connect(url.parse().unwrap()).await.unwrap();
    let mut subscription = subscribe(&transport, 10).await;
    for _ in 0..4 {
        publish(&transport, "x").await.unwrap();
        next(&mut subscription).await.finish();
    }
    let down = transport.brokers()[0].id;
    let refused = transport.publish(Route::Broker(down), &topic(), Bytes::from_static(b"x"), None).await;
    assert!(matches!(refused, Err(PublishError::NotSent(why)) if why.contains(&free.to_string())));
}

#[tokio::test]
async fn nobody_to_connect_to_is_an_error_that_names_the_address_and_what_to_do() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = Nsq::connect(format!("nsq://{free}").parse().unwrap()).await.unwrap_err();
    assert!(matches!(error, ConnectError::Unreachable(_)));
    let shown = error.to_string();
    assert!(shown.contains(&format!("{free}: Connection refused")), "{shown}");
    assert!(shown.contains(&format!("nsqd --tcp-address={free}")), "{shown}");
}

#[tokio::test]
async fn too_large_and_too_late_are_not_sent() {
    let nsqd = Nsqd::start();
    let transport = connect(&[&nsqd], "").await;
    let refused = publish(&transport, vec![b'x'; 1024 * 1024 + 1]).await;
    assert!(
        matches!(refused, Err(PublishError::NotSent(why)) if why.contains("1048577") && why.contains("max_msg_size="))
    );
    assert!(matches!(publish(&transport, "").await, Err(PublishError::NotSent(_))));
    let delay = Some(Duration::from_secs(3601));
    let refused = transport.publish(Route::Any, &topic(), Bytes::from_static(b"x"), delay).await;
    assert!(matches!(refused, Err(PublishError::NotSent(why)) if why.contains("3600s")));
    publish(&transport, vec![b'x'; 1024 * 1024]).await.unwrap();
}

#[tokio::test]
async fn one_message_over_the_brokers_limit_is_refused_and_its_neighbours_arrive() {
    let nsqd = Nsqd::with(&["--max-msg-size=100"]);
    let transport = connect(&[&nsqd], "").await;
    let mut subscription = subscribe(&transport, 10).await;
    let bodies = [vec![b'a'; 10], vec![b'b'; 10], vec![b'c'; 101], vec![b'd'; 10]];
    let outcomes = futures_util::future::join_all(bodies.map(|body| publish(&transport, body))).await;
    let refused = |outcome: &Result<(), PublishError>| matches!(outcome, Err(PublishError::Refused { code, .. }) if code == "E_BAD_MESSAGE");
    assert_eq!(outcomes.iter().map(refused).collect::<Vec<_>>(), [false, false, true, false], "{outcomes:?}");
    let mut first_letters = Vec::new();
    for _ in 0..3 {
        let delivery = next(&mut subscription).await;
        first_letters.push(delivery.body[0]);
        delivery.finish();
    }
    first_letters.sort_unstable();
    assert_eq!(first_letters, b"abd");
}

#[tokio::test]
async fn a_subscription_that_the_broker_refuses_says_why() {
    let nsqd = Nsqd::with(&["--max-channel-consumers=1"]);
    let transport = connect(&[&nsqd], "").await;
    let _first = subscribe(&transport, 1).await;
    let second = transport.subscribe(SubscribeOptions::new(topic(), channel(), 1)).await;
    let Err(SubscribeError::Refused { code, text }) = second else { panic!("{second:?}") };
    assert_eq!(code, "E_SUB_FAILED");
    assert!(text.contains("consumers for orders:kitchen exceeds limit of 1"), "{text}");
}

#[tokio::test]
async fn a_setting_that_the_broker_refuses_is_an_error_at_once() {
    let nsqd = Nsqd::with(&["--max-msg-timeout=5s"]);
    let url = format!("{}?msg_timeout=10s", nsqd.url());
    let error = Nsq::connect(url.parse().unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("msg timeout (10000) is invalid"), "{error}");
}

#[tokio::test]
async fn an_idle_connection_lives_by_its_heartbeats() {
    let nsqd = Nsqd::start();
    let transport = connect(&[&nsqd], "?heartbeat=1s").await;
    let mut subscription = subscribe(&transport, 10).await;
    let connected = || {
        let stats = nsqd.stats("orders");
        stats["topics"][0]["channels"][0]["clients"][0]["remote_address"].clone()
    };
    let before = connected();
    // nsqd closes a connection that has not answered two heartbeats.
    let idle = tokio::time::timeout(Duration::from_millis(3500), subscription.recv()).await;
    assert!(idle.is_err(), "{idle:?}");
    assert_eq!(connected(), before, "it is the same connection");
    publish(&transport, "x").await.unwrap();
    next(&mut subscription).await.finish();
}
