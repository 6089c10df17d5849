//! How calls end, on a clock that only moves when everything waits.

mod credentials;
mod unwritten;

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;
use tower::ServiceBuilder;

use super::*;
use crate::{
    error::{BoxError, CallError, Never, NotExecuted, OutcomeUnknown},
    session::Session,
    transport::{
        PublishError, SubscribeError,
        nsq::played::Played,
        scripted::{Published, Script},
    },
    types::Value,
    wire::{Exception, Invocation, Reply},
};

const URI: &str = "net.example.greet";

async fn connected(script: &Script) -> Session {
    Session::builder().over(script.transport.clone()).await.unwrap()
}

fn invocation(published: &Published) -> Invocation<'_> {
    Invocation::decode(&published.body).unwrap()
}

/// A call of `"Aidar"` under way in a task of its own.
fn calling(
    session: &Session,
    change: impl FnOnce(Call<String>) -> Call<String>,
) -> tokio::task::JoinHandle<Result<String, CallError>> {
    let call = change(session.call(URI, &"Aidar".to_owned()));
    tokio::spawn(async move { call.await })
}

fn reply(script: &Script, published: &Published, is_exception: bool, payload: &str) {
    let Invocation { id, caller_id, .. } = invocation(published);
    let mut body = Vec::new();
    Reply { call_id: id, is_exception, payload: payload.into(), channel: None, stream: None }.encode(&mut body);
    script.deliver(&format!("_rpc_._reply_.{caller_id}#ephemeral"), body);
}

fn exception(name: &str, payload: &str) -> String {
    Exception { name: name.into(), payload: payload.into() }.encode()
}

/// The idempotent variant of a call, which only a contract makes.
fn idempotent(session: &Session) -> tokio::task::JoinHandle<Result<Response, CallError>> {
    let request = Request {
        uri: URI.into(),
        topic: session.call_topic(URI).unwrap(),
        payload: "1".into(),
        timeout: Duration::from_secs(9),
        headers: crate::wire::Headers::new(),
        idempotent: true,
        guarded: false,
        kind: Kind::Call,
        not_after: None,
    };
    tokio::spawn(Caller::from(session).send(request))
}

#[tokio::test(start_paused = true)]
async fn a_reply_ends_the_call() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let call = calling(&session, |call| call.timeout(Duration::from_secs(5)).header("a", "b"));
    let published = script.published().await;
    assert_eq!(published.topic, "_rpc_.net.example.greet");
    let sent = invocation(&published);
    assert_eq!((&*sent.payload, sent.caller_id), ("\"Aidar\"", session.id()));
    assert_eq!((sent.lifetime.seconds(), sent.headers.get("a")), (5, Some("b")));
    reply(&script, &published, false, "\"Hello\"");
    assert_eq!(call.await.unwrap(), Ok("Hello".into()));
    assert_eq!(script.acknowledged().await.1, crate::transport::scripted::Acknowledged::Finished);
}

