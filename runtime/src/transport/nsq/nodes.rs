//! The brokers that are known: configured, or named by an nsqlookupd.
//!
//! A broker stays known while an nsqlookupd names it, by the last answer of each, or while there is a connection to it.
//! One that comes again gets its old id.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::{oneshot, watch};

use super::{
    config::NsqConfig,
    connections::{Connections, Lagging},
    dial::DialError,
    publisher::Publisher,
};
use crate::transport::{
    broker::{BrokerId, Link},
    net::Address,
};

/// How many brokers that are gone keep their ids.
const DEPARTED: usize = 1_024;

/// One broker.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) id: BrokerId,
    pub(super) address: Address,
    pub(super) publisher: Publisher,
    pub(super) connections: Arc<Connections>,
    closed_gates: Arc<AtomicUsize>,
    /// Services have not had the time to come.
    is_settling: Arc<AtomicBool>,
}

impl Node {
    /// Whether messages that may go anywhere may go here: replies would be heard, and services had the time to come.
    pub(super) fn is_open(&self) -> bool {
        self.closed_gates.load(Ordering::Relaxed) == 0 && !self.is_settling.load(Ordering::Relaxed)
    }

    /// Its connections.
    pub(super) fn link(&self) -> Link {
        let open = u64::try_from(self.connections.open()).unwrap_or(u64::MAX);
        let missing = self.closed_gates.load(Ordering::Relaxed) + usize::from(!self.publisher.is_up());
        let missing = u64::try_from(missing).unwrap_or(u64::MAX);
        Link { broker: self.address.to_string().into(), open, missing, lost: self.connections.lost() }
    }

    /// An open gate.
    pub(super) fn gate(&self) -> Gate {
        Gate { closed_gates: Arc::clone(&self.closed_gates), is_closed: false }
    }

    /// A gate that was counted as closed when the broker appeared.
    fn closed_gate(&self) -> Gate {
        Gate { closed_gates: Arc::clone(&self.closed_gates), is_closed: true }
    }
}

/// Keeps messages that may go anywhere away from a broker while it is closed. Dropping it opens it.
#[derive(Debug)]
pub(super) struct Gate {
    closed_gates: Arc<AtomicUsize>,
    is_closed: bool,
}

impl Gate {
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed
    }

    pub(super) fn open(&mut self) {
        if std::mem::replace(&mut self.is_closed, false) {
            self.closed_gates.fetch_sub(1, Ordering::Relaxed);
        }
    }

    pub(super) fn close(&mut self) {
        if !std::mem::replace(&mut self.is_closed, true) {
            self.closed_gates.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.open();
    }
}

/// The outcome of a broker's first connection that publishes.
pub(super) type Attempt = oneshot::Receiver<Result<(), DialError>>;

/// All brokers of one transport.
#[derive(Debug)]
pub(super) struct Nodes {
    config: Arc<NsqConfig>,
    known: watch::Sender<Known>,
    losses: watch::Sender<()>,
    lagging: Lagging,
}

#[derive(Debug)]
pub(super) struct Known {
    /// In the order of their ids.
    pub(super) nodes: Vec<Arc<Node>>,
    next_id: u32,
    departed: VecDeque<(Address, BrokerId)>,
    /// What each nsqlookupd said last.
    listed: Vec<Vec<Address>>,
    /// Subscriptions that follow what appears.
    followers: usize,
    is_closed: bool,
}

impl Nodes {
    /// None are known before [`begin`](Self::begin).
    pub(super) fn new(config: Arc<NsqConfig>) -> Self {
        let known = Known {
            nodes: Vec::new(),
            next_id: 0,
            departed: VecDeque::new(),
            listed: vec![Vec::new(); config.lookupds.len()],
            followers: 0,
            is_closed: false,
        };
        Self { config, known: watch::Sender::new(known), losses: watch::Sender::new(()), lagging: Arc::default() }
    }

