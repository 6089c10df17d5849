//! Slowing down while messages fail.
//!
//! A failure stops all deliveries for a while. Then one message comes, as a probe: when it succeeds the consumer takes
//! a step back to its full speed, when it fails it waits twice as long.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use tokio::{runtime::Handle, task::AbortHandle, time::sleep};

use crate::transport::Limit;

/// How long a consumer waits after failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// Waits `first` after the first failure, twice as long after each further one, and never longer than `longest`.
    /// Each wait is shortened by up to a quarter at random, so that consumers do not come back all at once.
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// No slowing down at all.
    pub const fn none() -> Self {
        Self::new(Duration::ZERO, Duration::ZERO)
    }

    /// The longest wait after so many failures, at least one.
    pub(super) fn after(self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        self.first.saturating_mul(doubled).min(self.longest)
    }

    /// A wait after so many failures.
    pub(super) fn wait_after(self, failures: u32) -> Duration {
        self.after(failures).mul_f64(1.0 - fastrand::f64() / 4.0)
    }
}

impl Default for Backoff {
    /// From one second to two minutes.
    fn default() -> Self {
        Self::new(Duration::from_secs(1), Duration::from_secs(120))
    }
}

/// What holds one consumer back: its own wish, and its failures.
#[derive(Debug)]
pub(super) struct Brake {
    backoff: Backoff,
    limit: Limit,
    runtime: Handle,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    wanted: usize,
    failures: u32,
    phase: Phase,
    timer: Option<AbortHandle>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Open,
    Waiting,
    Probing,
}

