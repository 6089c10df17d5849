//! What is said once to all who wait for it.

use std::{
    pin::pin,
    sync::{Arc, OnceLock},
};

use tokio::sync::Notify;

/// Something that is said once, and heard by everybody who waits for it or comes later.
///
/// Those who wait are woken in the order in which they began to; tokio's `watch` leaves that to chance.
#[derive(Debug)]
pub(crate) struct Said<T>(Arc<Inner<T>>);

#[derive(Debug)]
struct Inner<T> {
    what: OnceLock<T>,
    said: Notify,
}

impl<T: Copy> Said<T> {
    /// Says it. What was said before stays.
    pub(crate) fn say(&self, what: T) {
        if self.0.what.set(what).is_ok() {
            self.0.said.notify_waiters();
        }
    }

    /// What was said so far.
    pub(crate) fn get(&self) -> Option<T> {
        self.0.what.get().copied()
    }

    /// Waits until it is said. Cancel safe.
    pub(crate) async fn heard(&self) -> T {
        // Made before the look, so that nothing is said in between.
        let mut said = pin!(self.0.said.notified());
        loop {
            if let Some(what) = self.get() {
                return what;
            }
            said.as_mut().await;
            said.set(self.0.said.notified());
        }
    }
}

impl<T> Clone for Said<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Said<T> {
    fn default() -> Self {
        Self(Arc::new(Inner { what: OnceLock::new(), said: Notify::new() }))
    }
}
