//! A proxy in front of a broker: everything passes, until a test says otherwise.
//!
//! It reads NSQ's commands and frames just far enough to tell one from the next, so that a test can cut a connection
//! after a byte of one of them, hold it back, swallow it or send it twice. It counts what it did, because a fault that
//! did not happen proves nothing.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// Which way something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Commands.
    ToBroker,
    /// Frames.
    FromBroker,
}

/// One command with its body, or one frame, on its way.
#[derive(Debug)]
pub struct Unit<'a> {
    /// The connection's number, from 0 in the order in which they came.
    pub connection: usize,
    /// Which way it goes.
    pub direction: Direction,
    /// All of its bytes.
    pub bytes: &'a [u8],
}

impl Unit<'_> {
    /// Whether it is this command: `PUB`, `FIN`.
    #[must_use]
    pub fn is_command(&self, name: &str) -> bool {
        let rest = self.bytes.strip_prefix(name.as_bytes());
        self.direction == Direction::ToBroker && rest.is_some_and(|rest| matches!(rest.first(), Some(b' ' | b'\n')))
    }

    /// Whether it is a frame that delivers a message.
    #[must_use]
    pub fn is_message(&self) -> bool {
        self.direction == Direction::FromBroker && self.bytes.get(4..8) == Some(&[0, 0, 0, 2])
    }

    /// Whether this text is anywhere in it.
    #[must_use]
    pub fn contains(&self, text: &str) -> bool {
        self.bytes.windows(text.len()).any(|window| window == text.as_bytes())
    }
}

/// What becomes of a unit. Everything but [`Pass`](Action::Pass) is counted as a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// It goes on.
    Pass,
    /// So many bytes of it go on, then the connection is closed on both sides.
    Cut(usize),
    /// Its connection falls silent in both directions and stays open.
    Stall,
    /// It goes on after this time, and what follows it after it.
    Delay(Duration),
    /// It never goes on.
    Swallow,
    /// It goes on twice.
    Twice,
    /// These bytes go on in its place.
    Replace(Vec<u8>),
}

type Rule = Box<dyn FnMut(&Unit<'_>) -> Action + Send>;

/// A running proxy. Dropping it closes its port and every connection.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    rule: Mutex<Rule>,
    counts: watch::Sender<Counts>,
    reach: watch::Sender<Reach>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("counts", &*self.counts.borrow()).finish_non_exhaustive()
    }
}

/// What a proxy has seen and done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Connections that were let through.
    pub connections: usize,
    /// Connections that were closed as soon as they came.
    pub refused: usize,
    /// Units that did not simply pass, and connections that were cut or stalled from outside.
    pub faults: usize,
}

/// What was done to connections from outside: those with a smaller number are meant.
#[derive(Clone, Copy, Debug, Default)]
struct Reach {
    cut_below: usize,
    stalled_below: usize,
    refusing: bool,
}

impl Proxy {
    /// A proxy in front of the broker at `broker`, on a port of its own.
    ///
    /// # Panics
    /// Where no port can be had.
    pub async fn start(broker: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("a port has an address");
        let shared = Arc::new(Shared {
            rule: Mutex::new(Box::new(|_| Action::Pass)),
            counts: watch::Sender::default(),
            reach: watch::Sender::default(),
        });
        let task = tokio::spawn(accept(listener, broker, Arc::clone(&shared)));
        Self { address, shared, task }
    }

