//! Bodies are cut from chunks that several of them share, so that few of them are allocations of their own.

use std::convert::Infallible;

use bytes::{Bytes, BytesMut};

/// What bodies are cut from at a time, in bytes.
const CHUNK: usize = 16 * 1024;
/// A larger body has memory of its own: one that stays must not hold much beside itself.
const LARGE: usize = 2 * 1024;

/// Where bodies are made. A thread has one for each kind of them: replies are remembered for a minute, and would keep the
/// calls that share their chunks.
#[derive(Default)]
pub(crate) struct Workshop {
    /// Where a body is written before its size is known.
    bench: Vec<u8>,
    chunk: BytesMut,
}

impl Workshop {
    /// The body that `write` appends to an empty buffer.
    pub(super) fn body(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Bytes {
        let Ok(body) = self.try_body(|out| {
            write(out);
            Ok::<(), Infallible>(())
        });
        body
    }

    /// As [`body`](Self::body), where writing may fail.
    pub(crate) fn try_body<E>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Result<Bytes, E> {
        let Self { bench, chunk } = self;
        bench.clear();
        write(bench)?;
        if bench.len() > LARGE {
            return Ok(std::mem::take(bench).into());
        }
        if chunk.capacity() < bench.len() {
            *chunk = BytesMut::with_capacity(CHUNK);
        }
        chunk.extend_from_slice(bench);
        Ok(chunk.split().freeze())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_what_was_written_and_small_ones_share_memory() {
        let text = |length: usize| "x".repeat(length);
        let mut workshop = Workshop::default();
        let mut body = |length| workshop.body(|out| out.extend_from_slice(text(length).as_bytes()));
        let bodies: Vec<_> = (0..1_000).map(&mut body).collect();
        assert!(bodies.iter().enumerate().all(|(length, body)| *body == text(length)));
        let neighbours = bodies.windows(2).filter(|pair| pair[0].as_ptr_range().end == pair[1].as_ptr()).count();
        assert!(neighbours > 900, "{neighbours}");
        let large = body(LARGE + 1);
        assert_eq!(large, text(LARGE + 1));
        assert!(large.is_unique());
    }
}
