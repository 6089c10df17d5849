//! What wakes a task for one reason or several, without a future that is made anew each time that it sleeps.

use std::{
    future::poll_fn,
    sync::PoisonError,
    task::{Context, Poll, Waker},
};

use super::lock::{Mutex, MutexGuard};

/// Rung from anywhere, heard by one task. A ring that came while nobody listened is heard by whoever listens next;
/// several are heard as one.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    is_rung: bool,
    is_heard: bool,
    /// Kept while nobody listens, because the next to listen is the same task.
    listener: Option<Waker>,
}

impl Bell {
    /// Wakes who listens.
    pub(crate) fn ring(&self) {
        let mut state = self.lock();
        state.is_rung = true;
        let listener = if std::mem::take(&mut state.is_heard) { state.listener.take() } else { None };
        drop(state);
        if let Some(listener) = listener {
            listener.wake();
        }
    }

    /// The task is awake, and need not be woken before it [listens](Bell::poll_rung) again. Whether it was rung.
    pub(crate) fn answer(&self) -> bool {
        let mut state = self.lock();
        state.is_heard = false;
        std::mem::take(&mut state.is_rung)
    }

    /// Whether it was rung since the last time. Where it was not, the task listens.
    pub(crate) fn poll_rung(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        state.is_heard = !std::mem::take(&mut state.is_rung);
        if !state.is_heard {
            return Poll::Ready(());
        }
        match &mut state.listener {
            Some(listener) => listener.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    /// Waits until it is rung. Cancel safe.
    pub(crate) async fn rung(&self) {
        poll_fn(|cx| self.poll_rung(cx)).await;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        task::Wake,
    };

    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_ring_is_heard_once_whenever_it_came() {
        let bell = Bell::default();
        assert_eq!(bell.rung().now_or_never(), None);
        bell.ring();
        bell.ring();
        assert_eq!(bell.rung().now_or_never(), Some(()));
        assert_eq!(bell.rung().now_or_never(), None);
    }

    #[test]
    fn who_is_awake_is_not_woken_and_hears_it_all_the_same() {
        let (bell, woken) = (Bell::default(), Arc::new(Woken::default()));
        let waker = Waker::from(woken.clone());
        let cx = Context::from_waker(&waker);
        assert!(bell.poll_rung(&cx).is_pending());
        assert!(!bell.answer());
        bell.ring();
        assert_eq!(woken.0.load(Ordering::Relaxed), 0);
        assert!(bell.poll_rung(&cx).is_ready());
        assert!(bell.poll_rung(&cx).is_pending());
        bell.ring();
        bell.ring();
        assert_eq!(woken.0.load(Ordering::Relaxed), 1);
    }

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(all(test, shuttle))]
mod interleavings {
    use std::sync::Arc;

    use shuttle::{future::block_on, thread};

    use super::*;

    #[test]
    fn what_was_done_before_a_ring_is_seen_by_who_hears_it() {
        let run = || {
            let (bell, done) = (Arc::new(Bell::default()), Arc::new(Mutex::new(0)));
            for _ in 0..2 {
                let (bell, done) = (bell.clone(), done.clone());
                thread::spawn(move || {
                    *done.lock().unwrap() += 1;
                    bell.ring();
                });
            }
            while *done.lock().unwrap() < 2 {
                block_on(bell.rung());
                bell.answer();
            }
        };
        shuttle::check_random(run, 10_000);
    }
}
