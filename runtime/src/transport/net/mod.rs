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
mod stream;

use std::{fmt, io};

use futures_util::future::BoxFuture;
use tokio::net::TcpStream;

pub use self::{address::Address, stream::Stream};
pub(super) use self::{
    address::port_of,
    halves::{Reader, Writer, rest, watch},
};

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

#[cfg(test)]
#[cfg(feature = "embedded")]
mod tests;
