//! Any bytes from a client: the embedded broker ends the connection in order, answers in frames of the protocol, and
//! answers alike however the bytes arrive.
#![no_main]

use std::cell::RefCell;

use almanet_broker::{Broker, Options};
use almanet_nsq::frame::{Frame, FrameDecoder, HEARTBEAT, Read};
use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::runtime::{Builder, Runtime};

thread_local! {
    /// Its clock stands still while anything is to be done, so that timeouts and heartbeats take no time.
    static RUNTIME: RefCell<Runtime> =
        RefCell::new(Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime"));
}

fuzz_target!(|input: (u8, &[u8])| {
    let (piece, bytes) = (usize::from(input.0).max(1), input.1);
    let whole = answers(bytes, bytes.len().max(1));
    assert_eq!(answers(bytes, piece), whole);
});

/// What the broker answers to a client that sends these bytes and ends, without messages and heartbeats: those come
/// when they do.
fn answers(bytes: &[u8], piece: usize) -> Vec<Frame> {
    let (mut client, server) = duplex(1 << 20);
    let mut options = Options::default();
    // Other things are compressed elsewhere, and answers in the clear can be read here.
    (options.snappy, options.deflate) = (false, false);
    (options.max_message_size, options.max_body_size) = (1 << 10, 1 << 12);
    let broker = Broker::new(options);
    let mut output = BytesMut::new();
    RUNTIME.with_borrow(|runtime| {
        runtime.block_on(async {
            let client = async {
                for piece in bytes.chunks(piece) {
                    client.write_all(piece).await.expect("there is room for all of it");
                    tokio::task::yield_now().await;
                }
                client.shutdown().await.expect("the pipe is open");
                while client.read_buf(&mut output).await.expect("the pipe is open") > 0 {}
            };
            let (outcome, ()) = tokio::join!(broker.serve_connection(server), client);
            outcome.expect("the pipe is open");
        });
    });
    let mut decoder = FrameDecoder::new(1 << 10);
    let mut frames = Vec::new();
    while let Some(frame) = decoder.decode(&mut output).expect("the broker writes frames") {
        match frame {
            Read::Frame(Frame::Message(_)) => {}
            Read::Frame(Frame::Response(data)) if data == HEARTBEAT => {}
            Read::Frame(answer) => frames.push(answer),
            Read::Oversized(message) => panic!("the broker took {message:?}"),
        }
    }
    assert!(output.is_empty(), "and whole ones");
    frames
}
