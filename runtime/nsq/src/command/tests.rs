use std::time::Duration;

use bytes::{Bytes, BytesMut};
use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{
    message::MessageId,
    name::{ChannelName, TopicName},
};

fn encoded(command: &Command) -> Vec<u8> {
    let mut out = BytesMut::new();
    command.encode(&mut out);
    out.to_vec()
}

fn decoded(state: ClientState, bytes: &[u8]) -> Result<Option<Command>, DecodeError> {
    CommandDecoder::new(CommandLimits::default()).decode(state, &mut BytesMut::from(bytes))
}

fn refused(state: ClientState, bytes: &[u8]) -> String {
    match decoded(state, bytes) {
        Err(DecodeError::Refused(refusal)) => {
            assert!(refusal.text.starts_with(refusal.code.as_str().as_bytes()));
            String::from_utf8_lossy(&refusal.text).into_owned()
        }
        other => panic!("{other:?} for {:?}", String::from_utf8_lossy(bytes)),
    }
}

fn commands() -> impl Strategy<Value = Command> {
    let topic = "[.a-zA-Z0-9_-]{1,20}(#ephemeral)?".prop_map(|name| TopicName::new(name).unwrap());
    let channel = "[.a-zA-Z0-9_-]{1,20}(#ephemeral)?".prop_map(|name| ChannelName::new(name).unwrap());
    let body = || vec(any::<u8>(), 1..300).prop_map(Bytes::from);
    let id = any::<[u8; 16]>()
        .prop_map(|bytes| MessageId(bytes.map(|byte| char::from_digit(u32::from(byte % 16), 16).unwrap() as u8)));
    let delay = (0..=3_600_000_u64).prop_map(Duration::from_millis);
    prop_oneof![
        body().prop_map(Command::Identify),
        body().prop_map(|body| Command::Auth(Secret(body))),
        (topic.clone(), channel).prop_map(|(topic, channel)| Command::Sub { topic, channel }),
        (0..=2500_u32).prop_map(Command::Rdy),
        id.clone().prop_map(Command::Fin),
        id.clone().prop_map(Command::Touch),
        (id, delay.clone()).prop_map(|(id, delay)| Command::Req { id, delay }),
        Just(Command::Cls),
        Just(Command::Nop),
        (topic.clone(), body()).prop_map(|(topic, body)| Command::Pub { topic, body }),
        (topic.clone(), vec(body(), 1..5)).prop_map(|(topic, bodies)| Command::Mpub { topic, bodies }),
        (topic, delay, body()).prop_map(|(topic, delay, body)| Command::Dpub { topic, delay, body }),
    ]
}

/// The state in which a command is allowed.
fn state_for(command: &Command) -> ClientState {
    match command {
        Command::Identify(_) | Command::Auth(_) | Command::Sub { .. } => ClientState::Init,
        _ => ClientState::Subscribed,
    }
}

#[test]
fn commands_look_as_the_specification_says() {
    let topic = TopicName::new("t").unwrap();
    let id = MessageId(*b"0123456789abcdef");
    let bodies = vec![Bytes::from_static(b"a"), Bytes::from_static(b"bc")];
    for (command, bytes) in [
        (Command::Identify(Bytes::from_static(b"{}")), &b"IDENTIFY\n\0\0\0\x02{}"[..]),
        (Command::Sub { topic: topic.clone(), channel: ChannelName::new("c").unwrap() }, b"SUB t c\n"),
        (Command::Rdy(2500), b"RDY 2500\n"),
        (Command::Rdy(0), b"RDY 0\n"),
        (Command::Fin(id), b"FIN 0123456789abcdef\n"),
        (Command::Req { id, delay: Duration::from_micros(1999) }, b"REQ 0123456789abcdef 1\n"),
        (Command::Touch(id), b"TOUCH 0123456789abcdef\n"),
        (Command::Cls, b"CLS\n"),
        (Command::Nop, b"NOP\n"),
        (Command::Mpub { topic: topic.clone(), bodies }, b"MPUB t\n\0\0\0\x0f\0\0\0\x02\0\0\0\x01a\0\0\0\x02bc"),
        (
            Command::Dpub { topic, delay: Duration::from_secs(5), body: Bytes::from_static(b"x") },
            b"DPUB t 5000\n\0\0\0\x01x",
        ),
    ] {
        assert_eq!(encoded(&command), bytes, "{}", bytes.escape_ascii());
    }
}

