//! Brokers and nsqlookupds that a test plays, over pipes: every frame that they are sent is recorded with its time, and
//! on a stopped clock that time is exact.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use almanet_nsq::{
    clock,
    command::{ClientState, Command, CommandDecoder, CommandLimits},
    frame::{Frame, HEARTBEAT},
    identify::IdentifyRequest,
    limits::MAGIC,
    message::{Message, MessageId},
};
use bytes::{Bytes, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
    sync::{
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
        watch,
    },
    time::{Instant, interval},
};

use super::{Nsq, NsqConfig};
use crate::transport::{
    BoxFuture, ConnectError,
    net::{Address, Network, Stream},
};

/// The other end of all connections of one transport.
#[derive(Debug)]
pub(crate) struct Played {
    pipes: Arc<Pipes>,
    seen: UnboundedReceiver<Seen>,
}

/// What came from the transport, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Since the beginning.
    pub(crate) at: Duration,
    /// The host that it came to.
    pub(crate) host: String,
    /// Which connection, counted from 0.
    pub(crate) connection: usize,
    pub(crate) what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Connected,
    /// A command, other than IDENTIFY and NOP.
    Sent(Command),
    /// A request to an nsqlookupd.
    Asked,
    Closed,
}

#[derive(Debug)]
struct Pipes {
    state: Mutex<State>,
    seen: UnboundedSender<Seen>,
    /// What each connection asked for as its output buffer.
    buffers: Buffers,
    /// Hosts that take no connection and read nothing.
    stalled: watch::Sender<BTreeSet<String>>,
    began: Instant,
}

type Buffers = Arc<Mutex<BTreeMap<usize, i64>>>;

#[derive(Debug, Default)]
struct State {
    connections: BTreeMap<usize, Connection>,
    count: usize,
    /// Hosts that refuse connections.
    down: BTreeSet<String>,
    /// Hosts that do not answer SUB.
    mute: BTreeSet<String>,
    /// Hosts that do not answer what publishes.
    forgetful: BTreeSet<String>,
    /// What each nsqlookupd answers; `None` for nothing.
    lookupds: BTreeMap<String, Option<String>>,
}

/// Dropping it cuts the connection.
#[derive(Debug)]
struct Connection {
    host: String,
    frames: UnboundedSender<Frame>,
}

impl Played {
    pub(crate) fn new() -> Self {
        let (sender, seen) = unbounded_channel();
        let (state, stalled) = (Mutex::default(), watch::Sender::default());
        let pipes = Pipes { state, seen: sender, buffers: Buffers::default(), stalled, began: Instant::now() };
        Self { pipes: Arc::new(pipes), seen }
    }

    pub(crate) async fn connect(&self, url: &str) -> Result<Nsq, ConnectError> {
        self.connect_with(url.parse().unwrap()).await
    }

    pub(crate) async fn connect_with(&self, mut config: NsqConfig) -> Result<Nsq, ConnectError> {
        config.network = Arc::clone(&self.pipes) as Arc<dyn Network>;
        Nsq::connect(config).await
    }

    /// The time since the beginning.
    pub(crate) fn now(&self) -> Duration {
        self.pipes.began.elapsed()
    }

    /// What came next, whenever it comes.
    pub(crate) async fn next(&mut self) -> Seen {
        self.seen.recv().await.expect("the pipes live as long as this")
    }

    /// What came already.
    pub(crate) fn seen_now(&mut self) -> Vec<Seen> {
        std::iter::from_fn(|| self.seen.try_recv().ok()).collect()
    }

    /// The next that is wanted; what comes before is passed over.
    pub(crate) async fn until(&mut self, is_wanted: impl Fn(&Seen) -> bool) -> Seen {
        loop {
            let seen = self.next().await;
            if is_wanted(&seen) {
                return seen;
            }
        }
    }

    /// The next subscription at this host; gives its connection.
    pub(crate) async fn subscribed(&mut self, host: &str) -> usize {
        let subscribes = |seen: &Seen| matches!(seen.what, What::Sent(Command::Sub { .. }));
        self.until(|seen| subscribes(seen) && seen.host == host).await.connection
    }

    /// Delivers a message with this number, for the first time.
    pub(crate) fn deliver(&self, connection: usize, number: u8, body: &str) {
        let message =
            Message { timestamp_nanos: 1, attempts: 1, id: id(number), body: Bytes::copy_from_slice(body.as_bytes()) };
        self.send(connection, Frame::Message(message));
    }

