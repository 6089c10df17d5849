//! A session's end of a stream, received or sent.

use std::fmt;

use tokio::sync::mpsc;

use super::{handle::Session, peer::Peer};
use crate::{transport::Delivery, wire::Id};

impl Session {
    /// Enters a stream, whose messages come under `id`.
    pub(crate) fn enter_stream(&self, id: Id) -> Inlet {
        Inlet { messages: self.streams().enter(id), session: self.clone(), id }
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

    /// Takes away the topic that messages to a sender that is gone have left.
    pub(crate) async fn clear_up(&self, sender: &Peer) {
        // There is nobody to tell, and nothing that would help.
        let _ = self.session.clear_up(&sender.topic, sender.broker).await;
    }
}

impl Drop for Inlet {
    fn drop(&mut self) {
        self.session.streams().leave(self.id);
    }
}

impl fmt::Debug for Inlet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Inlet").field(&self.id).finish()
    }
}
