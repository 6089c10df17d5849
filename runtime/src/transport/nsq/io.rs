//! Reading and writing one connection, whose protocol is a state machine without I/O.

use std::{io, sync::Arc, time::Duration};

use almanet_nsq::connection::Connection;
use bytes::BytesMut;
use tokio::time::timeout;

use crate::transport::net::{self, Writer};

/// The reading half of a connection, and what came of it that is not used up yet.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) half: net::Reader,
    pub(super) input: Input,
}

impl Reader {
    /// Reads what is there, at least one byte; 0 where the broker closed. Cancel safe.
    pub(super) async fn fill(&mut self) -> io::Result<usize> {
        let room = self.input.make_room();
        let read = self.half.read_buf(&mut self.input.bytes).await?;
        if read == room {
            self.input.grow();
        }
        Ok(read)
    }

    /// What came and is not used up yet.
    pub(super) fn input(&mut self) -> &mut BytesMut {
        &mut self.input.bytes
    }

    /// Gives back the memory that a burst has taken.
    pub(super) fn shrink(&mut self) {
        self.input.shrink();
    }

    /// Reads what is there without waiting; 0 where the broker closed.
    ///
    /// # Errors
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) where nothing is there.
    pub(super) fn look(&mut self) -> io::Result<usize> {
        self.half.try_read_buf(&mut self.input.bytes)
    }

    /// Whether it can [rest](Self::rest).
    pub(super) fn can_rest(&self) -> bool {
        self.half.can_rest()
    }

    /// What comes wakes nobody from now on, and neither does it that something can be written.
    ///
    /// # Errors
    /// Where the system does not hand the stream over; it is lost then.
    pub(super) fn rest(&mut self, writer: &Writer) -> io::Result<()> {
        net::rest(&mut self.half, writer)
    }

    /// Ends the rest.
    ///
    /// # Errors
    /// Where the system does not hand the stream over; it is lost then.
    pub(super) fn watch(&mut self, writer: &Writer) -> io::Result<()> {
        net::watch(&mut self.half, writer)
    }
}

/// What was read, and how much is read at a time: twice as much where a read filled what there was.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) bytes: BytesMut,
    room: usize,
}

/// Bytes that are read at a time at first, and at most. What a frame declares is no reason for more.
const LEAST_ROOM: usize = 4 * 1024;
const MOST_ROOM: usize = 32 * 1024;

impl Input {
    /// Makes room, and says how much there is.
    pub(super) fn make_room(&mut self) -> usize {
        if self.bytes.capacity() - self.bytes.len() < self.room / 8 {
            self.bytes.reserve(self.room);
        }
        self.bytes.capacity() - self.bytes.len()
    }

    fn grow(&mut self) {
        self.room = (self.room * 2).min(MOST_ROOM);
    }

    fn shrink(&mut self) {
        if self.bytes.is_empty() {
            *self = Self::default();
        }
    }
}

impl Default for Input {
    fn default() -> Self {
        Self { bytes: BytesMut::new(), room: LEAST_ROOM }
    }
}

/// Writes what the connection has to say, as far as the socket takes it now.
///
/// # Errors
/// Where the socket is broken.
pub(super) fn flush<T>(connection: &mut Connection<T>, writer: &Writer) -> io::Result<Flushed> {
    while !connection.output().is_empty() {
        match writer.try_write(connection.output()) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => connection.advance(written),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Flushed::Partly),
            Err(error) => return Err(error),
        }
    }
    match writer.try_flush() {
        Ok(()) => Ok(Flushed::Wholly),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Flushed::Partly),
        Err(error) => Err(error),
    }
}

/// How much could be written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flushed {
    Wholly,
    Partly,
}

/// Ends a connection so that the broker still reads everything: no more is written, and what it sends is read to the
/// end, because closing over unread bytes would discard what is under way.
pub(super) async fn hang_up(mut reader: Reader, writer: Arc<Writer>) {
    let read_to_end = async {
        if writer.shut_down().await.is_err() {
            return;
        }
        drop(writer);
        while reader.fill().await.is_ok_and(|read| read > 0) {
            reader.input().clear();
        }
    };
    // Whether the broker closed in time or not, the connection goes.
    let _ = timeout(LINGER, read_to_end).await;
}

const LINGER: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use almanet_nsq::frame::FrameDecoder;
    use tokio::io::AsyncWriteExt;

    use super::*;
    use crate::transport::net::Stream;

    #[tokio::test]
    async fn what_a_frame_declares_is_not_allocated_before_it_comes() {
        const DECLARED: usize = 1024 * 1024;
        let (near, mut far) = tokio::io::duplex(1024);
        let (half, _writer) = Stream::new(near).into_halves();
        let mut reader = Reader { half, input: Input::default() };
        let size = u32::try_from(DECLARED).unwrap();
        far.write_all(&[size.to_be_bytes(), 2_i32.to_be_bytes()].concat()).await.unwrap();
        for _ in 0..10 {
            far.write_all(&[0; 100]).await.unwrap();
            assert!(reader.fill().await.unwrap() > 0);
            assert_eq!(FrameDecoder::new(DECLARED).decode(reader.input()), Ok(None));
        }
        assert!(reader.input().capacity() <= 2 * LEAST_ROOM, "{}", reader.input().capacity());
    }
}