    /// Delivers a message of 10,000 bytes with this number that has waited so long.
    pub(crate) fn deliver_late(&self, connection: usize, number: u8, waited: Duration) {
        let timestamp_nanos = clock::nanos() - i64::try_from(waited.as_nanos()).unwrap();
        let body = Bytes::from_static(&[b'x'; 10_000]);
        self.send(connection, Frame::Message(Message { timestamp_nanos, attempts: 1, id: id(number), body }));
    }

    /// What a connection asked for as its output buffer.
    pub(crate) fn buffer(&self, connection: usize) -> i64 {
        self.pipes.buffers.lock().unwrap()[&connection]
    }

    pub(crate) fn respond(&self, connection: usize, text: &'static str) {
        self.send(connection, Frame::Response(Bytes::from_static(text.as_bytes())));
    }

    fn send(&self, connection: usize, frame: Frame) {
        self.state().connections[&connection].frames.send(frame).unwrap();
    }

    /// Cuts every connection of a host, and refuses new ones.
    pub(crate) fn bring_down(&self, host: &str) {
        self.refuse(host);
        self.cut_all(host);
    }

    /// Refuses new connections of a host.
    pub(crate) fn refuse(&self, host: &str) {
        self.state().down.insert(host.to_owned());
    }

    /// Cuts one connection.
    pub(crate) fn cut(&self, connection: usize) {
        self.state().connections.remove(&connection);
    }

    /// Cuts every connection of a host.
    pub(crate) fn cut_all(&self, host: &str) {
        self.state().connections.retain(|_, connection| connection.host != host);
    }

    /// Takes connections again.
    pub(crate) fn bring_up(&self, host: &str) {
        self.state().down.remove(host);
    }

    /// Nothing is read at this host from now on, and no connection is taken. What was written to it waits.
    pub(crate) fn stall(&self, host: &str) {
        self.pipes.stalled.send_if_modified(|stalled| stalled.insert(host.to_owned()));
    }

    /// Goes on where it was stalled.
    pub(crate) fn resume(&self, host: &str) {
        self.pipes.stalled.send_if_modified(|stalled| stalled.remove(host));
    }

    /// No SUB is answered at this host any more.
    pub(crate) fn mute(&self, host: &str) {
        self.state().mute.insert(host.to_owned());
    }

    /// Nothing that is published on a new connection to this host is acknowledged.
    pub(crate) fn forget(&self, host: &str) {
        self.state().forgetful.insert(host.to_owned());
    }