impl Brake {
    /// A brake that is open.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub(super) fn new(backoff: Backoff, limit: Limit) -> Arc<Self> {
        let state = State { wanted: usize::MAX, failures: 0, phase: Phase::Open, timer: None };
        Arc::new(Self { backoff, limit, runtime: Handle::current(), state: Mutex::new(state) })
    }

    /// The consumer takes so many messages at a time when nothing fails.
    pub(super) fn want(&self, messages: usize) {
        let mut state = self.lock();
        state.wanted = messages;
        self.apply(&state);
    }

    /// A message failed.
    pub(super) fn failed(self: &Arc<Self>) {
        let mut state = self.lock();
        // What was under way when the wait began says nothing new.
        if state.phase == Phase::Waiting || self.backoff == Backoff::none() {
            return;
        }
        if state.failures == 0 || self.backoff.after(state.failures) < self.backoff.longest {
            state.failures += 1;
        }
        self.wait(&mut state);
    }

    /// A message was finished.
    pub(super) fn succeeded(self: &Arc<Self>) {
        let mut state = self.lock();
        if state.phase == Phase::Waiting || state.failures == 0 {
            return;
        }
        state.failures -= 1;
        if state.failures > 0 {
            return self.wait(&mut state);
        }
        tracing::info!("messages succeed again: the consumer takes as many as before");
        state.phase = Phase::Open;
        self.apply(&state);
    }

    /// A message was put off. A probe that is says nothing, and another follows after the same wait.
    pub(super) fn put_off(self: &Arc<Self>) {
        let mut state = self.lock();
        if state.phase == Phase::Probing {
            self.wait(&mut state);
        }
    }

    fn wait(self: &Arc<Self>, state: &mut State) {
        let wait = self.backoff.wait_after(state.failures);
        tracing::warn!(failures = state.failures, ?wait, "messages fail: the consumer takes none for a while");
        state.phase = Phase::Waiting;
        self.apply(state);
        let brake = Arc::downgrade(self);
        let timer = self.runtime.spawn(async move {
            sleep(wait).await;
            if let Some(brake) = Weak::upgrade(&brake) {
                brake.probe();
            }
        });
        state.timer = Some(timer.abort_handle());
    }

    fn probe(&self) {
        let mut state = self.lock();
        state.phase = Phase::Probing;
        self.apply(&state);
    }

    fn apply(&self, state: &State) {
        self.limit.set(match state.phase {
            Phase::Open => state.wanted,
            Phase::Waiting => 0,
            Phase::Probing => state.wanted.min(1),
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change is whole before anything that could panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Brake {
    fn drop(&mut self) {
        if let Some(timer) = self.lock().timer.take() {
            timer.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, sleep_until};

    use super::*;

    /// A brake, and when its limit changes.
    struct Trial {
        brake: Arc<Brake>,
        limit: Limit,
    }

    impl Trial {
        fn new(backoff: Backoff) -> Self {
            let limit = Limit::default();
            let brake = Brake::new(backoff, limit.clone());
            brake.want(10);
            Self { brake, limit }
        }

        /// How long it takes until the probe, which must come then.
        async fn until_probe(&self) -> Duration {
            let start = Instant::now();
            let mut changes = self.limit.changes();
            while self.limit.get() != 1 {
                changes.changed().await;
            }
            start.elapsed()
        }

        async fn probes_after(&self, seconds: u64) {
            assert_eq!(self.limit.get(), 0, "nothing comes while it waits");
            let (longest, waited) = (Duration::from_secs(seconds), self.until_probe().await);
            // Tokio's clock goes by milliseconds.
            assert!(waited >= longest * 3 / 4 && waited <= longest + Duration::from_millis(1), "{seconds}: {waited:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_stops_everything_then_one_probe_then_all_again() {
        let trial = Trial::new(Backoff::default());
        trial.brake.succeeded();
        assert_eq!(trial.limit.get(), 10);
        trial.brake.failed();
        trial.probes_after(1).await;
        trial.brake.succeeded();
        assert_eq!(trial.limit.get(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn waits_double_to_a_limit_and_go_back_step_by_step() {
        let trial = Trial::new(Backoff::new(Duration::from_secs(1), Duration::from_secs(5)));
        for wait in [1, 2, 4, 5, 5] {
            trial.brake.failed();
            trial.probes_after(wait).await;
        }
        for wait in [4, 2, 1] {
            trial.brake.succeeded();
            trial.probes_after(wait).await;
        }
        trial.brake.succeeded();
        assert_eq!(trial.limit.get(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn what_ends_while_it_waits_changes_nothing() {
        let trial = Trial::new(Backoff::default());
        for _ in 0..5 {
            trial.brake.failed();
        }
        trial.brake.succeeded();
        trial.probes_after(1).await;
        trial.brake.failed();
        trial.probes_after(2).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_is_put_off_says_nothing() {
        let trial = Trial::new(Backoff::default());
        trial.brake.put_off();
        assert_eq!(trial.limit.get(), 10);
        trial.brake.failed();
        trial.brake.put_off();
        trial.probes_after(1).await;
        trial.brake.put_off();
        trial.probes_after(1).await;
        trial.brake.succeeded();
        assert_eq!(trial.limit.get(), 10);
    }

    /// Fifty messages, whose outcomes are drawn: the brake is as far as a count of failures says.
    #[tokio::test(start_paused = true)]
    async fn as_many_successes_as_failures_open_it_again() {
        let trial = Trial::new(Backoff::new(Duration::from_secs(1), Duration::MAX));
        let mut failures = 0;
        for _ in 0..50 {
            if failures == 20 || failures > 1 && fastrand::u8(..10) < 3 {
                trial.brake.succeeded();
                failures -= 1;
            } else {
                trial.brake.failed();
                failures += 1;
            }
            trial.probes_after(1 << (failures - 1)).await;
        }
        for left in (1..failures).rev() {
            trial.brake.succeeded();
            trial.probes_after(1 << (left - 1)).await;
        }
        trial.brake.succeeded();
        assert_eq!(trial.limit.get(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_consumer_that_pauses_gets_no_probe() {
        let trial = Trial::new(Backoff::default());
        trial.brake.want(0);
        assert_eq!(trial.limit.get(), 0);
        trial.brake.failed();
        sleep_until(Instant::now() + Duration::from_secs(2)).await;
        assert_eq!(trial.limit.get(), 0);
        trial.brake.want(7);
        assert_eq!(trial.limit.get(), 1, "it still has to be shown that messages succeed");
        trial.brake.succeeded();
        assert_eq!(trial.limit.get(), 7);
    }

    #[tokio::test(start_paused = true)]
    async fn without_backoff_nothing_is_held_back() {
        let trial = Trial::new(Backoff::none());
        trial.brake.failed();
        assert_eq!(trial.limit.get(), 10);
    }
}
