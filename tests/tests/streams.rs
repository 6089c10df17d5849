//! Streams of a contract, through the broker in this process.

mod watching;

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use almanet_broker::Broker as Embedding;
use almanet_nsq::name::TopicName;
use almanet_runtime::Session;
use almanet_runtime::transport::{
    BoxFuture, Broker, Embedded, Publishing, Route, SubscribeError, SubscribeOptions, Subscription, Transport,
};
use almanet_runtime::types::Timestamp;
use almanet_tests::program::root;
use bytes::Bytes;
use watching::{WatcherClient, coming_and_going, every_kind, many, serve, side_by_side, unread};

#[tokio::test(flavor = "multi_thread")]
async fn streams_of_every_kind_end_as_their_contract_says() {
    let session = Session::connect("embedded:0").await.expect("a broker of its own");
    let (_log, running) = serve(&session).await;
    every_kind(&WatcherClient::new(&session)).await;
    running.drain().await;
    session.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_values_come_in_order_and_an_unread_stream_stands_still() {
    let session = Session::connect("embedded:0").await.expect("a broker of its own");
    let (log, running) = serve(&session).await;
    let client = WatcherClient::new(&session);
    let took = many(&client, &log, 100_000).await;
    println!("100,000 values in {took:?}");
    unread(&client, &log).await;
    side_by_side(&client).await;
    running.drain().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_come_and_go_leave_nothing() {
    let session = Session::connect("embedded:0").await.expect("a broker of its own");
    let (log, running) = serve(&session).await;
    coming_and_going(&WatcherClient::new(&session), &log).await;
    running.drain().await;
    session.close().await;
}

/// A transport that keeps what is published.
#[derive(Debug)]
struct Tap {
    inner: Embedded,
    bodies: Arc<Mutex<Vec<String>>>,
}

impl Transport for Tap {
    fn publish(&self, to: Route, topic: &TopicName, body: Bytes, delay: Option<Duration>) -> Publishing {
        let text = String::from_utf8(body.to_vec()).expect("a body is JSON");
        self.bodies.lock().expect("nobody panics with it").push(text);
        self.inner.publish(to, topic, body, delay)
    }

    fn subscribe(&self, options: SubscribeOptions) -> BoxFuture<'static, Result<Subscription, SubscribeError>> {
        self.inner.subscribe(options)
    }

    fn brokers(&self) -> Vec<Broker> {
        self.inner.brokers()
    }

    fn max_message_size(&self) -> usize {
        self.inner.max_message_size()
    }

    fn close(&self) -> BoxFuture<'static, ()> {
        self.inner.close()
    }
}

/// The bodies with their ids numbered as they appear.
fn numbered(bodies: &[String]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let number = |body: &String| {
        let mut numbered = String::new();
        for (index, part) in body.split(['"', '.', '#']).enumerate() {
            let is_id = part.len() == 32 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
            let at = is_id.then(|| ids.iter().position(|id| id == part).unwrap_or(ids.len()));
            if at == Some(ids.len()) {
                ids.push(part.to_owned());
            }
            numbered.push_str(if index == 0 { "" } else { "|" });
            numbered.push_str(&at.map_or_else(|| part.to_owned(), |at| format!("id {at}")));
        }
        numbered
    };
    bodies.iter().map(number).collect()
}

#[tokio::test]
async fn the_reference_shows_what_travels() {
    let broker = Embedding::default();
    let bodies = Arc::<Mutex<Vec<String>>>::default();
    let connect = async || {
        let tap = Tap { inner: Embedded::new(broker.clone()), bodies: bodies.clone() };
        Session::builder().over(Arc::new(tap)).await.expect("the broker in this process")
    };
    let (server, caller) = (connect().await, connect().await);
    let (log, _running) = serve(&server).await;
    let client = WatcherClient::new(&caller);
    let published = || std::mem::take(&mut *bodies.lock().unwrap());

    let mut lines = client.lines("a/b").timeout(Duration::from_secs(5)).await.expect("it begins");
    while lines.next().await.is_some() {}
    let mut captured = published();
    let mut readings = client.watch(Timestamp::UNIX_EPOCH).await.expect("it begins");
    while readings.next().await.is_some() {}
    captured.extend(published().pop());
    let mut ticks = client.ticks().await.expect("it begins");
    for _ in 0..16 {
        ticks.next().await.expect("it goes on").expect("it counts");
    }
    while log.ticks.load(std::sync::atomic::Ordering::Relaxed) < 48 {
        tokio::task::yield_now().await;
    }
    drop(ticks);
    log.dropped.notified().await;
    captured.extend(published().into_iter().filter(|body| body.contains("\"credit\":48") || body.contains("cancel")));

    let reference = fs::read_to_string(root().join("runtime/docs/wire.md")).expect("the reference");
    let (_, section) = reference.split_once("## A stream\n").expect("its section");
    let shown: Vec<_> = section
        .split("\n## ")
        .next()
        .into_iter()
        .flat_map(str::lines)
        .filter(|line| line.starts_with('{'))
        .map(str::to_owned)
        .collect();
    assert_eq!(numbered(&captured), numbered(&shown), "captured:\n{}", captured.join("\n"));
}
