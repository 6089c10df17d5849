//! The other end of a stream that is received.

use almanet_nsq::name::TopicName;

use crate::{
    transport::{BrokerId, Delivery, Publishing, Route, Transport},
    wire::{Id, Reply, ReplyTo, StreamPart},
};

/// The sender of a stream, as its receiver writes to it.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    run: Id,
    pub(super) topic: TopicName,
    pub(super) broker: BrokerId,
}

impl Peer {
    /// The sender of `run` in `session`, whose messages come from `broker`.
    pub(crate) fn new(run: Id, session: Id, broker: BrokerId) -> Self {
        let topic = ReplyTo::Session(session).topic().expect("a session's replies have a topic");
        Self { run, topic, broker }
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
