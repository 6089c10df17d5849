//! The transport against a scripted broker that records what it is told.

use std::net::SocketAddr;

use almanet_nsq::{
    command::{ClientState, Command, CommandDecoder, CommandLimits},
    frame::{Frame, HEARTBEAT},
    limits::MAGIC,
    message::{Message, MessageId},
    name::ChannelName,
};
use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;
use crate::transport::{Delivery, net::Stream};

mod broken;
mod buffers;
mod links;
mod many;
mod memory;
mod rest;
mod runtimes;
mod sink;
mod unwritten;

/// The broker's end of one connection.
struct Peer {
    stream: Stream,
    decoder: CommandDecoder,
    input: BytesMut,
    state: ClientState,
}

impl Peer {
    /// The next connection, before its first byte was read.
    async fn connected(listener: &TcpListener) -> Self {
        Self::over(listener.accept().await.unwrap().0.into())
    }

    fn over(stream: Stream) -> Self {
        let decoder = CommandDecoder::new(CommandLimits::default());
        Self { stream, decoder, input: BytesMut::new(), state: ClientState::Init }
    }

    /// The next connection, its handshake done.
    async fn accept(listener: &TcpListener) -> Self {
        Self::connected(listener).await.shaken_hands().await
    }

    async fn shaken_hands(mut self) -> Self {
        self.identified().await;
        self.grant().await;
        self
    }

