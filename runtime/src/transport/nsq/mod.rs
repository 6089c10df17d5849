//! NSQ over TCP: a client of one nsqd or several.
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
use tokio::sync::watch;

pub use self::config::{DEFAULT_PORT, LOOKUPD_PORT, NsqConfig};
use self::publisher::Publisher;
pub use super::net::Address;
use super::{
    BoxFuture, Broker, BrokerId, ConnectError, PublishError, Publishing, Route, SubscribeError, SubscribeOptions,
    Subscription, Transport,
};

mod backoff;
mod batch;
mod config;
mod consumer;
mod dial;
mod flow;
mod inbox;
mod publisher;
mod subscription;

/// The way to one nsqd or several. Dropping it closes every connection in the background.
#[derive(Debug)]
pub struct Nsq {
    config: Arc<NsqConfig>,
    publishers: Arc<[Publisher]>,
    /// Where the search for a broker to publish at begins.
    next: AtomicUsize,
    closing: watch::Sender<bool>,
}

impl Nsq {
    /// Connects to every broker. Those that cannot be reached are reported in the log and retried in the background.
    ///
    /// Must be called within a tokio runtime with I/O and time enabled. Dropping the future closes what was opened.
    ///
    /// # Errors
    /// [`ConnectError::Unreachable`] where no broker at all can be reached.
    pub async fn connect(config: NsqConfig) -> Result<Self, ConnectError> {
        let config = Arc::new(config);
        let (publishers, attempts): (Vec<_>, Vec<_>) =
            config.addresses.iter().map(|address| Publisher::start(address.clone(), Arc::clone(&config))).unzip();
        let transport = Self {
            config,
            publishers: publishers.into(),
            next: AtomicUsize::new(0),
            closing: watch::Sender::new(false),
        };
        let mut reasons = Vec::new();
        let brokers = transport.publishers.len();
        for (address, attempt) in transport.config.addresses.iter().zip(attempts) {
            match attempt.await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => reasons.push(format!("{address}: {error}")),
                Err(_) => reasons.push(format!("{address}: the attempt was given up")),
            }
        }
        if reasons.len() == brokers {
            return Err(ConnectError::Unreachable(format!(
                "no nsqd can be reached: {}. Start one with `nsqd --tcp-address={}`, or check the broker's URL",
                reasons.join("; "),
                transport.config.addresses.first().map_or_else(String::new, ToString::to_string),
            )));
        }
        Ok(transport)
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

    fn publisher(&self, to: Route) -> Option<&Publisher> {
        match to {
            Route::Broker(BrokerId(index)) => self.publishers.get(usize::try_from(index).ok()?),
            Route::Any if self.publishers.len() == 1 => self.publishers.first(),
            Route::Any => {
                let start = self.next.fetch_add(1, Ordering::Relaxed) % self.publishers.len();
                let (before, after) = self.publishers.split_at(start);
                after.iter().chain(before).find(|publisher| publisher.is_up()).or(after.first())
            }
        }
    }
}

impl Transport for Nsq {
    fn publish(&self, to: Route, topic: &TopicName, body: Bytes, delay: Option<Duration>) -> Publishing {
        if let Err(why) = self.check(&body, delay) {
            return Publishing::ready(Err(PublishError::NotSent(why)));
        }
        match self.publisher(to) {
            Some(publisher) => publisher.publish(topic.clone(), body, delay.filter(|delay| !delay.is_zero())),
            None => Publishing::ready(Err(PublishError::NotSent(format!("there is no broker {to:?}")))),
        }
    }

    fn subscribe(&self, options: SubscribeOptions) -> BoxFuture<'static, Result<Subscription, SubscribeError>> {
        let (config, closing) = (Arc::clone(&self.config), self.closing.subscribe());
        Box::pin(async move {
            if *closing.borrow() {
                return Err(SubscribeError::Closed);
            }
            subscription::subscribe(config, options, closing).await.map(Subscription::new)
        })
    }

    fn brokers(&self) -> Vec<Broker> {
        let addresses = self.config.addresses.iter().map(|address| Arc::from(address.to_string()));
        (0..).map(BrokerId).zip(addresses).map(|(id, address)| Broker { id, address }).collect()
    }

    fn max_message_size(&self) -> usize {
        self.config.max_message_size
    }

    fn close(&self) -> BoxFuture<'static, ()> {
        let (publishers, closing) = (Arc::clone(&self.publishers), self.closing.clone());
        Box::pin(async move {
            publishers.iter().for_each(Publisher::shut);
            for publisher in &*publishers {
                publisher.close().await;
            }
            closing.send_replace(true);
        })
    }
}

impl Drop for Nsq {
    fn drop(&mut self) {
        self.publishers.iter().for_each(Publisher::shut);
        self.closing.send_replace(true);
    }
}

#[cfg(test)]
mod tests;