#[tokio::test(start_paused = true)]
async fn the_protocols_exceptions_have_their_own_variants() {
    let mut script = Script::new();
    let session = connected(&script).await;
    for (name, payload, expected) in [
        ("InternalError", "oops", CallError::<Never>::Internal),
        ("rpc_invalid_payload", "\"at $\"", CallError::InvalidPayload("at $".into())),
        ("rpc_invalid_return", "\"at $\"", CallError::InvalidReturn("at $".into())),
        ("rpc_unauthorized", "\"no\"", CallError::Unauthorized("no".into())),
        ("rpc_overloaded", "not JSON", CallError::Overloaded("not JSON".into())),
        ("denied", "\"x\"", CallError::Undeclared { name: "denied".into(), payload: "\"x\"".into() }),
    ] {
        let call = calling(&session, |call| call);
        let published = script.published().await;
        reply(&script, &published, true, &exception(name, payload));
        assert_eq!(call.await.unwrap(), Err(expected));
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_of_another_type_is_an_invalid_return() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let call = calling(&session, |call| call);
    let published = script.published().await;
    reply(&script, &published, false, "17");
    assert!(matches!(call.await.unwrap(), Err(CallError::InvalidReturn(text)) if text.contains("expected a string")));

    let call = calling(&session, |call| call);
    let published = script.published().await;
    reply(&script, &published, true, "not an exception");
    assert!(matches!(call.await.unwrap(), Err(CallError::OutcomeUnknown(OutcomeUnknown::MalformedReply(_)))));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_nobody_answers_ends_at_its_deadline() {
    let script = Script::new();
    let session = connected(&script).await;
    for millis in [1, 250, 1_500, 60_000] {
        let timeout = Duration::from_millis(millis);
        let started = Instant::now();
        let outcome = calling(&session, |call| call.timeout(timeout)).await.unwrap();
        assert_eq!(outcome, Err(CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(timeout))));
        let late = started.elapsed().checked_sub(timeout).expect("not before the deadline");
        assert!(late < Duration::from_millis(50), "{late:?} late");
    }
}

#[tokio::test(start_paused = true)]
async fn deadlines_of_many_calls_are_each_kept() {
    let script = Script::new();
    let session = connected(&script).await;
    let started = Instant::now();
    let calls: Vec<_> = [700, 100, 400, 100, 900]
        .map(|millis| {
            let call = calling(&session, move |call| call.timeout(Duration::from_millis(millis)));
            tokio::spawn(async move {
                call.await.unwrap().unwrap_err();
                (millis, started.elapsed())
            })
        })
        .into();
    for call in calls {
        let (millis, elapsed) = call.await.unwrap();
        let late = elapsed.checked_sub(Duration::from_millis(millis)).expect("not before the deadline");
        assert!(late < Duration::from_millis(50), "{late:?} late");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_not_written_is_sent_again_under_the_same_id() {
    let mut script = Script::new();
    let session = connected(&script).await;
    script.next_publish_fails(PublishError::NotSent("the connection is down".into()));
    script.next_publish_fails(PublishError::Refused { code: "E_PUB_FAILED".into(), text: "later".into() });
    let call = calling(&session, |call| call.timeout(Duration::from_secs(5)));
    let first = script.published().await;
    let _second = script.published().await;
    let third = script.published().await;
    assert_eq!(invocation(&first).id, invocation(&third).id);
    assert!(invocation(&third).lifetime < invocation(&first).lifetime, "what remains is computed again");
    reply(&script, &third, false, "\"x\"");
    assert_eq!(call.await.unwrap(), Ok("x".into()));
}

#[tokio::test(start_paused = true)]
async fn what_is_learned_late_of_a_publish_counts_as_well() {
    let mut script = Script::new();
    let session = connected(&script).await;
    script.hold_publishes();
    let call = calling(&session, |call| call);
    let first = script.published().await;
    script.answer(&Err(PublishError::NotSent("down".into())));
    let again = script.published().await;
    assert_eq!(invocation(&first).id, invocation(&again).id);
    reply(&script, &again, false, "\"Hello\"");
    assert_eq!(call.await.unwrap(), Ok("Hello".into()));

    script.hold_publishes();
    let call = calling(&session, |call| call);
    script.published().await;
    let refused = PublishError::Refused { code: "E_BAD_TOPIC".into(), text: "no".into() };
    script.answer(&Err(refused));
    assert!(matches!(call.await.unwrap(), Err(CallError::NotExecuted(NotExecuted::Refused { .. }))));

    script.hold_publishes();
    let call = calling(&session, |call| call.timeout(Duration::from_secs(1)));
    script.published().await;
    script.answer(&Ok(()));
    assert!(matches!(call.await.unwrap(), Err(CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(_)))));
}

#[tokio::test(start_paused = true)]
async fn what_was_never_written_is_not_executed() {
    let script = Script::new();
    let session = connected(&script).await;
    for _ in 0..1_000 {
        script.next_publish_fails(PublishError::NotSent("the connection is down".into()));
    }
    let started = Instant::now();
    let outcome = calling(&session, |call| call.timeout(Duration::from_secs(3))).await.unwrap();
    assert!(matches!(outcome, Err(CallError::NotExecuted(NotExecuted::NotSent(_)))), "{outcome:?}");
    assert_eq!(started.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_the_broker_refuses_for_good_ends_at_once() {
    let script = Script::new();
    let session = connected(&script).await;
    script.next_publish_fails(PublishError::Refused { code: "E_BAD_TOPIC".into(), text: "no".into() });
    let outcome = calling(&session, |call| call).await.unwrap();
    let refused = NotExecuted::Refused { code: "E_BAD_TOPIC".into(), text: "no".into() };
    assert_eq!(outcome, Err(CallError::NotExecuted(refused)));
}

#[tokio::test(start_paused = true)]
async fn what_was_not_acknowledged_is_only_sent_again_where_that_is_safe() {
    let mut script = Script::new();
    let session = connected(&script).await;
    script.next_publish_fails(PublishError::Unknown("the connection broke".into()));
    let outcome = calling(&session, |call| call.timeout(Duration::from_secs(9))).await.unwrap();
    let unknown = OutcomeUnknown::Unacknowledged("the connection broke".into());
    assert_eq!(outcome, Err(CallError::OutcomeUnknown(unknown)));
    script.published().await;
    assert!(script.published_now().is_none(), "it was sent once");

    script.next_publish_fails(PublishError::Unknown("the connection broke".into()));
    let call = idempotent(&session);
    let first = script.published().await;
    let began = Instant::now();
    let second = script.published().await;
    assert_eq!(invocation(&first).id, invocation(&second).id);
    assert!(began.elapsed() < Duration::from_secs(1), "not only when a third of its time is over");
    reply(&script, &second, false, "1");
    assert!(call.await.unwrap().is_ok());
}

#[tokio::test(start_paused = true)]
async fn an_idempotent_call_is_sent_again_after_each_third_of_its_time() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let started = Instant::now();
    let call = idempotent(&session);
    for second in [0, 3, 6] {
        let published = script.published().await;
        assert_eq!(started.elapsed().as_secs(), second);
        assert_eq!(invocation(&published).lifetime.seconds(), 9 - second);
    }
    assert!(matches!(call.await.unwrap(), Err(CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(_)))));
    assert_eq!(started.elapsed().as_secs(), 9);
    assert!(script.published_now().is_none(), "three attempts are all");
}

#[tokio::test(start_paused = true)]
async fn the_first_reply_wins_and_later_ones_are_counted() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let call = calling(&session, |call| call);
    let published = script.published().await;
    reply(&script, &published, false, "\"first\"");
    reply(&script, &published, false, "\"second\"");
    assert_eq!(call.await.unwrap(), Ok("first".into()));
    script.acknowledged().await;
    script.acknowledged().await;
    assert_eq!(session.statistics().unclaimed_replies, 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_of_the_wire_before_1_0_is_counted_and_the_call_waits_for_its_reply() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let call = calling(&session, |call| call);
    let published = script.published().await;
    let old = format!(r#"{{"call_id":"{}","is_error":true,"payload":{{"name":"x"}}}}"#, invocation(&published).id);
    script.deliver(&format!("_rpc_._reply_.{}#ephemeral", session.id()), old);
    script.acknowledged().await;
    reply(&script, &published, false, "\"x\"");
    assert_eq!(call.await.unwrap(), Ok("x".into()));
    assert_eq!(session.statistics().before_version_1, 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_reply_is_counted_and_acknowledged() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let topic = format!("_rpc_._reply_.{}#ephemeral", session.id());
    script.deliver(&topic, "garbage");
    script.deliver(&topic, r#"{"call_id":"x","is_error":true,"payload":{}}"#);
    script.acknowledged().await;
    script.acknowledged().await;
    let statistics = session.statistics();
    assert_eq!((statistics.malformed, statistics.before_version_1), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn calls_that_cannot_be_are_not_sent() {
    let mut script = Script::limited(400);
    let session = connected(&script).await;
    let large = session.call::<Value>(URI, &"x".repeat(300)).await;
    assert!(
        matches!(large, Err(CallError::NotExecuted(NotExecuted::TooLarge { size: 401..600, limit: 400 }))),
        "{large:?}"
    );
    let text = large.unwrap_err().to_string();
    assert!(text.contains("takes 400") && text.contains("max_msg_size"), "{text}");
    let address = session.call::<Value>("no uri", &()).await;
    assert!(matches!(address, Err(CallError::NotExecuted(NotExecuted::Address(_)))));
    for timeout in [Duration::ZERO, Duration::from_secs(14 * 60 + 1)] {
        let outcome = session.call::<Value>(URI, &()).timeout(timeout).await;
        assert_eq!(outcome, Err(CallError::NotExecuted(NotExecuted::Timeout(timeout))));
    }
    let header = session.call::<Value>(URI, &()).header("a", "x".repeat(9_000)).await;
    assert!(matches!(header, Err(CallError::NotExecuted(NotExecuted::Headers(_)))));
    let nan = session.call::<Value>(URI, &f64::NAN).await;
    assert!(matches!(nan, Err(CallError::InvalidPayload(_))));
    assert!(script.published_now().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_call_over_the_limit_waits_for_a_place() {
    let mut script = Script::new();
    let session = Session::builder().max_outstanding(1).over(script.transport.clone()).await.unwrap();
    let first = calling(&session, |call| call.timeout(Duration::from_secs(60)));
    let published = script.published().await;

    let outcome = calling(&session, |call| call.timeout(Duration::from_secs(2))).await.unwrap();
    assert_eq!(outcome, Err(CallError::NotExecuted(NotExecuted::TooManyOutstanding(1))));

    let third = calling(&session, |call| call.timeout(Duration::from_secs(10)));
    tokio::time::sleep(Duration::from_millis(3_500)).await;
    reply(&script, &published, false, "\"x\"");
    first.await.unwrap().unwrap();
    let published = script.published().await;
    assert_eq!(invocation(&published).lifetime.duration(), Duration::from_millis(6_500));
    reply(&script, &published, false, "\"x\"");
    third.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_call_given_up_leaves_its_place() {
    let mut script = Script::new();
    let session = Session::builder().max_outstanding(1).over(script.transport.clone()).await.unwrap();
    let first = calling(&session, |call| call);
    script.published().await;
    first.abort();
    let second = calling(&session, |call| call);
    let published = script.published().await;
    reply(&script, &published, false, "\"x\"");
    second.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn closing_ends_calls() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let call = calling(&session, |call| call);
    script.published().await;
    session.close().await;
    assert_eq!(call.await.unwrap(), Err(CallError::OutcomeUnknown(OutcomeUnknown::Closed)));
    assert_eq!(calling(&session, |call| call).await.unwrap(), Err(CallError::NotExecuted(NotExecuted::Closed)));
}

#[tokio::test(start_paused = true)]
async fn a_delayed_call_expires_after_its_delay_and_timeout() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let call = session.call::<Value>(URI, &()).delay(Duration::from_millis(1_500)).timeout(Duration::from_secs(10));
    assert_eq!(call.await, Ok(Accepted));
    let published = script.published().await;
    assert_eq!(published.delay, Some(Duration::from_millis(1_500)));
    let sent = invocation(&published);
    assert_eq!((sent.lifetime.seconds(), sent.reply_to.topic()), (12, None));
    assert_eq!(sent.lifetime.duration(), Duration::from_millis(11_500));

    for (delay, expires) in [(0, 60), (90, 150)] {
        assert_eq!(session.call::<Value>(URI, &()).delay(Duration::from_secs(delay)).await, Ok(Accepted));
        assert_eq!(invocation(&script.published().await).lifetime.seconds(), expires);
    }

    let long = Duration::from_secs(3_601);
    let outcome = session.call::<Value>(URI, &()).delay(long).await;
    assert_eq!(outcome, Err(CallError::NotExecuted(NotExecuted::DelayTooLong(long))));
}

#[tokio::test(start_paused = true)]
async fn gathering_takes_one_reply_for_each_channel() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let gather = session.call::<String>(URI, &()).gather(Duration::from_millis(500));
    let started = Instant::now();
    let gathered = tokio::spawn(async move { gather.await });
    let published = script.published().await;
    let sent = invocation(&published);
    let topic = sent.reply_to.topic().unwrap();
    assert!(topic.as_str().starts_with("_rpc_._replies_."));
    for (call_id, channel, payload) in [
        (sent.id, Some("one"), "\"a\""),
        (sent.id, Some("one"), "\"again\""),
        (crate::wire::Id::random(), Some("three"), "\"of another call\""),
        (sent.id, Some("two"), "17"),
        (sent.id, None, "\"python\""),
        (sent.id, None, "\"python\""),
    ] {
        let mut body = Vec::new();
        let channel = channel.map(Into::into);
        Reply { call_id, is_exception: false, payload: payload.into(), channel, stream: None }.encode(&mut body);
        script.deliver(topic.as_str(), body);
    }
    let replies = gathered.await.unwrap().unwrap();
    assert_eq!(started.elapsed().as_millis(), 500);
    let texts: Vec<_> = replies.iter().map(|reply| reply.as_ref().map(String::as_str).ok()).collect();
    assert_eq!(texts, [Some("a"), None, Some("python"), Some("python")]);
}

#[tokio::test(start_paused = true)]
async fn gathering_ends_when_there_are_enough() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let gather = session.call::<String>(URI, &()).gather(Duration::from_secs(60)).take(1);
    let started = Instant::now();
    let gathered = tokio::spawn(async move { gather.await });
    let published = script.published().await;
    let sent = invocation(&published);
    let mut body = Vec::new();
    Reply { call_id: sent.id, is_exception: false, payload: "\"a\"".into(), channel: None, stream: None }
        .encode(&mut body);
    script.deliver(sent.reply_to.topic().unwrap().as_str(), body);
    assert_eq!(gathered.await.unwrap().unwrap(), [Ok("a".into())]);
    assert_eq!(started.elapsed(), Duration::ZERO);

    script.refuse_subscriptions(SubscribeError::Closed);
    let outcome = session.call::<String>(URI, &()).gather(Duration::from_secs(1)).await;
    assert_eq!(outcome, Err(CallError::NotExecuted(NotExecuted::Closed)));
}

#[tokio::test(start_paused = true)]
async fn gathering_keeps_its_window_whatever_listening_for_replies_takes() {
    const WINDOW: Duration = Duration::from_secs(4);
    let played = Played::new();
    let transport = Arc::new(played.connect("nsq://a").await.unwrap());
    let session = Session::builder().over(transport).await.unwrap();
    let gather = async || {
        let started = Instant::now();
        let outcome = session.call::<String>(URI, &()).gather(WINDOW).await;
        assert_eq!(started.elapsed(), WINDOW, "{outcome:?}");
        outcome
    };
    assert_eq!(gather().await, Ok(Vec::new()));
    played.mute("a");
    assert!(matches!(gather().await, Err(CallError::NotExecuted(NotExecuted::NotSent(_)))));
    played.bring_down("a");
    assert!(matches!(gather().await, Err(CallError::NotExecuted(NotExecuted::NotSent(_)))));
}

#[tokio::test(start_paused = true)]
async fn gathering_goes_on_where_nobody_knows_whether_the_call_was_sent() {
    for is_answered in [true, false] {
        let mut script = Script::new();
        let session = connected(&script).await;
        script.next_publish_fails(PublishError::Unknown("the connection was lost".into()));
        let gather = session.call::<String>(URI, &()).gather(Duration::from_secs(4));
        let gathered = tokio::spawn(async move { gather.await });
        let published = script.published().await;
        let sent = invocation(&published);
        if is_answered {
            let mut body = Vec::new();
            Reply { call_id: sent.id, is_exception: false, payload: "\"a\"".into(), channel: None, stream: None }
                .encode(&mut body);
            script.deliver(sent.reply_to.topic().unwrap().as_str(), body);
        }
        match gathered.await.unwrap() {
            Ok(replies) if is_answered => assert_eq!(replies, [Ok("a".into())]),
            Err(CallError::OutcomeUnknown(OutcomeUnknown::Unacknowledged(_))) if !is_answered => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn any_tower_layer_goes_around_a_client() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let layered = ServiceBuilder::new()
        .map_request(|mut request: Request| {
            request.headers_mut().insert("traceparent", "00-1").unwrap();
            request
        })
        .layer(tower::timeout::TimeoutLayer::new(Duration::from_secs(1)))
        .service(session.clone());
    let caller = Caller::from_service(layered);

    let call = Call::<String>::new(caller.clone(), Ok(request(&session)));
    let call = tokio::spawn(async move { call.await });
    let published = script.published().await;
    assert_eq!(invocation(&published).headers.get("traceparent"), Some("00-1"));
    reply(&script, &published, false, "\"x\"");
    assert_eq!(call.await.unwrap(), Ok("x".into()));

    let started = Instant::now();
    let outcome = Call::<String>::new(caller, Ok(request(&session))).await;
    assert!(matches!(outcome, Err(CallError::OutcomeUnknown(OutcomeUnknown::Layer(_)))), "{outcome:?}");
    assert_eq!(started.elapsed(), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_service_of_ones_own_stands_in_for_a_session() {
    let script = Script::new();
    let session = connected(&script).await;
    let fake = tower::service_fn(|request: Request| async move {
        match request.payload() {
            "\"Aidar\"" => {
                Ok(Response::Reply(RawReply { outcome: Ok("\"fake\"".into()), channel: None, call_id: None }))
            }
            _ => Err(BoxError::from("not in this test")),
        }
    });
    let caller = Caller::from_service(fake);
    assert_eq!(Call::<String>::new(caller.clone(), Ok(request(&session))).await, Ok("fake".into()));
    let outcome = Call::<String>::new(caller, Ok(Request { payload: "1".into(), ..request(&session) })).await;
    let layer = OutcomeUnknown::Layer("not in this test".into());
    assert_eq!(outcome, Err(CallError::OutcomeUnknown(layer)));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_a_layer_holds_ends_by_its_deadline_too() {
    let script = Script::new();
    let session = connected(&script).await;
    let stuck = tower::service_fn(|_: Request| std::future::pending::<Result<Response, CallError>>());
    let started = Instant::now();
    let timeout = Duration::from_secs(2);
    let call = Call::<String>::new(Caller::from_service(stuck), Ok(Request { timeout, ..request(&session) }));
    assert_eq!(call.await, Err(CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(timeout))));
    assert!(started.elapsed() <= timeout + Duration::from_millis(50), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waited_for_a_layer_has_what_is_left() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let slow = ServiceBuilder::new()
        .layer_fn(|inner: Session| {
            tower::service_fn(move |request: Request| {
                let inner = inner.clone();
                async move {
                    tokio::time::sleep(Duration::from_secs(40)).await;
                    tower::ServiceExt::oneshot(inner, request).await
                }
            })
        })
        .service(session.clone());
    let call = Call::<String>::new(Caller::from_service(slow), Ok(request(&session)));
    let call = tokio::spawn(async move { call.await });
    let published = script.published().await;
    assert_eq!(invocation(&published).lifetime.seconds(), 20);
    reply(&script, &published, false, "\"x\"");
    assert_eq!(call.await.unwrap(), Ok("x".into()));
}

fn request(session: &Session) -> Request {
    Request {
        uri: URI.into(),
        topic: session.call_topic(URI).unwrap(),
        payload: "\"Aidar\"".into(),
        timeout: Duration::from_secs(60),
        headers: crate::wire::Headers::new(),
        idempotent: false,
        guarded: false,
        kind: Kind::Call,
        not_after: None,
    }
}