    /// Answers IDENTIFY.
    async fn grant(&mut self) {
        self.respond(r#"{"version":"1.3.0","max_rdy_count":2500,"msg_timeout":60000}"#).await;
    }

    /// The next connection, subscribed, with its first RDY read.
    async fn subscribed(listener: &TcpListener) -> Self {
        let mut peer = Self::accept(listener).await;
        assert!(matches!(peer.command().await, Some(Command::Sub { .. })));
        peer.state = ClientState::Subscribed;
        peer.respond("OK").await;
        assert_eq!(peer.command().await, Some(Command::Rdy(1)));
        peer
    }

    async fn identified(&mut self) {
        let mut magic = [0; 4];
        self.stream.read_exact(&mut magic).await.unwrap();
        assert_eq!(&magic, MAGIC);
        assert!(matches!(self.command().await, Some(Command::Identify(_))));
    }

    /// The next command; `None` where the client has closed.
    async fn command(&mut self) -> Option<Command> {
        loop {
            if let Some(command) = self.decoder.decode(self.state, &mut self.input).unwrap() {
                return Some(command);
            }
            if self.stream.read_buf(&mut self.input).await.unwrap_or(0) == 0 {
                return None;
            }
        }
    }

    /// The bodies of the next command, which publishes.
    async fn published(&mut self) -> Vec<Bytes> {
        match self.command().await {
            Some(Command::Pub { body, .. } | Command::Dpub { body, .. }) => vec![body],
            Some(Command::Mpub { bodies, .. }) => bodies,
            other => panic!("{other:?}"),
        }
    }

    async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    async fn send(&mut self, frame: Frame) {
        let mut bytes = BytesMut::new();
        frame.encode(&mut bytes);
        self.write(&bytes).await;
    }

    async fn respond(&mut self, text: &'static str) {
        self.send(Frame::Response(Bytes::from_static(text.as_bytes()))).await;
    }

    async fn refuse(&mut self, text: &'static str) {
        self.send(Frame::Error(Bytes::from_static(text.as_bytes()))).await;
    }

    async fn deliver(&mut self, number: u8) {
        let (id, body) = (MessageId([number; 16]), Bytes::copy_from_slice(&[number]));
        self.send(Frame::Message(Message { timestamp_nanos: 1, attempts: 1, id, body })).await;
    }
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// A transport and its publishing connection's other end.
async fn connected(listener: &TcpListener, address: SocketAddr) -> (Nsq, Peer) {
    let config = format!("nsq://{address}").parse().unwrap();
    let (transport, peer) = tokio::join!(Nsq::connect(config), Peer::accept(listener));
    (transport.unwrap(), peer)
}

fn publish(transport: &Nsq, topic: &str, body: &'static str) -> Publishing {
    transport.publish(Route::Any, &topic.parse().unwrap(), Bytes::from_static(body.as_bytes()), None)
}

fn options(max_in_flight: usize) -> SubscribeOptions {
    SubscribeOptions::new("t".parse().unwrap(), ChannelName::new("c").unwrap(), max_in_flight)
}

async fn subscribed(transport: &Nsq, listener: &TcpListener) -> (Subscription, Peer) {
    let (subscription, peer) = tokio::join!(transport.subscribe(options(10)), Peer::subscribed(listener));
    (subscription.unwrap(), peer)
}

async fn next(subscription: &mut Subscription) -> Delivery {
    subscription.recv().await.expect("the subscription goes on")
}

#[tokio::test]
async fn a_lone_message_goes_at_once_and_the_rest_in_batches() {
    let (listener, address) = listen().await;
    let (transport, mut peer) = connected(&listener, address).await;
    let outcomes = ["1", "2", "3"].map(|body| publish(&transport, "t", body));
    let other = publish(&transport, "other", "4");
    assert_eq!(peer.published().await, ["1"]);
    assert_eq!(peer.published().await, ["2", "3"]);
    assert_eq!(peer.published().await, ["4"]);
    for _ in 0..3 {
        peer.respond("OK").await;
    }
    for outcome in outcomes.into_iter().chain([other]) {
        assert_eq!(outcome.await, Ok(()));
    }
}

#[tokio::test]
async fn a_broker_that_took_its_time_at_first_is_as_far_as_its_quickest_answer_says() {
    let (listener, address) = listen().await;
    let busy_at_first = async {
        let mut peer = Peer::connected(&listener).await;
        peer.identified().await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        peer.grant().await;
        peer
    };
    let (transport, mut peer) = tokio::join!(Nsq::connect(format!("nsq://{address}").parse().unwrap()), busy_at_first);
    let transport = transport.unwrap();
    let quickest = || transport.nodes.known().nodes[0].connections.quickest();
    let at_first = quickest();
    assert!((Duration::from_millis(50)..Duration::MAX / 2).contains(&at_first), "{at_first:?}");
    for _ in 0..10 {
        let outcome = publish(&transport, "t", "lone");
        assert_eq!(peer.published().await, ["lone"]);
        peer.respond("OK").await;
        assert_eq!(outcome.await, Ok(()));
    }
    assert!(quickest() < at_first);
}

#[tokio::test]
async fn what_follows_a_refused_message_is_sent_again() {
    let (listener, address) = listen().await;
    let (transport, mut peer) = connected(&listener, address).await;
    let first = publish(&transport, "a", "1");
    let (second, third) = (publish(&transport, "b", "2"), publish(&transport, "c", "3"));
    for body in ["1", "2", "3"] {
        assert_eq!(peer.published().await, [body]);
    }
    peer.respond("OK").await;
    peer.refuse("E_PUB_FAILED PUB failed exiting").await;
    drop(peer);
    assert_eq!(first.await, Ok(()));
    let refused = PublishError::Refused { code: "E_PUB_FAILED".into(), text: "PUB failed exiting".into() };
    assert_eq!(second.await, Err(refused));
    let mut peer = Peer::accept(&listener).await;
    assert_eq!(peer.published().await, ["3"]);
    peer.respond("OK").await;
    assert_eq!(third.await, Ok(()));
}

#[tokio::test]
async fn a_batch_that_is_refused_for_one_is_tried_one_by_one() {
    let (listener, address) = listen().await;
    let (transport, mut peer) = connected(&listener, address).await;
    let first = publish(&transport, "t", "0");
    let outcomes = ["1", "2"].map(|body| publish(&transport, "t", body));
    assert_eq!(peer.published().await, ["0"]);
    assert_eq!(peer.published().await, ["1", "2"]);
    peer.respond("OK").await;
    peer.refuse("E_BAD_MESSAGE MPUB message too big 1 > 0").await;
    drop(peer);
    assert_eq!(first.await, Ok(()));
    let mut peer = Peer::accept(&listener).await;
    assert_eq!(peer.published().await, ["1"]);
    assert_eq!(peer.published().await, ["2"]);
    peer.respond("OK").await;
    peer.respond("OK").await;
    for outcome in outcomes {
        assert_eq!(outcome.await, Ok(()));
    }
}

#[tokio::test]
async fn a_batch_that_failed_midway_is_unknown() {
    let (listener, address) = listen().await;
    let (transport, mut peer) = connected(&listener, address).await;
    let _lone = publish(&transport, "t", "0");
    let outcomes = ["1", "2"].map(|body| publish(&transport, "t", body));
    peer.published().await;
    peer.published().await;
    peer.respond("OK").await;
    peer.refuse("E_MPUB_FAILED MPUB failed exiting").await;
    for outcome in outcomes {
        assert!(matches!(outcome.await, Err(PublishError::Unknown(why)) if why.contains("E_MPUB_FAILED")));
    }
}

#[tokio::test]
async fn what_was_written_and_not_answered_is_unknown_and_not_sent_again() {
    let (listener, address) = listen().await;
    let (transport, mut peer) = connected(&listener, address).await;
    let lost = publish(&transport, "t", "lost");
    assert_eq!(peer.published().await, ["lost"]);
    drop(peer);
    assert!(matches!(lost.await, Err(PublishError::Unknown(_))));
    let mut peer = Peer::accept(&listener).await;
    let next = publish(&transport, "t", "next");
    assert_eq!(peer.published().await, ["next"]);
    peer.respond("OK").await;
    assert_eq!(next.await, Ok(()));
}

#[tokio::test]
async fn a_dropped_future_takes_nothing_back() {
    let (listener, address) = listen().await;
    let (transport, mut peer) = connected(&listener, address).await;
    drop(publish(&transport, "t", "1"));
    drop(publish(&transport, "t", "2"));
    assert_eq!(peer.published().await, ["1"]);
    assert_eq!(peer.published().await, ["2"]);
}

#[tokio::test]
async fn while_a_broker_is_down_nothing_is_sent_and_it_is_found_again() {
    let (listener, address) = listen().await;
    let (transport, peer) = connected(&listener, address).await;
    drop((listener, peer));
    let why = loop {
        match publish(&transport, "t", "x").await {
            Err(PublishError::NotSent(why)) => break why,
            Err(PublishError::Unknown(_)) => {}
            other => panic!("{other:?}"),
        }
    };
    assert!(why.contains(&format!("cannot connect to nsqd at {address}: Connection refused")), "{why}");
    let listener = TcpListener::bind(address).await.unwrap();
    let mut peer = Peer::accept(&listener).await;
    let outcome = loop {
        match publish(&transport, "t", "x") {
            outcome @ (Publishing::Awaited(_) | Publishing::Pending(_)) => break outcome,
            Publishing::Ready(_) => tokio::task::yield_now().await,
        }
    };
    assert_eq!(peer.published().await, ["x"]);
    peer.respond("OK").await;
    assert_eq!(outcome.await, Ok(()));
}

#[tokio::test]
async fn a_publish_without_room_waits_for_it() {
    let (listener, address) = listen().await;
    let mut config: NsqConfig = format!("nsq://{address}").parse().unwrap();
    config.max_pending = 200;
    let (transport, peer) = tokio::join!(Nsq::connect(config), Peer::accept(&listener));
    let (transport, mut peer) = (transport.unwrap(), peer);
    let first = publish(&transport, "t", "1");
    let mut second = tokio_test_task(publish(&transport, "t", "2"));
    assert_eq!(peer.published().await, ["1"]);
    // What is written comes in order: nothing was between the first message and the answer to a heartbeat.
    peer.send(Frame::Response(Bytes::from_static(HEARTBEAT))).await;
    assert_eq!(peer.command().await, Some(Command::Nop));
    assert!(!second.is_finished());
    peer.respond("OK").await;
    assert_eq!(first.await, Ok(()));
    assert_eq!(peer.published().await, ["2"]);
    peer.respond("OK").await;
    assert_eq!((&mut second).await.unwrap(), Ok(()));
}

fn tokio_test_task(publishing: Publishing) -> tokio::task::JoinHandle<Result<(), PublishError>> {
    tokio::spawn(publishing)
}

#[tokio::test]
async fn a_broker_that_leaves_at_any_stage_is_an_error_that_names_it() {
    for stage in 0..4 {
        let (listener, address) = listen().await;
        let broker = tokio::spawn(async move {
            let mut peer = Peer::connected(&listener).await;
            match stage {
                0 => {}
                1 => peer.identified().await,
                2 => {
                    peer.identified().await;
                    peer.write(&[0, 0, 0, 6]).await;
                }
                _ => {
                    peer.identified().await;
                    peer.refuse("E_BAD_BODY IDENTIFY msg timeout (1) is invalid").await;
                }
            }
        });
        let error = Nsq::connect(format!("nsq://{address}").parse().unwrap()).await.unwrap_err().to_string();
        broker.await.unwrap();
        assert!(error.contains(&address.to_string()), "{stage}: {error}");
        let why = if stage == 3 { "msg timeout (1) is invalid" } else { "" };
        assert!(error.contains(why), "{stage}: {error}");
    }
}

#[tokio::test]
async fn what_is_no_nsqd_is_told_apart() {
    let (listener, address) = listen().await;
    let broker = tokio::spawn(async move {
        let mut peer = Peer::connected(&listener).await;
        peer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        peer.command().await
    });
    let error = Nsq::connect(format!("nsq://{address}").parse().unwrap()).await.unwrap_err().to_string();
    assert!(error.contains("is this the TCP port of an nsqd?"), "{error}");
    broker.abort();
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_does_not_answer_is_given_up() {
    let (listener, address) = listen().await;
    let error = Nsq::connect(format!("nsq://{address}").parse().unwrap()).await.unwrap_err().to_string();
    assert!(error.contains("no answer within 3s"), "{error}");
    drop(listener);
}

#[tokio::test]
async fn malformed_frames_end_the_connection() {
    let (listener, address) = listen().await;
    let (transport, mut peer) = connected(&listener, address).await;
    let lost = publish(&transport, "t", "x");
    peer.published().await;
    peer.write(&[0xff; 8]).await;
    assert!(matches!(lost.await, Err(PublishError::Unknown(why)) if why.contains("unknown type -1")));
    assert_eq!(peer.command().await, None, "closed");
    Peer::accept(&listener).await;
}

#[tokio::test]
async fn heartbeats_are_answered() {
    let (listener, address) = listen().await;
    let (transport, mut publishes) = connected(&listener, address).await;
    let (_subscription, mut subscribes) = subscribed(&transport, &listener).await;
    for peer in [&mut publishes, &mut subscribes] {
        peer.send(Frame::Response(Bytes::from_static(HEARTBEAT))).await;
        assert_eq!(peer.command().await, Some(Command::Nop));
    }
}

#[tokio::test]
async fn a_silent_broker_is_left() {
    let (listener, address) = listen().await;
    let (transport, mut publishes) = connected(&listener, address).await;
    let (_subscription, mut subscribes) = subscribed(&transport, &listener).await;
    tokio::time::pause();
    let start = tokio::time::Instant::now();
    assert_eq!(publishes.command().await, None);
    assert_eq!(subscribes.command().await, None);
    assert!(start.elapsed() >= Duration::from_secs(11), "{:?}", start.elapsed());
}

#[tokio::test]
async fn deliveries_are_acknowledged_once_and_room_is_made() {
    let (listener, address) = listen().await;
    let (transport, _publishes) = connected(&listener, address).await;
    let (mut subscription, mut peer) = subscribed(&transport, &listener).await;
    peer.deliver(1).await;
    let slow = next(&mut subscription).await;
    assert_eq!(peer.command().await, Some(Command::Rdy(2)), "while the first is being worked on");
    peer.deliver(2).await;
    let fast = next(&mut subscription).await;
    fast.requeue(Duration::from_millis(1500));
    fast.finish();
    slow.touch();
    assert_eq!(peer.command().await, Some(Command::Req { id: fast.id, delay: Duration::from_millis(1500) }));
    assert_eq!(peer.command().await, Some(Command::Touch(slow.id)));
    slow.finish();
    slow.touch();
    assert_eq!(peer.command().await, Some(Command::Fin(slow.id)));
    assert_eq!(peer.command().await, Some(Command::Rdy(1)));
}

#[tokio::test]
async fn a_lost_subscription_subscribes_again_and_old_deliveries_are_forgotten() {
    let (listener, address) = listen().await;
    let (transport, _publishes) = connected(&listener, address).await;
    let (mut subscription, mut peer) = subscribed(&transport, &listener).await;
    peer.deliver(1).await;
    let old = next(&mut subscription).await;
    drop(peer);
    let mut peer = Peer::subscribed(&listener).await;
    old.finish();
    peer.deliver(2).await;
    let new = next(&mut subscription).await;
    new.finish();
    let finished = loop {
        match peer.command().await {
            Some(Command::Rdy(_)) => {}
            other => break other,
        }
    };
    assert_eq!(finished, Some(Command::Fin(new.id)), "and nothing of the other connection's");
}

#[tokio::test]
async fn a_late_acknowledgement_disturbs_nothing() {
    let (listener, address) = listen().await;
    let (transport, _publishes) = connected(&listener, address).await;
    let (mut subscription, mut peer) = subscribed(&transport, &listener).await;
    peer.refuse("E_FIN_FAILED FIN 0123456789abcdef failed ID not in flight").await;
    peer.deliver(1).await;
    next(&mut subscription).await;
}

#[tokio::test]
async fn stopping_says_so_and_what_is_under_way_still_arrives() {
    let (listener, address) = listen().await;
    let (transport, _publishes) = connected(&listener, address).await;
    let (mut subscription, mut peer) = subscribed(&transport, &listener).await;
    subscription.stop();
    assert_eq!(peer.command().await, Some(Command::Cls));
    peer.state = ClientState::Closing;
    peer.deliver(1).await;
    peer.respond("CLOSE_WAIT").await;
    peer.deliver(2).await;
    let held = next(&mut subscription).await;
    next(&mut subscription).await.finish();
    assert!(subscription.recv().await.is_none(), "nothing is left");
    held.finish();
    for number in [2, 1] {
        assert_eq!(peer.command().await, Some(Command::Fin(MessageId([number; 16]))));
    }
}

#[tokio::test]
async fn dropping_a_subscription_gives_back_what_was_not_taken() {
    let (listener, address) = listen().await;
    let (transport, _publishes) = connected(&listener, address).await;
    let (subscription, mut peer) = subscribed(&transport, &listener).await;
    peer.deliver(1).await;
    drop(subscription);
    let mut commands = Vec::new();
    while let Some(command) = peer.command().await {
        if command == Command::Cls {
            peer.state = ClientState::Closing;
            peer.respond("CLOSE_WAIT").await;
        }
        commands.push(command);
    }
    commands.retain(|command| !matches!(command, Command::Rdy(_)));
    let back = Command::Req { id: MessageId([1; 16]), delay: Duration::ZERO };
    assert_eq!(commands, [Command::Cls, back]);
}

#[tokio::test]
async fn dropping_a_subscription_gives_back_what_was_delivered_with_what_was_taken() {
    let (listener, address) = listen().await;
    let (transport, _publishes) = connected(&listener, address).await;
    let (mut subscription, mut peer) = subscribed(&transport, &listener).await;
    let mut both = BytesMut::new();
    for number in [1, 2] {
        let (id, body) = (MessageId([number; 16]), Bytes::copy_from_slice(&[number]));
        Frame::Message(Message { timestamp_nanos: 1, attempts: 1, id, body }).encode(&mut both);
    }
    peer.write(&both).await;
    let taken = next(&mut subscription).await;
    drop(subscription);
    let back = Command::Req { id: MessageId([2; 16]), delay: Duration::ZERO };
    while peer.command().await.expect("the connection waits for its last answer") != back {}
    assert_eq!(taken.id, MessageId([1; 16]), "who has taken it may still finish it");
}

#[tokio::test]
async fn closing_waits_for_what_was_handed_over() {
    let (listener, address) = listen().await;
    let (transport, mut peer) = connected(&listener, address).await;
    let outcomes = ["1", "2"].map(|body| publish(&transport, "t", body));
    let closed = tokio::spawn(transport.close());
    peer.published().await;
    peer.published().await;
    assert!(!closed.is_finished());
    peer.respond("OK").await;
    peer.respond("OK").await;
    assert_eq!(peer.command().await, None);
    drop(peer);
    closed.await.unwrap();
    for outcome in outcomes {
        assert_eq!(outcome.await, Ok(()));
    }
    assert!(matches!(publish(&transport, "t", "3").await, Err(PublishError::NotSent(_))));
    let late = transport.subscribe(options(1)).await;
    assert!(matches!(late, Err(SubscribeError::Closed)));
}

#[tokio::test]
async fn dropping_the_transport_ends_its_connections() {
    let (listener, address) = listen().await;
    let (transport, mut publishes) = connected(&listener, address).await;
    let (mut subscription, mut subscribes) = subscribed(&transport, &listener).await;
    drop(transport);
    assert_eq!(publishes.command().await, None);
    assert_eq!(subscribes.command().await, Some(Command::Cls));
    subscribes.respond("CLOSE_WAIT").await;
    assert_eq!(subscribes.command().await, None);
    drop((publishes, subscribes));
    assert!(subscription.recv().await.is_none());
}
