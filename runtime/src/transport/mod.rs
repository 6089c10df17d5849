//! How messages reach a broker and come back: one trait, and what travels through it.
//!
//! A transport knows topics, channels and bodies. It knows nothing of calls and replies, so that everything above it
//! runs alike over nsqd, over the broker inside the process, and over a scripted one in a test.

mod broker;
mod connect_error;
mod delivery;
#[cfg(feature = "embedded")]
mod embedded;
mod interface;
pub mod net;
pub mod nsq;
mod publish;
#[cfg(test)]
pub(crate) mod scripted;
mod subscribe;
mod url;

#[doc(inline)]
pub use futures_util::future::BoxFuture;

#[cfg(feature = "embedded")]
pub use self::embedded::Embedded;
#[cfg(feature = "layers")]
pub(crate) use self::publish::is_final_refusal;
pub(crate) use self::publish::not_written;
pub use self::{
    broker::{Broker, BrokerId, Link, Route},
    connect_error::ConnectError,
    delivery::{Acknowledge, Delivery, Oversized, finish_all},
    interface::Transport,
    publish::{Awaited, PublishError, Publishing, Watch, Watcher},
    subscribe::{Demand, Limit, LimitChanges, Sink, Source, SubscribeError, SubscribeOptions, Subscription},
    url::{BrokerUrl, open},
};
