//! The streams that a session receives and sends, by the ids that their messages come under.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rustc_hash::FxBuildHasher;
use tokio::{
    sync::{Notify, mpsc},
    time::timeout,
};

use crate::{
    transport::Delivery,
    wire::{Id, STREAM_CREDIT},
};

/// How many messages wait for a stream's own task at most: all that a peer who keeps to the rules may have under way,
/// and as much again for duplicates. More are dropped.
const INBOX: usize = 2 * (STREAM_CREDIT as usize + 4);
/// How long a session that is closed waits for its streams to say so to their peers.
const FAREWELL: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(crate) struct Streams {
    table: Mutex<Table>,
    /// Streams that have not left yet, closed ones too. Read without the lock by those who have no stream.
    present: AtomicUsize,
    /// Rung when the last stream has left.
    empty: Notify,
}

#[derive(Debug, Default)]
struct Table {
    inboxes: HashMap<Id, mpsc::Sender<Delivery>, FxBuildHasher>,
    closed: bool,
}

impl Streams {
    /// Hands a message to the stream that it is for. False where there is none.
    pub(super) fn deliver(&self, id: Id, delivery: &Delivery) -> bool {
        if self.present.load(Ordering::Acquire) == 0 {
            return false;
        }
        let table = self.table();
        let Some(inbox) = table.inboxes.get(&id) else { return false };
        // Whoever fills it does not keep to the rules, or sends what is repeated anyway.
        let _ = inbox.try_send(delivery.clone());
        true
    }

    /// Enters a stream, whose messages come under `id`. It is there until it [leaves](Self::leave).
    pub(super) fn enter(&self, id: Id) -> mpsc::Receiver<Delivery> {
        let (sender, messages) = mpsc::channel(INBOX);
        self.present.fetch_add(1, Ordering::AcqRel);
        let mut table = self.table();
        if !table.closed {
            table.inboxes.insert(id, sender);
        }
        messages
    }

    /// A stream that was entered is over.
    pub(super) fn leave(&self, id: Id) {
        self.table().inboxes.remove(&id);
        if self.present.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.empty.notify_waiters();
        }
    }

    /// Tells every stream, now and later, that no message will come.
    pub(super) fn close(&self) {
        let mut table = self.table();
        table.closed = true;
        table.inboxes.clear();
    }

    /// Waits a moment until every stream has left.
    pub(super) async fn left(&self) {
        let left = async {
            loop {
                let empty = self.empty.notified();
                if self.present.load(Ordering::Acquire) == 0 {
                    return;
                }
                empty.await;
            }
        };
        let _ = timeout(FAREWELL, left).await;
    }

    /// A panic elsewhere leaves the table usable: every change of it is whole.
    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
