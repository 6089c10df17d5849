//! What a connection holds while much comes, and afterwards.

use std::{
    io,
    pin::Pin,
    sync::Mutex,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use super::*;
use crate::transport::net::{Network, Stream};

/// The rooms that reads were offered last, one for each connection.
#[derive(Clone, Debug, Default)]
struct Rooms(Arc<Mutex<Vec<usize>>>);

impl Network for Rooms {
    fn connect<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, io::Result<Stream>> {
        Box::pin(async {
            let stream = TcpStream::connect((&*address.host, address.port)).await?;
            let mut rooms = self.0.lock().unwrap();
            rooms.push(0);
            Ok(Stream::new(Seen { stream, rooms: self.clone(), number: rooms.len() - 1 }))
        })
    }
}

/// A stream of which the rooms are known that its reads are offered.
struct Seen {
    stream: TcpStream,
    rooms: Rooms,
    number: usize,
}

impl AsyncRead for Seen {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.rooms.0.lock().unwrap()[self.number] = buf.remaining();
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Seen {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[tokio::test]
async fn what_is_read_at_a_time_follows_the_load() {
    const MANY: usize = 200;
    const LITTLE: usize = 4 * 1024;
    let (listener, address) = listen().await;
    let rooms = Rooms::default();
    let room = || rooms.0.lock().unwrap()[1];
    let mut config: NsqConfig = format!("nsq://{address}").parse().unwrap();
    config.network = Arc::new(rooms.clone());
    let (transport, _publishing) = tokio::join!(Nsq::connect(config), Peer::accept(&listener));
    let transport = transport.unwrap();
    let (subscription, mut peer) = tokio::join!(transport.subscribe(options(10_000)), Peer::subscribed(&listener));
    let mut subscription = subscription.unwrap();
    assert!(room() <= LITTLE, "{}", room());

    let mut frames = BytesMut::new();
    for number in 0..MANY {
        let id = MessageId(format!("{number:016}").into_bytes().try_into().unwrap());
        let body = Bytes::from_static(&[0; 1_000]);
        Frame::Message(Message { timestamp_nanos: 1, attempts: 1, id, body }).encode(&mut frames);
    }
    let read = async {
        let mut most = 0;
        for _ in 0..MANY {
            let delivery = subscription.recv().await.unwrap();
            most = most.max(room());
            delivery.finish();
        }
        most
    };
    let (most, ()) = tokio::join!(read, peer.write(&frames));
    assert!(most > 4 * LITTLE, "{most}");
    // The second one is answered when the first one was dealt with.
    for _ in 0..2 {
        peer.respond("_heartbeat_").await;
        while peer.command().await != Some(Command::Nop) {}
    }
    assert!(room() <= LITTLE, "{}", room());
}
