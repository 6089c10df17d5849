//! How messages reach a broker and come back: one trait, and what travels through it.
//!
//! A transport knows topics, channels and bodies. It knows nothing of calls and replies, so that everything above it
//! runs alike over nsqd, over the broker inside the process, and over a scripted one in a test.

#[cfg(feature = "embedded")]
mod embedded;
pub mod net;
pub mod nsq;
mod publish;
#[cfg(test)]
pub(crate) mod scripted;
mod subscribe;
mod url;

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use almanet_nsq::name::TopicName;
use bytes::Bytes;

#[cfg(feature = "embedded")]
pub use self::embedded::Embedded;
use self::publish::Recall;
#[cfg(feature = "layers")]
pub(crate) use self::publish::is_final_refusal;
pub(crate) use self::publish::not_written;
pub use self::{
    publish::{Awaited, PublishError, Publishing, Watch, Watcher},
    subscribe::{
        Acknowledge, Delivery, Demand, Limit, LimitChanges, Oversized, Sink, Source, SubscribeError, SubscribeOptions,
        Subscription, finish_all,
    },
    url::{BrokerUrl, open},
};

/// A future that a trait object hands out.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The way to one broker or several.
///
/// Methods take what they need at once: when [`publish`](Transport::publish) returns, the message is queued for
/// writing in the order of the calls, whether or not the returned future is ever polled.
pub trait Transport: Send + Sync + fmt::Debug + 'static {
    /// Hands one message over. The future ends when the broker has acknowledged it, or never will.
    ///
    /// A body over [`max_message_size`](Transport::max_message_size) or a delay that the broker would refuse is
    /// answered with [`PublishError::NotSent`] and closes no connection.
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
    /// end in [`PublishError::NotSent`].
    fn close(&self) -> BoxFuture<'static, ()>;
}

/// Which broker a message goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Whichever the transport finds best.
    Any,
    /// This one and no other: a reply goes through the broker that delivered the call.
    Broker(BrokerId),
}

/// Names one broker of a transport for as long as the transport lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BrokerId(pub u32);

/// One broker that a transport knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broker {
    /// What deliveries and routes call it.
    pub id: BrokerId,
    /// Its address as a person would write it: `127.0.0.1:4150`, `embedded:`.
    pub address: Arc<str>,
}

/// The connections to one broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its address.
    pub broker: Arc<str>,
    /// How many are open: one to publish, and one for each subscription.
    pub open: u64,
    /// How many ended since the transport came about.
    pub lost: u64,
}

/// Why no transport came about.
///
/// Its `Debug` is its `Display`: a program whose `main` returns it, boxed or not, prints the text.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The broker's URL is not one. The text says what is wrong with it and how to write it.
    #[error("{0}")]
    InvalidUrl(String),
    /// The URL asks for what this version does not do.
    #[error("{0}")]
    Unsupported(String),
    /// No broker could be reached, or none that speaks NSQ. The text names each address, what happened there, and what
    /// to do.
    #[error("{0}")]
    Unreachable(String),
    /// What the URL names cannot be used: the file of a certificate or of a secret, say. Nothing was sent.
    #[error("{0}")]
    Configuration(String),
    /// A broker refused what every session needs, or was refused itself: TLS without a certificate that is trusted, a
    /// secret that it does not take.
    #[error("{0}")]
    Refused(String),
    /// The variable that names the broker leads to an error.
    #[error("the variable {name}: {source}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// What came of its value.
        source: Box<ConnectError>,
    },
}

impl fmt::Debug for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
