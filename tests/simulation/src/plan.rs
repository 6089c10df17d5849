//! Who calls what and when, and what breaks: drawn from a seed.

use std::ops::Range;
use std::time::Duration;

use fastrand::Rng;

use crate::history::Kind;

/// One simulation, before it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What everything is drawn from.
    pub seed: u64,
    /// How many brokers there are.
    pub brokers: usize,
    /// How many instances of the service.
    pub services: usize,
    /// The calls of each caller, by their time.
    pub callers: Vec<Vec<Call>>,
    /// What breaks, by its time.
    pub faults: Vec<(Duration, Fault)>,
    /// In how many of a hundred calls the broker gets another copy.
    pub duplicates: u8,
    /// From when on nothing breaks, and everything was given the time to recover.
    pub calm_at: Duration,
}

/// One call, before it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// What it carries.
    pub key: u32,
    /// When it is made.
    pub at: Duration,
    /// What it is given.
    pub timeout: Duration,
    /// How long the handler works.
    pub work: Duration,
    /// What is asked for.
    pub kind: Kind,
    /// How many values a stream has.
    pub values: u32,
}

/// Something that breaks, and is whole again after a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// What goes between two hosts is lost.
    Partition(Host, Host, Duration),
    /// What goes between two hosts is held back.
    Hold(Host, Host, Duration),
    /// A host loses everything, and starts again.
    Crash(Host, Duration),
}

impl Fault {
    /// How long it lasts.
    #[must_use]
    pub fn time(self) -> Duration {
        let (Self::Partition(_, _, time) | Self::Hold(_, _, time) | Self::Crash(_, time)) = self;
        time
    }
}

/// A host of the simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// A broker by its number.
    Broker(usize),
    /// An instance of the service.
    Service(usize),
    /// A caller.
    Caller(usize),
}

impl Host {
    /// What the network calls it.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Broker(number) => format!("broker-{number}"),
            Self::Service(number) => format!("service-{number}"),
            Self::Caller(number) => format!("caller-{number}"),
        }
    }
}

/// Between when calls are made and things break.
const BUSY: Range<u64> = 1_000..6_000;
/// How long something stays broken.
const BROKEN: Range<u64> = 100..1_500;
/// How long everything takes to be found whole again: a silent connection is noticed after 2.4 s, and the attempts
/// to connect lie some seconds apart by then.
const RECOVERY: Duration = Duration::from_secs(9);

impl Plan {
    /// Draws a plan.
    #[must_use]
    pub fn draw(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let (brokers, services, callers) = (rng.usize(1..=2), rng.usize(1..=3), rng.usize(1..=2));
        let last = Duration::from_millis(BUSY.end + BROKEN.end);
        let calm_at = last + RECOVERY;
        let mut key = 0;
        let callers = (0..callers).map(|_| {
            let mut calls: Vec<_> = (0..rng.u32(5..25)).map(|_| draw_call(&mut rng)).collect();
            calls.sort_by_key(|call| call.at);
            let calm = Call { at: calm_at, timeout: Duration::from_secs(3), work: Duration::ZERO, ..calls[0] };
            calls.push(Call { kind: Kind::Once, ..calm });
            calls.push(Call { kind: Kind::Idempotent, ..calm });
            calls.push(Call { kind: Kind::Stream, values: 40, ..calm });
            for call in &mut calls {
                call.key = key;
                key += 1;
            }
            calls
        });
        let callers: Vec<_> = callers.collect();
        let mut faults: Vec<_> = (0..rng.usize(1..6))
            .map(|_| (draw_time(&mut rng, BUSY), draw_fault(&mut rng, brokers, services, callers.len())))
            .collect();
        faults.sort_by_key(|(at, _)| *at);
        let mut down = Vec::new();
        faults.retain(|&(at, fault)| match fault {
            // What is down already cannot crash.
            Fault::Crash(host, _) if down.iter().any(|&(other, until)| other == host && at <= until) => false,
            Fault::Crash(host, time) => {
                down.push((host, at + time));
                true
            }
            _ => true,
        });
        let duplicates = if rng.bool() { rng.u8(1..40) } else { 0 };
        Self { seed, brokers, services, callers, faults, duplicates, calm_at }
    }
}

fn draw_time(rng: &mut Rng, millis: Range<u64>) -> Duration {
    Duration::from_millis(rng.u64(millis))
}

fn draw_call(rng: &mut Rng) -> Call {
    let kinds = [Kind::Once, Kind::Once, Kind::Idempotent, Kind::Idempotent, Kind::Oneway, Kind::Stream];
    let kind = kinds[rng.usize(0..kinds.len())];
    let work = if rng.bool() { Duration::ZERO } else { draw_time(rng, 1..1_500) };
    Call { key: 0, at: draw_time(rng, BUSY), timeout: draw_time(rng, 200..4_000), work, kind, values: rng.u32(0..50) }
}

fn draw_fault(rng: &mut Rng, brokers: usize, services: usize, callers: usize) -> Fault {
    let broker = Host::Broker(rng.usize(0..brokers));
    let service = Host::Service(rng.usize(0..services));
    let peer = if rng.bool() { service } else { Host::Caller(rng.usize(0..callers)) };
    let time = draw_time(rng, BROKEN);
    match rng.u8(0..4) {
        0 => Fault::Partition(peer, broker, time),
        1 => Fault::Hold(peer, broker, time),
        2 => Fault::Crash(broker, time),
        _ => Fault::Crash(service, time),
    }
}
