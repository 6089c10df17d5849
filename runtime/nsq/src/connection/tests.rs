use super::*;
use crate::{error::ErrorCode, message::MessageId};

const GRANTED: &str = r#"{"version":"1.3.0","max_rdy_count":2500}"#;

fn new(options: Options) -> Connection<u32> {
    let mut connection = Connection::new(options, Instant::now());
    connection.advance(connection.output().len());
    connection
}

fn ready() -> Connection<u32> {
    let mut connection = new(Options::default());
    assert!(matches!(answer(&mut connection, GRANTED), Ok(Some(Event::Ready(_)))));
    connection
}

fn feed(connection: &mut Connection<u32>, frame: &Frame) -> Result<Option<Event<u32>>, ConnectionError> {
    let mut input = BytesMut::new();
    frame.encode(&mut input);
    connection.receive(&mut input, Instant::now())
}

fn answer(connection: &mut Connection<u32>, text: &str) -> Result<Option<Event<u32>>, ConnectionError> {
    feed(connection, &Frame::Response(Bytes::copy_from_slice(text.as_bytes())))
}

fn error(connection: &mut Connection<u32>, text: &str) -> Result<Option<Event<u32>>, ConnectionError> {
    feed(connection, &Frame::Error(Bytes::copy_from_slice(text.as_bytes())))
}

fn publish(body: &'static [u8]) -> Command {
    Command::Pub { topic: "t".parse().unwrap(), body: Bytes::from_static(body) }
}

fn asking(change: impl FnOnce(&mut IdentifyRequest)) -> Options {
    let mut options = Options::default();
    change(&mut options.identify);
    options
}

#[test]
fn nothing_is_sent_before_the_handshake_is_over() {
    let mut connection = new(Options::default());
    assert_eq!(connection.request(&publish(b"x"), 1), Err(1));
    connection.send(&Command::Nop);
    assert!(connection.output().is_empty() && !connection.is_ready());
}

#[test]
fn identify_always_negotiates() {
    let connection = Connection::<()>::new(Options::default(), Instant::now());
    let body = connection.output().strip_prefix(b"  V2IDENTIFY\n").unwrap();
    assert!(IdentifyRequest::from_json(&body[4..]).unwrap().feature_negotiation);
}

#[test]
fn answers_are_matched_in_order() {
    let mut connection = ready();
    for token in [7, 8] {
        connection.request(&publish(b"x"), token).unwrap();
    }
    connection.send(&Command::Nop);
    assert_eq!(connection.output(), b"PUB t\n\0\0\0\x01xPUB t\n\0\0\0\x01xNOP\n");
    for expected in [7, 8] {
        let Ok(Some(Event::Answered { token, response })) = answer(&mut connection, "OK") else { panic!() };
        assert_eq!((token, &response[..]), (expected, OK));
    }
    assert!(
        matches!(answer(&mut connection, "OK\n"), Err(ConnectionError::UnexpectedResponse(text)) if text == "OK\\n")
    );
}

#[test]
fn what_follows_a_refused_command_was_not_run() {
    let mut connection = ready();
    for token in 1..=4 {
        connection.request(&publish(b"x"), token).unwrap();
    }
    connection.advance(connection.output().len() / 4 * 3);
    assert!(matches!(answer(&mut connection, "OK"), Ok(Some(Event::Answered { token: 1, .. }))));
    let Ok(Some(Event::Refused { token: Some(2), error })) = error(&mut connection, "E_BAD_MESSAGE why") else {
        panic!()
    };
    assert_eq!(error.code, ErrorCode::BadMessage);
    assert_eq!(connection.request(&publish(b"x"), 5), Err(5));
    assert_eq!(connection.abandon().collect::<Vec<_>>(), [(3, Fate::NotRun), (4, Fate::NotWritten)]);
}

#[test]
fn after_a_bare_disconnect_nobody_knows() {
    let mut connection = ready();
    for token in 1..=3 {
        connection.request(&publish(b"x"), token).unwrap();
    }
    let each = connection.output().len() / 3;
    connection.advance(each + 1);
    let fates: Vec<_> = connection.abandon().collect();
    assert_eq!(fates, [(1, Fate::Unknown), (2, Fate::Unknown), (3, Fate::NotWritten)]);
}

