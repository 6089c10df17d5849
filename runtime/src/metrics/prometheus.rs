//! Metrics in the form of Prometheus, named by OpenTelemetry's conventions for messaging.

use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric, text},
    metrics::{
        MetricType, counter::ConstCounter, counter::Counter, family::Family, gauge::ConstGauge, gauge::Gauge,
        histogram::Histogram,
    },
    registry::{Registry, Unit},
};
use tokio::time::Instant;

use super::counters::{Counters, Statistics};
use crate::transport::Link;

/// How many URIs are told apart. Calls of any other are counted together, as of `other`.
const MAX_DESTINATIONS: usize = 256;
const OTHER: &str = "other";
const SYSTEM: &str = "nsq";
/// The bounds that OpenTelemetry recommends, in seconds, and finer ones, because a call may take 100 µs.
const BOUNDS: [f64; 18] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0,
];

/// What one process measures of its calls, for Prometheus to read. Cloning it is cheap, and the clones are one.
///
/// Hand it to every session of the process by `SessionBuilder::metrics`.
///
/// ```
/// use almanet_runtime::{Metrics, Session};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let metrics = Metrics::new();
/// let session = Session::builder().url("embedded:").metrics(&metrics).connect().await?;
/// assert!(metrics.encode().contains("almanet_duplicates_total 0"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    calls: Family<Ended, Histogram>,
    handled: Family<Ended, Histogram>,
    sent: Family<Ended, Counter>,
    consumed: Family<Ended, Counter>,
    in_flight: Family<Destination, Gauge>,
    retries: Family<Destination, Counter>,
    destinations: RwLock<HashSet<Arc<str>>>,
    sessions: Arc<Sessions>,
}

/// What a call is, before anybody knows how it ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Destination {
    messaging_system: &'static str,
    messaging_operation_name: &'static str,
    messaging_destination_name: Arc<str>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    messaging_system: &'static str,
    messaging_operation_name: &'static str,
    messaging_destination_name: Arc<str>,
    error_type: Option<&'static str>,
}

impl Metrics {
    /// Nothing measured yet.
    pub fn new() -> Self {
        let mut registry = Registry::default();
        let durations: fn() -> Histogram = || Histogram::new(BOUNDS);
        let calls = Family::new_with_constructor(durations as _);
        registry.register_with_unit(
            "messaging_client_operation_duration",
            "How long calls took their callers",
            Unit::Seconds,
            calls.clone(),
        );
        let handled = Family::new_with_constructor(durations as _);
        registry.register_with_unit(
            "messaging_process_duration",
            "How long handlers took",
            Unit::Seconds,
            handled.clone(),
        );
        let (sent, consumed) = (Family::default(), Family::default());
        registry.register("messaging_client_sent_messages", "Calls that were made", sent.clone());
        registry.register("messaging_client_consumed_messages", "Calls that were handled", consumed.clone());
        let in_flight = Family::default();
        registry.register("almanet_calls_in_flight", "Calls that are made or handled now", in_flight.clone());
        let retries = Family::default();
        registry.register("almanet_retries", "Calls that were published again", retries.clone());
        let sessions = Arc::<Sessions>::default();
        registry.register_collector(Box::new(sessions.clone()));
        let destinations = RwLock::default();
        Self(Arc::new(Inner { registry, calls, handled, sent, consumed, in_flight, retries, destinations, sessions }))
    }

    /// All of it as text, in OpenMetrics 1.0, which Prometheus reads: `application/openmetrics-text; version=1.0.0`.
    pub fn encode(&self) -> String {
        let mut out = String::new();
        text::encode(&mut out, &self.0.registry).expect("a String takes everything");
        out
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Inner {
    fn destination(&self, operation: &'static str, uri: &str) -> Destination {
        let known = self.destinations.read().unwrap_or_else(PoisonError::into_inner).get(uri).cloned();
        Destination {
            messaging_system: SYSTEM,
            messaging_operation_name: operation,
            messaging_destination_name: known.unwrap_or_else(|| self.enter(uri)),
        }
    }

    /// Anybody may call anything, so not every name is kept.
    fn enter(&self, uri: &str) -> Arc<str> {
        let mut known = self.destinations.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_DESTINATIONS {
            return OTHER.into();
        }
        let uri = Arc::<str>::from(uri);
        known.insert(uri.clone());
        uri
    }
}

/// Where a session puts what it measures.
#[derive(Clone, Debug)]
pub(crate) struct Meter(Option<Metrics>);

impl Meter {
    /// Nowhere.
    pub(crate) const fn new() -> Self {
        Self(None)
    }

    pub(crate) fn of(metrics: &Metrics) -> Self {
        Self(Some(metrics.clone()))
    }

    /// What was measured, as text, where anything is.
    #[cfg(feature = "http")]
    pub(crate) fn encode(&self) -> Option<String> {
        self.0.as_ref().map(Metrics::encode)
    }

    /// A call begins. `operation` is `process` where it is handled.
    pub(crate) fn start(&self, operation: &'static str, uri: &str) -> Timer {
        Timer(self.0.as_ref().map(|Metrics(inner)| {
            let destination = inner.destination(operation, uri);
            inner.in_flight.get_or_create(&destination).inc();
            Measured { inner: inner.clone(), destination, began: Instant::now() }
        }))
    }

    /// Counts what a session throws away.
    pub(crate) fn watch<S: Source + 'static>(&self, session: &Arc<S>) {
        if let Some(Metrics(inner)) = &self.0 {
            let session: Weak<S> = Arc::downgrade(session);
            inner.sessions.lock().living.push(session);
        }
    }

    /// Keeps what a session counted that is there no longer, so that no count ever falls.
    pub(crate) fn retire(&self, counters: &Counters) {
        if let Some(Metrics(inner)) = &self.0 {
            inner.sessions.lock().gone += counters.snapshot();
        }
    }

    /// A call is published again.
    pub(crate) fn retried(&self, uri: &str) {
        if let Some(Metrics(inner)) = &self.0 {
            inner.retries.get_or_create(&inner.destination("call", uri)).inc();
        }
    }
}

/// Measures one call. Dropped before its end, the call is counted as dropped.
#[derive(Debug)]
pub(crate) struct Timer(Option<Measured>);

struct Measured {
    inner: Arc<Inner>,
    destination: Destination,
    began: Instant,
}

impl Timer {
    /// The call ended, with an error of this type or without one.
    pub(crate) fn end(mut self, error_type: Option<&'static str>) {
        self.record(error_type);
    }

