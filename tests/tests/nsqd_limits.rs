//! What is exactly at a limit of nsqd, and what is just over it: sizes, names and delays.
#![cfg(feature = "nsqd")]

mod faults;

use std::time::Duration;

use almanet_nsq::name::{ChannelName, TopicName};
use almanet_runtime::codegen::{Procedure, ServiceBuilder, ServiceInfo};
use almanet_runtime::transport::{PublishError, Route, SubscribeOptions, Subscription, Transport, nsq::Nsq};
use almanet_runtime::{
    CallError, Failure, Interruption, Never, NotExecuted, OutcomeUnknown, Server, Session, StreamOf,
};
use almanet_tests::certificates::Authority;
use almanet_tests::nsqd::Nsqd;
use bytes::Bytes;
use faults::{
    CHANNEL, Effects, Idempotent, ONCE, ProbeClient, call_one, probe, procedure, serve, serve_one, session, until,
};

/// What a message may hold where nobody says otherwise.
const LIMIT: usize = 1024 * 1024;
/// What only a broker takes that was told so.
const LARGE: usize = 2 * LIMIT;
const SECOND: Duration = Duration::from_secs(1);

async fn connect(url: &str) -> Nsq {
    Nsq::connect(url.parse().expect("a URL")).await.unwrap_or_else(|error| panic!("{url}: {error}"))
}

async fn subscribe(transport: &Nsq, topic: &TopicName, channel: &ChannelName) -> Subscription {
    transport.subscribe(SubscribeOptions::new(topic.clone(), channel.clone(), 10)).await.expect("subscribed")
}