#[test]
fn what_was_never_written_can_be_taken_back() {
    let mut connection = ready();
    let each = b"PUB t\n\0\0\0\x01x".len();
    for token in 1..=4 {
        connection.request(&publish(b"x"), token).unwrap();
    }
    assert!(matches!(
        feed(&mut connection, &Frame::Response(Bytes::from_static(HEARTBEAT))),
        Ok(Some(Event::Heartbeat))
    ));
    connection.request(&publish(b"y"), 5).unwrap();
    connection.advance(each + 1);
    assert_eq!(connection.unwritten().collect::<Vec<_>>(), [&3, &4, &5]);
    assert_eq!(connection.take_back(), [3, 4, 5]);
    assert_eq!(connection.output(), b"UB t\n\0\0\0\x01xNOP\n", "the rest of the second, and the heartbeat's answer");
    assert_eq!(connection.take_back(), [0; 0]);
    connection.request(&publish(b"z"), 6).unwrap();
    connection.advance(connection.output().len() - each);
    assert_eq!(connection.take_back(), [6]);
    assert!(connection.output().is_empty());
    for expected in [1, 2] {
        assert!(matches!(answer(&mut connection, "OK"), Ok(Some(Event::Answered { token, .. })) if token == expected));
    }
    assert_eq!(connection.awaited(), 0);
}

#[test]
fn a_late_acknowledgement_leaves_the_connection_open() {
    let mut connection = ready();
    connection.request(&publish(b"x"), 1).unwrap();
    let event = error(&mut connection, "E_FIN_FAILED FIN x failed ID not in flight");
    assert!(matches!(event, Ok(Some(Event::DeliveryFailed(_)))));
    assert!(connection.is_ready());
    assert!(matches!(answer(&mut connection, "OK"), Ok(Some(Event::Answered { token: 1, .. }))));
}

#[test]
fn heartbeats_are_answered_and_put_the_deadline_off() {
    let mut connection = ready();
    connection.request(&publish(b"x"), 1).unwrap();
    connection.advance(connection.output().len());
    let later = Instant::now() + Duration::from_secs(3);
    let mut input = BytesMut::new();
    Frame::Response(Bytes::from_static(HEARTBEAT)).encode(&mut input);
    assert!(matches!(connection.receive(&mut input, later), Ok(Some(Event::Heartbeat))));
    assert_eq!(connection.output(), b"NOP\n");
    assert_eq!(connection.awaited(), 1, "a heartbeat is no answer");
    assert_eq!(connection.read_deadline(), later + Options::default().read_timeout);
}

#[test]
fn a_heartbeat_gives_back_what_a_burst_took() {
    const BURST: u32 = 1_000;
    let mut connection = ready();
    for number in 0..BURST {
        connection.request(&publish(&[0; 1_000]), number).unwrap();
    }
    let written = connection.output().len();
    connection.advance(written);
    for _ in 0..BURST {
        assert!(matches!(answer(&mut connection, "OK"), Ok(Some(Event::Answered { .. }))));
    }
    assert!(connection.output.try_reclaim(written) && connection.awaited.capacity() >= BURST as usize);
    assert!(matches!(answer(&mut connection, "_heartbeat_"), Ok(Some(Event::Heartbeat))));
    assert_eq!(connection.output(), b"NOP\n");
    assert!(!connection.output.try_reclaim(1_000) && connection.awaited.capacity() < 10);
}

#[test]
fn deliveries_pass_through() {
    let message =
        Message { timestamp_nanos: 1, attempts: 1, id: MessageId([b'0'; 16]), body: Bytes::from_static(b"hi") };
    let mut connection = ready();
    let Ok(Some(Event::Message(read))) = feed(&mut connection, &Frame::Message(message.clone())) else { panic!() };
    assert_eq!(read, message);
    let early = feed(&mut new(Options::default()), &Frame::Message(message));
    assert!(matches!(early, Err(ConnectionError::UnexpectedMessage)));
}

