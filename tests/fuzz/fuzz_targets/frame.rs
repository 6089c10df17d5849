//! Any bytes from a broker or a client: reading them ends, does not depend on how they arrive, and what was understood is
//! written back as it came.
#![no_main]

use std::time::Instant;

use almanet_nsq::command::{ClientState, Command, CommandDecoder, CommandLimits, DecodeError};
use almanet_nsq::connection::{Connection, Options};
use almanet_nsq::frame::{FrameDecoder, FrameError, Read};
use almanet_nsq::limits::{FRAME_HEADER_LENGTH, MESSAGE_HEADER_LENGTH};
use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;

const LIMIT: usize = 1024;

fuzz_target!(|input: (u8, &[u8])| {
    let (piece, bytes) = (usize::from(input.0).max(1), input.1);

    let whole = frames(bytes, bytes.len().max(1));
    assert_eq!(whole, frames(bytes, piece));
    let mut rest = bytes;
    for read in &whole.0 {
        match read {
            Read::Frame(frame) => {
                let mut written = BytesMut::new();
                frame.encode(&mut written);
                rest = rest.strip_prefix(&written[..]).expect("it is written back as it came");
            }
            // What of it has come is thrown away.
            Read::Oversized(message) => {
                rest = rest.get(FRAME_HEADER_LENGTH + MESSAGE_HEADER_LENGTH + message.size..).unwrap_or_default();
            }
        }
    }

    for state in [ClientState::Init, ClientState::InitWithoutHeartbeats, ClientState::Subscribed, ClientState::Closing] {
        let whole = commands(state, bytes, bytes.len().max(1));
        assert_eq!(whole, commands(state, bytes, piece));
        for command in whole.0.iter().filter(|command| !ends_in_carriage_return(command)) {
            let mut written = BytesMut::new();
            command.encode(&mut written);
            let read = commands(state, &written, written.len());
            assert_eq!(read, (vec![command.clone()], None), "{command:?}");
        }
    }

    let mut connection = Connection::<()>::new(Options::default(), Instant::now());
    let mut input = BytesMut::from(bytes);
    while let Ok(Some(_)) = connection.receive(&mut input, Instant::now()) {}
});

/// An id is any 16 bytes to nsqd. One that ends in a carriage return loses it as the line does.
fn ends_in_carriage_return(command: &Command) -> bool {
    matches!(command, Command::Fin(id) | Command::Touch(id) if id.0.ends_with(b"\r"))
}

fn frames(bytes: &[u8], piece: usize) -> (Vec<Read>, Option<FrameError>) {
    let mut decoder = FrameDecoder::new(LIMIT);
    let (mut input, mut read) = (BytesMut::new(), Vec::new());
    for piece in bytes.chunks(piece) {
        input.extend_from_slice(piece);
        loop {
            match decoder.decode(&mut input) {
                Ok(Some(frame)) => read.push(frame),
                Ok(None) => break,
                Err(error) => return (read, Some(error)),
            }
        }
    }
    (read, None)
}

fn commands(state: ClientState, bytes: &[u8], piece: usize) -> (Vec<Command>, Option<DecodeError>) {
    let mut decoder = CommandDecoder::new(CommandLimits::default());
    let (mut input, mut read) = (BytesMut::new(), Vec::new());
    for piece in bytes.chunks(piece) {
        input.extend_from_slice(piece);
        loop {
            match decoder.decode(state, &mut input) {
                Ok(Some(command)) => read.push(command),
                Ok(None) => break,
                Err(error) => return (read, Some(error)),
            }
        }
    }
    (read, None)
}