#[test]
fn is_as_lenient_as_nsqd() {
    let subscribed = |bytes: &[u8]| decoded(ClientState::Subscribed, bytes).unwrap().unwrap();
    assert_eq!(subscribed(b"RDY\n"), Command::Rdy(1));
    assert_eq!(subscribed(b"RDY \r\n"), Command::Rdy(0), "no digits are zero");
    assert_eq!(subscribed(b"RDY 18446744073709551617\n"), Command::Rdy(1), "numbers wrap");
    assert_eq!(subscribed(b"NOP and more\n"), Command::Nop);
    assert_eq!(subscribed(b"CLS now\n"), Command::Cls);
    let id = MessageId(*b"0123456789abcdef");
    assert_eq!(subscribed(b"FIN 0123456789abcdef x\n"), Command::Fin(id));
    assert_eq!(
        subscribed(b"REQ 0123456789abcdef 99999999999\n"),
        Command::Req { id, delay: Duration::from_secs(3600) },
        "shortened"
    );
    assert_eq!(decoded(ClientState::Closing, b"RDY -\n"), Ok(Some(Command::Nop)), "not even read after CLS");
    let topic = TopicName::new("t").unwrap();
    assert_eq!(
        subscribed(b"MPUB t\n\0\0\0\x01\0\0\0\x01\0\0\0\x01a"),
        Command::Mpub { topic, bodies: vec![Bytes::from_static(b"a")] },
        "the size of the whole is only looked at, never counted with"
    );
}

