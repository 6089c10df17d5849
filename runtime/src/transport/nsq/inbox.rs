//! Where the deliveries of all brokers of one subscription meet.

use std::{
    collections::VecDeque,
    sync::{Arc, PoisonError},
    task::{Context, Poll, Waker},
};

use crate::{
    sync::{Mutex, MutexGuard},
    transport::{broker::BrokerId, delivery::Delivery},
};

/// A queue from the connections' tasks to the one that takes. What the brokers were asked for bounds it; a connection
/// stops asking where [`is_full`](Inbox::is_full) says so.
#[derive(Debug)]
pub(super) struct Inbox {
    full: usize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    queue: VecDeque<Delivery>,
    waker: Option<Waker>,
    /// Those who may still bring something.
    sources: usize,
}

/// The right to bring something. An inbox has ended when the last one is dropped, whoever drops it: who works, or the runtime
/// that is shut down.
#[derive(Debug)]
pub(super) struct Source(Arc<Inbox>);

impl Drop for Source {
    fn drop(&mut self) {
        self.0.leave();
    }
}

impl Inbox {
    /// An inbox that nobody fills, so far.
    pub(super) fn new(full: usize) -> Self {
        Self { full, state: Mutex::new(State { queue: VecDeque::new(), waker: None, sources: 0 }) }
    }

    /// Somebody fills it.
    pub(super) fn enter(self: &Arc<Self>) -> Source {
        self.lock().sources += 1;
        Source(Arc::clone(self))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change is a single step, so that no panic leaves one half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds what one read brought.
    pub(super) fn push(&self, deliveries: &mut Vec<Delivery>) {
        let mut state = self.lock();
        state.queue.extend(deliveries.drain(..));
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Moves everything into `taken`, which is empty. `false` where nothing will come any more.
    pub(super) fn poll_take(&self, cx: &mut Context<'_>, taken: &mut VecDeque<Delivery>) -> Poll<bool> {
        let mut state = self.lock();
        if !state.queue.is_empty() {
            std::mem::swap(&mut state.queue, taken);
            return Poll::Ready(true);
        }
        if state.sources == 0 {
            return Poll::Ready(false);
        }
        match &mut state.waker {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    /// Puts back what was not handed out.
    pub(super) fn put_back(&self, taken: &mut VecDeque<Delivery>) {
        let mut state = self.lock();
        taken.append(&mut state.queue);
        std::mem::swap(&mut state.queue, taken);
    }

    /// Takes out what one broker delivered.
    pub(super) fn take_of(&self, broker: BrokerId) -> VecDeque<Delivery> {
        let mut state = self.lock();
        let (of_broker, others) = state.queue.drain(..).partition(|delivery| delivery.broker == broker);
        state.queue = others;
        of_broker
    }

    /// Whether more is waiting than the subscriber wants in flight: it does not keep up.
    pub(super) fn is_full(&self) -> bool {
        self.lock().queue.len() > self.full
    }

    fn leave(&self) {
        let mut state = self.lock();
        state.sources -= 1;
        if state.sources == 0
            && let Some(waker) = state.waker.take()
        {
            drop(state);
            waker.wake();
        }
    }
}

#[cfg(all(test, shuttle))]
mod interleavings {
    use std::{future::poll_fn, sync::Arc, time::Duration};

    use almanet_nsq::message::MessageId;
    use bytes::Bytes;
    use shuttle::{future::block_on, thread};

    use super::*;
    use crate::transport::delivery::Acknowledge;

    struct Nobody;

    impl Acknowledge for Nobody {
        fn finish(&self, _: MessageId) {}
        fn requeue(&self, _: MessageId, _: Duration) {}
        fn touch(&self, _: MessageId) {}
    }

    fn delivery(broker: u32) -> Delivery {
        let (body, id) = (Bytes::new(), MessageId([b'0'; 16]));
        let acknowledge = Arc::new(Nobody);
        Delivery { body, timestamp_nanos: 0, attempts: 1, broker: BrokerId(broker), id, oversized: None, acknowledge }
    }

    #[test]
    fn everything_arrives_and_the_end_is_seen() {
        let run = || {
            let inbox = Arc::new(Inbox::new(8));
            for broker in 0..2 {
                let (inbox, source) = (inbox.clone(), inbox.enter());
                thread::spawn(move || {
                    (0..2).for_each(|_| inbox.push(&mut vec![delivery(broker)]));
                    drop(source);
                });
            }
            let mut taken = VecDeque::new();
            let mut arrived = 0;
            while block_on(poll_fn(|cx| inbox.poll_take(cx, &mut taken))) {
                arrived += taken.drain(..).count();
            }
            assert_eq!(arrived, 4);
        };
        shuttle::check_random(run, 10_000);
    }
}
