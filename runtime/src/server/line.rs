//! The way from a stream to its receiver.

use std::sync::Arc;

use almanet_nsq::name::TopicName;
use bytes::Bytes;
use tokio::time::Instant;
use tracing::error;

use super::{
    core::Core,
    handler::Outcome,
    internal::{chain, internal_error},
    route::Served,
};
use crate::{
    session::Session,
    transport::{BrokerId, Publishing, Route},
    wire::{Exception, Id, Reply, ReplyTo, StreamPart},
};

/// Where the messages of one stream go: to the caller, through the broker that delivered the call.
pub(super) struct Line {
    pub(super) core: Arc<Core>,
    pub(super) served: Arc<Served>,
    pub(super) call: Id,
    pub(super) reply_to: ReplyTo,
    pub(super) topic: TopicName,
    pub(super) broker: BrokerId,
}

impl Line {
    pub(super) fn session(&self) -> &Session {
        &self.core.session
    }

    pub(super) fn uri(&self) -> &str {
        &self.served.route.uri
    }

    pub(super) fn encode(&self, is_exception: bool, payload: &str, part: StreamPart) -> Bytes {
        let channel = Some(self.served.route.channel.as_str().into());
        Reply { call_id: self.call, is_exception, payload: payload.into(), channel, stream: Some(part) }.to_body()
    }

    /// The payload of a message that ends a stream otherwise than by its end. What the receiver must not learn goes to
    /// the log.
    pub(super) fn exception(&self, outcome: Outcome) -> String {
        match outcome {
            Outcome::Exception { name, payload } => Exception { name, payload: payload.into() }.encode(),
            Outcome::Failed(error) => {
                error!(uri = self.uri(), call = %self.call, error = chain(error), "a stream failed");
                internal_error()
            }
            Outcome::Returned(_) | Outcome::Stream(_) => internal_error(),
        }
    }

    /// Whether the broker takes a body of that size.
    pub(super) fn fits(&self, body: &Bytes) -> bool {
        let (size, limit) = (body.len(), self.session().transport().max_message_size());
        if size > limit {
            error!(
                uri = self.uri(), call = %self.call, size, limit,
                "a value of a stream is larger than what the broker takes: return less, or raise the broker's \
                 -max-msg-size and the URL's max_msg_size"
            );
        }
        size <= limit
    }

    /// Notes when the topic was used last, so that it is cleared up where the receiver is gone.
    pub(super) fn note_use(&self) {
        let _ = self.core.reply_topics.topic(self.reply_to, self.broker, Instant::now());
    }

    pub(super) fn publish(&self, body: &Bytes) -> Publishing {
        self.session().transport().publish(Route::Broker(self.broker), &self.topic, body.clone(), None)
    }
}