#[test]
fn refuses_with_the_words_of_nsqd() {
    use ClientState::{Closing, Init, InitWithoutHeartbeats, Subscribed};
    for (state, bytes, text) in [
        (Init, &b"FOO bar\n"[..], "E_INVALID invalid command FOO"),
        (Init, b"\n", "E_INVALID invalid command "),
        (Init, b"identify\n", "E_INVALID invalid command identify"),
        (Init, b"RDY 1\n", "E_INVALID cannot RDY in current state"),
        (Init, b"FIN x\n", "E_INVALID cannot FIN in current state"),
        (Init, b"CLS\n", "E_INVALID cannot CLS in current state"),
        (Closing, b"CLS\n", "E_INVALID cannot CLS in current state"),
        (Subscribed, b"IDENTIFY\n", "E_INVALID cannot IDENTIFY in current state"),
        (Subscribed, b"AUTH\n", "E_INVALID cannot AUTH in current state"),
        (Init, b"AUTH x\n", "E_INVALID AUTH invalid number of parameters"),
        (Subscribed, b"SUB\n", "E_INVALID cannot SUB in current state"),
        (InitWithoutHeartbeats, b"SUB\n", "E_INVALID cannot SUB with heartbeats disabled"),
        (Init, b"SUB t\n", "E_INVALID SUB insufficient number of parameters"),
        (Init, b"SUB  c\n", "E_BAD_TOPIC SUB topic name \"\" is not valid"),
        (Init, b"SUB t \n", "E_BAD_CHANNEL SUB channel name \"\" is not valid"),
        (Subscribed, b"RDY x\n", "E_INVALID RDY could not parse count x"),
        (Subscribed, b"RDY -1\n", "E_INVALID RDY could not parse count -1"),
        (Subscribed, b"RDY 2501\n", "E_INVALID RDY count 2501 out of range 0-2500"),
        (Subscribed, b"RDY 18446744073709551615\n", "E_INVALID RDY count -1 out of range 0-2500"),
        (Subscribed, b"FIN\n", "E_INVALID FIN insufficient number of params"),
        (Subscribed, b"FIN short\n", "E_INVALID invalid message ID"),
        (Subscribed, b"REQ short\n", "E_INVALID REQ insufficient number of params"),
        (Subscribed, b"REQ short x\n", "E_INVALID invalid message ID"),
        (Subscribed, b"REQ 0123456789abcdef x\n", "E_INVALID REQ could not parse timeout x"),
        (Subscribed, b"TOUCH\n", "E_INVALID TOUCH insufficient number of params"),
        (Init, b"PUB\n", "E_INVALID PUB insufficient number of parameters"),
        (Init, b"PUB a\tb\n", "E_BAD_TOPIC PUB topic name \"a\\tb\" is not valid"),
        (Init, b"MPUB \xff\n", "E_BAD_TOPIC E_BAD_TOPIC MPUB topic name \"\\xff\" is not valid"),
        (Init, b"DPUB t\n", "E_INVALID DPUB insufficient number of parameters"),
        (Init, b"DPUB t x\n", "E_INVALID DPUB could not parse timeout x"),
        (Init, b"DPUB t 3600001\n", "E_INVALID DPUB timeout 3600001 out of range 0-3600000"),
        (Init, b"DPUB t 18446744073709551615\n", "E_INVALID DPUB timeout 18446744073709551615 out of range 0-3600000"),
        (Init, b"PUB t\n\0\0\0\0", "E_BAD_MESSAGE PUB invalid message body size 0"),
        (Init, b"PUB t\n\xff\xff\xff\xff", "E_BAD_MESSAGE PUB invalid message body size -1"),
        (Init, b"PUB t\n\0\x10\0\x01", "E_BAD_MESSAGE PUB message too big 1048577 > 1048576"),
        (Init, b"DPUB t 0\n\0\x10\0\x01", "E_BAD_MESSAGE DPUB message too big 1048577 > 1048576"),
        (Init, b"IDENTIFY\n\0\x50\0\x01", "E_BAD_BODY IDENTIFY body too big 5242881 > 5242880"),
        (Init, b"AUTH\n\0\0\0\0", "E_BAD_BODY AUTH invalid body size 0"),
        (Init, b"MPUB t\n\0\0\0\0", "E_BAD_BODY MPUB invalid body size 0"),
        (Init, b"MPUB t\n\0\x50\0\x01", "E_BAD_BODY MPUB body too big 5242881 > 5242880"),
        (Init, b"MPUB t\n\0\0\0\x01\0\0\0\0", "E_BAD_BODY MPUB invalid message count 0"),
        (Init, b"MPUB t\n\0\0\0\x01\0\x10\0\0", "E_BAD_BODY MPUB invalid message count 1048576"),
        (Init, b"MPUB t\n\0\0\0\x01\0\0\0\x01\0\0\0\0", "E_BAD_MESSAGE MPUB invalid message(0) body size 0"),
        (Init, b"MPUB t\n\0\0\0\x01\0\0\0\x01\0\x10\0\x01", "E_BAD_MESSAGE MPUB message too big 1048577 > 1048576"),
    ] {
        assert_eq!(refused(state, bytes), text, "{state:?} {}", bytes.escape_ascii());
    }
}

#[test]
fn an_mpub_holds_no_more_than_a_body() {
    let limits = CommandLimits { max_body_size: 50, max_message_size: 40, ..CommandLimits::default() };
    let mut decoder = CommandDecoder::new(limits);
    let mut input = BytesMut::from(&b"MPUB t\n\0\0\0\x01\0\0\0\x02\0\0\0\x28"[..]);
    input.extend_from_slice(&[b'x'; 40]);
    input.extend_from_slice(&[0, 0, 0, 11]);
    let Err(DecodeError::Refused(refusal)) = decoder.decode(ClientState::Init, &mut input) else { panic!() };
    assert_eq!(&refusal.text[..], b"E_BAD_BODY MPUB body too big 51 > 50");
}