#[test]
fn a_handshake_that_fails_says_why() {
    let refused = error(&mut new(Options::default()), "E_BAD_BODY IDENTIFY msg timeout (1) is invalid");
    assert!(matches!(refused, Err(ConnectionError::Handshake(error)) if error.code == ErrorCode::BadBody));
    assert!(matches!(answer(&mut new(Options::default()), "OK"), Err(ConnectionError::Identify(_))));
    let plain = answer(&mut new(asking(|identify| identify.tls_v1 = true)), r#"{"tls_v1": false}"#);
    assert!(matches!(plain, Err(ConnectionError::TlsNotOffered)));
    let locked = answer(&mut new(Options::default()), r#"{"auth_required": true}"#);
    assert!(matches!(locked, Err(ConnectionError::SecretMissing)));
}

#[test]
fn upgrades_come_in_order_and_then_auth() {
    let mut connection =
        new(Options { auth_secret: Some(Secret(Bytes::from_static(b"s3cret"))), ..Options::default() });
    assert!(!format!("{connection:?}").contains("s3cret"));
    let granted = r#"{"tls_v1": true, "deflate": true, "auth_required": true}"#;
    assert!(matches!(answer(&mut connection, granted), Ok(Some(Event::Upgrade(Upgrade::Tls)))));
    assert!(matches!(answer(&mut connection, "OK"), Ok(Some(Event::Upgrade(Upgrade::Deflate)))));
    assert!(matches!(answer(&mut connection, "OK"), Ok(None)));
    assert_eq!(connection.output(), b"AUTH\n\0\0\0\x06s3cret");
    assert!(matches!(answer(&mut connection, "{}"), Ok(Some(Event::Ready(_)))));
    assert!(connection.is_ready());
}

#[test]
fn bytes_in_the_clear_before_an_upgrade_are_refused() {
    let mut connection = new(asking(|identify| identify.tls_v1 = true));
    let mut input = BytesMut::new();
    Frame::Response(Bytes::from_static(br#"{"tls_v1": true}"#)).encode(&mut input);
    input.extend_from_slice(b"x");
    let refused = connection.receive(&mut input, Instant::now());
    assert!(matches!(refused, Err(ConnectionError::BytesBeforeUpgrade(1, Upgrade::Tls))));
}

#[test]
fn what_follows_the_grant_of_compression_is_left_for_it() {
    let mut connection = new(asking(|identify| identify.snappy = true));
    let mut input = BytesMut::new();
    Frame::Response(Bytes::from_static(br#"{"snappy": true}"#)).encode(&mut input);
    input.extend_from_slice(b"\xff\x06\0\0sNaPpY");
    let event = connection.receive(&mut input, Instant::now());
    assert!(matches!(event, Ok(Some(Event::Upgrade(Upgrade::Snappy)))));
    assert_eq!(&input[..], b"\xff\x06\0\0sNaPpY");
}

#[test]
fn a_message_over_the_limit_is_told_of_and_the_connection_goes_on() {
    let mut connection = new(Options { max_message_size: 3, ..Options::default() });
    answer(&mut connection, GRANTED).unwrap();
    connection.request(&publish(b"x"), 1).unwrap();
    connection.advance(connection.output().len());
    let message =
        |body| Frame::Message(Message { timestamp_nanos: 7, attempts: 2, id: MessageId(*b"0123456789abcdef"), body });
    let event = feed(&mut connection, &message(Bytes::from_static(b"four")));
    let Ok(Some(Event::Oversized(oversized))) = event else { panic!("{event:?}") };
    assert_eq!((oversized.size, oversized.limit, oversized.attempts), (4, 3, 2));
    assert_eq!(connection.awaited(), 1, "it is no answer");
    assert!(matches!(answer(&mut connection, "OK"), Ok(Some(Event::Answered { token: 1, .. }))));

    let mut early = new(Options::default());
    let large = message(Bytes::from(vec![0; MAX_MESSAGE_SIZE + 1]));
    assert!(matches!(feed(&mut early, &large), Err(ConnectionError::UnexpectedMessage)));
}

#[test]
fn a_broker_is_not_silent_while_a_large_frame_comes() {
    let mut connection = ready();
    let later = Instant::now() + Duration::from_secs(3);
    let mut input = BytesMut::from(&b"\0\x01\0\0\0\0\0\x02"[..]);
    assert!(matches!(connection.receive(&mut input, later), Ok(None)));
    assert_eq!(connection.read_deadline(), later + Options::default().read_timeout);
}
