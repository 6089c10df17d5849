//! Calls over the broker inside the process, on one thread, and the envelopes that they travel in.

#[path = "../tests/contract/mod.rs"]
#[allow(dead_code, missing_docs, unreachable_pub, reason = "it is as it is generated")]
mod contract;

use std::hint::black_box;

use almanet_runtime::{
    Context, Failure, Server, Session,
    wire::{Headers, Id, Invocation, Lifetime, Reply, ReplyTo},
};
use contract::greeting::{self, AddError, GreetError, Greeting, GreetingClient};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures_util::stream::{FuturesUnordered, StreamExt};

struct Greeter;

impl Greeting for Greeter {
    async fn greet(&self, _: Context, payload: String) -> Result<String, Failure<GreetError>> {
        Ok(format!("Hello, {payload}!"))
    }

    async fn add(&self, _: Context, a: i32, b: i32) -> Result<i64, Failure<AddError>> {
        Ok(i64::from(a) + i64::from(b))
    }

    async fn log(&self, _: Context, _: String) -> Result<(), Failure> {
        Ok(())
    }
}

fn calls(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    let (session, _server) = runtime.block_on(async {
        let session = Session::connect("embedded:").await.expect("the broker is in this process");
        let running = Server::new(&session).add(greeting::service(Greeter)).start().await.expect("it serves");
        (session, running)
    });
    let client = GreetingClient::new(&session);

    let mut group = criterion.benchmark_group("call");
    group.bench_function("one after another", |bench| {
        bench.iter(|| runtime.block_on(async { client.greet("Aidar").await.expect("it answers") }));
    });
    for in_flight in [64, 256, 1024] {
        const CALLS: usize = 8_192;
        group.throughput(Throughput::Elements(CALLS as u64));
        group.bench_function(format!("{in_flight} in flight"), |bench| {
            bench.iter(|| runtime.block_on(many(&client, in_flight, CALLS)));
        });
    }
    group.finish();
}

/// Makes `calls` calls, `in_flight` of them at a time.
async fn many(client: &GreetingClient, in_flight: usize, calls: usize) {
    let mut waiting = FuturesUnordered::new();
    for _ in 0..in_flight {
        waiting.push(client.greet("Aidar").into_future());
    }
    for _ in in_flight..calls {
        waiting.next().await.expect("calls are under way").expect("it answers");
        waiting.push(client.greet("Aidar").into_future());
    }
    while let Some(reply) = waiting.next().await {
        reply.expect("it answers");
    }
}

fn envelopes(criterion: &mut Criterion) {
    let caller = Id::random();
    let invocation = Invocation {
        id: Id::random(),
        caller_id: caller,
        payload: "\"Aidar\"".into(),
        reply_to: ReplyTo::Session(caller),
        lifetime: Lifetime::default(),
        headers: Headers::new(),
        stream: None,
    };
    let mut body = Vec::new();
    invocation.encode(&mut body);
    let reply = Reply {
        call_id: invocation.id,
        is_exception: false,
        payload: r#"{"name":"Aidar","mood":"cheerful","tags":["a","b"]}"#.into(),
        channel: Some("almanet.python".into()),
        stream: None,
    };
    let mut reply_body = Vec::new();
    reply.encode(&mut reply_body);

    let mut group = criterion.benchmark_group("envelope");
    group.bench_function(format!("encode an invocation of {} bytes", body.len()), |bench| {
        let mut out = Vec::with_capacity(1024);
        bench.iter(|| {
            out.clear();
            black_box(&invocation).encode(&mut out);
            out.len()
        });
    });
    group.bench_function(format!("decode an invocation of {} bytes", body.len()), |bench| {
        bench.iter(|| Invocation::decode(black_box(&body)).expect("it is one"));
    });
    group.bench_function(format!("encode a reply of {} bytes", reply_body.len()), |bench| {
        let mut out = Vec::with_capacity(1024);
        bench.iter(|| {
            out.clear();
            black_box(&reply).encode(&mut out);
            out.len()
        });
    });
    group.bench_function(format!("decode a reply of {} bytes", reply_body.len()), |bench| {
        bench.iter(|| Reply::decode(black_box(&reply_body)).expect("it is one"));
    });
    group.bench_function("make an id", |bench| bench.iter(Id::random));
    group.finish();
}

criterion_group!(benches, envelopes, calls);
criterion_main!(benches);
