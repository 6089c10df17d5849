//! A TCP stream whose reading can rest: what comes then wakes nobody, and is found by whoever looks.
//!
//! tokio watches both directions of its streams for as long as they live, so that an acknowledgement wakes a caller which
//! waits for something else. A stream that rests is taken away from tokio.

use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream as Resting,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
    task::{Context, Poll},
};

use bytes::BytesMut;
use tokio::{
    io::AsyncReadExt as _,
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

/// The half that is read.
pub(super) enum Incoming {
    Watched(OwnedReadHalf),
    Resting(Arc<Resting>),
    /// It could not be handed over.
    Lost,
}

/// The half that is written. Dropping it ends a stream that is watched in this direction.
pub(super) struct Outgoing(RwLock<State>);

enum State {
    Watched(OwnedWriteHalf),
    Resting(Arc<Resting>),
    Lost,
}

pub(super) fn apart(stream: TcpStream) -> (Incoming, Outgoing) {
    let (read, write) = stream.into_split();
    (Incoming::Watched(read), Outgoing(RwLock::new(State::Watched(write))))
}

/// What comes wakes nobody from now on, and neither does it that something can be written.
///
/// # Errors
/// Where the system does not hand the stream over. It is lost then.
pub(super) fn rest(incoming: &mut Incoming, outgoing: &Outgoing) -> io::Result<()> {
    exchange(incoming, outgoing, |incoming, outgoing| match (incoming, outgoing) {
        (Incoming::Watched(read), State::Watched(write)) => {
            let stream = read.reunite(write).map_err(io::Error::other)?.into_std()?;
            let stream = Arc::new(stream);
            Ok((Incoming::Resting(Arc::clone(&stream)), State::Resting(stream)))
        }
        others => Ok(others),
    })
}

/// Ends the rest. What came in the meantime wakes who reads next.
///
/// # Errors
/// Where the system does not hand the stream over. It is lost then.
pub(super) fn watch(incoming: &mut Incoming, outgoing: &Outgoing) -> io::Result<()> {
    exchange(incoming, outgoing, |incoming, outgoing| match (incoming, outgoing) {
        (Incoming::Resting(stream), State::Resting(other)) => {
            drop(other);
            let stream = Arc::try_unwrap(stream).map_err(|_| lost())?;
            let (read, write) = TcpStream::from_std(stream)?.into_split();
            Ok((Incoming::Watched(read), State::Watched(write)))
        }
        others => Ok(others),
    })
}

fn exchange(
    incoming: &mut Incoming,
    outgoing: &Outgoing,
    change: impl FnOnce(Incoming, State) -> io::Result<(Incoming, State)>,
) -> io::Result<()> {
    let mut state = outgoing.0.write().unwrap_or_else(PoisonError::into_inner);
    let halves = (std::mem::replace(incoming, Incoming::Lost), std::mem::replace(&mut *state, State::Lost));
    (*incoming, *state) = change(halves.0, halves.1)?;
    Ok(())
}

impl Incoming {
    /// Appends what is there, at least one byte; 0 at the end. Cancel safe. While it rests, nothing comes of it.
    pub(super) async fn read_buf(&mut self, input: &mut BytesMut) -> io::Result<usize> {
        match self {
            Self::Watched(half) => half.read_buf(input).await,
            Self::Resting(_) => std::future::pending().await,
            Self::Lost => Err(lost()),
        }
    }

    /// Appends what is there, for whoever does not wait; 0 at the end.
    ///
    /// # Errors
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) where nothing is there.
    pub(super) fn try_read_buf(&mut self, input: &mut BytesMut) -> io::Result<usize> {
        match self {
            Self::Watched(half) => half.try_read_buf(input),
            Self::Resting(stream) => {
                let mut chunk = [0; CHUNK];
                let read = (&**stream).read(&mut chunk)?;
                input.extend_from_slice(&chunk[..read]);
                Ok(read)
            }
            Self::Lost => Err(lost()),
        }
    }
}

impl Outgoing {
    /// Writes as much as the stream takes now.
    ///
    /// # Errors
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) where it takes nothing before it is [writable](Self::poll_writable).
    pub(super) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        match &*self.state() {
            State::Watched(half) => half.try_write(bytes),
            State::Resting(stream) => (&**stream).write(bytes),
            State::Lost => Err(lost()),
        }
    }

    /// Whether trying again may get further. While it rests, nobody is told.
    ///
    /// # Errors
    /// Where the stream is broken.
    pub(super) fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &*self.state() {
            State::Watched(half) => half.as_ref().poll_write_ready(cx),
            State::Resting(_) => Poll::Pending,
            State::Lost => Poll::Ready(Err(lost())),
        }
    }

    fn state(&self) -> RwLockReadGuard<'_, State> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lost() -> io::Error {
    io::ErrorKind::NotConnected.into()
}

/// What one look during a rest takes.
const CHUNK: usize = 256;
