//! The connections to one broker: how many there are, how far it is, and which of them have something left to write.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::watch;

use super::feed::Feed;

/// How many connections to a broker there are.
#[derive(Debug)]
pub(super) struct Connections {
    up: AtomicUsize,
    lost: AtomicU64,
    losses: watch::Sender<()>,
    /// The shortest time in which the broker answered anything: nanoseconds.
    quickest: AtomicU64,
    /// Those of all brokers that have put off writing until something is published.
    lagging: Lagging,
}

/// Connections whose tasks have put off writing.
pub(super) type Lagging = Arc<Mutex<Vec<Arc<Feed>>>>;

impl Connections {
    /// None so far. Who waits for `losses` wakes after each one that is lost.
    pub(super) fn new(losses: watch::Sender<()>, lagging: Lagging) -> Self {
        Self { up: AtomicUsize::new(0), lost: AtomicU64::new(0), losses, quickest: AtomicU64::new(u64::MAX), lagging }
    }

    /// How many are open.
    pub(super) fn open(&self) -> usize {
        self.up.load(Ordering::Relaxed)
    }

    /// How many ended, and were not replaced.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// What this connection has to write waits for the next publish; its task sees to it that it does not wait long.
    pub(super) fn put_off(&self, feed: &Arc<Feed>) {
        let mut lagging = self.lagging.lock().unwrap_or_else(PoisonError::into_inner);
        if !lagging.iter().any(|known| Arc::ptr_eq(known, feed)) {
            lagging.push(Arc::clone(feed));
        }
    }

    /// Writes what was put off.
    pub(super) fn catch_up(&self) {
        let mut lagging = self.lagging.lock().unwrap_or_else(PoisonError::into_inner);
        lagging.drain(..).for_each(|feed| feed.catch_up());
    }

    /// The broker answered within this time. A busy one, or a busy machine, may take longer than the way does.
    pub(super) fn answered_within(&self, time: Duration) {
        self.quickest.fetch_min(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// The shortest time in which the broker answered: how far it is, as well as is known.
    pub(super) fn quickest(&self) -> Duration {
        Duration::from_nanos(self.quickest.load(Ordering::Relaxed))
    }

    /// Counts a connection for as long as what this returns lives.
    pub(super) fn enter(self: &Arc<Self>) -> Connected {
        self.up.fetch_add(1, Ordering::Relaxed);
        Connected { connections: Arc::clone(self), is_replaced: false }
    }
}

/// One connection.
#[derive(Debug)]
pub(super) struct Connected {
    connections: Arc<Connections>,
    is_replaced: bool,
}

impl Connected {
    /// Another one does its work: its end is no loss.
    pub(super) fn replaced(&mut self) {
        self.is_replaced = true;
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.connections.up.fetch_sub(1, Ordering::Relaxed);
        if !self.is_replaced {
            self.connections.lost.fetch_add(1, Ordering::Relaxed);
            self.connections.losses.send_replace(());
        }
    }
}
