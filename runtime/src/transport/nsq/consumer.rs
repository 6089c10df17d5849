//! One subscription at one broker: connects, subscribes, takes deliveries, and starts again where the connection is
//! lost.
//!
//! Where the load wants another buffer, a second connection is subscribed before the broker is asked to send nothing more
//! through the first one (CLS). It takes over as soon as the broker has confirmed that, so that no more is in flight than
//! may be; the first one stays until what it delivered is acknowledged.

use std::{sync::Arc, time::Duration};

use tokio::{sync::oneshot, task::JoinHandle, time::sleep};

use super::{
    alarm::now,
    backoff::Backoff,
    drive::{Driver, Ended},
    failure::Failure,
    line::{Line, Subscriber, Wish},
    load::Buffer,
    nodes::Gate,
};

/// One broker's part of a subscription.
pub(super) struct Consumer {
    pub(super) subscriber: Arc<Subscriber>,
    /// Closed while replies would not be heard here.
    pub(super) gate: Gate,
}

impl Consumer {
    /// Runs until the subscription is closed. The sender gets the outcome of the first attempt.
    pub(super) async fn run(mut self, first: oneshot::Sender<Result<(), Failure>>) {
        let mut first = Some(first);
        let mut backoff = Backoff::default();
        let mut is_reported = false;
        let subscriber = Arc::clone(&self.subscriber);
        let mut wish = subscriber.wish.clone();
        loop {
            let mut since = None;
            let failure = self.attempt(&mut first, &mut since).await;
            subscriber.share.lose();
            if *wish.borrow() > Wish::Run {
                break;
            }
            self.gate.close();
            if since.is_some_and(|since| now().duration_since(since) >= STABLE) {
                backoff.reset();
                is_reported = false;
            }
            let delay = backoff.next();
            let Subscriber { node, options, .. } = &*subscriber;
            let (broker, topic, channel) = (&node.address, &options.topic, &options.channel);
            match std::mem::replace(&mut is_reported, true) {
                false => tracing::warn!(%broker, %topic, %channel, "not subscribed: {failure}; trying again"),
                true => tracing::debug!(%broker, %topic, %channel, "still not subscribed: {failure}"),
            }
            // Whoever subscribes may have given up.
            let _ = first.take().map(|first| first.send(Err(failure)));
            tokio::select! {
                biased;
                () = sleep(delay) => {}
                _ = wish.wait_for(|wish| *wish > Wish::Run) => break,
            }
        }
        let _ = first.take().map(|first| first.send(Err(Failure::Closed)));
        subscriber.leave();
    }

    /// One connection after another, from the first one's beginning until one is lost. Says since when there was one.
    async fn attempt(
        &mut self,
        first: &mut Option<oneshot::Sender<Result<(), Failure>>>,
        since: &mut Option<std::time::Instant>,
    ) -> Failure {
        let mut line = match self.subscriber.connect(Buffer::Small).await {
            Ok(line) => line,
            Err(failure) => return failure,
        };
        let Subscriber { node, options, share, .. } = &*self.subscriber;
        tracing::debug!(broker = %node.address, topic = %options.topic, channel = %options.channel, "subscribed");
        *since = Some(now());
        share.regain();
        self.gate.open();
        let _ = first.take().map(|first| first.send(Ok(())));
        let mut retired = None;
        loop {
            line = match self.subscriber.keep(line, &mut retired).await {
                Ok(next) => next,
                Err(failure) => return failure,
            };
        }
    }
}

impl Subscriber {
    /// Drives a connection until it is lost, or until another one has taken over, which it returns.
    async fn keep(self: &Arc<Self>, mut line: Line, retired: &mut Option<JoinHandle<()>>) -> Result<Line, Failure> {
        let mut driver = Driver::new(self, &mut line);
        let (next, ended) = loop {
            let buffer = match driver.drive().await {
                Ended::Outgrown(buffer) => buffer,
                ended => break (None, ended),
            };
            driver.put_off();
            // The last one that was replaced still has messages.
            if retired.as_ref().is_some_and(|task| !task.is_finished()) {
                continue;
            }
            let next = tokio::select! {
                biased;
                ended = driver.drive() => match ended {
                    Ended::Outgrown(_) => continue,
                    ended => break (None, ended),
                },
                next = self.connect(buffer) => next,
            };
            match next {
                Ok(next) => {
                    driver.retire(&next);
                    break (Some(next), driver.drive().await);
                }
                Err(failure) => {
                    let broker = &self.node.address;
                    tracing::debug!(%broker, ?buffer, "no connection with another buffer: {failure}");
                }
            }
        };
        match (ended, next) {
            (Ended::Lost(failure), None) => {
                line.close();
                Err(failure)
            }
            // What it had under way comes again.
            (Ended::Lost(_), Some(next)) => {
                line.close();
                Ok(next)
            }
            (Ended::Wanted, next) => {
                line.hang_up().await;
                if let Some(next) = next {
                    next.hang_up().await;
                }
                Err(Failure::Closed)
            }
            (Ended::Outgrown(_) | Ended::Retired, None) => Ok(line),
            (Ended::Outgrown(_) | Ended::Retired, Some(next)) => {
                *retired = Some(tokio::spawn(Arc::clone(self).finish(line)));
                Ok(next)
            }
        }
    }

    /// Lets what was delivered through a connection be acknowledged there, and closes it.
    async fn finish(self: Arc<Self>, mut line: Line) {
        line.connected.replaced();
        match Driver::retired(&self, &mut line).drive().await {
            Ended::Wanted => line.hang_up().await,
            _ => line.close(),
        }
        // What it held, the other one may have.
        self.share.ring();
    }
}

/// A connection that lasted this long was a good one: the next may be tried soon.
const STABLE: Duration = Duration::from_secs(1);
