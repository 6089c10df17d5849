//! The streams that a session receives and sends, by the ids that their messages come under.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use almanet_nsq::name::TopicName;
use rustc_hash::FxBuildHasher;
use tokio::{
    sync::{Notify, mpsc},
    time::timeout,
};

use super::Session;
use crate::{
    transport::{BrokerId, Delivery, Publishing, Route, Transport},
    wire::{Id, Reply, ReplyTo, STREAM_CREDIT, StreamPart},
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

impl Session {
    /// Enters a stream, whose messages come under `id`.
    pub(crate) fn enter_stream(&self, id: Id) -> Inlet {
        let (sender, messages) = mpsc::channel(INBOX);
        let streams = self.streams();
        streams.present.fetch_add(1, Ordering::AcqRel);
        let mut table = streams.table();
        if !table.closed {
            table.inboxes.insert(id, sender);
        }
        drop(table);
        Inlet { session: self.clone(), id, messages }
    }
}

/// A stream's place in the table, which it leaves when this is dropped.
pub(crate) struct Inlet {
    session: Session,
    id: Id,
    messages: mpsc::Receiver<Delivery>,
}

impl Inlet {
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// The next message; `None` when the session is closed. Cancel safe.
    pub(crate) async fn recv(&mut self) -> Option<Delivery> {
        self.messages.recv().await
    }
}

impl Drop for Inlet {
    fn drop(&mut self) {
        let streams = self.session.streams();
        streams.table().inboxes.remove(&self.id);
        if streams.present.fetch_sub(1, Ordering::AcqRel) == 1 {
            streams.empty.notify_waiters();
        }
    }
}

/// The sender of a stream, as its receiver writes to it.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    run: Id,
    topic: TopicName,
    broker: BrokerId,
}

impl Peer {
    /// The sender of `run` in `session`, whose messages come from `broker`.
    pub(crate) fn new(run: Id, session: Id, broker: BrokerId) -> Self {
        let topic = ReplyTo::Session(session).topic().expect("a session's replies have a topic");
        Self { run, topic, broker }
    }

    /// Takes away the topic that messages to a sender that is gone have left.
    pub(crate) async fn clear_up(&self, session: &Session) {
        // There is nobody to tell, and nothing that would help.
        let _ = session.clear_up(&self.topic, self.broker).await;
    }

    /// Sends a message. One that gets lost is made good by the next sign of life.
    pub(crate) fn tell(&self, transport: &dyn Transport, part: StreamPart) -> Publishing {
        let reply =
            Reply { call_id: self.run, is_exception: false, payload: "null".into(), channel: None, stream: Some(part) };
        transport.publish(Route::Broker(self.broker), &self.topic, reply.to_body(), None)
    }
}

/// Where a message is a sign of life of a stream that nobody receives, tells its sender.
pub(super) fn decline(delivery: &Delivery, transport: &dyn Transport) {
    if let Ok(Reply { stream: Some(StreamPart::Alive { id, session, .. }), .. }) = Reply::decode(&delivery.body) {
        drop(Peer::new(id, session, delivery.broker).tell(transport, StreamPart::Cancel));
    }
}

impl fmt::Debug for Inlet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Inlet").field(&self.id).finish()
    }
}
