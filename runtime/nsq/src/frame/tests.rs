use proptest::{collection::vec, prelude::*};

use super::*;
use crate::message::MessageId;

const LIMIT: usize = 1024;

fn decoded(bytes: &[u8]) -> Result<Option<Read>, FrameError> {
    FrameDecoder::new(LIMIT).decode(&mut BytesMut::from(bytes))
}

fn header(size: u32, kind: i32) -> Vec<u8> {
    [size.to_be_bytes(), kind.to_be_bytes()].concat()
}

/// Frames, of which some hold messages over the limit.
fn frames() -> impl Strategy<Value = Frame> {
    let bytes = |most| vec(any::<u8>(), 0..=most).prop_map(Bytes::from);
    prop_oneof![
        bytes(LIMIT).prop_map(Frame::Response),
        bytes(LIMIT).prop_map(Frame::Error),
        (any::<i64>(), any::<u16>(), any::<[u8; 16]>(), bytes(2 * LIMIT)).prop_map(
            |(timestamp_nanos, attempts, id, body)| {
                Frame::Message(Message { timestamp_nanos, attempts, id: MessageId(id), body })
            }
        ),
    ]
}

#[test]
fn a_captured_delivery_is_read() {
    let mut bytes = header(4 + 26 + 2, 2);
    bytes.extend(1_700_000_000_000_000_000_i64.to_be_bytes());
    bytes.extend([0, 3]);
    bytes.extend(b"0d1b6f9a2f40a000hi");
    let Ok(Some(Read::Frame(Frame::Message(message)))) = decoded(&bytes) else { panic!("{bytes:?}") };
    assert_eq!(message.timestamp_nanos, 1_700_000_000_000_000_000);
    assert_eq!((message.attempts, &message.body[..]), (3, &b"hi"[..]));
    assert_eq!(message.id.to_string(), "0d1b6f9a2f40a000");
}

#[test]
fn what_no_broker_writes_is_refused_from_the_header_alone() {
    for (bytes, error) in [
        (header(3, 0), FrameError::TooShort(3)),
        (header(0, 0), FrameError::TooShort(0)),
        (header(4, 3), FrameError::UnknownType(3)),
        (header(4, -1), FrameError::UnknownType(-1)),
        (header(u32::MAX, 0), FrameError::ResponseTooLarge { size: u32::MAX as usize - 4, limit: MAX_RESPONSE_SIZE }),
        (header(4 + 65_537, 1), FrameError::ResponseTooLarge { size: 65_537, limit: MAX_RESPONSE_SIZE }),
        (header(4 + 25, 2), FrameError::TruncatedMessage(25)),
    ] {
        assert_eq!(decoded(&bytes), Err(error), "{bytes:?}");
    }
    assert_eq!(decoded(&header(3, 0)[..4]), Err(FrameError::TooShort(3)), "before the type is there");
}

/// What is read of a frame.
fn read(frame: &Frame) -> Read {
    match frame {
        Frame::Message(Message { timestamp_nanos, attempts, id, body }) if body.len() > LIMIT => {
            let (timestamp_nanos, attempts, id, size) = (*timestamp_nanos, *attempts, *id, body.len());
            let head = body.slice(..size.min(OVERSIZED_HEAD));
            Read::Oversized(Oversized { timestamp_nanos, attempts, id, head, size, limit: LIMIT })
        }
        frame => Read::Frame(frame.clone()),
    }
}

#[test]
fn a_message_over_the_limit_is_told_of_by_its_beginning_and_its_body_is_never_held() {
    let mut bytes = header(u32::MAX, 2);
    bytes.extend([0; 8]);
    bytes.extend([0, 3]);
    bytes.extend(b"0d1b6f9a2f40a000");
    bytes.extend([1; OVERSIZED_HEAD]);
    let (mut decoder, mut input) = (FrameDecoder::new(LIMIT), BytesMut::new());
    for byte in &bytes[..bytes.len() - 1] {
        input.extend_from_slice(&[*byte]);
        assert_eq!(decoder.decode(&mut input), Ok(None));
    }
    input.extend_from_slice(&bytes[bytes.len() - 1..]);
    let size = u32::MAX as usize - 4 - 26;
    let Ok(Some(Read::Oversized(message))) = decoder.decode(&mut input) else { panic!("{input:?}") };
    assert_eq!((message.attempts, message.size, message.limit), (3, size, LIMIT));
    assert_eq!(message.head, [1; OVERSIZED_HEAD][..]);
    for _ in 0..1000 {
        input.extend_from_slice(&[2; 1000]);
        assert_eq!(decoder.decode(&mut input), Ok(None));
        assert!(input.is_empty());
    }
    assert!(input.capacity() < 4096, "{}", input.capacity());
}

#[test]
fn what_is_declared_is_not_allocated() {
    let mut input = BytesMut::from(&header(4 + 65_536, 0)[..]);
    let before = input.capacity();
    assert_eq!(FrameDecoder::new(LIMIT).decode(&mut input), Ok(None));
    assert_eq!(input.capacity(), before);
}

proptest! {
    #[test]
    fn frames_survive_every_split(frames in vec(frames(), 1..6), pieces in vec(1..64_usize, 1..8)) {
        let mut written = BytesMut::new();
        for frame in &frames {
            frame.encode(&mut written);
        }
        let mut decoder = FrameDecoder::new(LIMIT);
        let (mut input, mut found) = (BytesMut::new(), Vec::new());
        let mut pieces = pieces.iter().cycle();
        while !written.is_empty() {
            let piece = written.split_to(written.len().min(*pieces.next().unwrap()));
            input.extend_from_slice(&piece);
            while let Some(frame) = decoder.decode(&mut input).unwrap() {
                found.push(frame);
            }
        }
        prop_assert!(input.is_empty());
        prop_assert_eq!(found, frames.iter().map(read).collect::<Vec<_>>());
    }

    #[test]
    fn a_frame_is_read_whole_or_not_at_all(frame in frames(), at in any::<prop::sample::Index>()) {
        let mut written = BytesMut::new();
        frame.encode(&mut written);
        let expected = read(&frame);
        let told_at = if let Read::Oversized(message) = &expected { 8 + 26 + message.head.len() } else { written.len() };
        let cut = at.index(told_at);
        let mut decoder = FrameDecoder::new(LIMIT);
        let mut input = BytesMut::from(&written[..cut]);
        prop_assert_eq!(decoder.decode(&mut input).unwrap(), None);
        input.extend_from_slice(&written[cut..]);
        prop_assert_eq!(decoder.decode(&mut input).unwrap(), Some(expected));
        prop_assert_eq!(decoder.decode(&mut input).unwrap(), None);
        prop_assert!(input.is_empty());
    }

    #[test]
    fn any_bytes_end_in_frames_or_an_error(bytes in vec(any::<u8>(), 0..256)) {
        let (mut decoder, mut input) = (FrameDecoder::new(LIMIT), BytesMut::from(&bytes[..]));
        while let Ok(Some(_)) = decoder.decode(&mut input) {}
    }
}
