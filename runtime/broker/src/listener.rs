//! The broker's port: whoever speaks NSQ's protocol V2 can connect, such as the Python library or `nsq_tail`.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

use crate::{broker::Broker, connection, error::ListenError};

/// How long to wait where the system gives no more connections: it is short of something that others hold.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(100);

impl Broker {
    /// Serves the broker on an address; port 0 takes a free one, which [`Listener::address`] tells. There is no
    /// authentication, so let it be one of this machine alone, such as `127.0.0.1:4150`.
    ///
    /// # Errors
    /// Where the address cannot be taken. The error names it and says what to do.
    ///
    /// # Panics
    /// Outside a tokio runtime. The listener lives no longer than the runtime does.
    pub fn listen(&self, address: SocketAddr) -> Result<Listener, ListenError> {
        let listener = bind(address).map_err(|source| ListenError { address, source })?;
        let address = listener.local_addr().map_err(|source| ListenError { address, source })?;
        let task = tokio::spawn(accept(self.clone(), listener));
        Ok(Listener { address, task })
    }

    /// Serves one client over a stream that somebody else accepted, until it leaves, breaks the protocol or falls
    /// silent: for listeners other than a TCP port, such as a simulated network's. The stream is flushed after every
    /// write. [`Options::max_connections`](crate::Options::max_connections) is up to whoever accepts; dropping the
    /// future closes the connection.
    ///
    /// # Errors
    /// Where the stream breaks.
    ///
    /// # Panics
    /// Outside a tokio runtime with time enabled.
    pub async fn serve_connection(
        &self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    ) -> io::Result<()> {
        connection::serve(self.clone(), stream).await
    }
}

async fn serve(broker: Broker, stream: TcpStream, peer: SocketAddr) {
    // Without it small frames wait for the acknowledgement of earlier ones; where it fails they are only slower.
    let _ = stream.set_nodelay(true);
    if let Err(error) = connection::serve(broker, stream).await {
        tracing::debug!(%peer, %error, "connection lost");
    }
}

/// Binding does not wait for anybody, so that it needs no `await`.
fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

async fn accept(broker: Broker, listener: TcpListener) {
    // Dropped with this task, it ends every connection.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) if connections.len() < broker.options().max_connections => {
                    connections.spawn(serve(broker.clone(), stream, peer));
                }
                Ok((_, peer)) => tracing::warn!(%peer, "connection refused: there are too many"),
                Err(error) => {
                    tracing::warn!(%error, "no connection could be accepted");
                    tokio::time::sleep(PAUSE_AFTER_ERROR).await;
                }
            },
            Some(ended) = connections.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a connection ended by a panic");
                }
            }
        }
    }
}

/// A port that the broker is served on. Dropping it closes the port and every connection of it.
#[derive(Debug)]
pub struct Listener {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Listener {
    /// The address, with the port that was taken.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether it still accepts connections; not after the end of the runtime that it was made in.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.task.is_finished()
    }

    /// Closes the port and every connection, and waits until the port is free.
    pub async fn stop(mut self) {
        self.task.abort();
        // It always ends as cancelled.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}
