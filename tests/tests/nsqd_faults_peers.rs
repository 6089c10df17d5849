//! Services that die, leave, answer late or too much, and peers that send what they should not, over a real nsqd.
#![cfg(feature = "nsqd")]

mod faults;

use std::time::Duration;

use almanet_nsq::name::{ChannelName, TopicName};
use almanet_runtime::transport::{Route, SubscribeOptions, Transport, nsq::Nsq};
use almanet_runtime::{CallError, NotExecuted, OutcomeUnknown};
use almanet_tests::nsqd::Nsqd;
use almanet_tests::proxy::{Action, Proxy, Unit};
use bytes::Bytes;
use faults::{CHANNEL, Effects, ONCE, ProbeClient, promised, serve, session, until};

const SECOND: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(60);

async fn raw(nsqd: &Nsqd) -> Nsq {
    Nsq::connect(nsqd.url().parse().expect("a URL")).await.expect("nsqd is there")
}

async fn publish(raw: &Nsq, topic: &str, body: impl Into<Bytes>) {
    let topic: TopicName = topic.parse().expect("a topic");
    raw.publish(Route::Any, &topic, body.into(), None).await.expect("nsqd takes it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_held_by_a_service_that_dies_moves_on_to_another_one() {
    let nsqd = Nsqd::start();
    let (dying, living) = (Effects::default(), Effects::default());
    let proxy = Proxy::start(nsqd.tcp_address()).await;
    let (caller, first) = (session(&nsqd.url()).await, session(&proxy.url()).await);
    let _dead = serve(&first, &dying).await;
    let client = ProbeClient::new(&caller);
    let call = tokio::spawn(async move { client.once("held").millis(100).timeout(LONG).await });
    dying.until("held", 1).await;
    // It is cut off and cannot come back, as a process that was killed.
    proxy.refuse();
    proxy.cut();
    let second = session(&nsqd.url()).await;
    let _running = serve(&second, &living).await;
    assert_eq!(call.await.expect("no panic").as_deref(), Ok("held"));
    assert_eq!(living.of("held"), 1, "it ran again elsewhere");
    assert!(proxy.counts().faults > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn services_restarted_in_turn_under_load_lose_no_call() {
    const CALLERS: usize = 8;
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let caller = session(&nsqd.url()).await;
    let mut instances = Vec::new();
    for _ in 0..2 {
        let session = session(&nsqd.url()).await;
        instances.push((serve(&session, &effects).await, session));
    }
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller_number| {
            let (client, stopped) = (ProbeClient::new(&caller), stopped.clone());
            tokio::spawn(async move {
                let mut calls = 0;
                while !*stopped.borrow() {
                    let text = format!("{caller_number}/{calls}");
                    let reply = client.once(text.clone()).millis(2).timeout(LONG).await;
                    assert_eq!(reply.as_deref(), Ok(&*text), "a call was lost");
                    calls += 1;
                }
                calls
            })
        })
        .collect();
    for round in 1..=6 {
        let (leaving, its_session) = instances.remove(0);
        leaving.drain().await;
        its_session.close().await;
        let session = session(&nsqd.url()).await;
        instances.push((serve(&session, &effects).await, session));
        effects.until_all(effects.all() + 100).await;
        assert!(effects.all() >= round * 100);
    }
    stop.send_replace(true);
    let mut calls = 0;
    for caller in callers {
        calls += caller.await.expect("no call was lost");
    }
    assert_eq!(effects.all(), calls, "each ran once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_published_twice_runs_once_and_its_second_reply_is_dropped() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let proxy = Proxy::start(nsqd.tcp_address()).await;
    let (caller, service) = (session(&proxy.url()).await, session(&nsqd.url()).await);
    let _running = serve(&service, &effects).await;
    proxy.once(Action::Twice, |unit| unit.is_command("PUB") && unit.contains(ONCE));
    let client = ProbeClient::new(&caller);
    assert_eq!(client.once("twin").millis(50).timeout(LONG).await.as_deref(), Ok("twin"));
    assert_eq!(proxy.counts().faults, 1);
    until(|| service.statistics(), |statistics| statistics.duplicates == 1).await;
    assert_eq!(effects.of("twin"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_that_are_delivered_twice_end_a_call_once() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let proxy = Proxy::start(nsqd.tcp_address()).await;
    let (caller, service) = (session(&proxy.url()).await, session(&nsqd.url()).await);
    let _running = serve(&service, &effects).await;
    proxy.decide(|unit| if unit.is_message() { Action::Twice } else { Action::Pass });
    let client = ProbeClient::new(&caller);
    for number in 0..10 {
        let text = format!("twin {number}");
        assert_eq!(client.once(text.clone()).timeout(LONG).await, Ok(text));
    }
    until(|| caller.statistics(), |statistics| statistics.unclaimed_replies == 10).await;
    assert_eq!((effects.all(), proxy.counts().faults), (10, 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_over_the_limit_is_not_executed_and_closes_no_connection() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let both = session(&nsqd.url()).await;
    let _running = serve(&both, &effects).await;
    let client = ProbeClient::new(&both);
    let text = "x".repeat(1024 * 1024);
    let call = client.once(text.clone()).timeout(LONG);
    let outcome = promised(LONG, &effects, &text, async { call.await }).await;
    assert!(matches!(outcome, Err(CallError::NotExecuted(NotExecuted::TooLarge { .. }))));
    assert_eq!(client.once("small").timeout(LONG).await.as_deref(), Ok("small"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_over_the_brokers_own_limit_is_refused_and_its_neighbours_are_answered() {
    let nsqd = Nsqd::with(&["--max-msg-size=2000"]);
    let effects = Effects::default();
    let both = session(&nsqd.url()).await;
    let _running = serve(&both, &effects).await;
    let client = ProbeClient::new(&both);
    let calls = (0..20).map(|number| {
        let text = format!("{number} {}", "x".repeat(if number == 7 { 2_000 } else { 10 }));
        let call = client.once(text).timeout(LONG);
        tokio::spawn(async move { call.await })
    });
    for (number, call) in calls.collect::<Vec<_>>().into_iter().enumerate() {
        match call.await.expect("no panic") {
            Ok(_) => assert_ne!(number, 7),
            Err(CallError::NotExecuted(NotExecuted::Refused { code, .. })) => {
                assert_eq!((number, &*code), (7, "E_BAD_MESSAGE"));
            }
            other => panic!("{number}: {other:?}"),
        }
    }
    assert_eq!(effects.all(), 19);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_over_the_limit_is_an_internal_error_at_once() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let both = session(&nsqd.url()).await;
    let _running = serve(&both, &effects).await;
    let client = ProbeClient::new(&both);
    assert!(matches!(client.large(1024 * 1024).timeout(LONG).await, Err(CallError::Internal)));
    assert_eq!(client.large(1024 * 1023).timeout(LONG).await.map(|text| text.len()), Ok(1024 * 1023));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_over_the_brokers_own_limit_is_an_internal_error_at_once() {
    let nsqd = Nsqd::with(&["--max-msg-size=2000"]);
    let effects = Effects::default();
    let both = session(&nsqd.url()).await;
    let _running = serve(&both, &effects).await;
    let client = ProbeClient::new(&both);
    let mut calls = Vec::new();
    for number in 0..20 {
        let call = client.large(if number % 7 == 3 { 3_000 } else { 10 }).timeout(LONG);
        calls.push((number, tokio::spawn(async move { call.await })));
    }
    for (number, call) in calls {
        let outcome = call.await.expect("no panic").map(|text| text.len());
        match number % 7 {
            3 => assert!(matches!(outcome, Err(CallError::Internal)), "{number}: {outcome:?}"),
            _ => assert_eq!(outcome, Ok(10), "{number}"),
        }
    }
    assert_eq!(effects.of("large"), 20, "each ran once");
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_of_strangers_are_counted_and_end_nothing() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let both = session(&nsqd.url()).await;
    let _running = serve(&both, &effects).await;
    let client = ProbeClient::new(&both);
    assert_eq!(client.once("before").timeout(LONG).await.as_deref(), Ok("before"));
    let call = client.once("during").millis(1_000).timeout(LONG);
    let call = tokio::spawn(async move { call.await });
    effects.until("during", 1).await;
    let (raw, topic) = (raw(&nsqd).await, format!("_rpc_._reply_.{}#ephemeral", both.id()));
    let (unknown, session_id) = ("1".repeat(32), both.id());
    for id in [unknown.clone(), session_id.to_string()] {
        publish(&raw, &topic, format!(r#"{{"call_id":"{id}","is_exception":false,"payload":"\"forged\""}}"#)).await;
    }
    // What sounds like a stream that nobody has opened is declined, and not asked for again.
    let part = format!(r#"{{"id":"{unknown}","session":"{session_id}","sent":0}}"#);
    let body = format!(r#"{{"call_id":"{unknown}","is_exception":false,"payload":"null","stream":{part}}}"#);
    publish(&raw, &topic, body).await;
    assert_eq!(call.await.expect("no panic").as_deref(), Ok("during"));
    until(|| both.statistics(), |statistics| statistics.unclaimed_replies >= 4).await;
    assert_eq!((both.statistics().unclaimed_replies, effects.all()), (4, 2), "the cancellation is the fourth");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_after_the_deadline_is_not_sent_and_the_next_call_is_answered() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let (caller, service) = (session(&nsqd.url()).await, session(&nsqd.url()).await);
    let _running = serve(&service, &effects).await;
    let client = ProbeClient::new(&caller);
    let call = client.once("late").millis(60_000).timeout(SECOND);
    let outcome = promised(SECOND, &effects, "late", async { call.await }).await;
    assert!(matches!(outcome, Err(CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(_)))), "{outcome:?}");
    assert_eq!(effects.of("late"), 1);
    assert_eq!(client.once("next").timeout(LONG).await.as_deref(), Ok("next"));
    until(|| service.statistics(), |statistics| statistics.expired == 1).await;
    assert_eq!(caller.statistics().unclaimed_replies, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_held_up_past_the_deadline_is_dropped_by_its_caller() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let proxy = Proxy::start(nsqd.tcp_address()).await;
    let (caller, service) = (session(&proxy.url()).await, session(&nsqd.url()).await);
    let _running = serve(&service, &effects).await;
    proxy.once(Action::Delay(2 * SECOND), |unit: &Unit<'_>| unit.is_message());
    let client = ProbeClient::new(&caller);
    let call = client.once("held up").timeout(SECOND);
    let outcome = promised(SECOND, &effects, "held up", async { call.await }).await;
    assert!(matches!(outcome, Err(CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(_)))), "{outcome:?}");
    assert_eq!(client.once("next").timeout(LONG).await.as_deref(), Ok("next"));
    assert_eq!((caller.statistics().unclaimed_replies, proxy.counts().faults), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_consumer_takes_every_message_once_and_holds_nobody_up() {
    const MANY: usize = 100;
    let nsqd = Nsqd::start();
    let (slow, fast) = (raw(&nsqd).await, raw(&nsqd).await);
    let topic: TopicName = "parcels".parse().expect("a topic");
    let options = |channel: &str| {
        let channel: ChannelName = channel.parse().expect("a channel");
        SubscribeOptions::new(topic.clone(), channel, 2).message_timeout(SECOND)
    };
    let mut slowly = slow.subscribe(options("slow")).await.expect("subscribed");
    let mut quickly = fast.subscribe(options("fast")).await.expect("subscribed");
    for number in 0..MANY {
        publish(&fast, "parcels", number.to_string()).await;
    }
    for _ in 0..MANY {
        quickly.recv().await.expect("a message").finish();
    }
    assert_eq!(nsqd.channel("parcels", "fast")["depth"], 0);
    assert!(nsqd.channel("parcels", "slow")["depth"].as_u64() > Some(0), "the slow one has not kept up");
    for _ in 0..MANY {
        let message = slowly.recv().await.expect("a message");
        assert_eq!(message.attempts, 1, "none came twice");
        tokio::time::sleep(Duration::from_millis(20)).await;
        message.finish();
    }
    until(|| nsqd.channel("parcels", "slow"), |channel| channel["in_flight_count"] == 0).await;
    let stats = nsqd.channel("parcels", "slow");
    assert_eq!((&stats["depth"], &stats["timeout_count"]), (&0.into(), &0.into()), "{stats}");
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_frames_end_their_connection_and_nothing_else() {
    for garbage in [
        &b"\xff\xff\xff\xff\0\0\0\x02"[..],
        b"\0\0\0\x02\0\0",
        b"\0\0\0\x08\0\0\0\x09what",
        b"\0\0\0\x10\0\0\0\x02too short",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ] {
        let nsqd = Nsqd::start();
        let effects = Effects::default();
        let proxy = Proxy::start(nsqd.tcp_address()).await;
        let (caller, service) = (session(&proxy.url()).await, session(&nsqd.url()).await);
        let _running = serve(&service, &effects).await;
        let before = proxy.counts().connections;
        proxy.once(Action::Replace(garbage.to_vec()), |unit: &Unit<'_>| unit.is_message());
        let call = ProbeClient::new(&caller).once("garbled").timeout(SECOND);
        let outcome = promised(SECOND, &effects, "garbled", async { call.await }).await;
        assert!(matches!(outcome, Err(CallError::OutcomeUnknown(_))), "{garbage:?}: {outcome:?}");
        proxy.until(|counts| counts.faults == 1 && counts.connections == before + 1).await;
        let call = ProbeClient::new(&caller).again("afterwards").timeout(LONG);
        assert_eq!(call.await.as_deref(), Ok("afterwards"), "{garbage:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_envelopes_are_counted_and_finished_and_the_next_call_is_answered() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let (caller, service) = (session(&nsqd.url()).await, session(&nsqd.url()).await);
    let _running = serve(&service, &effects).await;
    let raw = raw(&nsqd).await;
    let envelope = |reply_topic: &str, expires: &str| {
        let (id, caller) = ("1".repeat(32), "2".repeat(32));
        format!(
            r#"{{"id":"{id}","caller_id":"{caller}","payload":"\"x\"","reply_topic":"{reply_topic}","expires":{expires}}}"#
        )
    };
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(100), "]".repeat(100));
    let malformed = [
        "",
        "null",
        "[]",
        "{",
        "{}",
        "\u{0}",
        &deep,
        &envelope("", "-1"),
        &envelope("", "null"),
        "{\"id\":1,\"id\":1}",
    ];
    let malformed: Vec<Vec<u8>> = malformed.iter().map(|text| format!("{text} ").into_bytes()).collect();
    for body in malformed.iter().cloned().chain([b"\xff\xfe".to_vec()]) {
        publish(&raw, ONCE, body).await;
    }
    let refused = [
        envelope("somebody.elses.topic", "5"),
        envelope(&format!("_rpc_._reply_.{}#ephemeral", "3".repeat(32)), "5"),
        envelope("_rpc_.faults.probe.once", "5"),
    ];
    for body in &refused {
        publish(&raw, ONCE, body.clone()).await;
    }
    let topic = format!("_rpc_._reply_.{}#ephemeral", caller.id());
    for body in malformed.iter().cloned() {
        publish(&raw, &topic, body).await;
    }
    let call = ProbeClient::new(&caller).once("afterwards").timeout(LONG);
    assert_eq!(call.await.as_deref(), Ok("afterwards"));
    let statistics = service.statistics();
    assert_eq!(statistics.malformed as usize, malformed.len() + 1, "{statistics:?}");
    assert_eq!(statistics.refused_reply_topics as usize, refused.len());
    until(|| caller.statistics(), |statistics| statistics.malformed as usize == malformed.len()).await;
    assert_eq!(effects.all(), 1);
    until(|| nsqd.channel(ONCE, CHANNEL), |channel| channel["in_flight_count"] == 0).await;
    assert_eq!(nsqd.channel(ONCE, CHANNEL)["requeue_count"], 0);
    assert!(nsqd.stats("somebody.elses.topic")["topics"][0].is_null(), "nothing was published");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_of_the_wire_before_1_0_is_counted_as_what_it_is_and_disturbs_nobody() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let (caller, service) = (session(&nsqd.url()).await, session(&nsqd.url()).await);
    let _running = serve(&service, &effects).await;
    let raw = raw(&nsqd).await;
    let (id, old) = ("1".repeat(32), "2".repeat(32));
    let call = format!(r#"{{"id":"{id}","caller_id":"{old}","payload":{{"text":"x"}},"reply_topic":"","expires":5}}"#);
    publish(&raw, ONCE, call).await;
    // Such a service has a channel of its own, `RPC`, so it gets a copy of every call, and answers in its way.
    let channel: ChannelName = "RPC".parse().expect("a channel");
    let options = SubscribeOptions::new(ONCE.parse().expect("a topic"), channel, 1);
    let mut peer = raw.subscribe(options).await.expect("subscribed");
    let client = ProbeClient::new(&caller);
    let call = tokio::spawn(async move { client.once("both").millis(500).timeout(LONG).await });
    let copy = peer.recv().await.expect("a copy of the call");
    copy.finish();
    let copy: serde_json::Value = serde_json::from_slice(&copy.body).expect("JSON");
    let reply = format!(r#"{{"call_id":{},"is_error":true,"payload":{{"name":"x","payload":1}}}}"#, copy["id"]);
    publish(&raw, copy["reply_topic"].as_str().expect("a text"), reply).await;
    until(|| caller.statistics().before_version_1, |counted| *counted == 1).await;
    assert_eq!(call.await.expect("no panic").as_deref(), Ok("both"));
    assert_eq!((service.statistics().before_version_1, effects.all()), (1, 1));
}
