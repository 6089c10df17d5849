//! NSQ over TCP: a client of one nsqd or several, named or found by nsqlookupd.
//!
//! Each broker has one connection that publishes, and one more for each subscription, because a connection can
//! subscribe only once and a refused command closes it for all. The protocol itself, without I/O, is `almanet_nsq`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use almanet_nsq::{limits::MAX_DELAY, name::TopicName};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use tokio::task::JoinSet;

pub use self::config::{AuthSecret, Compression, DEFAULT_PORT, LOOKUPD_PORT, NsqConfig, Tls};
use self::{
    dial::DialError,
    nodes::{Node, Nodes},
    publisher::Publisher,
};
pub use super::net::Address;
use super::{
    broker::{Broker, Link, Route},
    connect_error::ConnectError,
    interface::Transport,
    publish::{PublishError, Publishing, Watch},
    subscribe::{SubscribeError, SubscribeOptions, Subscription},
};
use crate::sync::Said;

mod alarm;
mod backoff;
mod batch;
mod config;
mod connections;
mod consumer;
mod dial;
mod discovery;
mod drive;
mod failure;
mod feed;
mod flow;
mod inbox;
mod io;
mod line;
mod load;
mod lookupd;
mod message;
mod nodes;
mod publisher;
mod rdy;
mod subscription;
mod url;

/// The way to one nsqd or several. Dropping it closes every connection in the background.
#[derive(Debug)]
pub struct Nsq {
    config: Arc<NsqConfig>,
    nodes: Arc<Nodes>,
    /// Where the search for a broker to publish at begins.
    next: AtomicUsize,
    closing: Said<()>,
    /// What asks the nsqlookupds.
    _discovery: JoinSet<()>,
}

impl Nsq {
    /// Asks every nsqlookupd which brokers there are, and connects to every broker. Those that do not answer are
    /// reported in the log and tried again in the background; brokers that appear later are used as well.
    ///
    /// Must be called within a tokio runtime with I/O and time enabled. Dropping the future closes what was opened.
    ///
    /// # Errors
    /// [`ConnectError::Unreachable`] where no broker at all is known or can be reached, [`ConnectError::Refused`] where
    /// those that were reached refused the connection or were refused (TLS, AUTH), [`ConnectError::Configuration`]
    /// where nothing was even tried.
    pub async fn connect(config: NsqConfig) -> Result<Self, ConnectError> {
        let config = Arc::new(config);
        let nodes = Arc::new(Nodes::new(Arc::clone(&config)));
        let answers = discovery::ask_all(&config).await;
        let failing: Vec<_> = answers.iter().map(Result::is_err).collect();
        let (mut listed, mut reasons) = (Vec::new(), Vec::new());
        for (lookupd, answer) in config.lookupds.iter().zip(answers) {
            if let Err(error) = &answer {
                let why = format!("{lookupd}: {error}");
                tracing::warn!("an nsqlookupd does not say which brokers there are: {why}; trying again");
                reasons.push(why);
            }
            listed.push(answer.unwrap_or_default());
        }
        let attempts = nodes.begin(listed);
        let transport = Self {
            next: AtomicUsize::new(0),
            closing: Said::default(),
            _discovery: discovery::start(&nodes, &config, &failing),
            config,
            nodes,
        };
        if attempts.is_empty() {
            return Err(transport.unknown(&reasons));
        }
        let brokers = attempts.len();
        let mut failures = Vec::new();
        for (address, attempt) in attempts {
            match attempt.await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => failures.push((address, error)),
                Err(_) => failures.push((address, DialError::Closed)),
            }
        }
        if failures.len() == brokers {
            return Err(transport.unusable(&failures));
        }
        Ok(transport)
    }

    /// The error where there is no broker to connect to.
    fn unknown(&self, reasons: &[String]) -> ConnectError {
        let lookupds: Vec<_> = self.config.lookupds.iter().map(ToString::to_string).collect();
        ConnectError::Unreachable(match reasons.is_empty() {
            true => format!(
                "no nsqd is known to nsqlookupd at {}: start one with `nsqd --lookupd-tcp-address=` and the address of \
                 nsqlookupd's TCP port, 4160 by default",
                lookupds.join(", ")
            ),
            false => format!(
                "no nsqlookupd says which nsqds there are: {}. Check the broker's URL, which names the HTTP ports, 4161 \
                 by default",
                reasons.join("; ")
            ),
        })
    }

    /// The error where there are brokers, and none can be used.
    fn unusable(&self, failures: &[(Address, DialError)]) -> ConnectError {
        let reasons: Vec<_> = failures.iter().map(|(address, error)| format!("{address}: {error}")).collect();
        let reasons = reasons.join("; ");
        let Some((address, _)) = failures.iter().find(|(_, error)| error.is_unreachable()) else {
            let text = format!("no nsqd can be used: {reasons}");
            return match failures.iter().all(|(_, error)| error.is_ours()) {
                true => ConnectError::Configuration(text),
                false => ConnectError::Refused(text),
            };
        };
        let remedy = match self.config.lookupds.is_empty() {
            true => format!("Start one with `nsqd --tcp-address={address}`, or check the broker's URL"),
            false => "Check the `--broadcast-address` that each nsqd tells nsqlookupd".to_owned(),
        };
        ConnectError::Unreachable(format!("no nsqd can be reached: {reasons}. {remedy}"))
    }

    fn check(&self, body: &Bytes, delay: Option<Duration>) -> Result<(), String> {
        let limit = self.config.max_message_size;
        if body.is_empty() {
            return Err("a message must not be empty".to_owned());
        }
        if body.len() > limit {
            return Err(format!(
                "a message of {} bytes is over the broker's limit of {limit}: raise `--max-msg-size` of nsqd and \
                 `max_msg_size=` in the broker's URL",
                body.len()
            ));
        }
        match delay {
            Some(delay) if delay > MAX_DELAY => {
                Err(format!("a delay of {delay:?} is over NSQ's limit of {MAX_DELAY:?}"))
            }
            _ => Ok(()),
        }
    }

    /// Gives a message to the broker that it is for, or says why there is none.
    fn route<R>(&self, to: Route, nodes: &[Arc<Node>], publish: impl FnOnce(&Publisher) -> R) -> Result<R, &str> {
        let node = match to {
            Route::Broker(id) => nodes.binary_search_by_key(&id, |node| node.id).ok().map(|at| &nodes[at]),
            Route::Any if nodes.len() <= 1 => nodes.first(),
            Route::Any => {
                let start = self.next.fetch_add(1, Ordering::Relaxed) % nodes.len();
                let (before, after) = nodes.split_at(start);
                let mut candidates = after.iter().chain(before).filter(|node| node.publisher.is_up());
                let any = candidates.clone().next();
                candidates.find(|node| node.is_open()).or(any).or(after.first())
            }
        };
        match (node, to) {
            (Some(node), _) => Ok(publish(&node.publisher)),
            (None, Route::Any) => Err("no nsqd is known"),
            (None, Route::Broker(_)) => {
                Err("the broker that this message is for is gone, and no nsqlookupd names it any more")
            }
        }
    }
}

