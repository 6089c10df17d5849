//! What a server makes of deliveries, on a clock that only moves when everything waits.

mod again;
mod auth;
mod deadlines;
mod drain;
mod nested;
mod outbox;
mod overload;
mod roles;
mod skew;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};
use tower::ServiceBuilder as Tower;

use super::*;
use crate::{
    contract::{Procedure, ServiceInfo},
    error::{Failure, Never},
    session::Session,
    sync::Logged,
    transport::{
        BrokerId, PublishError, Route, SubscribeError,
        scripted::{Acknowledged, Published, Script},
    },
    types::Value,
    wire::{Exception, Headers, Id, Invocation, Lifetime, Reply, ReplyTo},
};

static SERVICE: ServiceInfo = ServiceInfo::new("net.example").tags(&["demo"]).expose();
static PLAIN: ServiceInfo = ServiceInfo::new("net.example");
static VERSIONED: ServiceInfo = ServiceInfo::new("net.example").version("1.2.0");
static ECHO: Procedure = Procedure::new("echo", "net.example.echo")
    .tags(&["a"])
    .description("Says \"it\" again.")
    .expose(r#"{"type":"string"}"#, "true");

const TOPIC: &str = "_rpc_.net.example.echo";

/// What the handlers of these tests look at.
#[derive(Default)]
struct Stage {
    runs: AtomicUsize,
    /// Lets `wait` go on.
    go: Notify,
    /// Rung by `wait` when it begins.
    began: Notify,
}

/// An error that is none of the kind that one expects.
#[derive(Debug)]
pub(in crate::server) enum Odd {
    PanicsWhenShown,
    PanicsWhenDropped,
}

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PanicsWhenShown => panic!("it cannot be shown"),
            Self::PanicsWhenDropped => f.write_str("odd"),
        }
    }
}

impl std::error::Error for Odd {}

impl Drop for Odd {
    fn drop(&mut self) {
        if matches!(self, Self::PanicsWhenDropped) {
            panic!("it cannot be dropped");
        }
    }
}

/// A service of one procedure, which does what its payload says.
fn echo_of(info: &'static ServiceInfo, stage: &Arc<Stage>) -> Service {
    ServiceBuilder::new(info, stage.clone())
        .procedure(&ECHO, |stage: Arc<Arc<Stage>>, context: Context, payload: String| async move {
            stage.runs.fetch_add(1, Ordering::Relaxed);
            match &*payload {
                "panic" => panic!("a secret"),
                "fail" => Err::<String, Failure<Never>>(Failure::internal("a secret")),
                "panic when shown" => Err(Failure::internal(Odd::PanicsWhenShown)),
                "panic when dropped" => Err(Failure::internal(Odd::PanicsWhenDropped)),
                "wait" => {
                    stage.began.notify_one();
                    stage.go.notified().await;
                    Ok(payload)
                }
                "long" => Ok("x".repeat(1_000)),
                "context" => Ok(format!("{} {}", context.attempts(), context.headers().get("a").unwrap_or("-"))),
                _ => Ok(payload),
            }
        })
        .build()
}

async fn session(script: &Script) -> Session {
    Session::builder().over(script.transport.clone()).await.unwrap()
}

async fn started(script: &Script, stage: &Arc<Stage>) -> (Session, Running) {
    let session = session(script).await;
    let running = Server::new(&session).add(echo_of(&PLAIN, stage)).start().await.unwrap();
    (session, running)
}

struct Caller {
    id: Id,
}

impl Caller {
    fn new() -> Self {
        Self { id: Id::random() }
    }

    fn invocation(&self, payload: &str) -> Invocation<'static> {
        Invocation {
            id: Id::random(),
            caller_id: self.id,
            payload: serde_json::to_string(payload).unwrap().into(),
            reply_to: ReplyTo::Session(self.id),
            lifetime: Lifetime::new(Duration::from_secs(10)),
            headers: Headers::new(),
            stream: None,
        }
    }
}

fn body(invocation: &Invocation<'_>) -> Vec<u8> {
    let mut body = Vec::new();
    invocation.encode(&mut body);
    body
}

/// What a published reply holds: the result's text, or an exception's name and payload.
fn outcome(published: &Published) -> Result<String, (String, String)> {
    let reply = Reply::decode(&published.body).unwrap();
    if reply.is_exception {
        let exception = Exception::decode(&reply.payload).unwrap();
        return Err((exception.name.into_owned(), exception.payload.into_owned()));
    }
    Ok(serde_json::from_str(&reply.payload).unwrap())
}

