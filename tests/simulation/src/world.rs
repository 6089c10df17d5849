//! Has a plan happen: every host has its own runtime, the network and all clocks are turmoil's.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use almanet_broker::{Broker, Options, SubscriberOptions};
use almanet_runtime::Session;
use almanet_runtime::codegen::Safeguard;
use almanet_runtime::transport::ConnectError;
use almanet_runtime::transport::nsq::{Nsq, NsqConfig};
use almanet_runtime::wire::Id;
use tokio::time::sleep;
use turmoil::net::TcpListener;

use crate::caller::call_all;
use crate::clocks;
use crate::faults::Faults;
use crate::history::History;
use crate::plan::{Host, Plan};
use crate::ports::Ports;
use crate::service::{self, serve};

const PORT: u16 = 4150;
/// How far all clocks go at a time; a message between hosts takes at least that long.
pub(crate) const TICK: Duration = Duration::from_millis(20);
const LATENCY: Duration = Duration::from_millis(60);
/// How long a host waits that found no broker.
pub(crate) const RETRY: Duration = Duration::from_millis(100);

/// What the hosts write down.
#[derive(Clone, Default)]
pub(crate) struct Record(Arc<Mutex<History>>);

impl Record {
    pub(crate) fn lock(&self) -> MutexGuard<'_, History> {
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
    let _ = almanet_nsq::clock::replace(clocks::wall_clock);
    Id::draw_from(|| fastrand::u128(..));
    fastrand::seed(plan.seed);
    clocks::reset();
    let record = Record::default();
    record.lock().too_late = plan.too_late();
    let mut sim = turmoil::Builder::new()
        .rng_seed(plan.seed)
        .epoch(UNIX_EPOCH + clocks::EPOCH)
        .tick_duration(TICK)
        .min_message_latency(Duration::from_millis(1))
        .max_message_latency(LATENCY)
        .simulation_duration(Duration::from_secs(600))
        .tcp_capacity(65_536)
        .build();
    let mut faults = Faults::new(plan);
    for number in 0..plan.brokers {
        let host = Host::Broker(number);
        let (duplicates, asked, ahead) = (plan.duplicates, faults.host(host), plan.ahead(host));
        sim.host(host.name(), move || {
            let (ports, asked) = (Ports::default(), asked.subscribe());
            async move {
                clocks::be_ahead(ahead);
                ports.until_killed(asked, serve_broker(&ports, duplicates)).await
            }
        });
    }
    for number in 0..plan.services {
        let host = Host::Service(number);
        let place = service::Place { number, starts: Arc::default(), url: url(plan), record: record.clone(), without };
        let (asked, ahead) = (faults.host(host), plan.ahead(host));
        sim.host(host.name(), move || {
            let (ports, asked, place) = (Ports::default(), asked.subscribe(), place.clone());
            async move {
                clocks::be_ahead(ahead);
                ports.until_killed(asked.clone(), serve(&ports, place, asked)).await
            }
        });
    }
    for number in 0..plan.callers.len() {
        let host = Host::Caller(number);
        let (ahead, calls) = (plan.ahead(host), call_all(plan.clone(), number, record.clone(), without));
        sim.client(host.name(), async move {
            clocks::be_ahead(ahead);
            calls.await
        });
    }
    while !sim.step().expect("no host fails") {
        faults.apply(&mut sim, &mut record.lock());
    }
    std::mem::take(&mut record.lock())
}

/// Where all brokers are.
pub(crate) fn url(plan: &Plan) -> String {
    let brokers: Vec<_> = (0..plan.brokers).map(|number| format!("{}:{PORT}", Host::Broker(number).name())).collect();
    format!("nsq://{}?heartbeat=1s&connect_timeout=1s", brokers.join(","))
}

/// A broker that keeps everything in memory, and of some calls gets another copy.
async fn serve_broker(ports: &Ports, duplicates: u8) -> turmoil::Result {
    let broker = Broker::new(Options::default());
    if duplicates > 0 {
        for procedure in ["once", "idempotent", "oneway", "stream", "gather"] {
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

/// Connects as soon as a broker is there.
pub(crate) async fn connect(url: &str, ports: &Ports, without: Option<Safeguard>) -> Session {
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

/// The time since the simulation began.
pub(crate) fn now() -> Duration {
    turmoil::sim_elapsed().expect("only the simulation asks")
}
