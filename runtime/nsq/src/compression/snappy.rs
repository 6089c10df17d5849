//! Snappy's framed format, chunk by chunk.

use std::io::{self, Read, Write};

use bytes::{Buf, Bytes, BytesMut, buf::Reader};
use snap::{read::FrameDecoder, write::FrameEncoder};

use super::codec::{Decode, Encode};

/// A chunk's type and the length of what follows.
const HEADER: usize = 4;
/// Longest that a chunk can be: a checksum, and 64 KiB that compressing could only make longer.
const MAX_CHUNK: usize = 4 + 76_490;

pub(super) struct Decoder {
    /// Reads out of one whole chunk at a time.
    chunks: FrameDecoder<Reader<Bytes>>,
}

impl Decoder {
    pub(super) fn new() -> Self {
        Self { chunks: FrameDecoder::new(Bytes::new().reader()) }
    }
}

impl Decode for Decoder {
    fn decode(&mut self, input: &mut BytesMut, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.chunks.read(out)?;
            if read > 0 {
                return Ok(read);
            }
            let Some([_, length @ ..]) = input.first_chunk::<HEADER>() else { return Ok(0) };
            let length = u32::from_le_bytes([length[0], length[1], length[2], 0]) as usize;
            if length > MAX_CHUNK {
                return Err(io::Error::other(format!("a chunk of {length} bytes, more than {MAX_CHUNK}")));
            }
            if input.len() < HEADER + length {
                return Ok(0);
            }
            *self.chunks.get_mut() = input.split_to(HEADER + length).freeze().reader();
        }
    }

    fn may_end(&self, input: &BytesMut) -> bool {
        input.is_empty()
    }
}

pub(super) struct Encoder {
    chunks: FrameEncoder<Vec<u8>>,
}

impl Encoder {
    pub(super) fn new() -> Self {
        Self { chunks: FrameEncoder::new(Vec::new()) }
    }

    fn take(&mut self, out: &mut BytesMut) {
        let chunks = self.chunks.get_mut();
        out.extend_from_slice(chunks);
        chunks.clear();
    }
}

impl Encode for Encoder {
    fn encode(&mut self, data: &[u8], out: &mut BytesMut) -> io::Result<()> {
        self.chunks.write_all(data)?;
        self.take(out);
        Ok(())
    }

    fn flush(&mut self, out: &mut BytesMut) -> io::Result<()> {
        self.chunks.flush()?;
        self.take(out);
        Ok(())
    }
}
