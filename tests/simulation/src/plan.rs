//! Who calls what and when, and what breaks: drawn from a seed.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use fastrand::Rng;

use crate::history::Kind;
use crate::service::channel_of;

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
    /// The hosts whose clocks are wrong, and by how many seconds they are ahead.
    pub clocks: Vec<(Host, i64)>,
    /// In how many of a hundred calls the broker gets another copy.
    pub duplicates: u8,
    /// From when on nothing breaks, and everything was given the time to recover. Where there are several instances of
    /// the service, one of them is replaced then.
    pub calm_at: Duration,
    /// That one.
    pub replaced: Option<usize>,
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
    /// How many replies are enough for a gathering call; 0 for as many as come in its time.
    pub enough: usize,
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
    /// An instance of the service ends in order, and begins anew.
    Drain(Host, Duration),
}

impl Fault {
    /// How long it lasts.
    #[must_use]
    pub fn time(self) -> Duration {
        let (Self::Partition(_, _, time) | Self::Hold(_, _, time) | Self::Crash(_, time) | Self::Drain(_, time)) = self;
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
/// How long calls are made when all is whole, before an instance is replaced and while it is.
const CALM: Duration = Duration::from_secs(2);
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
            calls.extend(draw_calm_calls(&mut rng, calm_at));
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
            // What is down already can neither crash nor end.
            Fault::Crash(host, _) | Fault::Drain(host, _)
                if down.iter().any(|&(other, until)| other == host && at <= until) =>
            {
                false
            }
            Fault::Crash(host, time) | Fault::Drain(host, time) => {
                down.push((host, at + time));
                true
            }
            _ => true,
        });
        let replaced = (services > 1).then(|| rng.usize(0..services));
        faults.extend(replaced.map(|service| (calm_at + CALM, Fault::Drain(Host::Service(service), CALM / 2))));
        let duplicates = if rng.bool() { rng.u8(1..40) } else { 0 };
        let clocks =
            if rng.u8(0..4) == 0 { draw_clocks(&mut rng, brokers, services, callers.len()) } else { Vec::new() };
        Self { seed, brokers, services, callers, faults, clocks, duplicates, calm_at, replaced }
    }

    /// By how many seconds the clock of a host is ahead.
    #[must_use]
    pub fn ahead(&self, host: Host) -> i64 {
        self.clocks.iter().find(|(wrong, _)| *wrong == host).map_or(0, |(_, ahead)| *ahead)
    }

    /// The instances by whose clocks every call is over before it comes, whichever broker it comes from.
    pub(crate) fn too_late(&self) -> BTreeSet<usize> {
        let is_too_late = |service: &usize| (0..self.brokers).all(|broker| self.is_ahead(*service, broker));
        (0..self.services).filter(is_too_late).collect()
    }

    fn is_ahead(&self, service: usize, broker: usize) -> bool {
        self.ahead(Host::Service(service)) > self.ahead(Host::Broker(broker))
    }

    /// Where every call at this time has its result: the channels from which it is taken.
    pub(crate) fn calm(&self, at: Duration) -> Option<BTreeSet<usize>> {
        let takes_all = |service: usize| !(0..self.brokers).any(|broker| self.is_ahead(service, broker));
        let is_calm = at >= self.calm_at && (0..self.services).all(takes_all);
        let stays = |service: &usize| Some(*service) != self.replaced;
        is_calm.then(|| (0..self.services).filter(stays).map(channel_of).collect())
    }
}

fn draw_time(rng: &mut Rng, millis: Range<u64>) -> Duration {
    Duration::from_millis(rng.u64(millis))
}

fn draw_call(rng: &mut Rng) -> Call {
    let kinds = [Kind::Once, Kind::Once, Kind::Idempotent, Kind::Idempotent, Kind::Oneway, Kind::Stream, Kind::Gather];
    let kind = kinds[rng.usize(0..kinds.len())];
    let work = if rng.bool() { Duration::ZERO } else { draw_time(rng, 1..1_500) };
    let (at, timeout) = (draw_time(rng, BUSY), draw_time(rng, 200..4_000));
    Call { key: 0, at, timeout, work, kind, values: rng.u32(0..50), enough: rng.usize(0..3) }
}

/// One call of each kind when everything is whole, and more while an instance of the service is replaced.
fn draw_calm_calls(rng: &mut Rng, calm_at: Duration) -> Vec<Call> {
    let kinds = [Kind::Once, Kind::Idempotent, Kind::Oneway, Kind::Stream, Kind::Gather];
    let mut calls: Vec<_> = kinds.map(|kind| Call { kind, at: calm_at, ..draw_call(rng) }).into();
    calls.extend((0..12).map(|number| Call { at: calm_at + CALM + CALM * number / 12, ..draw_call(rng) }));
    for call in &mut calls {
        let timeout = if call.kind == Kind::Gather { Duration::from_secs(1) } else { Duration::from_secs(3) };
        *call = Call { timeout, work: Duration::ZERO, values: call.values % 8, ..*call };
    }
    calls.push(Call { kind: Kind::Stream, values: 40, ..calls[0] });
    calls
}

/// One clock or two that are an hour off.
fn draw_clocks(rng: &mut Rng, brokers: usize, services: usize, callers: usize) -> Vec<(Host, i64)> {
    let hosts = [
        Host::Broker(rng.usize(0..brokers)),
        Host::Service(rng.usize(0..services)),
        Host::Caller(rng.usize(0..callers)),
    ];
    (0..rng.usize(1..=2)).map(|_| (hosts[rng.usize(0..hosts.len())], if rng.bool() { 3_600 } else { -3_600 })).collect()
}

fn draw_fault(rng: &mut Rng, brokers: usize, services: usize, callers: usize) -> Fault {
    let broker = Host::Broker(rng.usize(0..brokers));
    let service = Host::Service(rng.usize(0..services));
    let peer = if rng.bool() { service } else { Host::Caller(rng.usize(0..callers)) };
    let time = draw_time(rng, BROKEN);
    match rng.u8(0..5) {
        0 => Fault::Partition(peer, broker, time),
        1 => Fault::Hold(peer, broker, time),
        2 => Fault::Crash(broker, time),
        3 => Fault::Crash(service, time),
        _ => Fault::Drain(service, time),
    }
}
