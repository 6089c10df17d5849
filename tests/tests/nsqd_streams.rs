//! Streams through real nsqds, and what they leave there.
#![cfg(feature = "nsqd")]

mod watching;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use almanet_runtime::codegen::{Procedure, ServiceBuilder, ServiceInfo};
use almanet_runtime::types::Value;
use almanet_runtime::{CallError, Failure, Interruption, OutcomeUnknown, Server, Session, StreamOf, StreamWriter};
use almanet_tests::nsqd::Nsqd;
use almanet_tests::program::built;
use futures_util::future::join_all;
use tokio::sync::Notify;
use watching::{LONG, WatcherClient, coming_and_going, every_kind, many, serve, side_by_side, unread};

async fn connect(nsqds: &[&Nsqd]) -> Session {
    let addresses: Vec<_> = nsqds.iter().map(|nsqd| nsqd.tcp_address().to_string()).collect();
    Session::connect(&format!("nsq://{}", addresses.join(","))).await.expect("nsqd is there")
}

/// The topics of replies that an nsqd has.
fn reply_topics(nsqd: &Nsqd) -> Vec<String> {
    let stats = nsqd.stats("");
    let names = stats["topics"].as_array().into_iter().flatten().filter_map(|topic| topic["topic_name"].as_str());
    names.filter(|name| name.starts_with("_rpc_._repl")).map(str::to_owned).collect()
}