async fn delivered(subscription: &mut Subscription) -> Bytes {
    let delivery =
        tokio::time::timeout(20 * SECOND, subscription.recv()).await.expect("a delivery").expect("not ended");
    delivery.finish();
    delivery.body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_the_largest_size_arrives_in_tls_and_compressed_and_one_byte_more_does_not_leave() {
    let authority = Authority::new();
    let identity = authority.issue(&["localhost"]);
    let nsqd = Nsqd::secured(&identity, &[]);
    let secured = format!("nsq+tls://localhost:{}?ca={}", nsqd.tcp_address().port(), authority.certificate().display());
    let (topic, channel) = ("large".parse().expect("a topic"), "c".parse().expect("a channel"));
    // What compresses to next to nothing, and what does not compress at all.
    let bodies = [vec![b'x'; LIMIT], std::iter::repeat_with(|| fastrand::u8(..)).take(LIMIT).collect()];
    for url in [format!("{}?", nsqd.url()), secured] {
        for compression in ["", "&compression=snappy", "&compression=deflate"] {
            let url = format!("{url}{compression}").replace("?&", "?");
            let transport = connect(url.trim_end_matches('?')).await;
            let mut subscription = subscribe(&transport, &topic, &channel).await;
            for body in &bodies {
                transport.publish(Route::Any, &topic, body.clone().into(), None).await.expect("it has room");
                assert!(delivered(&mut subscription).await == body[..], "{url}");
                let larger = [&body[..], b"x"].concat();
                let refused = transport.publish(Route::Any, &topic, larger.into(), None).await;
                assert!(
                    matches!(&refused, Err(PublishError::NotSent(why)) if why.contains("1048577 bytes")),
                    "{url}: {refused:?}"
                );
            }
            transport.publish(Route::Any, &topic, "next".into(), None).await.expect("the connection is still there");
            assert_eq!(delivered(&mut subscription).await, "next", "{url}");
            transport.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_sixty_four_bytes_are_taken() {
    let nsqd = Nsqd::start();
    let both = session(&nsqd.url()).await;
    let effects = Effects::default();
    let longest = procedure(&"x".repeat(64 - "_rpc_.faults.".len()), Idempotent::No);
    let running = serve_one(&both, longest, &effects).await;
    assert_eq!(call_one(&both, longest, "a").timeout(60 * SECOND).await.as_deref(), Ok("a"));
    running.drain().await;
    let outcome = call_one(&both, procedure(&"x".repeat(52), Idempotent::No), "a").await;
    assert!(matches!(outcome, Err(CallError::NotExecuted(NotExecuted::Address(_)))), "{outcome:?}");

    let transport = connect(&nsqd.url()).await;
    for (topic, channel) in [
        ("t".repeat(64), "c".repeat(64)),
        (format!("{}#ephemeral", "t".repeat(54)), format!("{}#ephemeral", "c".repeat(54))),
    ] {
        let (topic, channel) = (topic.parse().expect("a topic"), channel.parse().expect("a channel"));
        let mut subscription = subscribe(&transport, &topic, &channel).await;
        transport.publish(Route::Any, &topic, "x".into(), None).await.expect("published");
        assert_eq!(delivered(&mut subscription).await, "x");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delay_that_the_broker_does_not_take_is_refused_and_its_neighbours_run() {
    let nsqd = Nsqd::with(&["--max-req-timeout=1s"]);
    let effects = Effects::default();
    let both = session(&nsqd.url()).await;
    let _running = serve(&both, &effects).await;
    let client = ProbeClient::new(&both);
    let notes = (0..20).map(|number| {
        let delay = if number == 7 { SECOND + Duration::from_millis(1) } else { SECOND };
        let note = client.note(number.to_string()).delay(delay);
        tokio::spawn(async move { note.await })
    });
    for (number, note) in notes.collect::<Vec<_>>().into_iter().enumerate() {
        match note.await.expect("no panic") {
            Ok(_) => assert_ne!(number, 7),
            Err(CallError::NotExecuted(NotExecuted::Refused { code, text })) => {
                assert_eq!((number, &*code), (7, "E_INVALID"), "{text}");
            }
            other => panic!("{number}: {other:?}"),
        }
    }
    effects.until_all(19).await;
    until(|| nsqd.channel("_rpc_.faults.probe.note", CHANNEL), |channel| channel["in_flight_count"] == 0).await;
    assert_eq!((effects.all(), effects.of("7")), (19, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_or_a_reply_over_what_is_taken_here_is_dropped_once_and_ends_no_connection() {
    let nsqd = Nsqd::with(&["--max-msg-size=4194304"]);
    let wide = format!("{}?max_msg_size=4194304", nsqd.url());
    let effects = Effects::default();
    let (caller, service) = (session(&nsqd.url()).await, session(&wide).await);
    let running = serve(&service, &effects).await;
    let client = ProbeClient::new(&caller);
    let outcome = client.large(LARGE as i64).timeout(60 * SECOND).await.map(|text| text.len());
    let Err(CallError::OutcomeUnknown(OutcomeUnknown::ReplyTooLarge { size, limit })) = outcome else {
        panic!("it is told at once: {outcome:?}");
    };
    assert!(size > LARGE && limit == 1024 * 1024, "{size} of {limit}");
    assert_eq!((effects.of("large"), caller.statistics().oversized), (1, 1));
    assert_eq!(client.once("after a reply").timeout(60 * SECOND).await.as_deref(), Ok("after a reply"));
    running.drain().await;

    let service = session(&nsqd.url()).await;
    let _running = serve(&service, &effects).await;
    let topic: TopicName = ONCE.parse().expect("a topic");
    let peer = connect(&wide).await;
    peer.publish(Route::Any, &topic, vec![b' '; LARGE].into(), None).await.expect("nsqd takes it");
    until(|| service.statistics().oversized, |dropped| *dropped == 1).await;
    assert_eq!(client.once("after a call").timeout(60 * SECOND).await.as_deref(), Ok("after a call"));
    until(|| nsqd.channel(ONCE, CHANNEL), |channel| channel["in_flight_count"] == 0 && channel["depth"] == 0).await;
    let channel = nsqd.channel(ONCE, CHANNEL);
    assert_eq!((&channel["timeout_count"], &channel["requeue_count"]), (&0.into(), &0.into()), "{channel}");
    assert_eq!(service.statistics().oversized, 1, "it did not come again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_a_stream_over_what_is_taken_here_ends_it_at_once() {
    static SERVICE: ServiceInfo = ServiceInfo::new("faults");
    static GROWING: Procedure = Procedure::new("growing", "faults.growing");
    let nsqd = Nsqd::with(&["--max-msg-size=4194304"]);
    let (caller, service) =
        (session(&nsqd.url()).await, session(&format!("{}?max_msg_size=4194304", nsqd.url())).await);
    let growing = ServiceBuilder::new(&SERVICE, ())
        .stream(&GROWING, |_, _, ()| async {
            let sizes = [1, 2, LARGE, 3].into_iter();
            Ok::<_, Failure<Never>>(StreamOf::of(sizes.map(|size| "x".repeat(size))))
        })
        .build();
    let _running = Server::new(&service).add(growing).start().await.expect("the service starts");
    let mut values = caller.stream::<String>("faults.growing", &()).await.expect("it begins");
    let mut ends = Vec::new();
    while let Some(value) = values.next().await {
        ends.push(value.map(|text| text.len()));
    }
    let Some(Err(CallError::OutcomeUnknown(OutcomeUnknown::Interrupted(why)))) = ends.pop() else { panic!("{ends:?}") };
    assert!(matches!(why, Interruption::TooLarge { size, limit: LIMIT } if size > LARGE), "{why}");
    assert!(ends.iter().zip(1..).all(|(value, size)| *value == Ok(size)), "{ends:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topics_message_over_what_is_taken_here_is_kept_for_whoever_takes_it_and_the_others_arrive() {
    let nsqd = Nsqd::with(&["--max-msg-size=4194304"]);
    let wide = format!("{}?max_msg_size=4194304", nsqd.url());
    let (narrow, wide) = (session(&nsqd.url()).await, session(&wide).await);
    let mut consumer =
        narrow.topic::<String>("large").consume("c").max_in_flight(1).max_attempts(1).await.expect("subscribed");
    let producer = wide.topic::<String>("large");
    producer.produce(&"x".repeat(LARGE)).await.expect("nsqd takes it");
    for number in 0..10 {
        producer.produce(&number.to_string()).await.expect("nsqd takes it");
        let message = consumer.next().await.expect("a message");
        assert_eq!(message.finish().expect("a text"), number.to_string());
    }
    until(|| narrow.statistics().oversized, |refused| *refused > 0).await;
    drop(consumer);
    let mut consumer = producer.consume("c").await.expect("subscribed");
    let message = consumer.next().await.expect("a message");
    assert_eq!(message.finish().expect("a text").len(), LARGE);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_nsqd_is_told_to_refuse_is_named_with_what_to_do() {
    for (argument, remedy) in [
        ("--max-heartbeat-interval=2s", "heartbeat interval (5000) is invalid: set `heartbeat=`"),
        ("--max-output-buffer-size=1024", "output buffer size (4096) is invalid: set `output_buffer_size=`"),
        ("--min-output-buffer-timeout=100ms", "output buffer timeout (25) is invalid: set `output_buffer_timeout=`"),
    ] {
        let nsqd = Nsqd::with(&[argument]);
        let refused = Session::connect(&nsqd.url()).await.expect_err("nsqd refuses it").to_string();
        assert!(refused.contains(remedy), "{refused}");
    }
    let nsqd = Nsqd::with(&["--max-msg-timeout=5s", "--msg-timeout=5s"]);
    let session = session(&nsqd.url()).await;
    let server = Server::new(&session).add(probe::service(Effects::default()));
    let refused = server.start().await.expect_err("nsqd refuses it").to_string();
    assert!(refused.contains("msg timeout (6000) is invalid: raise nsqd's --max-msg-timeout"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_of_calls_that_were_given_up_overflow_no_queue_and_the_next_call_is_answered() {
    const CALLS: u64 = 20_000;
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let (caller, service) = (session(&nsqd.url()).await, session(&nsqd.url()).await);
    let _running = serve(&service, &effects).await;
    let client = ProbeClient::new(&caller);
    let mut given_up = 0;
    for _ in 0..CALLS {
        let mut call = client.once("given up").timeout(60 * SECOND).into_future();
        // Where the processor was taken away meanwhile, a call may have its reply already.
        given_up += u64::from(futures_util::poll!(&mut call).is_pending());
    }
    assert!(given_up > CALLS / 2, "{given_up} calls were given up");
    assert_eq!(client.once("answered").timeout(60 * SECOND).await.as_deref(), Ok("answered"));
    until(|| caller.statistics().unclaimed_replies, |replies| *replies == given_up).await;
}
