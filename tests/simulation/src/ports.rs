//! The connections of one host, which end together and in order when it is killed.
//!
//! When a host crashes its tasks are dropped in an order that no seed decides, and each would say good-bye to its peer.
//! So a killed host closes its connections first, in the order in which they came, as the kernel does for a process.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};

use almanet_runtime::transport::BoxFuture;
use almanet_runtime::transport::net::{Address, Network, Stream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;
use turmoil::net::TcpStream;

use crate::faults::Asked;

/// The connections of a host.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ports(Arc<Mutex<Vec<Weak<Plug>>>>);

/// A connection, until it is pulled.
type Plug = Mutex<Option<TcpStream>>;

impl Ports {
    /// A connection that ends when the host is killed.
    pub(crate) fn add(&self, stream: TcpStream) -> Port {
        let stream = Arc::new(Mutex::new(Some(stream)));
        lock(&self.0).push(Arc::downgrade(&stream));
        Port(stream)
    }

    /// Runs a host until it is killed, and then not at all.
    pub(crate) async fn until_killed(
        &self,
        mut asked: watch::Receiver<Asked>,
        host: impl Future<Output = turmoil::Result>,
    ) -> turmoil::Result {
        tokio::select! {
            biased;
            _ = asked.wait_for(|asked| *asked == Asked::Die) => {}
            ended = host => return ended,
        }
        for stream in lock(&self.0).drain(..).filter_map(|stream| stream.upgrade()) {
            drop(lock(&stream).take());
        }
        std::future::pending().await
    }
}

/// turmoil's network, for the runtime.
impl Network for Ports {
    fn connect<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, io::Result<Stream>> {
        Box::pin(async {
            let stream = TcpStream::connect((&*address.host, address.port)).await?;
            Ok(Stream::new(self.add(stream)))
        })
    }
}

/// One connection.
pub(crate) struct Port(Arc<Plug>);

impl Port {
    fn poll<T>(&self, act: impl FnOnce(Pin<&mut TcpStream>) -> Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match &mut *lock(&self.0) {
            // What a task still writes while its host is dropped, after the simulation, goes nowhere.
            Some(stream) if turmoil::sim_elapsed().is_some() => act(Pin::new(stream)),
            _ => Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
        }
    }
}

impl AsyncRead for Port {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.poll(|stream| stream.poll_read(cx, buf))
    }
}

impl AsyncWrite for Port {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.poll(|stream| stream.poll_write(cx, buf))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll(|stream| stream.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll(|stream| stream.poll_shutdown(cx))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
