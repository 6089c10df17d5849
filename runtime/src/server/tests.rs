//! What a server makes of deliveries, on a clock that only moves when everything waits.

mod auth;
mod nested;
mod outbox;
mod overload;
mod skew;

use std::{
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

/// A service of one procedure, which does what its payload says.
fn echo_of(info: &'static ServiceInfo, stage: &Arc<Stage>) -> Service {
    ServiceBuilder::new(info, stage.clone())
        .procedure(&ECHO, |stage: Arc<Arc<Stage>>, context: Context, payload: String| async move {
            stage.runs.fetch_add(1, Ordering::Relaxed);
            match &*payload {
                "panic" => panic!("a secret"),
                "fail" => Err::<String, Failure<Never>>(Failure::internal("a secret")),
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
    for payload in ["fail", "panic"] {
        script.deliver(TOPIC, body(&caller.invocation(payload)));
        assert_eq!(outcome(&script.published().await), internal_error());
        script.acknowledged().await;
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
async fn expired_calls_are_dropped_without_a_reply() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (session, _running) = started(&script, &stage).await;
    let invocation = Caller::new().invocation("x");
    let number = script.deliver_aged(TOPIC, body(&invocation), Duration::from_secs(11), 1);
    assert_eq!(script.acknowledged().await, (number, Acknowledged::Finished));
    assert!(script.published_now().is_none());
    assert_eq!((stage.runs.load(Ordering::Relaxed), session.statistics().expired), (0, 1));
    script.deliver_aged(TOPIC, body(&invocation), Duration::from_secs(8), 1);
    assert_eq!(outcome(&script.published().await), Ok("x".into()));
}

#[tokio::test(start_paused = true)]
async fn a_running_call_is_touched_until_its_deadline_and_then_given_up() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (session, _running) = started(&script, &stage).await;
    let began = Instant::now();
    let number = script.deliver(TOPIC, body(&Caller::new().invocation("wait")));
    for second in [2, 4, 6, 8] {
        assert_eq!(script.acknowledged().await, (number, Acknowledged::Touched));
        assert_eq!(began.elapsed().as_secs(), second);
    }
    assert_eq!(script.acknowledged().await, (number, Acknowledged::Finished));
    // The wall clock, by which the call's age is taken, goes on by itself.
    assert!((8_000..10_050).contains(&began.elapsed().as_millis()), "{:?}", began.elapsed());
    assert!(script.published_now().is_none(), "nothing is sent after the deadline");
    assert_eq!(session.statistics().expired, 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_is_held_for_fourteen_minutes_at_most_whatever_it_says() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, _running) = started(&script, &stage).await;
    let began = Instant::now();
    let lifetime = Lifetime::new(Duration::from_secs(24 * 60 * 60));
    let number = script.deliver(TOPIC, body(&Invocation { lifetime, ..Caller::new().invocation("wait") }));
    while script.acknowledged().await != (number, Acknowledged::Finished) {}
    assert_eq!(began.elapsed().as_secs(), 14 * 60);
}

#[tokio::test]
async fn a_handler_that_ends_at_once_but_after_the_deadline_answers_nobody() {
    let mut script = Script::new();
    let session = session(&script).await;
    let service = ServiceBuilder::new(&PLAIN, ())
        .procedure(&ECHO, |_, context: Context, payload: String| async move {
            std::thread::sleep(context.remaining());
            Ok::<_, Failure<Never>>(payload)
        })
        .build();
    let _running = Server::new(&session).add(service).start().await.unwrap();
    let lifetime = Lifetime::new(Duration::from_millis(50));
    let number = script.deliver(TOPIC, body(&Invocation { lifetime, ..Caller::new().invocation("x") }));
    assert_eq!(script.acknowledged().await, (number, Acknowledged::Finished));
    assert!(script.published_now().is_none());
    assert_eq!(session.statistics().expired, 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_a_place_is_touched_too() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let session = session(&script).await;
    let _running = Server::new(&session).add(echo_of(&PLAIN, &stage)).concurrency(1).start().await.unwrap();
    assert_eq!(script.subscribed(TOPIC).max_in_flight, 1);
    let first = script.deliver(TOPIC, body(&Caller::new().invocation("wait")));
    let second = script.deliver(TOPIC, body(&Caller::new().invocation("second")));
    let mut touched = [script.acknowledged().await, script.acknowledged().await];
    touched.sort_by_key(|(number, _)| *number);
    assert_eq!(touched, [(first, Acknowledged::Touched), (second, Acknowledged::Touched)]);
    assert_eq!(stage.runs.load(Ordering::Relaxed), 1);
    stage.go.notify_one();
    assert_eq!(outcome(&script.published().await), Ok("wait".into()));
    assert_eq!(outcome(&script.published().await), Ok("second".into()));
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
async fn a_call_that_comes_twice_runs_once_and_gets_the_same_reply() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (session, _running) = started(&script, &stage).await;
    let invocation = Caller::new().invocation("wait");
    let first = script.deliver(TOPIC, body(&invocation));
    stage.began.notified().await;
    let joined = script.deliver_aged(TOPIC, body(&invocation), Duration::ZERO, 2);
    while session.statistics().duplicates == 0 {
        tokio::task::yield_now().await;
    }
    stage.go.notify_one();
    let reply = script.published().await;
    let mut finished = [script.acknowledged().await, script.acknowledged().await];
    finished.sort_by_key(|(number, _)| *number);
    assert_eq!(finished, [(first, Acknowledged::Finished), (joined, Acknowledged::Finished)]);
    assert!(script.published_now().is_none(), "those who join share a reply");

    let late = script.deliver_aged(TOPIC, body(&invocation), Duration::ZERO, 3);
    assert_eq!(script.published().await.body, reply.body);
    assert_eq!(script.acknowledged().await, (late, Acknowledged::Finished));
    assert_eq!(stage.runs.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_joined_a_call_is_touched_with_it_and_given_back_with_it() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (session, running) = started(&script, &stage).await;
    let invocation = Caller::new().invocation("wait");
    let first = script.deliver(TOPIC, body(&invocation));
    stage.began.notified().await;
    let joined = script.deliver_aged(TOPIC, body(&invocation), Duration::ZERO, 2);
    while session.statistics().duplicates == 0 {
        tokio::task::yield_now().await;
    }
    let mut both = async |what| {
        let mut both = [script.acknowledged().await, script.acknowledged().await];
        both.sort_by_key(|(number, _)| *number);
        assert_eq!(both, [(first, what), (joined, what)]);
    };
    both(Acknowledged::Touched).await;
    drop(running);
    both(Acknowledged::Requeued).await;
}

#[tokio::test(start_paused = true)]
async fn one_id_of_two_callers_is_two_calls() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (session, _running) = started(&script, &stage).await;
    let (caller, other) = (Caller::new(), Caller::new());
    let invocation = caller.invocation("x");
    script.deliver(TOPIC, body(&invocation));
    script.deliver(TOPIC, body(&Invocation { id: invocation.id, ..other.invocation("y") }));
    let mut heard = Vec::new();
    for _ in 0..2 {
        let published = script.published().await;
        heard.push((published.topic.clone(), outcome(&published).unwrap()));
    }
    heard.sort_by_key(|(_, text)| text.clone());
    let topic = |caller: &Caller| format!("_rpc_._reply_.{}#ephemeral", caller.id);
    assert_eq!(heard, [(topic(&caller), "x".to_owned()), (topic(&other), "y".to_owned())]);
    assert_eq!((stage.runs.load(Ordering::Relaxed), session.statistics().duplicates), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_call_is_forgotten_a_minute_after_its_deadline() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, _running) = started(&script, &stage).await;
    let caller = Caller::new();
    let invocation = caller.invocation("x");
    script.deliver(TOPIC, body(&invocation));
    script.published().await;
    // Memory is cleared when a new call comes.
    for (seconds, runs) in [(69, 2), (2, 4)] {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        script.deliver(TOPIC, body(&caller.invocation("y")));
        script.published().await;
        script.deliver(TOPIC, body(&invocation));
        script.published().await;
        assert_eq!(stage.runs.load(Ordering::Relaxed), runs);
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
async fn draining_gives_back_what_comes_and_answers_what_runs() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, running) = started(&script, &stage).await;
    let held = script.deliver(TOPIC, body(&Caller::new().invocation("wait")));
    stage.began.notified().await;

    let draining = tokio::spawn(running.drain());
    while !script.is_stopped(TOPIC) {
        tokio::task::yield_now().await;
    }
    let late = script.deliver(TOPIC, body(&Caller::new().invocation("late")));
    assert_eq!(script.acknowledged().await, (late, Acknowledged::Requeued));
    assert!(!draining.is_finished());
    stage.go.notify_one();
    assert_eq!(outcome(&script.published().await), Ok("wait".into()));
    assert_eq!(script.acknowledged().await, (held, Acknowledged::Finished));
    draining.await.unwrap();
    assert_eq!(stage.runs.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_drain_goes_on_reading_until_nothing_has_come_for_a_while() {
    let mut script = Script::new();
    let (_session, running) = started(&script, &Arc::default()).await;
    let draining = tokio::spawn(running.drain());
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let late = script.deliver(TOPIC, body(&Caller::new().invocation("late")));
        assert_eq!(script.acknowledged().await, (late, Acknowledged::Requeued));
    }
    draining.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_idle_server_drains_after_a_moment_of_silence() {
    let script = Script::new();
    let session = session(&script).await;
    let server = Server::new(&session).add(echo_of(&PLAIN, &Arc::default()));
    let began = Instant::now();
    server.serve(tokio::time::sleep(Duration::from_secs(1))).await.unwrap();
    assert_eq!(began.elapsed(), Duration::from_millis(1_200));
}

#[tokio::test(start_paused = true)]
async fn calls_that_outlast_the_drain_are_given_back() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let session = session(&script).await;
    let server = Server::new(&session).add(echo_of(&PLAIN, &stage)).drain_timeout(Duration::from_secs(1));
    let running = server.start().await.unwrap();
    let held = script.deliver(TOPIC, body(&Caller::new().invocation("wait")));
    stage.began.notified().await;
    let began = Instant::now();
    running.drain().await;
    assert_eq!(began.elapsed(), Duration::from_secs(1));
    assert_eq!(script.acknowledged().await, (held, Acknowledged::Requeued));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_dropped_gives_its_calls_back() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, running) = started(&script, &stage).await;
    let held = script.deliver(TOPIC, body(&Caller::new().invocation("wait")));
    stage.began.notified().await;
    drop(running);
    assert_eq!(script.acknowledged().await, (held, Acknowledged::Requeued));
}

#[tokio::test(start_paused = true)]
async fn versions_answer_where_their_role_says() {
    let topics = async |serve: fn(Server) -> Server, info| {
        let script = Script::new();
        let session = session(&script).await;
        let server = serve(Server::new(&session).add(echo_of(info, &Arc::default())));
        let running = server.start().await;
        let topics: Vec<_> = script.topics().into_iter().filter(|topic| !topic.contains("_rpc_._")).collect();
        (running.map(drop), topics)
    };
    let own = "_rpc_.net.example.v1_2_0.echo";
    assert_eq!(topics(|server| server, &PLAIN).await.1, [TOPIC]);
    assert_eq!(topics(Server::pinned_only, &PLAIN).await.1, [TOPIC]);
    assert_eq!(topics(|server| server, &VERSIONED).await.1, [TOPIC, own]);
    assert_eq!(topics(Server::pinned_only, &VERSIONED).await.1, [own]);
    assert_eq!(topics(Server::shadow, &VERSIONED).await.1, [TOPIC, own]);
    assert!(matches!(topics(Server::shadow, &PLAIN).await.0, Err(ServeError::ShadowWithoutVersion(_))));
}

#[tokio::test(start_paused = true)]
async fn a_shadow_runs_copies_and_never_replies() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let session = session(&script).await;
    let _running = Server::new(&session).add(echo_of(&VERSIONED, &stage)).shadow().start().await.unwrap();
    assert_eq!(script.subscribed(TOPIC).channel.as_str(), "shadow.v1_2_0#ephemeral");
    let invocation = Caller::new().invocation("x");
    script.deliver(TOPIC, body(&invocation));
    assert_eq!(script.acknowledged().await.1, Acknowledged::Finished);
    assert_eq!(stage.runs.load(Ordering::Relaxed), 1);
    assert!(script.published_now().is_none());
    script.deliver("_rpc_.net.example.v1_2_0.echo", body(&invocation));
    assert_eq!(outcome(&script.published().await), Ok("x".into()));
}

#[tokio::test(start_paused = true)]
async fn schemas_are_shown_as_the_python_library_shows_them() {
    let mut script = Script::new();
    let session = session(&script).await;
    let _running = Server::new(&session).add(echo_of(&SERVICE, &Arc::default())).start().await.unwrap();
    let client = "_rpc_._schema_.client";
    let procedure = "_rpc_._schema_.net.example.echo.almanet.python";
    assert_eq!(script.subscribed(client).channel.as_str(), format!("{}#ephemeral", session.id()));
    assert_eq!(script.subscribed(procedure).channel.as_str(), "almanet.python");

    let expected_client = format!(
        r#"{{"session_id":"{}","session_version":0.1,"routes":["net.example.echo:almanet.python"]}}"#,
        session.id()
    );
    let expected_procedure = format!(
        r#"{{"session_id":"{}","session_version":0.1,"uri":"net.example.echo","channel":"almanet.python","validate":true,"tags":["a","demo"],"name":"echo","description":"Says \"it\" again.","payload":{{"type":"string"}},"return":true}}"#,
        session.id()
    );
    for (topic, expected) in [(client, expected_client), (procedure, expected_procedure)] {
        script.deliver(topic, body(&Caller::new().invocation("ignored")));
        let published = script.published().await;
        let reply = Reply::decode(&published.body).unwrap();
        assert_eq!((reply.is_exception, &*reply.payload), (false, &*expected));
        serde_json::from_str::<Value>(&reply.payload).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_exposed_is_not_shown() {
    static HIDDEN: Procedure = Procedure::new("hidden", "net.example.hidden");
    let script = Script::new();
    let session = session(&script).await;
    let service = ServiceBuilder::new(&PLAIN, ()).oneway(&HIDDEN, |_, _, _: String| async { Ok(()) }).build();
    let _running = Server::new(&session).add(service).start().await.unwrap();
    assert!(!script.topics().iter().any(|topic| topic.contains("_schema_")));
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

#[tokio::test(start_paused = true)]
async fn memory_is_bounded_by_number_and_by_size() {
    use super::memory::{Key, Known, Memory};
    use crate::transport::{Acknowledge, Delivery};
    use almanet_nsq::message::MessageId;

    struct Nobody;

    impl Acknowledge for Nobody {
        fn finish(&self, _: MessageId) {}
        fn requeue(&self, _: MessageId, _: Duration) {}
        fn touch(&self, _: MessageId) {}
    }

    let acknowledge: Arc<dyn Acknowledge> = Arc::new(Nobody);
    let now = Instant::now();
    let later = now + Duration::from_secs(60);
    let key = |call: u128| Key { route: 0, caller: Id::from(1), call: Id::from(call) };
    let delivery = || Delivery {
        body: bytes::Bytes::new(),
        timestamp_nanos: 0,
        attempts: 1,
        broker: BrokerId(7),
        id: MessageId([b'0'; 16]),
        acknowledge: acknowledge.clone(),
    };
    let is_new = |memory: &mut Memory, call| matches!(memory.enter(key(call), delivery(), now, later), Known::New(..));

    let mut many = Memory::default();
    for call in 0..65_536 {
        assert!(is_new(&mut many, call));
    }
    assert!(!is_new(&mut many, 0), "65,536 are remembered");
    assert!(is_new(&mut many, 65_536));
    assert!(is_new(&mut many, 0), "one more, and the oldest is forgotten");

    let mut large = Memory::default();
    let reply = bytes::Bytes::from(vec![b'x'; 1024 * 1024]);
    for call in 0..65 {
        let Known::New(_, number) = large.enter(key(call), delivery(), now, later) else { panic!("{call} is new") };
        large.finish(number, Some(reply.clone()));
    }
    assert!(matches!(large.enter(key(0), delivery(), now, later), Known::Finished(_, _, Some(_))));
    assert!(is_new(&mut large, 65));
    assert!(is_new(&mut large, 0), "64 MiB of replies are remembered");
}
