//! How a connection goes on after IDENTIFY: in TLS, compressed, or both.

use std::io;

#[cfg(any(feature = "snappy", feature = "deflate"))]
use almanet_nsq::compression::Compressed;
use almanet_nsq::connection::Upgrade;
use bytes::BytesMut;

use super::error::DialError;
use crate::transport::net::{Address, Stream};
#[cfg(any(feature = "snappy", feature = "deflate"))]
use crate::transport::nsq::config::Compression;
use crate::transport::nsq::config::NsqConfig;

/// Wraps a stream as the broker granted it. What was read and not used is the beginning of what goes on.
pub(super) async fn upgrade(
    stream: Stream,
    read: BytesMut,
    to: Upgrade,
    address: &Address,
    config: &NsqConfig,
) -> Result<Stream, DialError> {
    match (to, config) {
        #[cfg(feature = "tls")]
        (Upgrade::Tls, NsqConfig { tls: Some(tls), .. }) => super::tls::connect(stream, &address.host, tls).await,
        #[cfg(feature = "snappy")]
        (Upgrade::Snappy, NsqConfig { compression: Some(Compression::Snappy), .. }) => {
            Ok(Stream::new(Compressed::snappy(stream).after(read)))
        }
        #[cfg(feature = "deflate")]
        (Upgrade::Deflate, NsqConfig { compression: Some(Compression::Deflate { level }), .. }) => {
            Ok(Stream::new(Compressed::deflate(stream, (*level).into()).after(read)))
        }
        _ => {
            drop((stream, read));
            Err(DialError::Upgrade(format!("{address} begins {to:?}, which was not asked for or is not built in")))
        }
    }
}

/// An error of a stream that may have been wrapped.
pub(super) fn explain(error: io::Error) -> DialError {
    #[cfg(feature = "tls")]
    if let Some(why) = super::tls::explain(&error) {
        return DialError::Upgrade(why);
    }
    DialError::Broken(error)
}
