//! Asks every nsqlookupd which brokers there are, again and again.
//!
//! Each is asked by itself and within its own time: one that hangs or is wrong keeps nobody from what another says. One
//! that does not answer counts with what it said last.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep, sleep_until, timeout},
};

use super::{
    backoff::Backoff,
    config::NsqConfig,
    lookupd::{self, LookupError},
    nodes::Nodes,
};
use crate::transport::net::Address;

/// After a lost connection: how long the nsqlookupds have to notice too, and the least time between two questions.
const AFTER_LOSS: Duration = Duration::from_millis(250);

/// Why an nsqlookupd was of no use.
#[derive(Debug, thiserror::Error)]
pub(super) enum AskError {
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    #[error(transparent)]
    Lookup(#[from] LookupError),
}

/// Asks all at once, and waits for each as long as it may take.
pub(super) async fn ask_all(config: &NsqConfig) -> Vec<Result<Vec<Address>, AskError>> {
    join_all(config.lookupds.iter().map(|lookupd| ask(lookupd, config))).await
}

async fn ask(lookupd: &Address, config: &NsqConfig) -> Result<Vec<Address>, AskError> {
    match timeout(config.lookupd_timeout, lookupd::nodes(lookupd, &*config.network)).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(AskError::Timeout(config.lookupd_timeout)),
    }
}

/// Keeps the brokers up to date for as long as what this returns lives. `failing` are those that did not answer at the
/// beginning, which is known already.
pub(super) fn start(nodes: &Arc<Nodes>, config: &Arc<NsqConfig>, failing: &[bool]) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for (index, (lookupd, is_failing)) in config.lookupds.iter().zip(failing).enumerate() {
        let watcher = Watcher {
            index,
            lookupd: lookupd.clone(),
            nodes: Arc::clone(nodes),
            config: Arc::clone(config),
            losses: nodes.losses(),
            is_failing: *is_failing,
            backoff: Backoff::default(),
        };
        tasks.spawn(watcher.run());
    }
    tasks
}

struct Watcher {
    index: usize,
    lookupd: Address,
    nodes: Arc<Nodes>,
    config: Arc<NsqConfig>,
    losses: watch::Receiver<()>,
    is_failing: bool,
    backoff: Backoff,
}

impl Watcher {
    async fn run(mut self) {
        loop {
            self.wait().await;
            match ask(&self.lookupd, &self.config).await {
                Ok(named) => {
                    if std::mem::replace(&mut self.is_failing, false) {
                        tracing::info!(lookupd = %self.lookupd, "the nsqlookupd answers again");
                    }
                    self.backoff.reset();
                    self.nodes.list(self.index, named);
                }
                Err(error) => {
                    if !std::mem::replace(&mut self.is_failing, true) {
                        tracing::warn!(lookupd = %self.lookupd, "an nsqlookupd does not say which brokers there are: {error}; what it said last counts");
                    }
                    self.nodes.sweep();
                }
            }
        }
    }

    /// Until it is time for the next question: a while, or shortly after a connection was lost.
    async fn wait(&mut self) {
        let poll = self.config.lookupd_poll.mul_f64(0.75 + fastrand::f64() / 2.0);
        let poll = if self.is_failing { self.backoff.next().min(poll) } else { poll };
        let next = Instant::now() + poll;
        tokio::select! {
            biased;
            () = sleep_until(next) => {}
            // The sender lives as long as the brokers.
            _ = self.losses.changed() => {
                sleep(AFTER_LOSS).await;
                self.losses.mark_unchanged();
            }
        }
    }
}
