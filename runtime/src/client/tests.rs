//! How calls end, on a clock that only moves when everything waits.

mod credentials;
mod gathering;
mod layers;
mod sending;
mod unwritten;

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

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
async fn closing_ends_calls_that_want_no_reply() {
    let script = Script::new();
    let session = connected(&script).await;
    (0..100).for_each(|_| script.next_publish_fails(PublishError::NotSent("down".into())));
    let oneway = |session: &Session| session.call::<Value>(URI, &()).delay(Duration::ZERO).into_future();
    let waiting = tokio::spawn(oneway(&session));
    tokio::time::sleep(Duration::from_millis(1)).await;
    session.close().await;
    let began = Instant::now();
    let closed = Err(CallError::NotExecuted(NotExecuted::Closed));
    assert_eq!(oneway(&session).await, closed);
    assert!(began.elapsed().is_zero());
    assert_eq!(waiting.await.unwrap(), closed);
    assert!(began.elapsed() < Duration::from_secs(1));
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