fn not_sent(why: impl Into<String>) -> Publishing {
    Publishing::ready(Err(PublishError::NotSent(why.into())))
}

impl Transport for Nsq {
    fn publish(&self, to: Route, topic: &TopicName, body: Bytes, delay: Option<Duration>) -> Publishing {
        if let Err(why) = self.check(&body, delay) {
            return not_sent(why);
        }
        let delay = delay.filter(|delay| !delay.is_zero());
        let publish = |publisher: &Publisher| publisher.publish(topic.clone(), body, delay);
        self.route(to, &self.nodes.known().nodes, publish).unwrap_or_else(not_sent)
    }

    fn publish_watched(&self, to: Route, topic: &TopicName, body: Bytes, watch: Watch) -> Option<Publishing> {
        if let Err(why) = self.check(&body, None) {
            return Some(not_sent(why));
        }
        let publish = |publisher: &Publisher| publisher.publish_watched(topic.clone(), body, watch);
        self.route(to, &self.nodes.known().nodes, publish).unwrap_or_else(|why| Some(not_sent(why)))
    }

    fn recall(&self, watch: &Watch) -> bool {
        self.nodes.known().nodes.iter().any(|node| node.publisher.recall(watch))
    }

    fn subscribe(&self, options: SubscribeOptions) -> BoxFuture<'static, Result<Subscription, SubscribeError>> {
        let (config, nodes, closing) = (Arc::clone(&self.config), Arc::clone(&self.nodes), self.closing.clone());
        Box::pin(async move {
            if closing.get().is_some() {
                return Err(SubscribeError::Closed);
            }
            subscription::subscribe(&nodes, config, options, closing).await.map(Subscription::new)
        })
    }

    fn brokers(&self) -> Vec<Broker> {
        let nodes = self.nodes.known();
        nodes.nodes.iter().map(|node| Broker { id: node.id, address: node.address.to_string().into() }).collect()
    }

    fn links(&self) -> Vec<Link> {
        self.nodes.known().nodes.iter().map(|node| node.link()).collect()
    }

    fn is_private(&self) -> bool {
        let known = self.nodes.known();
        // Nobody knows where a broker will be that is not known yet.
        self.config.tls.is_some()
            || (!known.nodes.is_empty() && known.nodes.iter().all(|node| config::is_loopback(&node.address)))
    }

    fn max_message_size(&self) -> usize {
        self.config.max_message_size
    }

    fn close(&self) -> BoxFuture<'static, ()> {
        let (nodes, closing) = (Arc::clone(&self.nodes), self.closing.clone());
        Box::pin(async move {
            for node in nodes.shut() {
                node.publisher.close().await;
            }
            closing.say(());
        })
    }
}

impl Drop for Nsq {
    fn drop(&mut self) {
        self.nodes.shut();
        self.closing.say(());
    }
}

#[cfg(test)]
pub(crate) mod played;
#[cfg(test)]
mod tests;
