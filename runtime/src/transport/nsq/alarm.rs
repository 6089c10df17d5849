//! The time, and a timer that stands for as long as its connection, and costs next to nothing while it does not ring.

use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
    time::Instant,
};

use tokio::{
    task::coop,
    time::{Sleep, sleep_until},
};

/// The time by tokio's clock, which tests can stop.
pub(super) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// Rings once for each time that it was set. One task polls it.
pub(super) struct Alarm {
    sleep: Pin<Box<Sleep>>,
    /// Whether it will wake the task.
    is_set: bool,
}

impl Alarm {
    /// One that is not set.
    pub(super) fn new() -> Self {
        Self { sleep: Box::pin(sleep_until(now().into())), is_set: false }
    }

    /// Whether it rang. Where it did not, it will at `at`, or earlier where it was set for that: to set a timer that has
    /// not rung wakes tokio's driver by a system call.
    pub(super) fn poll_by(&mut self, at: Instant, cx: &mut Context<'_>) -> Poll<()> {
        if !self.is_set || at < self.sleep.deadline().into_std() {
            self.sleep.as_mut().reset(at.into());
        } else if !self.sleep.is_elapsed() {
            return Poll::Pending;
        }
        self.is_set = true;
        // Where the task's budget is used up, tokio would not set the timer, and nobody would ask again.
        ready!(pin!(coop::unconstrained(self.sleep.as_mut())).poll(cx));
        self.is_set = false;
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, time::Duration};

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_rings_although_it_was_set_by_a_task_whose_budget_was_used_up() {
        let mut alarm = Alarm::new();
        let began = now();
        let at = began + Duration::from_secs(1);
        let mut is_first = true;
        let rung = poll_fn(|cx| {
            if std::mem::take(&mut is_first) {
                while let Poll::Ready(turn) = coop::poll_proceed(cx) {
                    turn.made_progress();
                }
            }
            alarm.poll_by(at, cx)
        });
        timeout(Duration::from_secs(60), rung).await.expect("it rings");
        assert_eq!(now().duration_since(began).as_secs(), 1, "in its time");
    }
}
