//! Calls through the broker inside the process, on one core: a call is publish, deliver and finish, twice.
//!
//! Run with `cargo bench -p almanet-broker`. The throughput that criterion prints is in calls.

use std::time::{Duration, Instant};

use almanet_broker::{Broker, Subscriber, SubscriberOptions};
use almanet_nsq::name::TopicName;
use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// Answers every message of `requests` with one of the same size, until the stream ends.
async fn serve(broker: Broker, mut requests: Subscriber, replies: TopicName) {
    while let Some(request) = requests.recv().await {
        broker.publish(&replies, request.body.clone(), None).expect("the caller keeps up");
        request.finish().expect("it is in flight");
    }
}

/// Makes `calls` calls, of which `window` are on their way at a time.
async fn run(calls: u64, window: u64) -> Duration {
    let broker = Broker::default();
    let calls_topic: TopicName = "_rpc_.net.example.greeting.greet".parse().expect("a name");
    let replies_topic: TopicName = "_rpc_._reply_.3a7b7ba35c32452ca838943ddb55f00e#ephemeral".parse().expect("a name");
    let subscribe = |topic: &TopicName, channel: &str| {
        let channel = channel.parse().expect("a name");
        broker.subscribe(topic, &channel, &SubscriberOptions::ready(2_500)).expect("there is room")
    };
    let requests = subscribe(&calls_topic, "almanet.python");
    let mut replies = subscribe(&replies_topic, "almanet.rust#ephemeral");
    let control = requests.control().clone();
    let service = tokio::spawn(serve(broker.clone(), requests, replies_topic));

    let body = Bytes::from(vec![b'x'; 200]);
    let call = || broker.publish(&calls_topic, body.clone(), None).expect("the service keeps up");
    let start = Instant::now();
    let mut sent = window.min(calls);
    (0..sent).for_each(|_| call());
    for _ in 0..calls {
        let reply = replies.recv().await.expect("the stream is open");
        reply.finish().expect("it is in flight");
        if sent < calls {
            sent += 1;
            call();
        }
    }
    let elapsed = start.elapsed();
    control.close();
    service.await.expect("the service ends with its stream");
    elapsed
}

fn calls(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let mut group = c.benchmark_group("call");
    group.throughput(Throughput::Elements(1));
    for window in [1, 64, 1_024] {
        group.bench_function(BenchmarkId::from_parameter(window), |bencher| {
            bencher.iter_custom(|iterations| runtime.block_on(run(iterations, window)));
        });
    }
    group.finish();
}

criterion_group!(benches, calls);
criterion_main!(benches);
