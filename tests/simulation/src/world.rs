//! Has a plan happen: every host has its own runtime, the network and all clocks are turmoil's.

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use almanet_broker::{Broker, Options, SubscriberOptions};
use almanet_runtime::codegen::{self, Caller, Procedure, Safeguard, ServiceBuilder, ServiceInfo};
use almanet_runtime::transport::ConnectError;
use almanet_runtime::transport::nsq::{Nsq, NsqConfig};
use almanet_runtime::wire::Id;
use almanet_runtime::{Call, CallError, Context, Server, Session, StreamCall, StreamOf, Streaming};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use turmoil::Sim;
use turmoil::net::TcpListener;

use crate::history::{self, Effect, Ending, History, Kind, Outcome, Streamed, Value};
use crate::plan::{self, Fault, Host, Plan};
use crate::ports::Ports;

const PORT: u16 = 4150;
/// How far all clocks go at a time; a message between hosts takes at least that long.
const TICK: Duration = Duration::from_millis(20);
const LATENCY: Duration = Duration::from_millis(60);
/// How long a host waits that found no broker.
const RETRY: Duration = Duration::from_millis(100);
/// Any time: what is told of a message's age is a difference.
const EPOCH: Duration = Duration::from_secs(1_800_000_000);

static SERVICE: ServiceInfo = ServiceInfo::new("simulation");
static ONCE: Procedure = Procedure::new("once", "simulation.once");
static IDEMPOTENT: Procedure = Procedure::new("idempotent", "simulation.idempotent").idempotent();
static ONEWAY: Procedure = Procedure::new("oneway", "simulation.oneway");
static STREAM: Procedure = Procedure::new("stream", "simulation.stream");

/// What the hosts write down.
#[derive(Clone, Default)]
struct Record(Arc<Mutex<History>>);

impl Record {
    fn lock(&self) -> MutexGuard<'_, History> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs a plan to its end.
///
/// # Panics
/// Where a host fails, which none does whatever breaks.
#[must_use]
pub fn run(plan: &Plan, without: Option<Safeguard>) -> History {
    // Nobody else replaces them, so both are these whoever comes first.
    let _ = almanet_nsq::clock::replace(wall_clock);
    Id::draw_from(|| fastrand::u128(..));
    fastrand::seed(plan.seed);
    let record = Record::default();
    let mut sim = turmoil::Builder::new()
        .rng_seed(plan.seed)
        .epoch(UNIX_EPOCH + EPOCH)
        .tick_duration(TICK)
        .min_message_latency(Duration::from_millis(1))
        .max_message_latency(LATENCY)
        .simulation_duration(Duration::from_secs(600))
        .tcp_capacity(65_536)
        .build();
    let mut faults = Faults::new(plan);
    for number in 0..plan.brokers {
        let (duplicates, switch) = (plan.duplicates, faults.switch(Host::Broker(number)));
        sim.host(Host::Broker(number).name(), move || {
            let (ports, killed) = (Ports::default(), switch.subscribe());
            async move { ports.until_killed(killed, serve_broker(&ports, duplicates)).await }
        });
    }
    for number in 0..plan.services {
        let (url, record, starts) = (url(plan), record.clone(), Cell::new(0));
        let switch = faults.switch(Host::Service(number));
        sim.host(Host::Service(number).name(), move || {
            starts.set(starts.get() + 1);
            let instance = (number, starts.get());
            let (ports, killed) = (Ports::default(), switch.subscribe());
            let (url, record) = (url.clone(), record.clone());
            async move { ports.until_killed(killed, serve(&ports, url, record, instance, without)).await }
        });
    }
    for (number, calls) in plan.callers.iter().enumerate() {
        let caller = call_all(url(plan), calls.clone(), plan.calm_at, record.clone(), without);
        sim.client(Host::Caller(number).name(), caller);
    }
    while !sim.step().expect("no host fails") {
        faults.apply(&mut sim, &record);
    }
    std::mem::take(&mut record.lock())
}

/// The simulation's time where there is one, which is every thread that runs one.
fn wall_clock() -> SystemTime {
    turmoil::since_epoch().map_or_else(SystemTime::now, |since| UNIX_EPOCH + since)
}

fn url(plan: &Plan) -> String {
    let brokers: Vec<_> = (0..plan.brokers).map(|number| format!("{}:{PORT}", Host::Broker(number).name())).collect();
    format!("nsq://{}?heartbeat=1s&connect_timeout=1s", brokers.join(","))
}

/// A broker that keeps everything in memory, and of some calls gets another copy.
async fn serve_broker(ports: &Ports, duplicates: u8) -> turmoil::Result {
    let broker = Broker::new(Options::default());
    if duplicates > 0 {
        for procedure in ["once", "idempotent", "oneway", "stream"] {
            tokio::spawn(duplicate(broker.clone(), format!("_rpc_.simulation.{procedure}"), duplicates));
        }
    }
    let listener = TcpListener::bind((IpAddr::from(Ipv4Addr::UNSPECIFIED), PORT)).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        let (broker, port) = (broker.clone(), ports.add(stream));
        // A connection that breaks is its client's to notice.
        tokio::spawn(async move { broker.serve_connection(port).await });
    }
}