    fn record(&mut self, error_type: Option<&'static str>) {
        let Some(Measured { inner, destination, began }) = self.0.take() else { return };
        inner.in_flight.get_or_create(&destination).dec();
        let Destination { messaging_system, messaging_operation_name, messaging_destination_name } = destination;
        let ended = Ended { messaging_system, messaging_operation_name, messaging_destination_name, error_type };
        let (durations, count) = match messaging_operation_name {
            "process" => (&inner.handled, &inner.consumed),
            _ => (&inner.calls, &inner.sent),
        };
        durations.get_or_create(&ended).observe(began.elapsed().as_secs_f64());
        count.get_or_create(&ended).inc();
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.record(Some("dropped"));
    }
}

impl fmt::Debug for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.destination.fmt(f)
    }
}

/// A session, as far as it is counted.
pub(crate) trait Source: Send + Sync {
    fn statistics(&self) -> Statistics;
    fn links(&self) -> Vec<Link>;
}

/// What the sessions of a process count themselves.
#[derive(Default)]
struct Sessions(Mutex<Watched>);

#[derive(Default)]
struct Watched {
    living: Vec<Weak<dyn Source>>,
    gone: Statistics,
}

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, Watched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}

impl Collector for Sessions {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let (sessions, mut statistics): (Vec<_>, _) = {
            let mut watched = self.lock();
            watched.living.retain(|session| session.strong_count() > 0);
            (watched.living.iter().filter_map(Weak::upgrade).collect(), watched.gone)
        };
        sessions.iter().for_each(|session| statistics += session.statistics());
        let counts: [(&str, &str, u64); 5] = [
            ("almanet_expired", "Calls whose time was over", statistics.expired),
            ("almanet_overloaded", "Calls that were refused for want of room", statistics.overloaded),
            ("almanet_unauthorized", "Calls that were refused for their credential", statistics.unauthorized),
            ("almanet_duplicates", "Calls that came again and did not run again", statistics.duplicates),
            ("almanet_unclaimed_replies", "Replies that nobody waited for", statistics.unclaimed_replies),
        ];
        for (name, help, count) in counts {
            ConstCounter::new(count).encode(encoder.encode_descriptor(name, help, None, MetricType::Counter)?)?;
        }
        let dropped: [(&str, u64); 4] = [
            ("malformed", statistics.malformed),
            ("oversized", statistics.oversized),
            ("before_version_1", statistics.before_version_1),
            ("refused_reply_topic", statistics.refused_reply_topics),
        ];
        let help = "Messages that were not taken";
        let mut family = encoder.encode_descriptor("almanet_dropped_messages", help, None, MetricType::Counter)?;
        for (reason, count) in dropped {
            ConstCounter::new(count).encode(family.encode_family(&[("reason", reason)])?)?;
        }
        let links: Vec<_> = sessions.iter().flat_map(|session| session.links()).collect();
        links_of(&links, &mut encoder)
    }
}

/// A broker that several sessions know is one line.
fn links_of(links: &[Link], encoder: &mut DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
    let mut brokers: Vec<_> = links.iter().map(|link| &link.broker).collect();
    brokers.sort_unstable();
    brokers.dedup();
    let sum = |broker: &Arc<str>, count: fn(&Link) -> u64| {
        links.iter().filter(|link| link.broker == *broker).map(count).sum::<u64>()
    };
    let help = "Connections to a broker that are open";
    let mut family = encoder.encode_descriptor("almanet_broker_connections", help, None, MetricType::Gauge)?;
    for broker in &brokers {
        let open = i64::try_from(sum(broker, |link| link.open)).unwrap_or(i64::MAX);
        ConstGauge::new(open).encode(family.encode_family(&[("broker", &***broker)])?)?;
    }
    let help = "Connections to a broker that ended, and were made again where somebody needed them";
    let mut family = encoder.encode_descriptor("almanet_reconnects", help, None, MetricType::Counter)?;
    for broker in &brokers {
        ConstCounter::new(sum(broker, |link| link.lost)).encode(family.encode_family(&[("broker", &***broker)])?)?;
    }
    Ok(())
}
