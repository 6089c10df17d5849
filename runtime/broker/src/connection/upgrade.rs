//! What carries a connection, and how it goes on after IDENTIFY: in TLS, compressed, or both.

use std::io;

#[cfg(any(feature = "snappy", feature = "deflate"))]
use almanet_nsq::compression::Compressed;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::options::Options;

/// What can be one client's connection.
pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// One way of going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Upgrade {
    #[cfg(feature = "tls")]
    Tls,
    #[cfg(feature = "snappy")]
    Snappy,
    /// At this level.
    #[cfg(feature = "deflate")]
    Deflate(u32),
}

/// Wraps a stream.
#[cfg_attr(not(feature = "tls"), expect(unused_variables, reason = "TLS has a handshake"))]
pub(super) async fn upgrade(stream: Box<dyn Io>, to: Upgrade, options: &Options) -> io::Result<Box<dyn Io>> {
    match to {
        #[cfg(feature = "tls")]
        Upgrade::Tls => match &options.tls {
            Some(tls) => Ok(Box::new(tls.acceptor().accept(stream).await?)),
            None => Err(io::ErrorKind::Unsupported.into()),
        },
        #[cfg(feature = "snappy")]
        Upgrade::Snappy => Ok(Box::new(Compressed::snappy(stream))),
        #[cfg(feature = "deflate")]
        Upgrade::Deflate(level) => Ok(Box::new(Compressed::deflate(stream, level))),
    }
}
