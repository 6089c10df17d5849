//! A raw deflate stream that is flushed as it goes (`Z_SYNC_FLUSH`).

use std::io;

use bytes::{Buf, BytesMut};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::codec::{CHUNK, Decode, Encode};

pub(super) struct Decoder {
    inflate: Decompress,
    is_ended: bool,
}

impl Decoder {
    pub(super) fn new() -> Self {
        Self { inflate: Decompress::new(false), is_ended: false }
    }
}

impl Decode for Decoder {
    fn decode(&mut self, input: &mut BytesMut, out: &mut [u8]) -> io::Result<usize> {
        while !self.is_ended {
            let (taken, given) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(input, out, FlushDecompress::None)?;
            let (taken, given) = (self.inflate.total_in() - taken, self.inflate.total_out() - given);
            input.advance(length(taken));
            self.is_ended = status == Status::StreamEnd;
            if given > 0 {
                return Ok(length(given));
            }
            if taken == 0 {
                break;
            }
        }
        Ok(0)
    }

    /// nsqd ends a connection without ending the stream, so that nothing can be told from where it stops.
    fn may_end(&self, _: &BytesMut) -> bool {
        true
    }
}

pub(super) struct Encoder {
    deflate: Compress,
    /// Where the encoder writes.
    block: Box<[u8]>,
}

impl Encoder {
    pub(super) fn new(level: u32) -> Self {
        Self { deflate: Compress::new(Compression::new(level.clamp(1, 9)), false), block: vec![0; CHUNK].into() }
    }

    /// One call of the encoder. Returns how much of the data is left, and whether it had more to give than the block
    /// holds.
    fn step<'a>(&mut self, data: &'a [u8], flush: FlushCompress, out: &mut BytesMut) -> io::Result<(&'a [u8], bool)> {
        let (taken, given) = (self.deflate.total_in(), self.deflate.total_out());
        self.deflate.compress(data, &mut self.block, flush).map_err(io::Error::other)?;
        let given = length(self.deflate.total_out() - given);
        out.extend_from_slice(&self.block[..given]);
        Ok((&data[length(self.deflate.total_in() - taken)..], given == self.block.len()))
    }

    /// Takes all of the data, and what can be given of it without a flush.
    fn run(&mut self, mut data: &[u8], out: &mut BytesMut) -> io::Result<()> {
        loop {
            let is_full;
            (data, is_full) = self.step(data, FlushCompress::None, out)?;
            if data.is_empty() && !is_full {
                return Ok(());
            }
        }
    }
}

impl Encode for Encoder {
    fn encode(&mut self, data: &[u8], out: &mut BytesMut) -> io::Result<()> {
        self.run(data, out)
    }

    fn flush(&mut self, out: &mut BytesMut) -> io::Result<()> {
        // A flush that runs out of room is forgotten half done: what is ready is taken, and it is begun again.
        while let (_, true) = self.step(&[], FlushCompress::Sync, out)? {
            self.run(&[], out)?;
        }
        Ok(())
    }
}

/// What one call took or gave; it fits because a slice held it.
fn length(counted: u64) -> usize {
    usize::try_from(counted).unwrap_or(usize::MAX)
}
