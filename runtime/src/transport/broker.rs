//! How a transport names brokers, and what it tells of them.

use std::sync::Arc;

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
    /// How many are not open that should be: the one to publish, and those of subscriptions that were lost or that the broker
    /// was not there for.
    pub missing: u64,
    /// How many ended since the transport came about.
    pub lost: u64,
}