fn internal_error() -> Result<String, (String, String)> {
    Err(("InternalError".into(), "oops".into()))
}

#[tokio::test(start_paused = true)]
async fn a_call_is_answered_through_its_broker_and_then_finished() {
    let mut script = Script::new();
    let (_session, _running) = started(&script, &Arc::default()).await;
    let caller = Caller::new();
    let invocation = caller.invocation("Aidar");
    let number = script.deliver(TOPIC, body(&invocation));
    let published = script.published().await;
    assert_eq!(published.route, Route::Broker(BrokerId(7)));
    assert_eq!(published.topic, format!("_rpc_._reply_.{}#ephemeral", caller.id));
    assert_eq!(outcome(&published), Ok("Aidar".into()));
    let reply = Reply::decode(&published.body).unwrap();
    assert_eq!((reply.call_id, reply.channel.as_deref()), (invocation.id, Some("almanet.python")));
    assert_eq!(script.acknowledged().await, (number, Acknowledged::Finished));
    let options = script.subscribed(TOPIC);
    assert_eq!((options.channel.as_str(), options.max_in_flight), ("almanet.python", DEFAULT_CONCURRENCY));
    assert!((5..=10).contains(&options.message_timeout.unwrap().as_secs()));
}

#[tokio::test(start_paused = true)]
async fn a_reply_is_published_again_until_it_is_acknowledged() {
    let mut script = Script::new();
    let (_session, _running) = started(&script, &Arc::default()).await;
    script.next_publish_fails(PublishError::NotSent("down".into()));
    script.next_publish_fails(PublishError::Unknown("broken".into()));
    script.next_publish_fails(PublishError::Refused { code: "E_PUB_FAILED".into(), text: "exiting".into() });
    let number = script.deliver(TOPIC, body(&Caller::new().invocation("x")));
    for _ in 0..4 {
        assert_eq!(outcome(&script.published().await), Ok("x".into()));
    }
    assert_eq!(script.acknowledged().await, (number, Acknowledged::Finished));
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_is_refused_for_good_becomes_an_internal_error_and_that_is_given_up() {
    let mut script = Script::new();
    let (_session, _running) = started(&script, &Arc::default()).await;
    let refused = PublishError::Refused { code: "E_BAD_MESSAGE".into(), text: "PUB message too big".into() };
    let caller = Caller::new();
    script.next_publish_fails(refused.clone());
    let invocation = caller.invocation("x");
    let number = script.deliver(TOPIC, body(&invocation));
    assert_eq!(outcome(&script.published().await), Ok("x".into()));
    assert_eq!(outcome(&script.published().await), internal_error());
    assert_eq!(script.acknowledged().await, (number, Acknowledged::Finished));
    script.deliver_aged(TOPIC, body(&invocation), Duration::ZERO, 2);
    assert_eq!(outcome(&script.published().await), internal_error(), "who asks again hears the same");
    script.acknowledged().await;

    script.next_publish_fails(refused.clone());
    script.next_publish_fails(refused);
    let number = script.deliver(TOPIC, body(&caller.invocation("x")));
    script.published().await;
    script.published().await;
    assert_eq!(script.acknowledged().await, (number, Acknowledged::Finished));
    assert!(script.published_now().is_none());
}

#[tokio::test(start_paused = true)]
async fn failures_and_panics_say_nothing_and_the_next_call_runs() {
    let mut script = Script::new();
    let stage = Arc::default();
    let (_session, _running) = started(&script, &stage).await;
    let caller = Caller::new();
    let (logged, _guard) = Logged::listen();
    for payload in ["fail", "panic", "panic when shown", "panic when dropped"] {
        script.deliver(TOPIC, body(&caller.invocation(payload)));
        assert_eq!(outcome(&script.published().await), internal_error(), "{payload}");
        script.acknowledged().await;
    }
    for said in ["a secret", "an error that panics when it is shown", "odd"] {
        assert!(logged.times(said) > 0, "{said}");
    }
    script.deliver(TOPIC, body(&caller.invocation("Aidar")));
    assert_eq!(outcome(&script.published().await), Ok("Aidar".into()));
}

#[tokio::test(start_paused = true)]
async fn a_wrong_payload_is_refused_with_its_place() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, _running) = started(&script, &stage).await;
    script.deliver(TOPIC, body(&Invocation { payload: "123".into(), ..Caller::new().invocation("") }));
    let Err((name, payload)) = outcome(&script.published().await) else { panic!("it was answered") };
    assert_eq!(name, "rpc_invalid_payload");
    let text: String = serde_json::from_str(&payload).unwrap();
    assert!(text.contains("expected a string"), "{text}");
    assert_eq!(stage.runs.load(Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn a_reply_over_the_limit_is_an_internal_error() {
    let mut script = Script::limited(600);
    let (_session, _running) = started(&script, &Arc::default()).await;
    script.deliver(TOPIC, body(&Caller::new().invocation("long")));
    assert_eq!(outcome(&script.published().await), internal_error());
}

#[tokio::test(start_paused = true)]
async fn calls_of_one_procedure_run_at_the_same_time() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, _running) = started(&script, &stage).await;
    for _ in 0..10 {
        script.deliver(TOPIC, body(&Caller::new().invocation("wait")));
    }
    while stage.runs.load(Ordering::Relaxed) < 10 {
        tokio::task::yield_now().await;
    }
    stage.go.notify_waiters();
    for _ in 0..10 {
        assert_eq!(outcome(&script.published().await), Ok("wait".into()));
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_call_is_counted_finished_and_answered_by_nobody() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (session, _running) = started(&script, &stage).await;
    let valid = String::from_utf8(body(&Caller::new().invocation("x"))).unwrap();
    let foreign = valid.replacen("_rpc_._reply_.", "_rpc_._reply_.0", 1);
    let old = valid.replacen(r#""\"x\"""#, r#"{"name":"x"}"#, 1);
    for body in ["garbage".to_owned(), foreign, old] {
        script.deliver(TOPIC, body);
        assert_eq!(script.acknowledged().await.1, Acknowledged::Finished);
    }
    assert!(script.published_now().is_none());
    let statistics = session.statistics();
    assert_eq!((statistics.malformed, statistics.refused_reply_topics, statistics.before_version_1), (1, 1, 1));
    assert_eq!(stage.runs.load(Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn a_oneway_call_runs_and_nothing_is_sent() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, _running) = started(&script, &stage).await;
    let oneway = Invocation { reply_to: ReplyTo::Nobody, ..Caller::new().invocation("x") };
    for _ in 0..2 {
        script.deliver(TOPIC, body(&oneway));
        assert_eq!(script.acknowledged().await.1, Acknowledged::Finished);
    }
    assert_eq!(stage.runs.load(Ordering::Relaxed), 1);
    assert!(script.published_now().is_none());
}

#[tokio::test(start_paused = true)]
async fn handlers_see_attempts_and_headers() {
    let mut script = Script::new();
    let (_session, _running) = started(&script, &Arc::default()).await;
    let mut invocation = Caller::new().invocation("context");
    invocation.headers.insert("a", "b").unwrap();
    script.deliver_aged(TOPIC, body(&invocation), Duration::ZERO, 3);
    assert_eq!(outcome(&script.published().await), Ok("3 b".into()));
}

#[tokio::test(start_paused = true)]
async fn any_tower_layer_goes_around_a_server() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let session = session(&script).await;
    let limits = Tower::new().load_shed().concurrency_limit(1).into_inner();
    let _running = Server::new(&session)
        .add(echo_of(&PLAIN, &stage))
        .layer(tower::timeout::TimeoutLayer::new(Duration::from_secs(1)))
        .layer(limits)
        .start()
        .await
        .unwrap();
    let began = Instant::now();
    script.deliver(TOPIC, body(&Caller::new().invocation("wait")));
    stage.began.notified().await;
    script.deliver(TOPIC, body(&Caller::new().invocation("too much")));
    let refused = outcome(&script.published().await).unwrap_err();
    assert_eq!(refused.0, "rpc_overloaded");
    assert_eq!(outcome(&script.published().await), internal_error());
    assert_eq!(began.elapsed(), Duration::from_secs(1));
    script.deliver(TOPIC, body(&Caller::new().invocation("x")));
    assert_eq!(outcome(&script.published().await), Ok("x".into()));
}

#[tokio::test(start_paused = true)]
async fn an_address_that_cannot_be_subscribed_is_named() {
    let script = Script::new();
    let session = session(&script).await;
    script.refuse_subscriptions(SubscribeError::Unreachable("127.0.0.1:4150: refused".into()));
    let error = Server::new(&session).add(echo_of(&PLAIN, &Arc::default())).start().await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains(TOPIC) && text.contains("127.0.0.1:4150"), "{text}");
}
