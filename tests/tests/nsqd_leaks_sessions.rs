//! Sessions that come and go leave nothing behind: alone in this file, because it counts what its process holds.
//!
//! 20,000 sessions, or 100,000 where `LONG` is set, as `./tests/run --long` does.
#![cfg(feature = "nsqd")]

mod faults;

use std::time::Duration;

use almanet_nsq::name::TopicName;
use almanet_runtime::transport::{Route, SubscribeOptions, Transport, nsq::Nsq};
use almanet_runtime::wire::{Invocation, Reply};
use almanet_tests::nsqd::Nsqd;
use almanet_tests::process;
use faults::{CHANNEL, ONCE, ProbeClient, session, until};
use futures_util::{StreamExt, stream};

/// How many sessions are open at a time.
const AT_A_TIME: usize = 32;

/// What may be left of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Held {
    topics: usize,
    clients: u64,
    tasks: usize,
    descriptors: usize,
    brokers_descriptors: usize,
}

impl Held {
    fn now(nsqd: &Nsqd) -> Self {
        let stats = nsqd.stats("");
        let topics = stats["topics"].as_array().expect("a list");
        let channels = topics.iter().flat_map(|topic| topic["channels"].as_array().into_iter().flatten());
        Self {
            topics: topics.len(),
            clients: channels.filter_map(|channel| channel["client_count"].as_u64()).sum(),
            tasks: tokio::runtime::Handle::current().metrics().num_alive_tasks(),
            descriptors: process::descriptors(std::process::id()),
            brokers_descriptors: process::descriptors(nsqd.process_id()),
        }
    }
}

/// Answers every call. A server would remember the calls and their callers for a while, and count here.
async fn answer(broker: Nsq) {
    let topic: TopicName = ONCE.parse().expect("a topic");
    let options = SubscribeOptions::new(topic, CHANNEL.parse().expect("a channel"), 100);
    let mut calls = broker.subscribe(options).await.expect("subscribed");
    while let Some(delivery) = calls.recv().await {
        let call = Invocation::decode(&delivery.body).expect("a call");
        let topic = call.reply_to.topic().expect("a reply is wanted");
        let mut body = Vec::new();
        let payload = "\"visit\"".into();
        Reply { call_id: call.id, is_exception: false, payload, channel: None, stream: None }.encode(&mut body);
        broker.publish(Route::Broker(delivery.broker), &topic, body.into(), None).await.expect("published");
        delivery.finish();
    }
}

/// Opens so many sessions, calls once over each, and ends them: every other one in order, the rest by dropping them.
async fn come_and_go(nsqd: &Nsqd, sessions: usize) {
    let visits = (0..sessions).map(|number| async move {
        let session = session(&nsqd.url()).await;
        let call = ProbeClient::new(&session).once("visit").timeout(Duration::from_secs(60));
        assert_eq!(call.await.as_deref(), Ok("visit"));
        if number % 2 == 0 {
            session.close().await;
        }
    });
    stream::iter(visits).buffer_unordered(AT_A_TIME).collect::<Vec<_>>().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_opened_and_closed_leave_no_topic_task_descriptor_or_memory_behind() {
    let sessions = if std::env::var_os("LONG").is_some() { 100_000 } else { 20_000 };
    let nsqd = Nsqd::start();
    let broker = Nsq::connect(nsqd.url().parse().expect("a URL")).await.expect("nsqd is there");
    tokio::spawn(answer(broker));
    nsqd.await_clients(ONCE, CHANNEL, 1);
    // Buffers, tables and threads grow to what they will be.
    come_and_go(&nsqd, 500).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = Held::now(&nsqd);
    let memory_before = process::resident(std::process::id());
    assert_eq!(before.topics, 1, "the procedure's alone: {before:?}");

    come_and_go(&nsqd, sessions).await;
    until(|| Held::now(&nsqd), |held| *held == before).await;
    let grown = process::resident(std::process::id()).saturating_sub(memory_before);
    println!("{sessions} sessions: {grown} bytes more, {before:?}");
    assert!(grown < 8 * 1024 * 1024, "{grown} bytes are left of {sessions} sessions");
}