/// Waits until nothing is left of sessions that were closed.
fn nothing_is_left(nsqd: &Nsqd) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !reply_topics(nsqd).is_empty() {
        assert!(Instant::now() < deadline, "{:?}", reply_topics(nsqd));
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_end_as_their_contract_says_and_leave_nothing() {
    let nsqd = Nsqd::start();
    let (server, caller) = (connect(&[&nsqd]).await, connect(&[&nsqd]).await);
    let (log, running) = serve(&server).await;
    let client = WatcherClient::new(&caller);
    every_kind(&client).await;
    let took = many(&client, &log, 20_000).await;
    println!("20,000 values through nsqd in {took:?}");
    unread(&client, &log).await;
    side_by_side(&client).await;
    coming_and_going(&client, &log).await;
    assert_eq!(reply_topics(&nsqd).len(), 2, "streams need no topic beside the sessions' own");
    running.drain().await;
    caller.close().await;
    server.close().await;
    drop((client, caller, server));
    nothing_is_left(&nsqd);
}

#[tokio::test(flavor = "multi_thread")]
async fn over_two_brokers_each_stream_keeps_to_the_one_that_delivered_its_call() {
    let (one, two) = (Nsqd::start(), Nsqd::start());
    let (server, caller) = (connect(&[&one, &two]).await, connect(&[&two, &one]).await);
    let (log, running) = serve(&server).await;
    let client = WatcherClient::new(&caller);
    every_kind(&client).await;
    side_by_side(&client).await;
    many(&client, &log, 5_000).await;
    for nsqd in [&one, &two] {
        let passed: u64 = reply_topics(nsqd)
            .iter()
            .map(|topic| nsqd.stats(topic)["topics"][0]["message_count"].as_u64().unwrap_or_default())
            .sum();
        assert!(passed > 500, "{passed} messages went through {}", nsqd.tcp_address());
    }
    running.drain().await;
    caller.close().await;
    server.close().await;
    drop((client, caller, server));
    nothing_is_left(&one);
    nothing_is_left(&two);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_share_the_calls_and_each_stream_stays_with_one() {
    let nsqd = Nsqd::start();
    let servers = [connect(&[&nsqd]).await, connect(&[&nsqd]).await];
    let caller = connect(&[&nsqd]).await;
    let mut instances = Vec::new();
    for server in &servers {
        instances.push(serve(server).await);
    }
    let client = WatcherClient::new(&caller);
    let streams = join_all((0..40).map(|_| async { client.ticks().await.expect("it begins") })).await;
    let (first, second) = (instances.remove(0), instances.remove(0));
    // One of the two goes: its streams say so, the other's go on.
    drop(first.1);
    let mut interrupted = 0;
    for mut ticks in streams {
        let mut number = 0;
        loop {
            match tokio::time::timeout(LONG, ticks.next()).await.expect("it goes on or ends") {
                Some(Ok(tick)) => assert_eq!(tick, number),
                Some(Err(CallError::OutcomeUnknown(OutcomeUnknown::Interrupted(Interruption::Stopped(_))))) => {
                    interrupted += 1;
                    break;
                }
                other => panic!("{other:?}"),
            }
            number += 1;
            if number == 200 {
                break;
            }
        }
    }
    assert!((1..40).contains(&interrupted), "{interrupted} streams were of the instance that went");
    second.1.drain().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_dies_ends_its_streams_on_both_sides_in_time() {
    let nsqd = Nsqd::start();
    let (server, caller) = (connect(&[&nsqd]).await, connect(&[&nsqd]).await);
    let (log, _running) = serve(&server).await;
    let mut ticks = WatcherClient::new(&caller).ticks().await.expect("it begins");
    assert_eq!(ticks.next().await, Some(Ok(0)));
    drop(nsqd);
    let began = Instant::now();
    let error = loop {
        match tokio::time::timeout(LONG, ticks.next()).await.expect("it ends").expect("by an error") {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    let why = CallError::OutcomeUnknown(OutcomeUnknown::Interrupted(Interruption::Silent(Duration::from_secs(10))));
    assert_eq!(error, why);
    tokio::time::timeout(LONG, log.dropped.notified()).await.expect("the service drops its stream");
    println!("both sides knew after {:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runtime_that_ends_without_a_drain_ends_its_streams() {
    let nsqd = Nsqd::start();
    let caller = connect(&[&nsqd]).await;
    let url = nsqd.url();
    let (go, gone) = std::sync::mpsc::channel::<()>();
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    let program = std::thread::spawn(move || {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let serving = runtime.block_on(async {
            let session = Session::connect(&url).await.expect("nsqd is there");
            serve(&session).await
        });
        ready.send(()).expect("the test waits for it");
        gone.recv().expect("the test says when");
        drop(runtime);
        drop(serving);
    });
    is_ready.await.expect("it serves");
    let mut ticks = WatcherClient::new(&caller).ticks().await.expect("it begins");
    assert_eq!(ticks.next().await, Some(Ok(0)));
    go.send(()).expect("it waits");
    program.join().expect("it ends without a panic");
    let error = loop {
        match tokio::time::timeout(LONG, ticks.next()).await.expect("it ends").expect("by an error") {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    let is_told = matches!(error, CallError::OutcomeUnknown(OutcomeUnknown::Interrupted(_)));
    assert!(is_told, "{error:?}");
}

/// A process that serves streams, or receives one.
fn process(nsqd: &Nsqd, role: &[&str]) -> Child {
    let mut command = Command::new(built("almanet-bench", "almanet-bench"));
    command.arg(role[0]).arg(nsqd.tcp_address().to_string()).args(&role[1..]);
    command.stdout(Stdio::piped()).spawn().expect("the program starts")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_killed_ends_its_streams_in_time() {
    let nsqd = Nsqd::start();
    let mut service = process(&nsqd, &["stream-service"]);
    let mut ready = String::new();
    BufReader::new(service.stdout.take().expect("it is piped")).read_line(&mut ready).expect("it can be read");
    assert_eq!(ready.trim(), "ready");
    let caller = connect(&[&nsqd]).await;
    let mut values = caller
        .stream::<u64>("bench.streams.count", &Value::from_iter([("values", Value::from(u64::MAX))]))
        .await
        .expect("it begins");
    for number in 0..100 {
        assert_eq!(values.next().await, Some(Ok(number)));
    }
    service.kill().expect("it runs");
    service.wait().expect("it ended");
    let killed = Instant::now();
    let error = loop {
        match tokio::time::timeout(LONG, values.next()).await.expect("it ends").expect("by an error") {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    println!("the receiver knew {:?} after the service was killed", killed.elapsed());
    let why = OutcomeUnknown::Interrupted(Interruption::Silent(Duration::from_secs(10)));
    assert_eq!(error, CallError::OutcomeUnknown(why));
    caller.close().await;
    drop((values, caller));
    nothing_is_left(&nsqd);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_killed_ends_its_streams_in_time() {
    let nsqd = Nsqd::start();
    let server = connect(&[&nsqd]).await;
    let counter = Arc::new(Counter::default());
    let service = ServiceBuilder::new(&BENCH, Arc::clone(&counter))
        .stream(&COUNT, |counter: Arc<Arc<Counter>>, _, _: Value| async move {
            counter.opened.notify_one();
            let rings = Rings(Arc::clone(&counter));
            Ok::<_, Failure>(StreamOf::write(async move |mut values: StreamWriter<u64>| {
                let _rings = rings;
                for number in 0.. {
                    values.write(number).await?;
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                Ok(())
            }))
        })
        .build();
    let _running = Server::new(&server).add(service).start().await.expect("it serves");
    let mut receiver = process(&nsqd, &["stream-receiver", "1", "1000000000"]);
    tokio::time::timeout(LONG, counter.opened.notified()).await.expect("it is called");
    receiver.kill().expect("it runs");
    receiver.wait().expect("it ended");
    let killed = Instant::now();
    tokio::time::timeout(LONG, counter.dropped.notified()).await.expect("the service drops its stream");
    println!("the service knew {:?} after the receiver was killed", killed.elapsed());
}

static BENCH: ServiceInfo = ServiceInfo::new("bench.streams");
static COUNT: Procedure = Procedure::new("count", "bench.streams.count");

#[derive(Default)]
struct Counter {
    opened: Notify,
    dropped: Notify,
}

struct Rings(Arc<Counter>);

impl Drop for Rings {
    fn drop(&mut self) {
        self.0.dropped.notify_one();
    }
}
