//! What a format of compressed streams does.

use std::io;

use bytes::BytesMut;

/// How much is read, or deflated, at a time, and how much may wait to be written.
pub(super) const CHUNK: usize = 16 * 1024;

/// Inflates what is received.
pub(super) trait Decode {
    /// Takes from `input` what fills `out`; 0 where it needs more input or the stream has ended.
    fn decode(&mut self, input: &mut BytesMut, out: &mut [u8]) -> io::Result<usize>;

    /// Whether the compressed stream may end where it is.
    fn may_end(&self, input: &BytesMut) -> bool;
}

/// Deflates what is written.
pub(super) trait Encode {
    /// Takes all of `data`, and appends what comes of it so far.
    fn encode(&mut self, data: &[u8], out: &mut BytesMut) -> io::Result<()>;

    /// Appends what is held back, so that the other side can read everything.
    fn flush(&mut self, out: &mut BytesMut) -> io::Result<()>;
}
