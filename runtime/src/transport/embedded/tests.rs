use std::future::poll_fn;

use almanet_nsq::name::ChannelName;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::*;

fn topic(name: &str) -> TopicName {
    name.parse().unwrap()
}

async fn subscribe(transport: &Embedded, name: &str) -> Subscription {
    let channel: ChannelName = "c".parse().unwrap();
    transport.subscribe(SubscribeOptions::new(topic(name), channel, 1)).await.unwrap()
}

async fn publish(transport: &Embedded, name: &str, body: &'static str) -> Result<(), PublishError> {
    transport.publish(Route::Any, &topic(name), Bytes::from_static(body.as_bytes()), None).await
}

#[tokio::test(start_paused = true)]
async fn transports_of_one_url_share_a_broker_and_others_do_not() {
    let one = Embedded::open(None).unwrap();
    let two = Embedded::open(None).unwrap();
    let apart = Embedded::new(broker::Broker::default());
    publish(&one, "shared", "a").await.unwrap();
    let mut elsewhere = subscribe(&apart, "shared").await;
    let mut here = subscribe(&two, "shared").await;
    let delivery = here.recv().await.unwrap();
    assert_eq!((&delivery.body[..], delivery.attempts, delivery.broker), (&b"a"[..], 1, BROKER));
    delivery.finish();
    let nothing = poll_fn(|cx| Poll::Ready(elsewhere.poll_recv(cx).is_pending())).await;
    assert!(nothing);
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_takes_as_many_as_it_says_at_the_moment() {
    let transport = Embedded::new(broker::Broker::default());
    let limit = Limit::default();
    limit.set(0);
    let options = SubscribeOptions::new(topic("t"), "c".parse().unwrap(), 10).limit(limit.clone());
    let mut subscription = transport.subscribe(options).await.unwrap();
    publish(&transport, "t", "a").await.unwrap();
    publish(&transport, "t", "b").await.unwrap();
    let moment = Duration::from_millis(10);
    assert!(tokio::time::timeout(moment, subscription.recv()).await.is_err(), "none");
    limit.set(1);
    let first = subscription.recv().await.unwrap();
    assert!(tokio::time::timeout(moment, subscription.recv()).await.is_err(), "one at a time");
    limit.set(usize::MAX);
    subscription.recv().await.unwrap().finish();
    first.finish();
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_is_another_cannot_be_subscribed() {
    let transport = Embedded::new(broker::Broker::default());
    let options = SubscribeOptions::new(topic("t"), "c".parse().unwrap(), 1).at(BrokerId(1));
    assert!(matches!(transport.subscribe(options).await, Err(SubscribeError::Unreachable(_))));
}

#[tokio::test(start_paused = true)]
async fn who_no_longer_waits_keeps_no_message_from_others() {
    let transport = Embedded::new(broker::Broker::default());
    let mut gave_up = subscribe(&transport, "t").await;
    let mut waits = subscribe(&transport, "t").await;
    {
        let mut dropped = Box::pin(gave_up.recv());
        assert!(poll_fn(|cx| Poll::Ready(dropped.as_mut().poll(cx).is_pending())).await);
    }
    let waiting = tokio::spawn(async move { waits.recv().await });
    tokio::task::yield_now().await;
    publish(&transport, "t", "a").await.unwrap();
    let delivery = tokio::time::timeout(Duration::from_secs(1), waiting).await;
    assert_eq!(&delivery.expect("nobody else waits").unwrap().unwrap().body[..], b"a");
}

#[tokio::test(start_paused = true)]
async fn deliveries_are_requeued_touched_and_finished() {
    let transport = Embedded::new(broker::Broker::default());
    let mut subscription = subscribe(&transport, "t").await;
    publish(&transport, "t", "a").await.unwrap();
    let first = subscription.recv().await.unwrap();
    first.requeue(Duration::from_secs(1));
    let second = subscription.recv().await.unwrap();
    assert_eq!((second.id, second.attempts), (first.id, 2));
    tokio::time::advance(Duration::from_secs(59)).await;
    second.touch();
    tokio::time::advance(Duration::from_secs(59)).await;
    second.finish();
    publish(&transport, "t", "b").await.unwrap();
    let third = subscription.recv().await.unwrap();
    assert_eq!((&third.body[..], third.attempts), (&b"b"[..], 1));
    // Acknowledged twice: nothing happens.
    second.finish();
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_stopped_or_whose_transport_closed_ends() {
    let transport = Embedded::new(broker::Broker::default());
    let mut stopped = subscribe(&transport, "t").await;
    stopped.stop();
    assert!(stopped.recv().await.is_none());
    let mut closed = subscribe(&transport, "t").await;
    publish(&transport, "t", "a").await.unwrap();
    let taken = closed.recv().await.unwrap();
    transport.close().await;
    assert!(closed.recv().await.is_none());
    taken.finish();
    assert!(matches!(publish(&transport, "t", "b").await, Err(PublishError::NotSent(_))));
    let options = SubscribeOptions::new(topic("t"), "c".parse().unwrap(), 1);
    assert_eq!(transport.subscribe(options).await.unwrap_err(), SubscribeError::Closed);
}

#[tokio::test]
async fn what_breaks_a_limit_is_not_sent_and_what_has_no_room_is_refused() {
    let mut options = broker::Options::default();
    options.max_channel_messages = 1;
    options.max_message_size = 3;
    let transport = Embedded::new(broker::Broker::new(options));
    assert_eq!(transport.max_message_size(), 3);
    assert!(matches!(publish(&transport, "t", "").await, Err(PublishError::NotSent(_))));
    assert!(matches!(publish(&transport, "t", "long").await, Err(PublishError::NotSent(_))));
    let body = Bytes::from_static(b"a");
    let delayed = transport.publish(Route::Any, &topic("t"), body.clone(), Some(Duration::from_secs(3_601)));
    assert!(matches!(delayed.await, Err(PublishError::NotSent(_))));
    let elsewhere = transport.publish(Route::Broker(BrokerId(1)), &topic("t"), body.clone(), None);
    assert!(matches!(elsewhere.await, Err(PublishError::NotSent(_))));
    transport.publish(Route::Broker(BROKER), &topic("t"), body, None).await.unwrap();
    let Err(PublishError::Refused { code, text }) = publish(&transport, "t", "b").await else {
        panic!("the topic is full");
    };
    assert_eq!(code, "E_PUB_FAILED");
    assert!(text.contains("topic t is full: it holds 1 messages"), "{text}");
}

#[tokio::test]
async fn a_port_serves_the_same_broker_until_the_last_transport_is_dropped() {
    let transport = Embedded::open(Some(0)).unwrap();
    let address = transport.brokers()[0].address.to_string();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.write_all(b"  V2PUB t\n\0\0\0\x01a").await.unwrap();
    let mut answer = [0; 10];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"\0\0\0\x06\0\0\0\0OK");
    assert_eq!(&subscribe(&transport, "t").await.recv().await.unwrap().body[..], b"a");
    drop(transport);
    assert_eq!(stream.read(&mut answer).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn transports_of_one_port_share_its_listener() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let one = Embedded::open(Some(free)).unwrap();
    let two = Embedded::open(Some(free)).unwrap();
    drop(one);
    TcpStream::connect(("127.0.0.1", free)).await.unwrap();
    assert_eq!(&*two.brokers()[0].address, format!("127.0.0.1:{free}"));
}

#[tokio::test]
async fn a_port_in_use_is_named_with_the_remedy() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = Embedded::open(Some(port)).unwrap_err().to_string();
    assert!(error.contains(&format!("the broker cannot listen on 127.0.0.1:{port}")), "{error}");
    assert!(error.contains("stop the program that uses the port, or choose another one"), "{error}");
}
