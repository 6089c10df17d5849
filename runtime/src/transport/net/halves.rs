//! The two halves of a connection, as a transport drives them.
//!
//! Whoever publishes writes at once, without being the connection's task: so the writing half can be tried without
//! waiting. A TCP socket can do that by itself. Any other stream is polled, with a waker that leaves word for
//! [`Writer::poll_writable`].

use std::{
    fmt,
    future::poll_fn,
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Wake, Waker, ready},
};

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWrite, ReadHalf, WriteHalf};

use super::{
    socket::{self, Incoming, Outgoing},
    stream::{Io, Kind, Stream},
};
use crate::sync::Bell;

impl Stream {
    /// Takes the connection apart.
    pub(crate) fn into_halves(self) -> (Reader, Writer) {
        match self.0 {
            Kind::Tcp(stream) => {
                let (read, write) = socket::apart(stream);
                (Reader(Read::Tcp(read)), Writer(Write::Tcp(write)))
            }
            Kind::Boxed(io) => {
                let (read, write) = tokio::io::split(io);
                let signal = Arc::new(Signal(Bell::default()));
                let waker = Waker::from(Arc::clone(&signal));
                (Reader(Read::Boxed(read)), Writer(Write::Boxed(Polled { half: Mutex::new(write), signal, waker })))
            }
        }
    }
}

/// What comes wakes nobody from now on, and neither does it that something can be written.
///
/// # Errors
/// Where the system does not hand the stream over; it is lost then.
pub(crate) fn rest(reader: &mut Reader, writer: &Writer) -> io::Result<()> {
    match (&mut reader.0, &writer.0) {
        (Read::Tcp(incoming), Write::Tcp(outgoing)) => socket::rest(incoming, outgoing),
        _ => Ok(()),
    }
}

/// Ends the [rest].
///
/// # Errors
/// Where the system does not hand the stream over; it is lost then.
pub(crate) fn watch(reader: &mut Reader, writer: &Writer) -> io::Result<()> {
    match (&mut reader.0, &writer.0) {
        (Read::Tcp(incoming), Write::Tcp(outgoing)) => socket::watch(incoming, outgoing),
        _ => Ok(()),
    }
}

/// The reading half.
pub(crate) struct Reader(Read);

enum Read {
    Tcp(Incoming),
    Boxed(ReadHalf<Box<dyn Io>>),
}

impl Reader {
    /// Appends what is there, at least one byte; 0 at the end. Cancel safe.
    pub(crate) async fn read_buf(&mut self, input: &mut BytesMut) -> io::Result<usize> {
        match &mut self.0 {
            Read::Tcp(half) => half.read_buf(input).await,
            Read::Boxed(half) => half.read_buf(input).await,
        }
    }

    /// Appends what is there, during a [rest]; 0 at the end.
    ///
    /// # Errors
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) where nothing is there.
    pub(crate) fn try_read_buf(&mut self, input: &mut BytesMut) -> io::Result<usize> {
        match &mut self.0 {
            Read::Tcp(half) => half.try_read_buf(input),
            Read::Boxed(_) => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    /// Whether it can [rest].
    pub(crate) fn can_rest(&self) -> bool {
        matches!(self.0, Read::Tcp(_))
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

/// The writing half. Dropping it ends a TCP stream in this direction; [`shut_down`](Self::shut_down) does so for all.
pub(crate) struct Writer(Write);

enum Write {
    Tcp(Outgoing),
    Boxed(Polled),
}

struct Polled {
    half: Mutex<WriteHalf<Box<dyn Io>>>,
    signal: Arc<Signal>,
    waker: Waker,
}

struct Signal(Bell);

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.0.ring();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.ring();
    }
}

impl Writer {
    /// Writes as much as the stream takes now.
    ///
    /// # Errors
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) where it takes nothing before it is [writable](Self::poll_writable).
    pub(crate) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        match &self.0 {
            Write::Tcp(half) => half.try_write(bytes),
            Write::Boxed(polled) => polled.poll(|half, cx| half.poll_write(cx, bytes)),
        }
    }

    /// Sends what the stream still holds back.
    ///
    /// # Errors
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) as with [`try_write`](Self::try_write).
    pub(crate) fn try_flush(&self) -> io::Result<()> {
        match &self.0 {
            Write::Tcp(_) => Ok(()),
            Write::Boxed(polled) => polled.poll(AsyncWrite::poll_flush),
        }
    }

    /// Whether trying again may get further. It may be said too early, never too late; one task waits for it.
    ///
    /// # Errors
    /// Where the stream is broken.
    pub(crate) fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &self.0 {
            Write::Tcp(half) => half.poll_writable(cx),
            Write::Boxed(polled) => {
                ready!(polled.signal.0.poll_rung(cx));
                Poll::Ready(Ok(()))
            }
        }
    }

    /// Says that nothing more is written.
    ///
    /// # Errors
    /// Where the stream is broken.
    pub(crate) async fn shut_down(&self) -> io::Result<()> {
        match &self.0 {
            // Dropping it does so.
            Write::Tcp(_) => Ok(()),
            Write::Boxed(polled) => poll_fn(|cx| Pin::new(&mut *polled.lock()).poll_shutdown(cx)).await,
        }
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}

impl Polled {
    fn lock(&self) -> MutexGuard<'_, WriteHalf<Box<dyn Io>>> {
        // A stream that panicked is broken in itself; the lock adds nothing to that.
        self.half.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn poll<T>(
        &self,
        act: impl FnOnce(Pin<&mut WriteHalf<Box<dyn Io>>>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> io::Result<T> {
        match act(Pin::new(&mut *self.lock()), &mut Context::from_waker(&self.waker)) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}