    /// The brokers of now.
    pub(super) fn known(&self) -> watch::Ref<'_, Known> {
        self.known.borrow()
    }

    /// Wakes after each connection that is lost.
    pub(super) fn losses(&self) -> watch::Receiver<()> {
        self.losses.subscribe()
    }

    /// Begins with the configured brokers, and with those that each nsqlookupd named. They may be used at once.
    pub(super) fn begin(&self, listed: Vec<Vec<Address>>) -> Vec<(Address, Attempt)> {
        let mut attempts = Vec::new();
        self.known.send_modify(|known| {
            known.listed = listed;
            attempts = self.follow_lists(known, Duration::ZERO);
        });
        attempts
    }

    /// An nsqlookupd has answered.
    pub(super) fn list(&self, lookupd: usize, named: Vec<Address>) {
        self.known.send_if_modified(|known| {
            known.listed[lookupd] = named;
            self.change(known)
        });
    }

    /// Drops those that nobody names and that no connection is left to.
    pub(super) fn sweep(&self) {
        self.known.send_if_modified(|known| self.change(known));
    }

    fn change(&self, known: &mut Known) -> bool {
        let (before, next_id) = (known.nodes.len(), known.next_id);
        // A caller may find a broker before the service that it calls does, which looks as often.
        let appeared = self.follow_lists(known, self.config.lookupd_poll * 5 / 4);
        for (address, _) in &appeared {
            tracing::info!(broker = %address, "an nsqlookupd names a new broker");
        }
        !appeared.is_empty() || known.nodes.len() != before || known.next_id != next_id
    }

    fn follow_lists(&self, known: &mut Known, settle: Duration) -> Vec<(Address, Attempt)> {
        if known.is_closed {
            return Vec::new();
        }
        let configured = &self.config.addresses;
        let is_listed = |address: &Address| {
            configured.contains(address) || known.listed.iter().any(|named| named.contains(address))
        };
        let (kept, gone): (Vec<_>, Vec<_>) = std::mem::take(&mut known.nodes)
            .into_iter()
            .partition(|node| node.connections.open() > 0 || is_listed(&node.address));
        known.nodes = kept;
        for node in gone {
            tracing::info!(broker = %node.address, "no nsqlookupd names a broker any more that is gone");
            node.publisher.shut();
            known.departed.push_back((node.address.clone(), node.id));
        }
        while known.departed.len() > DEPARTED {
            known.departed.pop_front();
        }
        let named: Vec<Address> = configured.iter().chain(known.listed.iter().flatten()).cloned().collect();
        let mut attempts = Vec::new();
        for address in named {
            if known.nodes.iter().all(|node| node.address != address) {
                let (node, attempt) = self.appear(known, &address, settle);
                known.nodes.push(Arc::new(node));
                attempts.push((address, attempt));
            }
        }
        known.nodes.sort_by_key(|node| node.id);
        attempts
    }

    fn appear(&self, known: &mut Known, address: &Address, settle: Duration) -> (Node, Attempt) {
        let id = match known.departed.iter().position(|(departed, _)| departed == address) {
            Some(at) => known.departed.remove(at).map(|(_, id)| id),
            None => None,
        };
        let id = id.unwrap_or_else(|| {
            known.next_id += 1;
            BrokerId(known.next_id - 1)
        });
        let connections = Arc::new(Connections::new(self.losses.clone(), Arc::clone(&self.lagging)));
        let (publisher, attempt) =
            Publisher::start(address.clone(), Arc::clone(&self.config), Arc::clone(&connections));
        let closed_gates = Arc::new(AtomicUsize::new(known.followers));
        let is_settling = Arc::new(AtomicBool::new(!settle.is_zero()));
        let node = Node {
            id,
            address: address.clone(),
            publisher,
            connections,
            closed_gates,
            is_settling: is_settling.clone(),
        };
        if !settle.is_zero() {
            tokio::spawn(async move {
                tokio::time::sleep(settle).await;
                is_settling.store(false, Ordering::Relaxed);
            });
        }
        (node, attempt)
    }

    /// Follows what appears and goes, beginning with nothing.
    pub(super) fn follow(self: &Arc<Self>) -> Follower {
        let mut begun_with = Vec::new();
        // Counted under the lock, so that whatever appears later has a gate for this one.
        self.known.send_if_modified(|known| {
            known.followers += 1;
            begun_with.clone_from(&known.nodes);
            false
        });
        let changed = self.known.subscribe();
        Follower { nodes: Arc::clone(self), changed, begun_with, seen: BTreeMap::new() }
    }

    /// No broker appears any more, and none takes messages.
    pub(super) fn shut(&self) -> Vec<Arc<Node>> {
        let mut nodes = Vec::new();
        self.known.send_if_modified(|known| {
            known.is_closed = true;
            nodes.clone_from(&known.nodes);
            false
        });
        nodes.iter().for_each(|node| node.publisher.shut());
        nodes
    }
}

/// One subscription's view of the brokers.
#[derive(Debug)]
pub(super) struct Follower {
    nodes: Arc<Nodes>,
    changed: watch::Receiver<Known>,
    begun_with: Vec<Arc<Node>>,
    seen: BTreeMap<BrokerId, Arc<Node>>,
}

/// What is new since the last look.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) appeared: Vec<(Arc<Node>, Gate)>,
    pub(super) gone: Vec<BrokerId>,
}

impl Follower {
    /// Those of the beginning. The gates of brokers that are down are closed.
    pub(super) fn begin(&mut self) -> Vec<(Arc<Node>, Gate)> {
        let begun_with = std::mem::take(&mut self.begun_with);
        self.seen.extend(begun_with.iter().map(|node| (node.id, Arc::clone(node))));
        let gated = |node: Arc<Node>| {
            let mut gate = node.gate();
            if !node.publisher.is_up() {
                gate.close();
            }
            (node, gate)
        };
        begun_with.into_iter().map(gated).collect()
    }

    /// Waits for a change, which [`changes`](Self::changes) then tells. Cancel safe.
    pub(super) async fn changed(&mut self) {
        // The sender lives as long as this.
        let _ = self.changed.changed().await;
    }

    /// What appeared and what is gone.
    pub(super) fn changes(&mut self) -> Changes {
        let nodes = self.changed.borrow_and_update().nodes.clone();
        self.compare(&nodes)
    }

    fn compare(&mut self, nodes: &[Arc<Node>]) -> Changes {
        let mut changes = Changes::default();
        // A broker that went and came between two looks is another one under the same id.
        let is_there = |node: &Arc<Node>| nodes.iter().any(|known| Arc::ptr_eq(known, node));
        self.seen.retain(|id, node| {
            let stays = is_there(node);
            if !stays {
                changes.gone.push(*id);
            }
            stays
        });
        for node in nodes {
            if self.seen.insert(node.id, Arc::clone(node)).is_none() {
                changes.appeared.push((Arc::clone(node), node.closed_gate()));
            }
        }
        changes
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let nodes = Arc::clone(&self.nodes);
        nodes.known.send_if_modified(|known| {
            known.followers -= 1;
            // Those that appeared unseen have a gate for this follower.
            self.compare(&known.nodes);
            false
        });
    }
}
