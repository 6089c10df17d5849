//! A stream that is compressed in both directions, as a broker and a client agree on in IDENTIFY.
//!
//! The formats are nsqd's: the framed format of snappy
//! (<https://github.com/google/snappy/blob/main/framing_format.txt>), and a raw deflate stream (RFC 1951). What was
//! written leaves whole with every flush. Neither direction holds more than two blocks: what is received is inflated
//! no further than whoever reads has room for, so a small input that stands for a large output costs no memory.

mod codec;
#[cfg(feature = "deflate")]
mod deflate;
#[cfg(feature = "snappy")]
mod snappy;

use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use self::codec::{CHUNK, Decode, Encode};

/// A stream whose bytes travel compressed over another one.
///
/// Reading is cancel safe. What is written waits for a flush, or until enough has come together.
pub struct Compressed<S> {
    io: S,
    decoder: Box<dyn Decode + Send>,
    /// What came and is not inflated yet.
    input: BytesMut,
    is_ended: bool,
    encoder: Box<dyn Encode + Send>,
    /// What is deflated and not written yet.
    output: BytesMut,
    /// Whether the encoder holds bytes back.
    is_dirty: bool,
}

impl<S> Compressed<S> {
    /// In snappy's framed format.
    #[cfg(feature = "snappy")]
    pub fn snappy(io: S) -> Self {
        Self::new(io, snappy::Decoder::new(), snappy::Encoder::new())
    }

    /// As a raw deflate stream in each direction; ours is written at `level`, 1 (fast) to 9 (small).
    #[cfg(feature = "deflate")]
    pub fn deflate(io: S, level: u32) -> Self {
        Self::new(io, deflate::Decoder::new(), deflate::Encoder::new(level))
    }

    /// Has these bytes, which were read already, before what the stream still brings.
    #[must_use]
    pub fn after(mut self, read: BytesMut) -> Self {
        self.input = read;
        self
    }

    /// The stream that the compressed bytes travel over. What was not flushed is lost.
    pub fn into_inner(self) -> S {
        self.io
    }

    fn new(io: S, decoder: impl Decode + Send + 'static, encoder: impl Encode + Send + 'static) -> Self {
        Self {
            io,
            decoder: Box::new(decoder),
            input: BytesMut::new(),
            is_ended: false,
            encoder: Box::new(encoder),
            output: BytesMut::new(),
            is_dirty: false,
        }
    }
}

impl<S: fmt::Debug> fmt::Debug for Compressed<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Compressed").field(&self.io).finish()
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Compressed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            let room = buf.remaining().min(CHUNK);
            let inflated = this
                .decoder
                .decode(&mut this.input, buf.initialize_unfilled_to(room))
                .map_err(|error| damaged(&error))?;
            if inflated > 0 {
                buf.advance(inflated);
                return Poll::Ready(Ok(()));
            }
            if this.is_ended {
                let is_whole = this.decoder.may_end(&this.input);
                return Poll::Ready(if is_whole { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) });
            }
            this.input.reserve(CHUNK);
            this.is_ended = ready!(poll_read_buf(Pin::new(&mut this.io), cx, &mut this.input))? == 0;
        }
    }
}

fn damaged(error: &io::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the compressed stream cannot be read: {error}"))
}

fn poll_read_buf<S: AsyncRead>(io: Pin<&mut S>, cx: &mut Context<'_>, input: &mut BytesMut) -> Poll<io::Result<usize>> {
    let before = input.len();
    input.resize(before + CHUNK, 0);
    let mut buf = ReadBuf::new(&mut input[before..]);
    let polled = io.poll_read(cx, &mut buf);
    let read = buf.filled().len();
    input.truncate(before + read);
    polled.map_ok(|()| read)
}

impl<S: AsyncWrite + Unpin> Compressed<S> {
    /// Writes until no more than `most` bytes wait.
    fn poll_drain(&mut self, cx: &mut Context<'_>, most: usize) -> Poll<io::Result<()>> {
        while self.output.len() > most {
            let written = ready!(Pin::new(&mut self.io).poll_write(cx, &self.output))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.output.advance(written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Compressed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        ready!(this.poll_drain(cx, CHUNK))?;
        let data = &data[..data.len().min(CHUNK)];
        this.encoder.encode(data, &mut this.output)?;
        this.is_dirty = true;
        Poll::Ready(Ok(data.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if std::mem::take(&mut this.is_dirty) {
            this.encoder.flush(&mut this.output)?;
        }
        ready!(this.poll_drain(cx, 0))?;
        Pin::new(&mut this.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(cx))?;
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
#[cfg(all(feature = "snappy", feature = "deflate"))]
mod tests;
