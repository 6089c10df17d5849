use std::pin::pin;

use proptest::prelude::*;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    runtime::Builder,
};

use super::*;

type Wrap = fn(DuplexStream) -> Compressed<DuplexStream>;

const BOTH: [(&str, Wrap); 2] = [("snappy", Compressed::snappy), ("deflate", |io| Compressed::deflate(io, 6))];

fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread().build().unwrap().block_on(future)
}

/// What this format makes of some bytes.
async fn compress(wrap: Wrap, bytes: &[u8]) -> Vec<u8> {
    let (near, mut far) = duplex(1 << 22);
    let mut stream = wrap(near);
    stream.write_all(bytes).await.unwrap();
    stream.flush().await.unwrap();
    drop(stream);
    let mut compressed = Vec::new();
    far.read_to_end(&mut compressed).await.unwrap();
    compressed
}

/// What comes out of a stream of these bytes, until it ends or fails.
async fn inflate(wrap: Wrap, compressed: &[u8]) -> io::Result<Vec<u8>> {
    let (near, mut far) = duplex(compressed.len().max(1));
    far.write_all(compressed).await.unwrap();
    drop(far);
    let mut inflated = Vec::new();
    wrap(near).read_to_end(&mut inflated).await.map(|_| inflated)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_flushed_arrives_whole_through_a_narrow_pipe(
        pieces in prop::collection::vec((prop::collection::vec(any::<u8>(), 1..50), 1_usize..3000), 1..10),
        pipe in prop_oneof![1 => 1_usize..10, 7 => 10_usize..5000],
    ) {
        for (name, wrap) in BOTH {
            block_on(async {
                let (near, far) = duplex(pipe);
                let (mut near, mut far) = (wrap(near), wrap(far));
                for (seed, times) in &pieces {
                    let piece = seed.repeat(*times);
                    // Whoever reads goes on, or what ends a flush and stands for no byte might stay in the pipe.
                    let mut read = vec![0; piece.len() + 1];
                    let (mut received, mut is_flushed) = (0, false);
                    let mut writing = pin!(async { near.write_all(&piece).await?; near.flush().await });
                    while received < piece.len() || !is_flushed {
                        tokio::select! {
                            written = &mut writing, if !is_flushed => is_flushed = written.map(|()| true).unwrap(),
                            more = far.read(&mut read[received..]) => received += more.unwrap(),
                        }
                    }
                    assert!(read[..received] == piece, "{name}");
                }
                near.shutdown().await.unwrap();
                assert_eq!(far.read(&mut [0]).await.unwrap(), 0, "{name}");
            });
        }
    }
}

/// A stream that shows how much of it was read.
struct Counted<'a> {
    bytes: &'a [u8],
}

impl AsyncRead for Counted<'_> {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let taken = self.bytes.len().min(buf.remaining());
        buf.put_slice(&self.bytes[..taken]);
        self.bytes = &self.bytes[taken..];
        Poll::Ready(Ok(()))
    }
}

#[test]
fn a_bomb_is_inflated_no_further_than_it_is_read() {
    let bomb = vec![0; 64 << 20];
    let compressed = block_on(async {
        let (near, mut far) = duplex(1 << 10);
        let mut stream = Compressed::deflate(near, 9);
        let (written, compressed) = tokio::join!(
            async {
                stream.write_all(&bomb).await?;
                stream.shutdown().await
            },
            async {
                let mut compressed = Vec::new();
                far.read_to_end(&mut compressed).await.map(|_| compressed)
            },
        );
        written.unwrap();
        compressed.unwrap()
    });
    let size = compressed.len();
    assert!(size < bomb.len() / 500, "{size}");
    block_on(async {
        let mut stream = Compressed::deflate(Counted { bytes: &compressed }, 6);
        stream.read_exact(&mut [1; 100]).await.unwrap();
        assert!(stream.io.bytes.len() + CHUNK >= size, "one piece of the input was enough");
        assert!(stream.input.len() <= CHUNK);
    });
}

#[test]
fn a_chunk_that_declares_too_much_is_refused() {
    let ident = *b"\xff\x06\0\0sNaPpY";
    let declared = |chunk: &[u8]| block_on(inflate(Compressed::snappy, &[&ident, chunk].concat()));
    // Longer than any chunk; a block of 64 KiB and a byte; an unknown chunk that must not be skipped.
    for chunk in [&b"\0\xff\xff\xff"[..], b"\0\x09\0\0\0\0\0\0\x81\x80\x04\0a", b"\x02\x01\0\0a"] {
        assert_eq!(declared(chunk).unwrap_err().kind(), io::ErrorKind::InvalidData, "{chunk:?}");
    }
    assert_eq!(declared(b"").unwrap(), b"");
}

#[test]
fn what_is_not_compressed_is_refused() {
    for (name, wrap) in BOTH {
        block_on(async {
            assert!(inflate(wrap, b"HTTP/1.1 400 Bad Request\r\n\r\n").await.is_err(), "{name}");
            let good = compress(wrap, b"one espresso").await;
            assert_eq!(inflate(wrap, &good).await.unwrap(), b"one espresso", "{name}");
        });
    }
}

#[test]
fn damage_is_noticed_by_snappys_checksum() {
    block_on(async {
        let mut damaged = compress(Compressed::snappy, b"one espresso").await;
        *damaged.last_mut().unwrap() ^= 1;
        let error = inflate(Compressed::snappy, &damaged).await.unwrap_err();
        assert!(error.to_string().contains("cannot be read"), "{error}");
        damaged.pop();
        let error = inflate(Compressed::snappy, &damaged).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    });
}

/// Where the flushed bytes just fill the encoder's room, it must be asked again: the last of these lengths is such a one.
#[test]
fn what_hardly_gets_smaller_is_flushed_whole() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut letter = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        b'0' + u8::try_from(state % 62).unwrap()
    };
    let (_, deflate) = BOTH[1];
    for length in (90_000..95_300).step_by(37) {
        let text: Vec<u8> = std::iter::repeat_with(&mut letter).take(length).collect();
        let inflated = block_on(async { inflate(deflate, &compress(deflate, &text).await).await }).unwrap();
        assert!(inflated == text, "{} of {length}", inflated.len());
    }
}