    /// What the nsqlookupd at this host names from now on.
    pub(crate) fn names(&self, lookupd: &str, hosts: &[&str]) {
        let producers: Vec<_> =
            hosts.iter().map(|host| format!(r#"{{"broadcast_address":"{host}","tcp_port":4150}}"#)).collect();
        let answer = format!(r#"{{"producers":[{}]}}"#, producers.join(","));
        self.state().lookupds.insert(lookupd.to_owned(), Some(answer));
    }

    /// The nsqlookupd at this host does not answer any more.
    pub(crate) fn hang(&self, lookupd: &str) {
        self.state().lookupds.insert(lookupd.to_owned(), None);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.pipes.state.lock().unwrap()
    }
}

/// The id of the message with this number.
pub(crate) fn id(number: u8) -> MessageId {
    MessageId([number; 16])
}

impl Network for Pipes {
    fn connect<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, io::Result<Stream>> {
        Box::pin(async {
            let host = address.host.to_string();
            let mut stalled = self.stalled.subscribe();
            goes_on(&mut stalled, &host).await;
            let mut state = self.state.lock().unwrap();
            if state.down.contains(&host) {
                return Err(io::ErrorKind::ConnectionRefused.into());
            }
            let (ours, theirs) = tokio::io::duplex(64 * 1024);
            let connection = state.count;
            state.count += 1;
            let end = End {
                seen: self.seen.clone(),
                buffers: Arc::clone(&self.buffers),
                stalled,
                began: self.began,
                host: host.clone(),
                connection,
            };
            if let Some(answer) = state.lookupds.get(&host) {
                tokio::spawn(end.look_up(theirs, answer.clone()));
            } else {
                let manners =
                    Manners { is_mute: state.mute.contains(&host), is_forgetful: state.forgetful.contains(&host) };
                let (frames, to_send) = unbounded_channel();
                state.connections.insert(connection, Connection { host, frames });
                tokio::spawn(end.serve(theirs, to_send, manners));
            }
            Ok(Stream::new(ours))
        })
    }
}

/// Waits until this host is not stalled. Cancel safe.
async fn goes_on(stalled: &mut watch::Receiver<BTreeSet<String>>, host: &str) {
    // The sender lives as long as the pipes.
    let _ = stalled.wait_for(|stalled| !stalled.contains(host)).await;
}

/// What a connection's other end leaves unanswered.
#[derive(Clone, Copy)]
struct Manners {
    is_mute: bool,
    is_forgetful: bool,
}

/// One connection's other end.
struct End {
    seen: UnboundedSender<Seen>,
    buffers: Buffers,
    stalled: watch::Receiver<BTreeSet<String>>,
    began: Instant,
    host: String,
    connection: usize,
}

impl End {
    fn saw(&self, what: What) {
        let (at, host) = (self.began.elapsed(), self.host.clone());
        // The test may have ended.
        let _ = self.seen.send(Seen { at, host, connection: self.connection, what });
    }

    async fn look_up(self, mut stream: DuplexStream, answer: Option<String>) {
        let mut request = BytesMut::new();
        while !request.ends_with(b"\r\n\r\n") {
            if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
                return;
            }
        }
        assert!(request.starts_with(b"GET /nodes HTTP/1.1\r\n"), "{request:?}");
        assert!(!request.to_ascii_lowercase().windows(13).any(|header| header == b"authorization"), "over plain HTTP");
        self.saw(What::Asked);
        match answer {
            Some(body) => {
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
                let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            }
            None => while stream.read_buf(&mut request).await.is_ok_and(|read| read > 0) {},
        }
    }

    async fn serve(self, mut stream: DuplexStream, mut to_send: UnboundedReceiver<Frame>, manners: Manners) {
        self.saw(What::Connected);
        let mut magic = [0; 4];
        if stream.read_exact(&mut magic).await.is_ok() {
            assert_eq!(&magic, MAGIC);
            self.talk(&mut stream, &mut to_send, manners).await;
        }
        self.saw(What::Closed);
    }

    /// Until either end closes.
    async fn talk(&self, stream: &mut DuplexStream, to_send: &mut UnboundedReceiver<Frame>, manners: Manners) {
        let mut decoder = CommandDecoder::new(CommandLimits::default());
        let (mut input, mut state, mut is_identified) = (BytesMut::new(), ClientState::Init, false);
        let mut stalled = self.stalled.clone();
        let mut heartbeats = interval(Duration::from_secs(5));
        loop {
            let answer = match decoder.decode(state, &mut input).unwrap() {
                Some(Command::Identify(body)) => {
                    is_identified = true;
                    let asked = IdentifyRequest::from_json(&body).unwrap().output_buffer_size;
                    self.buffers.lock().unwrap().insert(self.connection, asked);
                    Some(Frame::Response(r#"{"version":"1.3.0","max_rdy_count":2500,"msg_timeout":60000}"#.into()))
                }
                Some(Command::Nop) => None,
                Some(command) => {
                    self.saw(What::Sent(command.clone()));
                    match command {
                        Command::Sub { .. } => {
                            state = ClientState::Subscribed;
                            (!manners.is_mute).then(|| Frame::Response("OK".into()))
                        }
                        Command::Pub { .. } | Command::Dpub { .. } | Command::Mpub { .. } => {
                            (!manners.is_forgetful).then(|| Frame::Response("OK".into()))
                        }
                        Command::Cls => {
                            state = ClientState::Closing;
                            Some(Frame::Response("CLOSE_WAIT".into()))
                        }
                        _ => None,
                    }
                }
                None => tokio::select! {
                    biased;
                    read = async {
                        goes_on(&mut stalled, &self.host).await;
                        stream.read_buf(&mut input).await
                    } => match read {
                        Ok(read) if read > 0 => None,
                        _ => return,
                    },
                    frame = to_send.recv() => match frame {
                        Some(frame) => Some(frame),
                        None => return,
                    },
                    _ = heartbeats.tick(), if is_identified => {
                        Some(Frame::Response(Bytes::from_static(HEARTBEAT)))
                    }
                },
            };
            if let Some(frame) = answer {
                let mut bytes = BytesMut::new();
                frame.encode(&mut bytes);
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
        }
    }
}
