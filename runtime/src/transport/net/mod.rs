//! The way to a broker's port: addresses, and the network that connects to them.
//!
//! A transport opens every connection through a [`Network`]. The usual one is [`Tcp`]; a simulator or a test puts its
//! own in its place and hands out streams that never leave the process.
//!
//! ```
//! use std::{io, sync::Arc};
//!
//! use almanet_runtime::transport::{
//!     BoxFuture,
//!     net::{Address, Network, Stream},
//!     nsq::{Nsq, NsqConfig},
//! };
//!
//! /// Leads every address to one broker in this process.
//! #[derive(Debug)]
//! struct Pipes(almanet_broker::Broker);
//!
//! impl Network for Pipes {
//!     fn connect<'a>(&'a self, _: &'a Address) -> BoxFuture<'a, io::Result<Stream>> {
//!         Box::pin(async {
//!             let (near, far) = tokio::io::duplex(4096);
//!             let broker = self.0.clone();
//!             tokio::spawn(async move { broker.serve_connection(far).await });
//!             Ok(Stream::new(near))
//!         })
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut config: NsqConfig = "nsq://anywhere".parse()?;
//! config.network = Arc::new(Pipes(almanet_broker::Broker::default()));
//! let transport = Nsq::connect(config).await?;
//! # drop(transport);
//! # Ok(())
//! # }
//! ```

mod address;
mod halves;
mod socket;

use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

pub use self::address::Address;
pub(super) use self::address::port_of;
pub(super) use self::halves::{Reader, Writer, rest, watch};
use super::BoxFuture;

/// Opens connections. One network serves a whole transport.
pub trait Network: fmt::Debug + Send + Sync + 'static {
    /// Connects to this address; looking its name up is part of it. Whoever calls bounds the time, and drops the
    /// future when it is over.
    ///
    /// # Errors
    /// What the system says. It is shown behind the address and need not repeat it.
    fn connect<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, io::Result<Stream>>;
}

/// The system's TCP, by tokio.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tcp;

impl Network for Tcp {
    fn connect<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, io::Result<Stream>> {
        Box::pin(async move {
            let stream = TcpStream::connect((&*address.host, address.port)).await?;
            stream.set_nodelay(true)?;
            Ok(stream.into())
        })
    }
}

/// One open connection: bytes in both directions. Plain TCP is kept as it is, anything else is boxed.
pub struct Stream(Kind);

pub(super) enum Kind {
    Tcp(TcpStream),
    Boxed(Box<dyn Io>),
}

/// What can be a connection.
pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Io for T {}

impl Stream {
    /// A connection over anything that reads and writes. What it holds back must go out by `poll_flush`.
    pub fn new(io: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Self {
        Self(Kind::Boxed(Box::new(io)))
    }
}

impl From<TcpStream> for Stream {
    fn from(stream: TcpStream) -> Self {
        Self(Kind::Tcp(stream))
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Tcp(stream) => stream.fmt(f),
            Kind::Boxed(_) => f.write_str("Stream"),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match &mut self.0 {
            Kind::Tcp(stream) => Pin::new(stream).poll_read(cx, buf),
            Kind::Boxed(io) => Pin::new(io).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.0 {
            Kind::Tcp(stream) => Pin::new(stream).poll_write(cx, buf),
            Kind::Boxed(io) => Pin::new(io).poll_write(cx, buf),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.0 {
            Kind::Tcp(stream) => Pin::new(stream).poll_flush(cx),
            Kind::Boxed(io) => Pin::new(io).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.0 {
            Kind::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
            Kind::Boxed(io) => Pin::new(io).poll_shutdown(cx),
        }
    }
}

#[cfg(test)]
#[cfg(feature = "embedded")]
mod tests;