/// Publishes some of a topic's messages once more.
async fn duplicate(broker: Broker, topic: String, percent: u8) {
    let topic = topic.parse().expect("a topic");
    let channel = "copies".parse().expect("a channel");
    let mut copies = broker.subscribe(&topic, &channel, &SubscriberOptions::ready(1)).expect("there is room");
    let mut seen = HashSet::new();
    while let Some(message) = copies.recv().await {
        if seen.insert(message.body.clone()) && fastrand::u8(0..100) < percent {
            sleep(Duration::from_millis(fastrand::u64(0..300))).await;
            broker.publish(&topic, message.body.clone(), None).expect("there is room");
        }
        // One that took too long comes again, and is known.
        let _ = message.finish();
    }
}

async fn connect(url: &str, ports: &Ports, without: Option<Safeguard>) -> Session {
    let mut config: NsqConfig = url.parse().expect("a URL");
    config.network = Arc::new(ports.clone());
    loop {
        let session: Result<Session, ConnectError> = async {
            let transport = Arc::new(Nsq::connect(config.clone()).await?);
            let builder = without.map_or_else(Session::builder, |safeguard| Session::builder().without(safeguard));
            builder.over(transport).await
        }
        .await;
        match session {
            Ok(session) => return session,
            Err(_) => sleep(RETRY).await,
        }
    }
}

/// One instance of the service, until its host crashes.
async fn serve(
    ports: &Ports,
    url: String,
    record: Record,
    instance: (usize, usize),
    without: Option<Safeguard>,
) -> turmoil::Result {
    let session = connect(&url, ports, without).await;
    let handle = move |record: Arc<Record>, cx: Context, payload: String| async move {
        let (key, work, _) = read(&payload);
        begin(&record, &cx, key, instance);
        sleep(work).await;
        Ok(payload)
    };
    let stream = move |record: Arc<Record>, cx: Context, payload: String| async move {
        let (key, work, values) = read(&payload);
        begin(&record, &cx, key, instance);
        Ok(StreamOf::<String>::write(async move |mut to| {
            for number in 0..values {
                sleep(work / values).await;
                to.write(write(Value { key, number, instance })).await?;
            }
            Ok(())
        }))
    };
    let service = || {
        ServiceBuilder::new(&SERVICE, record.clone())
            .procedure(&ONCE, move |record, cx, payload| async move { handle(record, cx, payload).await })
            .procedure(&IDEMPOTENT, move |record, cx, payload| async move { handle(record, cx, payload).await })
            .oneway(&ONEWAY, move |record, cx, payload| async move { handle(record, cx, payload).await.map(drop) })
            .stream(&STREAM, move |record, cx, payload| async move { stream(record, cx, payload).await })
            .build()
    };
    // No broker may be there at the moment.
    let _running = loop {
        match Server::new(&session).add(service()).start().await {
            Ok(running) => break running,
            Err(_) => sleep(RETRY).await,
        }
    };
    std::future::pending().await
}

/// Makes every call of one caller at its time, and ends when all have ended.
async fn call_all(
    url: String,
    calls: Vec<plan::Call>,
    calm_at: Duration,
    record: Record,
    without: Option<Safeguard>,
) -> turmoil::Result {
    let session = connect(&url, &Ports::default(), without).await;
    let start = Instant::now() - turmoil::elapsed();
    record.lock().made += calls.len();
    let calls: Vec<_> = calls
        .into_iter()
        .map(|call| {
            let (caller, record) = (Caller::from(&session), record.clone());
            tokio::spawn(async move {
                sleep_until(start + call.at).await;
                let (at, began) = (now(), Instant::now());
                let is_calm = call.at >= calm_at;
                let ended = |outcome: Outcome| {
                    let plan::Call { key, timeout, kind, .. } = call;
                    let ended = history::Call { key, kind, at, timeout, took: began.elapsed(), outcome, is_calm };
                    record.lock().calls.push(ended);
                };
                if call.kind != Kind::Stream {
                    return ended(Outcome::of(make(&caller, call).await));
                }
                let opened: StreamCall<String> = codegen::stream(&caller, &STREAM, &payload(call));
                match opened.timeout(call.timeout).await {
                    Ok(values) => {
                        ended(Outcome::Result);
                        let streamed = receive(values, call, is_calm).await;
                        record.lock().streams.push(streamed);
                    }
                    Err(error) => ended(Outcome::of(Err(error))),
                }
            })
        })
        .collect();
    for call in calls {
        call.await?;
    }
    Ok(())
}

