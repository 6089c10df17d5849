//! What every transport does.

use std::{fmt, time::Duration};

use almanet_nsq::name::TopicName;
use bytes::Bytes;
use futures_util::future::BoxFuture;

use super::{
    broker::{Broker, Link, Route},
    publish::{Publishing, Watch},
    subscribe::{SubscribeError, SubscribeOptions, Subscription},
};

/// The way to one broker or several.
///
/// Methods take what they need at once: when [`publish`](Transport::publish) returns, the message is queued for
/// writing in the order of the calls, whether or not the returned future is ever polled.
pub trait Transport: Send + Sync + fmt::Debug + 'static {
    /// Hands one message over. The future ends when the broker has acknowledged it, or never will.
    ///
    /// A body over [`max_message_size`](Transport::max_message_size) or a delay that the broker would refuse is
    /// answered with [`PublishError::NotSent`](super::PublishError::NotSent) and closes no connection.
    fn publish(&self, to: Route, topic: &TopicName, body: Bytes, delay: Option<Duration>) -> Publishing;

    /// As [`publish`](Transport::publish) without a delay, for those who publish so much that a future for each message
    /// costs too much. `None` where `watch` will be told what came of the message, and told once; otherwise it will not
    /// be, and the future tells.
    fn publish_watched(&self, to: Route, topic: &TopicName, body: Bytes, watch: Watch) -> Option<Publishing> {
        drop(watch);
        Some(self.publish(to, topic, body, None))
    }

    /// Whether the outcome of [`publish`](Transport::publish) is there when it returns, so that nobody need be watched for.
    fn is_immediate(&self) -> bool {
        false
    }

    /// Takes a [watched](Transport::publish_watched) message back. True where nothing of it was written: then it never
    /// will be, and the watcher is not told of it any more.
    fn recall(&self, watch: &Watch) -> bool {
        let _ = watch;
        false
    }

    /// Subscribes on every broker. The future ends when every broker that can be reached has confirmed it, and fails
    /// where none can; those that are down are reported in the log and retried in the background.
    fn subscribe(&self, options: SubscribeOptions) -> BoxFuture<'static, Result<Subscription, SubscribeError>>;

    /// The brokers that are known at the moment, reachable or not.
    fn brokers(&self) -> Vec<Broker>;

    /// The connections to each broker that is known; nothing where there are none to lose.
    fn links(&self) -> Vec<Link> {
        Vec::new()
    }

    /// The largest body that a broker takes, in bytes.
    fn max_message_size(&self) -> usize;

    /// Whether nobody else on the network can read what is published: it stays on this machine, or travels in TLS. No
    /// credential is sent where it is not.
    fn is_private(&self) -> bool {
        true
    }

    /// Waits until what was handed over is written and acknowledged, then closes every connection. Later publishes
    /// end in [`PublishError::NotSent`](super::PublishError::NotSent).
    fn close(&self) -> BoxFuture<'static, ()>;
}
