//! The same calls through what the compiler generates and the runtime.

#[allow(unused, reason = "the whole contract is generated, and a part of it is measured")]
pub(crate) mod contract {
    almanet_runtime::include_contract!();
}

use std::future::Future;
use std::io;
use std::time::{Duration, Instant};

use almanet_runtime::{Context, Failure, Server, Session};
use contract::bench::many::{self, Many};
use contract::bench::rust::{self, GreetError, Rust, RustClient};
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use crate::report;

/// How many callers and procedures there are where there are many.
pub(crate) const MANY: usize = 50;
/// How many slow calls are outstanding beside the fast ones.
const SLOW: usize = 16;
/// How many calls are held while memory is looked at, and by how many sessions.
const HELD: (usize, usize) = (10_000, 2);

struct Greeter;

impl Rust for Greeter {
    async fn greet(&self, _cx: Context, name: String) -> Result<String, Failure<GreetError>> {
        match &*name {
            "slow" => tokio::time::sleep(Duration::from_secs(1)).await,
            "nap" => tokio::time::sleep(Duration::from_millis(200)).await,
            "held" => std::future::pending().await,
            _ => {}
        }
        Ok(format!("Hello, {name}!"))
    }
}

macro_rules! many {
    ($($procedure:ident: $error:ident),* $(,)?) => {
        impl Many for Greeter {
            $(async fn $procedure(&self, _cx: Context, name: String) -> Result<String, Failure<many::$error>> {
                Ok(format!("Hello, {name}!"))
            })*
        }
    };
}

many! {
    p00: P00Error, p01: P01Error, p02: P02Error, p03: P03Error, p04: P04Error,
    p05: P05Error, p06: P06Error, p07: P07Error, p08: P08Error, p09: P09Error,
    p10: P10Error, p11: P11Error, p12: P12Error, p13: P13Error, p14: P14Error,
    p15: P15Error, p16: P16Error, p17: P17Error, p18: P18Error, p19: P19Error,
    p20: P20Error, p21: P21Error, p22: P22Error, p23: P23Error, p24: P24Error,
    p25: P25Error, p26: P26Error, p27: P27Error, p28: P28Error, p29: P29Error,
    p30: P30Error, p31: P31Error, p32: P32Error, p33: P33Error, p34: P34Error,
    p35: P35Error, p36: P36Error, p37: P37Error, p38: P38Error, p39: P39Error,
    p40: P40Error, p41: P41Error, p42: P42Error, p43: P43Error, p44: P44Error,
    p45: P45Error, p46: P46Error, p47: P47Error, p48: P48Error, p49: P49Error,
}

/// On how many threads a peer runs.
#[derive(Clone, Copy)]
pub(crate) enum Threads {
    One,
    /// As many as there are processors, as the generated `main` does.
    All,
}

impl Threads {
    fn run(self, future: impl Future<Output = io::Result<()>>) -> io::Result<()> {
        let mut builder = match self {
            Self::One => Builder::new_current_thread(),
            Self::All => Builder::new_multi_thread(),
        };
        builder.enable_all().build()?.block_on(future)
    }
}

async fn connect(url: &str) -> io::Result<Session> {
    Session::connect(url).await.map_err(io::Error::other)
}

fn nsqd(address: &str) -> String {
    format!("nsq://{address}")
}

/// Answers calls until the process is ended.
pub(crate) fn serve(address: &str, threads: Threads) -> io::Result<()> {
    threads.run(async {
        let session = connect(&nsqd(address)).await?;
        let server = Server::new(&session).add(rust::service(Greeter)).add(many::service(Greeter));
        let _running = server.start().await.map_err(io::Error::other)?;
        println!("ready");
        std::future::pending().await
    })
}

/// Makes `calls` calls, `in_flight` at a time, and prints what they took.
pub(crate) fn call(address: &str, threads: Threads, in_flight: usize, calls: usize) -> io::Result<()> {
    threads.run(async { measure(&connect(&nsqd(address)).await?, in_flight, calls).await })
}

