//! The same call through what the compiler generates and the runtime.

#[allow(unused, reason = "the whole contract is generated, and a part of it is measured")]
pub(crate) mod contract {
    almanet_runtime::include_contract!();
}

use std::io;
use std::time::{Duration, Instant};

use almanet_runtime::{Context, Failure, Server, Session};
use contract::bench::rust::{self, GreetError, Rust, RustClient};
use tokio::runtime::Builder;

use crate::report;

struct Greeter;

impl Rust for Greeter {
    async fn greet(&self, _cx: Context, name: String) -> Result<String, Failure<GreetError>> {
        Ok(format!("Hello, {name}!"))
    }
}

/// Answers calls until the process is ended.
pub(crate) fn serve(address: &str) -> io::Result<()> {
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let session = Session::connect(&format!("nsq://{address}")).await.map_err(io::Error::other)?;
        let _running = Server::new(&session).add(rust::service(Greeter)).start().await.map_err(io::Error::other)?;
        println!("ready");
        std::future::pending().await
    })
}

/// Makes `calls` calls, `in_flight` at a time, and prints what they took.
pub(crate) fn call(address: &str, in_flight: usize, calls: usize) -> io::Result<()> {
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let session = Session::connect(&format!("nsq://{address}")).await.map_err(io::Error::other)?;
        measure(&session, in_flight, calls).await
    })
}

/// Service, caller and broker in one thread.
pub(crate) fn embedded(in_flight: usize, calls: usize) -> io::Result<()> {
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let session = Session::connect("embedded:").await.map_err(io::Error::other)?;
        let _running = Server::new(&session).add(rust::service(Greeter)).start().await.map_err(io::Error::other)?;
        measure(&session, in_flight, calls).await
    })
}

async fn measure(session: &Session, in_flight: usize, calls: usize) -> io::Result<()> {
    let client = RustClient::new(session);
    client.greet("Aidar").await.map_err(io::Error::other)?;
    let started = Instant::now();
    let callers: Vec<_> =
        (0..in_flight).map(|_| tokio::spawn(one_after_another(client.clone(), calls / in_flight))).collect();
    let mut latencies = Vec::with_capacity(calls);
    for caller in callers {
        latencies.extend(caller.await.map_err(io::Error::other)??);
    }
    report::print(latencies, started.elapsed());
    Ok(())
}

async fn one_after_another(client: RustClient, calls: usize) -> io::Result<Vec<Duration>> {
    let mut latencies = Vec::with_capacity(calls);
    for _ in 0..calls {
        let started = Instant::now();
        client.greet("Aidar").await.map_err(io::Error::other)?;
        latencies.push(started.elapsed());
    }
    Ok(latencies)
}
