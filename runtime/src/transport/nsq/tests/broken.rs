//! Connections that can still be read when they cannot be written to any more.

use std::{
    io,
    pin::Pin,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::sleep,
};

use super::*;
use crate::transport::net::{Address, Network, Stream};

/// Hands out pipes.
#[derive(Debug)]
struct Pipes {
    others: UnboundedSender<DuplexStream>,
    /// What has the last pipe refuse to be written to.
    breaks: Mutex<Arc<AtomicBool>>,
}

impl Network for Pipes {
    fn connect<'a>(&'a self, _: &'a Address) -> BoxFuture<'a, io::Result<Stream>> {
        Box::pin(async {
            let (ours, theirs) = tokio::io::duplex(64 * 1024);
            let is_broken = Arc::<AtomicBool>::default();
            *self.breaks.lock().unwrap() = Arc::clone(&is_broken);
            self.others.send(theirs).unwrap();
            Ok(Stream::new(Pipe { ours, is_broken }))
        })
    }
}

struct Pipe {
    ours: DuplexStream,
    is_broken: Arc<AtomicBool>,
}

impl AsyncRead for Pipe {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.ours).poll_read(cx, buf)
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.is_broken.load(Ordering::Relaxed) {
            true => Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
            false => Pin::new(&mut self.ours).poll_write(cx, buf),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.ours).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.ours).poll_shutdown(cx)
    }
}

/// A transport over pipes, and their other ends.
struct Piped {
    transport: Nsq,
    pipes: Arc<Pipes>,
    others: UnboundedReceiver<DuplexStream>,
}

impl Piped {
    /// With the other end of the connection that publishes.
    async fn connected() -> (Self, Peer) {
        let (sender, mut others) = unbounded_channel();
        let pipes = Arc::new(Pipes { others: sender, breaks: Mutex::default() });
        let mut config: NsqConfig = "nsq://a".parse().unwrap();
        config.network = Arc::clone(&pipes) as Arc<dyn Network>;
        let (transport, peer) = tokio::join!(Nsq::connect(config), next_peer(&mut others));
        (Self { transport: transport.unwrap(), pipes, others }, peer)
    }

    /// The last connection takes nothing any more.
    fn break_off(&self) {
        self.pipes.breaks.lock().unwrap().store(true, Ordering::Relaxed);
    }
}

async fn next_peer(others: &mut UnboundedReceiver<DuplexStream>) -> Peer {
    Peer::over(Stream::new(others.recv().await.unwrap())).shaken_hands().await
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_heard_although_what_was_written_behind_it_broke_the_connection() {
    let (mut piped, mut peer) = Piped::connected().await;
    let refused = publish(&piped.transport, "t", "1");
    assert_eq!(peer.published().await, ["1"]);
    let behind = publish(&piped.transport, "t", "2");
    assert_eq!(peer.published().await, ["2"]);
    piped.break_off();
    let last = publish(&piped.transport, "t", "3");
    sleep(Duration::from_millis(50)).await;
    peer.refuse("E_BAD_MESSAGE PUB message too big").await;
    drop(peer);
    assert!(matches!(refused.await, Err(PublishError::Refused { code, .. }) if code == "E_BAD_MESSAGE"));

    let mut again = next_peer(&mut piped.others).await;
    assert_eq!(again.published().await, ["2", "3"], "neither has run");
    again.respond("OK").await;
    assert_eq!((behind.await, last.await), (Ok(()), Ok(())));
}

#[tokio::test(start_paused = true)]
async fn a_broken_connection_that_says_nothing_is_given_up() {
    let (mut piped, mut peer) = Piped::connected().await;
    let unknown = publish(&piped.transport, "t", "1");
    assert_eq!(peer.published().await, ["1"]);
    piped.break_off();
    let written = publish(&piped.transport, "t", "2");
    let mut again = next_peer(&mut piped.others).await;
    assert!(matches!(unknown.await, Err(PublishError::Unknown(_))));
    assert_eq!(again.published().await, ["2"]);
    again.respond("OK").await;
    assert_eq!(written.await, Ok(()));
}