/// Makes one call after another, while slow ones of the same procedure are outstanding.
pub(crate) fn call_beside_slow(address: &str, calls: usize) -> io::Result<()> {
    Threads::One.run(async {
        let session = connect(&nsqd(address)).await?;
        let mut slow = JoinSet::new();
        for _ in 0..SLOW {
            let client = RustClient::new(&session);
            slow.spawn(async move { while client.greet("slow").await.is_ok() {} });
        }
        measure(&session, 1, calls).await
    })
}

/// Makes calls that take 0.2 s each, all at once, and prints how long all took.
pub(crate) fn call_naps(address: &str, calls: usize) -> io::Result<()> {
    Threads::One.run(async {
        let client = RustClient::new(&connect(&nsqd(address)).await?);
        client.greet("Aidar").await.map_err(io::Error::other)?;
        let started = Instant::now();
        let mut naps = JoinSet::new();
        (0..calls).for_each(|_| drop(naps.spawn(client.greet("nap").into_future())));
        for nap in naps.join_all().await {
            nap.map_err(io::Error::other)?;
        }
        println!(r#"{{"calls": {calls}, "seconds": {:.3}}}"#, started.elapsed().as_secs_f64());
        Ok(())
    })
}

/// As many callers as procedures, each calling its own one after another.
pub(crate) fn call_many(address: &str, calls: usize) -> io::Result<()> {
    Threads::One.run(async {
        let session = connect(&nsqd(address)).await?;
        let started = Instant::now();
        let callers = (0..MANY).map(|number| {
            let (session, uri) = (session.clone(), format!("bench.many.p{number:02}"));
            let call = move || {
                let call = session.call::<String>(&uri, &"Aidar".to_owned());
                async { call.await.map(drop).map_err(io::Error::other) }
            };
            tokio::spawn(one_after_another(call, calls / MANY))
        });
        report::gathered(callers.collect(), started).await
    })
}

/// Service, caller and broker in one thread.
pub(crate) fn embedded(in_flight: usize, calls: usize) -> io::Result<()> {
    Threads::One.run(async {
        let session = connect("embedded:").await?;
        let _running = Server::new(&session).add(rust::service(Greeter)).start().await.map_err(io::Error::other)?;
        measure(&session, in_flight, calls).await
    })
}

/// Holds many calls at once, service and callers in one process, and prints by how much it has grown.
pub(crate) fn hold(address: &str) -> io::Result<()> {
    Threads::One.run(async {
        let url = nsqd(address);
        let (calls, sessions) = HELD;
        let service = connect(&url).await?;
        let server = Server::new(&service).concurrency(calls).add(rust::service(Greeter));
        let _running = server.start().await.map_err(io::Error::other)?;
        let mut clients = Vec::new();
        for _ in 0..sessions {
            let client = RustClient::new(&connect(&url).await?);
            client.greet("Aidar").await.map_err(io::Error::other)?;
            clients.push(client);
        }
        let idle = report::resident()?;
        let mut held = JoinSet::new();
        for client in clients.iter().cycle().take(calls) {
            held.spawn(client.greet("held").into_future());
        }
        // They are published within milliseconds; what nsqd may hand out by then, it has.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let grown = report::resident()?.saturating_sub(idle);
        println!(r#"{{"calls": {}, "idle_kib": {idle}, "grown_kib": {grown}}}"#, held.len());
        Ok(())
    })
}

async fn measure(session: &Session, in_flight: usize, calls: usize) -> io::Result<()> {
    let client = RustClient::new(session);
    client.greet("Aidar").await.map_err(io::Error::other)?;
    let started = Instant::now();
    let callers = (0..in_flight).map(|_| {
        let client = client.clone();
        let call = move || {
            let call = client.greet("Aidar");
            async { call.await.map(drop).map_err(io::Error::other) }
        };
        tokio::spawn(one_after_another(call, calls / in_flight))
    });
    report::gathered(callers.collect(), started).await
}

async fn one_after_another<F>(call: impl Fn() -> F, calls: usize) -> io::Result<Vec<Duration>>
where
    F: Future<Output = io::Result<()>>,
{
    let mut latencies = Vec::with_capacity(calls);
    for _ in 0..calls {
        let started = Instant::now();
        call().await?;
        latencies.push(started.elapsed());
    }
    Ok(latencies)
}