#[test]
fn lines_end_within_the_buffer_of_nsqd() {
    use crate::limits::MAX_LINE_LENGTH;
    let mut line = vec![b' '; MAX_LINE_LENGTH];
    line[..3].copy_from_slice(b"NOP");
    assert_eq!(decoded(ClientState::Init, &line), Err(DecodeError::LineTooLong));
    assert_eq!(decoded(ClientState::Init, &line[1..]), Ok(None));
    line[MAX_LINE_LENGTH - 1] = b'\n';
    assert_eq!(decoded(ClientState::Init, &line), Ok(Some(Command::Nop)));
}

#[test]
fn a_stream_that_ends_in_a_body_is_an_error() {
    for (bytes, text) in [
        (&b""[..], None),
        (b"NO", None),
        (b"PUB t\n\0", Some("E_BAD_MESSAGE PUB failed to read message body size")),
        (b"PUB t\n\0\0\0\x02a", Some("E_BAD_MESSAGE PUB failed to read message body")),
        (b"IDENTIFY\n", Some("E_BAD_BODY IDENTIFY failed to read body size")),
        (b"IDENTIFY\n\0\0\0\x02", Some("E_BAD_BODY IDENTIFY failed to read body")),
        (b"MPUB t\n", Some("E_BAD_BODY MPUB failed to read body size")),
        (b"MPUB t\n\0\0\0\x01", Some("E_BAD_BODY MPUB failed to read message count")),
        (b"MPUB t\n\0\0\0\x01\0\0\0\x01", Some("E_BAD_MESSAGE MPUB failed to read message(0) body size")),
        (b"MPUB t\n\0\0\0\x01\0\0\0\x01\0\0\0\x01", Some("E_BAD_MESSAGE MPUB failed to read message body")),
    ] {
        let mut decoder = CommandDecoder::new(CommandLimits::default());
        assert_eq!(decoder.decode(ClientState::Init, &mut BytesMut::from(bytes)), Ok(None));
        let text = text.map(|text| Bytes::from_static(text.as_bytes()));
        assert_eq!(decoder.end().map(|refusal| refusal.text), text, "{}", bytes.escape_ascii());
    }
}

proptest! {
    #[test]
    fn commands_survive_every_split(commands in vec(commands(), 1..6), pieces in vec(1..40_usize, 1..8)) {
        let mut written = BytesMut::new();
        for command in &commands {
            command.encode(&mut written);
        }
        let mut decoder = CommandDecoder::new(CommandLimits::default());
        let (mut input, mut read) = (BytesMut::new(), Vec::new());
        let mut pieces = pieces.iter().cycle();
        while !written.is_empty() {
            let piece = written.split_to(written.len().min(*pieces.next().unwrap()));
            input.extend_from_slice(&piece);
            while let Some(next) = commands.get(read.len()) {
                match decoder.decode(state_for(next), &mut input).unwrap() {
                    Some(command) => read.push(command),
                    None => break,
                }
            }
        }
        prop_assert!(input.is_empty());
        prop_assert_eq!(read, commands);
    }

    #[test]
    fn any_bytes_end_in_commands_or_an_error(bytes in vec(any::<u8>(), 0..256)) {
        let mut decoder = CommandDecoder::new(CommandLimits::default());
        let mut input = BytesMut::from(&bytes[..]);
        while let Ok(Some(_)) = decoder.decode(ClientState::Subscribed, &mut input) {}
    }
}

#[test]
fn a_secret_is_written_and_not_shown() {
    let auth = Command::Auth(Secret(Bytes::from_static(b"hunter2")));
    let mut written = BytesMut::new();
    auth.encode(&mut written);
    assert_eq!(&written[..], b"AUTH\n\0\0\0\x07hunter2");
    assert_eq!(format!("{auth:?}"), "Auth([redacted])");
}
