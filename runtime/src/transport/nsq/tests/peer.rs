//! The broker's end of connections, as a test plays it.

use std::net::SocketAddr;

use almanet_nsq::{
    command::{ClientState, Command, CommandDecoder, CommandLimits},
    frame::Frame,
    limits::MAGIC,
    message::{Message, MessageId},
    name::ChannelName,
};
use bytes::{Bytes, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::transport::{Delivery, Publishing, Route, SubscribeOptions, Subscription, Transport, net::Stream, nsq::Nsq};

/// The broker's end of one connection.
pub(super) struct Peer {
    stream: Stream,
    decoder: CommandDecoder,
    input: BytesMut,
    pub(super) state: ClientState,
}

impl Peer {
    /// The next connection, before its first byte was read.
    pub(super) async fn connected(listener: &TcpListener) -> Self {
        Self::over(listener.accept().await.unwrap().0.into())
    }

    pub(super) fn over(stream: Stream) -> Self {
        let decoder = CommandDecoder::new(CommandLimits::default());
        Self { stream, decoder, input: BytesMut::new(), state: ClientState::Init }
    }

    /// The next connection, its handshake done.
    pub(super) async fn accept(listener: &TcpListener) -> Self {
        Self::connected(listener).await.shaken_hands().await
    }

    pub(super) async fn shaken_hands(mut self) -> Self {
        self.identified().await;
        self.grant().await;
        self
    }

    /// Answers IDENTIFY.
    pub(super) async fn grant(&mut self) {
        self.respond(r#"{"version":"1.3.0","max_rdy_count":2500,"msg_timeout":60000}"#).await;
    }

    /// The next connection, subscribed, with its first RDY read.
    pub(super) async fn subscribed(listener: &TcpListener) -> Self {
        let mut peer = Self::accept(listener).await;
        assert!(matches!(peer.command().await, Some(Command::Sub { .. })));
        peer.state = ClientState::Subscribed;
        peer.respond("OK").await;
        assert_eq!(peer.command().await, Some(Command::Rdy(1)));
        peer
    }

    pub(super) async fn identified(&mut self) {
        let mut magic = [0; 4];
        self.stream.read_exact(&mut magic).await.unwrap();
        assert_eq!(&magic, MAGIC);
        assert!(matches!(self.command().await, Some(Command::Identify(_))));
    }

    /// The next command; `None` where the client has closed.
    pub(super) async fn command(&mut self) -> Option<Command> {
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
    pub(super) async fn published(&mut self) -> Vec<Bytes> {
        match self.command().await {
            Some(Command::Pub { body, .. } | Command::Dpub { body, .. }) => vec![body],
            Some(Command::Mpub { bodies, .. }) => bodies,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    pub(super) async fn send(&mut self, frame: Frame) {
        let mut bytes = BytesMut::new();
        frame.encode(&mut bytes);
        self.write(&bytes).await;
    }

    pub(super) async fn respond(&mut self, text: &'static str) {
        self.send(Frame::Response(Bytes::from_static(text.as_bytes()))).await;
    }

    pub(super) async fn refuse(&mut self, text: &'static str) {
        self.send(Frame::Error(Bytes::from_static(text.as_bytes()))).await;
    }

    pub(super) async fn deliver(&mut self, number: u8) {
        let (id, body) = (MessageId([number; 16]), Bytes::copy_from_slice(&[number]));
        self.send(Frame::Message(Message { timestamp_nanos: 1, attempts: 1, id, body })).await;
    }
}

pub(super) async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// A transport and its publishing connection's other end.
pub(super) async fn connected(listener: &TcpListener, address: SocketAddr) -> (Nsq, Peer) {
    let config = format!("nsq://{address}").parse().unwrap();
    let (transport, peer) = tokio::join!(Nsq::connect(config), Peer::accept(listener));
    (transport.unwrap(), peer)
}

pub(super) fn publish(transport: &Nsq, topic: &str, body: &'static str) -> Publishing {
    transport.publish(Route::Any, &topic.parse().unwrap(), Bytes::from_static(body.as_bytes()), None)
}

pub(super) fn options(max_in_flight: usize) -> SubscribeOptions {
    SubscribeOptions::new("t".parse().unwrap(), ChannelName::new("c").unwrap(), max_in_flight)
}

pub(super) async fn subscribed(transport: &Nsq, listener: &TcpListener) -> (Subscription, Peer) {
    let (subscription, peer) = tokio::join!(transport.subscribe(options(10)), Peer::subscribed(listener));
    (subscription.unwrap(), peer)
}

pub(super) async fn next(subscription: &mut Subscription) -> Delivery {
    subscription.recv().await.expect("the subscription goes on")
}
