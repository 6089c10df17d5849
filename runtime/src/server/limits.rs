//! How many calls run and wait, and which are refused because there is no room for them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

/// How many calls are taken beyond those that run and wait, where the rest is refused: each of them is gone at once.
const REFUSALS: usize = 64;

/// How many calls of one procedure run and wait at a time. What is not set is as the server has it.
///
/// ```
/// use almanet_runtime::Limits;
///
/// const REPORTS: Limits = Limits::new().concurrency(2).queue(8);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    concurrency: Option<usize>,
    queue: Option<usize>,
}

impl Limits {
    /// The server's own.
    pub const fn new() -> Self {
        Self { concurrency: None, queue: None }
    }

    /// How many calls run at a time, at least one.
    #[must_use]
    pub const fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = Some(if calls == 0 { 1 } else { calls });
        self
    }

    /// How many calls wait for a place at a time. The next ones are refused as overloaded, and so is one that, by
    /// the recent pace, would not begin before its deadline. Without a queue, what cannot run yet stays with the
    /// broker, where every instance can take it.
    #[must_use]
    pub const fn queue(mut self, calls: usize) -> Self {
        self.queue = Some(calls);
        self
    }

    /// These, and where they say nothing, `others`.
    pub(super) fn or(self, others: Self) -> Self {
        Self { concurrency: self.concurrency.or(others.concurrency), queue: self.queue.or(others.queue) }
    }
}

/// The places of one procedure, which all its subscriptions share.
#[derive(Debug)]
pub(super) struct Gate {
    places: Arc<Semaphore>,
    /// The places of the whole server.
    whole: Option<Arc<Semaphore>>,
    concurrency: usize,
    queue: Option<usize>,
    waiting: AtomicUsize,
    /// How long a call runs, in nanoseconds, smoothed. Only kept where calls are refused by it.
    pace: AtomicU64,
}

/// What is to be done with a call.
#[derive(Debug)]
pub(super) enum Entry {
    /// It runs.
    Place(Place),
    /// It waits for a place.
    Queued(Queued),
    /// It is refused.
    Full,
}

/// A call's right to run.
#[derive(Debug)]
pub(super) struct Place {
    _own: OwnedSemaphorePermit,
    _whole: Option<OwnedSemaphorePermit>,
    timed: Option<(Arc<Gate>, Instant)>,
}

/// A call that waits.
#[derive(Debug)]
pub(super) struct Queued(Arc<Gate>);

impl Gate {
    pub(super) fn new(limits: Limits, concurrency: usize, whole: Option<(Arc<Semaphore>, usize)>) -> Self {
        let own = limits.concurrency.unwrap_or(concurrency);
        Self {
            places: Arc::new(Semaphore::new(own.min(Semaphore::MAX_PERMITS))),
            concurrency: whole.as_ref().map_or(own, |(_, calls)| own.min(*calls)),
            whole: whole.map(|(places, _)| places),
            queue: limits.queue,
            waiting: AtomicUsize::new(0),
            pace: AtomicU64::new(0),
        }
    }

    /// How many calls the broker may hand out at a time.
    pub(super) fn max_in_flight(&self) -> usize {
        self.queue.map_or(self.concurrency, |queue| self.concurrency.saturating_add(queue).saturating_add(REFUSALS))
    }

    /// Decides about a call that has `remaining` left. Without a queue it never is refused.
    pub(super) fn admit(self: &Arc<Self>, remaining: impl FnOnce() -> Duration) -> Entry {
        if let Some(place) = self.try_place() {
            return Entry::Place(place);
        }
        let ahead = self.waiting.fetch_add(1, Ordering::Relaxed);
        let queued = Queued(self.clone());
        match self.queue {
            Some(queue) if ahead >= queue || self.wait(ahead) > remaining() => Entry::Full,
            _ => Entry::Queued(queued),
        }
    }

    fn try_place(self: &Arc<Self>) -> Option<Place> {
        let own = self.places.clone().try_acquire_owned().ok()?;
        let whole = match &self.whole {
            Some(whole) => Some(whole.clone().try_acquire_owned().ok()?),
            None => None,
        };
        Some(self.place(own, whole))
    }

    fn place(self: &Arc<Self>, own: OwnedSemaphorePermit, whole: Option<OwnedSemaphorePermit>) -> Place {
        let timed = self.queue.map(|_| (self.clone(), Instant::now()));
        Place { _own: own, _whole: whole, timed }
    }

    /// How long a call waits behind so many others, by the recent pace.
    fn wait(&self, ahead: usize) -> Duration {
        let turns = u64::try_from((ahead + 1) / self.concurrency).unwrap_or(u64::MAX);
        Duration::from_nanos(self.pace.load(Ordering::Relaxed).saturating_mul(turns))
    }

    /// One that is lost between two that end at the same time does no harm.
    fn ran_for(&self, time: Duration) {
        let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let pace = match self.pace.load(Ordering::Relaxed) {
            0 => time,
            pace => pace - pace / 8 + time / 8,
        };
        self.pace.store(pace, Ordering::Relaxed);
    }
}

impl Queued {
    /// Waits for a place, in the order of arrival.
    pub(super) async fn place(self) -> Place {
        const OPEN: &str = "the places are never closed";
        let gate = &self.0;
        let own = gate.places.clone().acquire_owned().await.expect(OPEN);
        let whole = match &gate.whole {
            Some(whole) => Some(whole.clone().acquire_owned().await.expect(OPEN)),
            None => None,
        };
        gate.place(own, whole)
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((gate, began)) = &self.timed {
            gate.ran_for(began.elapsed());
        }
    }
}
