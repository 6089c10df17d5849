//! Any bytes as a compressed stream: reading it ends, does not depend on how it arrives, and holds little back; any bytes
//! that are compressed come back.
#![no_main]

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use almanet_nsq::compression::Compressed;
use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What one input is inflated to at most; a few bytes can stand for a thousand times as many.
const MOST: usize = 1 << 20;

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (piece, level, bytes) = (usize::from(input.0).max(1), input.1, input.2);
    let whole = inflate(wrap(Pipe::new(bytes, bytes.len().max(1)), level));
    match (&whole, &inflate(wrap(Pipe::new(bytes, piece), level))) {
        (Ok(whole), Ok(pieces)) => assert_eq!(pieces, whole),
        // What came out of a damaged block before its damage may be kept or not.
        (Err(whole), Err(pieces)) => assert!(whole.starts_with(pieces) || pieces.starts_with(whole)),
        (whole, pieces) => panic!("{whole:?} in one piece, {pieces:?} in several"),
    }

    let mut compressed = wrap(Pipe::new(&[], 1), level);
    for part in bytes.chunks(piece) {
        write(&mut compressed, part);
    }
    let written = compressed.into_inner().written;
    assert_eq!(inflate(wrap(Pipe::new(&written, piece), level)), Ok(bytes.to_vec()));
});

fn wrap(pipe: Pipe<'_>, level: u8) -> Compressed<Pipe<'_>> {
    match level {
        0 => Compressed::snappy(pipe),
        level => Compressed::deflate(pipe, u32::from(level % 9) + 1),
    }
}

/// A stream that brings bytes in pieces and takes what it is given.
struct Pipe<'a> {
    bytes: &'a [u8],
    piece: usize,
    written: Vec<u8>,
}

impl<'a> Pipe<'a> {
    fn new(bytes: &'a [u8], piece: usize) -> Self {
        Self { bytes, piece, written: Vec::new() }
    }
}

impl AsyncRead for Pipe<'_> {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let (piece, rest) = self.bytes.split_at(self.piece.min(self.bytes.len()).min(buf.remaining()));
        buf.put_slice(piece);
        self.bytes = rest;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pipe<'_> {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let taken = bytes.len().min(self.piece);
        self.written.extend_from_slice(&bytes[..taken]);
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// What comes out until the stream ends; or until it fails, or has given too much.
fn inflate(mut stream: Compressed<Pipe<'_>>) -> Result<Vec<u8>, Vec<u8>> {
    let mut inflated = Vec::new();
    let mut out = [0; 1000];
    while inflated.len() < MOST {
        let mut buf = ReadBuf::new(&mut out);
        match Pin::new(&mut stream).poll_read(&mut Context::from_waker(Waker::noop()), &mut buf) {
            Poll::Ready(Ok(())) if buf.filled().is_empty() => return Ok(inflated),
            Poll::Ready(Ok(())) => inflated.extend_from_slice(buf.filled()),
            Poll::Ready(Err(_)) => return Err(inflated),
            Poll::Pending => unreachable!("the pipe never waits"),
        }
    }
    Err(inflated)
}

fn write(stream: &mut Compressed<Pipe<'_>>, mut bytes: &[u8]) {
    let cx = &mut Context::from_waker(Waker::noop());
    while !bytes.is_empty() {
        match Pin::new(&mut *stream).poll_write(cx, bytes) {
            Poll::Ready(Ok(written)) => bytes = &bytes[written..],
            other => panic!("the pipe takes everything: {other:?}"),
        }
    }
    assert!(matches!(Pin::new(stream).poll_flush(cx), Poll::Ready(Ok(()))));
}