    /// Where clients connect.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of the broker behind it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nsq://{}", self.address)
    }

    /// Decides from now on what becomes of each unit of every connection.
    pub fn decide(&self, rule: impl FnMut(&Unit<'_>) -> Action + Send + 'static) {
        *self.shared.rule.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(rule);
    }

    /// Does this to the first unit of which `which` holds, and lets everything else pass.
    pub fn once(&self, action: Action, which: impl Fn(&Unit<'_>) -> bool + Send + 'static) {
        let mut action = Some(action);
        self.decide(move |unit| action.take_if(|_| which(unit)).unwrap_or(Action::Pass));
    }

    /// Closes every connection that there is.
    pub fn cut(&self) {
        let connections = self.counts().connections;
        self.shared.reach.send_modify(|reach| reach.cut_below = connections);
    }

    /// Makes every connection that there is half open: nothing comes through any more, and it is not closed.
    pub fn stall(&self) {
        let connections = self.counts().connections;
        self.shared.reach.send_modify(|reach| reach.stalled_below = connections);
    }

    /// Closes new connections as soon as they come.
    pub fn refuse(&self) {
        self.shared.reach.send_modify(|reach| reach.refusing = true);
    }

    /// Lets new connections through again.
    pub fn admit(&self) {
        self.shared.reach.send_modify(|reach| reach.refusing = false);
    }

    /// What it has seen and done so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        *self.shared.counts.borrow()
    }

    /// Waits until the counts are as wanted.
    ///
    /// # Panics
    /// Where they are not within 30 seconds.
    pub async fn until(&self, wanted: impl FnMut(&Counts) -> bool) {
        let mut counts = self.shared.counts.subscribe();
        let waited = tokio::time::timeout(Duration::from_secs(30), counts.wait_for(wanted)).await;
        assert!(waited.is_ok(), "the proxy has seen no more than {:?}", self.counts());
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, broker: SocketAddr, shared: Arc<Shared>) {
    // Dropped with this task, it closes every connection.
    let mut connections = JoinSet::new();
    loop {
        let (client, _) = listener.accept().await.expect("connections can be accepted");
        if shared.reach.borrow().refusing {
            shared.counts.send_modify(|counts| counts.refused += 1);
            continue;
        }
        let number = shared.counts.borrow().connections;
        shared.counts.send_modify(|counts| counts.connections += 1);
        connections.spawn(serve(number, client, broker, Arc::clone(&shared)));
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(number: usize, client: TcpStream, broker: SocketAddr, shared: Arc<Shared>) {
    let Ok(broker) = TcpStream::connect(broker).await else { return };
    for stream in [&client, &broker] {
        stream.set_nodelay(true).expect("a new connection takes settings");
    }
    let ((client_reads, client_writes), (broker_reads, broker_writes)) = (client.into_split(), broker.into_split());
    let commands = Way { number, direction: Direction::ToBroker, shared: &shared };
    let frames = Way { number, direction: Direction::FromBroker, shared: &shared };
    let mut reach = shared.reach.subscribe();
    tokio::select! {
        () = commands.pump(client_reads, broker_writes) => {}
        () = frames.pump(broker_reads, client_writes) => {}
        _ = reach.wait_for(|reach| number < reach.cut_below) => shared.fault(),
    }
}

impl Shared {
    fn fault(&self) {
        self.counts.send_modify(|counts| counts.faults += 1);
    }
}

/// One direction of one connection.
struct Way<'a> {
    number: usize,
    direction: Direction,
    shared: &'a Shared,
}

impl Way<'_> {
    /// Carries units until the connection ends, or a unit is cut.
    async fn pump(&self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut bytes = Vec::new();
        loop {
            while let Some(length) = unit_length(self.direction, &bytes) {
                let rest = bytes.split_off(length);
                let unit = std::mem::replace(&mut bytes, rest);
                self.pass_a_stall().await;
                if self.carry(&unit, &mut to).await.is_none() {
                    return;
                }
            }
            match from.read_buf(&mut bytes).await {
                Ok(read) if read > 0 => {}
                _ => return drop(to.shutdown().await),
            }
        }
    }

    /// Never returns where the connection is half open.
    async fn pass_a_stall(&self) {
        if self.number < self.shared.reach.borrow().stalled_below {
            self.stall().await;
        }
    }

    async fn stall(&self) {
        self.shared.reach.send_modify(|reach| reach.stalled_below = reach.stalled_below.max(self.number + 1));
        self.shared.fault();
        std::future::pending::<()>().await;
    }

    /// Does to a unit what the rule says. `None` where its connection ends with it.
    async fn carry(&self, unit: &[u8], to: &mut OwnedWriteHalf) -> Option<()> {
        let action = {
            let unit = Unit { connection: self.number, direction: self.direction, bytes: unit };
            let mut rule = self.shared.rule.lock().unwrap_or_else(PoisonError::into_inner);
            rule(&unit)
        };
        // A stall counts itself. The others count before anybody can see what they do.
        if !matches!(action, Action::Pass | Action::Stall) {
            self.shared.fault();
        }
        let written = match &action {
            Action::Pass => to.write_all(unit).await,
            Action::Cut(length) => {
                drop(to.write_all(&unit[..*length]).await);
                drop(to.shutdown().await);
                return None;
            }
            Action::Stall => {
                self.stall().await;
                return None;
            }
            Action::Delay(time) => {
                tokio::time::sleep(*time).await;
                to.write_all(unit).await
            }
            Action::Swallow => Ok(()),
            Action::Twice => to.write_all(&[unit, unit].concat()).await,
            Action::Replace(other) => to.write_all(other).await,
        };
        written.ok()
    }
}

/// How long the first unit is, where all of it is there.
fn unit_length(direction: Direction, bytes: &[u8]) -> Option<usize> {
    const MAGIC: &[u8] = b"  V2";
    const WITH_BODY: [&[u8]; 5] = [b"IDENTIFY", b"AUTH", b"PUB ", b"MPUB ", b"DPUB "];
    let length = match direction {
        Direction::FromBroker => 4 + size(bytes, 0)?,
        Direction::ToBroker if bytes.starts_with(MAGIC) => MAGIC.len(),
        Direction::ToBroker => {
            let line = bytes.iter().position(|byte| *byte == b'\n')? + 1;
            match WITH_BODY.iter().any(|name| bytes.starts_with(name)) {
                true => line + 4 + size(bytes, line)?,
                false => line,
            }
        }
    };
    (bytes.len() >= length).then_some(length)
}

/// The size that stands at this place.
fn size(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = bytes.get(at..at + 4)?;
    Some(digits.iter().fold(0, |size, digit| size << 8 | usize::from(*digit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_told_apart() {
        let commands = [&b"  V2"[..], b"IDENTIFY\n\0\0\0\x02{}", b"SUB a b\n", b"PUB a\n\0\0\0\x03\n\n\n", b"FIN 1\n"];
        let frames = [&b"\0\0\0\x06\0\0\0\0OK"[..], b"\0\0\0\x05\0\0\0\x02\n"];
        for (direction, units) in [(Direction::ToBroker, &commands[..]), (Direction::FromBroker, &frames[..])] {
            let mut bytes = units.concat();
            for unit in units {
                let length = unit_length(direction, &bytes).expect("a whole unit");
                assert_eq!(&bytes[..length], *unit);
                assert_eq!(unit_length(direction, &unit[..unit.len() - 1]), None, "one byte is missing");
                bytes.drain(..length);
            }
        }
    }

    #[test]
    fn units_say_what_they_are() {
        let command = Unit { connection: 0, direction: Direction::ToBroker, bytes: b"PUB a\n\0\0\0\x01x" };
        assert!(command.is_command("PUB") && !command.is_command("PU") && !command.is_message());
        assert!(command.contains("a\n") && !command.contains("b"));
        let frame = Unit { connection: 0, direction: Direction::FromBroker, bytes: b"\0\0\0\x05\0\0\0\x02\n" };
        assert!(frame.is_message() && !frame.is_command("PUB"));
    }
}
