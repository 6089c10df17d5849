//! Values of streams, through what the compiler generates and the runtime.

use std::io;
use std::time::{Duration, Instant};

use almanet_runtime::{Context, Failure, Server, Session, StreamOf};
use tokio::runtime::Builder;

use crate::report;
use crate::runtime::contract::bench::streams::{self, CountError, Streams, StreamsClient};

struct Counter;

impl Streams for Counter {
    async fn count(&self, _cx: Context, values: u64) -> Result<StreamOf<u64, CountError>, Failure<CountError>> {
        Ok(StreamOf::of(0..values))
    }
}

/// Answers with streams until the process is ended.
pub(crate) fn serve(address: &str) -> io::Result<()> {
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let session = Session::connect(&format!("nsq://{address}")).await.map_err(io::Error::other)?;
        let _running = Server::new(&session).add(streams::service(Counter)).start().await.map_err(io::Error::other)?;
        println!("ready");
        std::future::pending().await
    })
}

/// Receives `values` values, through so many streams at a time, and prints what they took.
pub(crate) fn receive(address: &str, streams: usize, values: usize) -> io::Result<()> {
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let session = Session::connect(&format!("nsq://{address}")).await.map_err(io::Error::other)?;
        measure(&session, streams, values).await
    })
}

/// Sender, receiver and broker in one thread.
pub(crate) fn embedded(streams: usize, values: usize) -> io::Result<()> {
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let session = Session::connect("embedded:").await.map_err(io::Error::other)?;
        let _running = Server::new(&session).add(streams::service(Counter)).start().await.map_err(io::Error::other)?;
        measure(&session, streams, values).await
    })
}

async fn measure(session: &Session, streams: usize, values: usize) -> io::Result<()> {
    let client = StreamsClient::new(session);
    let started = Instant::now();
    let receivers: Vec<_> = (0..streams).map(|_| tokio::spawn(one(client.clone(), values / streams))).collect();
    let mut pauses = Vec::with_capacity(values);
    for receiver in receivers {
        pauses.extend(receiver.await.map_err(io::Error::other)??);
    }
    report::print(pauses, started.elapsed());
    Ok(())
}

/// How long each value was waited for.
async fn one(client: StreamsClient, values: usize) -> io::Result<Vec<Duration>> {
    let mut stream = client.count(values as u64).await.map_err(io::Error::other)?;
    let mut pauses = Vec::with_capacity(values);
    let mut before = Instant::now();
    while let Some(value) = stream.next().await {
        value.map_err(io::Error::other)?;
        pauses.push(before.elapsed());
        before = Instant::now();
    }
    Ok(pauses)
}
