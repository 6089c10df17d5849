//! Bodies are cut from chunks that several of them share, so that few of them are allocations of their own.

use std::cell::RefCell;

use bytes::{Bytes, BytesMut};

/// What bodies are cut from at a time, in bytes.
const CHUNK: usize = 16 * 1024;
/// A larger body has memory of its own: one that stays must not hold much beside itself.
const LARGE: usize = 2 * 1024;

thread_local! {
    static WORKSHOP: RefCell<Workshop> = RefCell::default();
}

#[derive(Default)]
struct Workshop {
    /// Where a body is written before its size is known.
    bench: Vec<u8>,
    chunk: BytesMut,
}

/// The body that `write` appends to an empty buffer, which must not make another one meanwhile.
pub(super) fn body(write: impl FnOnce(&mut Vec<u8>)) -> Bytes {
    WORKSHOP.with_borrow_mut(|Workshop { bench, chunk }| {
        bench.clear();
        write(bench);
        if bench.len() > LARGE {
            return std::mem::take(bench).into();
        }
        if chunk.capacity() < bench.len() {
            *chunk = BytesMut::with_capacity(CHUNK);
        }
        chunk.extend_from_slice(bench);
        chunk.split().freeze()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_what_was_written_and_small_ones_share_memory() {
        let text = |length: usize| "x".repeat(length);
        let bodies: Vec<_> =
            (0..1_000).map(|length| body(|out| out.extend_from_slice(text(length).as_bytes()))).collect();
        assert!(bodies.iter().enumerate().all(|(length, body)| *body == text(length)));
        let neighbours = bodies.windows(2).filter(|pair| pair[0].as_ptr_range().end == pair[1].as_ptr()).count();
        assert!(neighbours > 900, "{neighbours}");
        let large = body(|out| out.extend_from_slice(text(LARGE + 1).as_bytes()));
        assert_eq!(large, text(LARGE + 1));
        assert!(large.is_unique());
    }
}