/// Makes one call; whether its result was its own.
async fn make(caller: &Caller, call: plan::Call) -> Result<bool, CallError> {
    let payload = payload(call);
    let procedure = match call.kind {
        Kind::Once | Kind::Stream => &ONCE,
        Kind::Idempotent => &IDEMPOTENT,
        Kind::Oneway => return codegen::oneway(caller, &ONEWAY, &payload).timeout(call.timeout).await.map(|_| true),
    };
    let reply: Call<String> = codegen::call(caller, procedure, &payload);
    Ok(reply.timeout(call.timeout).await? == payload)
}

/// Reads a stream to its end, and asks it once more.
async fn receive(mut values: Streaming<String>, call: plan::Call, is_calm: bool) -> Streamed {
    let plan::Call { key, values: wanted, .. } = call;
    let mut streamed = Streamed {
        key,
        wanted,
        values: Vec::new(),
        longest: Duration::ZERO,
        ending: Ending::Complete,
        more: 0,
        is_calm,
    };
    loop {
        let began = Instant::now();
        let next = values.next().await;
        streamed.longest = streamed.longest.max(began.elapsed());
        match next {
            Some(Ok(value)) => streamed.values.push(read_value(&value)),
            Some(Err(error)) => {
                streamed.ending = Ending::of(Some(error));
                break;
            }
            None => break,
        }
    }
    streamed.more = usize::from(values.next().await.is_some());
    streamed
}

/// What a call carries: its key, the time to work on it in milliseconds, and how many values a stream has.
fn payload(call: plan::Call) -> String {
    format!("{} {} {}", call.key, call.work.as_millis(), call.values)
}

fn read(payload: &str) -> (u32, Duration, u32) {
    let [key, millis, values] = numbers(payload);
    (key, Duration::from_millis(millis.into()), values)
}

fn write(Value { key, number, instance: (host, start) }: Value) -> String {
    format!("{key} {number} {host} {start}")
}

fn read_value(value: &str) -> Value {
    let [key, number, host, start] = numbers(value);
    Value { key, number, instance: (host as usize, start as usize) }
}

fn numbers<const N: usize>(text: &str) -> [u32; N] {
    let numbers: Vec<u32> = text.split(' ').map(|number| number.parse().expect("a number")).collect();
    numbers.try_into().expect("so many of them")
}

/// Writes down that a call runs.
fn begin(record: &Record, cx: &Context, key: u32, instance: (usize, usize)) {
    let effect = Effect { at: now(), key, call_id: cx.call_id().as_u128(), instance };
    record.lock().effects.push(effect);
}

/// The time since the simulation began.
fn now() -> Duration {
    turmoil::sim_elapsed().expect("only the simulation asks")
}

/// Breaks things and makes them whole again, as the plan says.
struct Faults {
    /// What is still to be done, the next at the end.
    steps: Vec<(Duration, Step, Fault)>,
    /// What kills each host that can be.
    switches: BTreeMap<String, watch::Sender<bool>>,
}

#[derive(Clone, Copy)]
enum Step {
    Break,
    /// What was killed has closed its connections: the rest of it goes.
    Remove,
    Repair,
}

impl Faults {
    fn new(plan: &Plan) -> Self {
        let mut steps = Vec::new();
        for &(at, fault) in &plan.faults {
            steps.push((at, Step::Break, fault));
            if let Fault::Crash(..) = fault {
                steps.push((at + 2 * TICK, Step::Remove, fault));
            }
            steps.push((at + fault.time(), Step::Repair, fault));
        }
        steps.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
        Self { steps, switches: BTreeMap::new() }
    }

    fn switch(&mut self, host: Host) -> watch::Sender<bool> {
        self.switches.entry(host.name()).or_default().clone()
    }

    fn apply(&mut self, sim: &mut Sim<'_>, record: &Record) {
        while let Some((_, step, fault)) = self.steps.pop_if(|(at, ..)| *at <= sim.elapsed()) {
            match (fault, step) {
                (Fault::Partition(a, b, _), Step::Break) => sim.partition(a.name(), b.name()),
                (Fault::Partition(a, b, _), _) => sim.repair(a.name(), b.name()),
                (Fault::Hold(a, b, _), Step::Break) => sim.hold(a.name(), b.name()),
                (Fault::Hold(a, b, _), _) => sim.release(a.name(), b.name()),
                (Fault::Crash(host, _), Step::Break) => drop(self.switch(host).send_replace(true)),
                (Fault::Crash(host, _), Step::Remove) => sim.crash(host.name()),
                (Fault::Crash(host, _), Step::Repair) => {
                    self.switch(host).send_replace(false);
                    sim.bounce(host.name());
                }
            }
            if let Step::Break = step {
                record.lock().faults.push((sim.elapsed(), fault));
            }
        }
    }
}
