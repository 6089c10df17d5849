//! What services do about the reply topics of callers that are gone, against a real nsqd.
#![cfg(feature = "nsqd")]

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use almanet_runtime::{
    Caller, Context, Failure, Never, Server, Service, Session,
    codegen::{Procedure, ServiceBuilder, ServiceInfo},
    transport::{self, Route},
};
use almanet_tests::nsqd::Nsqd;
use tokio::process::Command;

static SERVICE: ServiceInfo = ServiceInfo::new("net.example");
static ECHO: Procedure = Procedure::new("echo", "net.example.echo");

fn echo() -> Service {
    let echo = |_, _: Context, payload: String| async move { Ok::<_, Failure<Never>>(payload) };
    ServiceBuilder::new(&SERVICE, ()).procedure(&ECHO, echo).build()
}

fn exists(nsqd: &Nsqd, topic: &str) -> bool {
    nsqd.stats(topic)["topics"].as_array().is_some_and(|topics| !topics.is_empty())
}

async fn within(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < deadline, "not within 30 s: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn reply_topic(id: &str) -> String {
    format!("_rpc_._reply_.{id}#ephemeral")
}

/// Calls as a caller that is gone when its reply comes, which creates its topic again.
async fn call_and_leave(nsqd: &Nsqd, id: &str, uri: &str, payload: &str) {
    let topic = reply_topic(id);
    let body =
        format!(r#"{{"id":"{id}","caller_id":"{id}","payload":"{payload}","reply_topic":"{topic}","expires":60}}"#);
    let caller = transport::open(&nsqd.url()).await.expect("nsqd is there");
    let call = format!("_rpc_.{uri}").parse().expect("a topic");
    caller.publish(Route::Any, &call, body.into(), None).await.expect("published");
    within("the reply creates the topic again", || exists(nsqd, &topic)).await;
}

async fn is_gone(nsqd: &Nsqd, id: &str) {
    within("the topic is gone", || !exists(nsqd, &reply_topic(id))).await;
}

/// Calls and leaves, and waits until a service has cleared up.
async fn leak(nsqd: &Nsqd, id: &str) {
    call_and_leave(nsqd, id, "net.example.echo", r#"\"x\""#).await;
    is_gone(nsqd, id).await;
}

/// Whether the caller listens for its replies, and nobody else does.
fn is_alone(nsqd: &Nsqd, caller: &Session) -> bool {
    let live = nsqd.stats(&reply_topic(&caller.id().to_string()));
    let channels = live["topics"][0]["channels"].as_array().expect("the caller's topic is there");
    channels.len() == 1 && channels[0]["client_count"] == 1
}

#[tokio::test]
async fn a_leaked_reply_topic_disappears_and_a_live_caller_notices_nothing() {
    let nsqd = Nsqd::start();
    let session = Session::connect(&nsqd.url()).await.unwrap();
    let running = Server::new(&session).callers_idle(Duration::from_millis(500)).add(echo()).start().await.unwrap();
    let caller = Session::connect(&nsqd.url()).await.unwrap();
    let calls = Caller::from(&caller);
    let call = async || calls.call::<String>("net.example.echo", &"y".to_owned()).await.unwrap();
    assert_eq!(call().await, "y");
    leak(&nsqd, &"a".repeat(32)).await;
    // What was used before the first one is cleared up together with it at the latest, so before the second one.
    leak(&nsqd, &"b".repeat(32)).await;
    assert!(is_alone(&nsqd, &caller));
    assert_eq!(call().await, "y");
    running.drain().await;
}

#[tokio::test]
async fn a_server_that_drains_clears_up_and_a_live_caller_notices_nothing() {
    let nsqd = Nsqd::start();
    let session = Session::connect(&nsqd.url()).await.unwrap();
    let caller = Session::connect(&nsqd.url()).await.unwrap();
    let calls = Caller::from(&caller);
    let call = async || calls.call::<String>("net.example.echo", &"y".to_owned()).await.unwrap();
    let leaving = Server::new(&session).add(echo()).start().await.unwrap();
    assert_eq!(call().await, "y");
    let gone = ["a", "b"].map(|digit| digit.repeat(32));
    for id in &gone {
        call_and_leave(&nsqd, id, "net.example.echo", r#"\"x\""#).await;
    }
    leaving.drain().await;
    for id in &gone {
        is_gone(&nsqd, id).await;
    }
    within("only the caller listens", || is_alone(&nsqd, &caller)).await;
    let next = Server::new(&session).add(echo()).start().await.unwrap();
    assert_eq!(call().await, "y");
    next.drain().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_process_that_is_asked_to_end_clears_up() {
    let nsqd = Nsqd::start();
    let mut serving = Command::new(env!("CARGO_BIN_EXE_serving"))
        .arg("run")
        .env("ALMANET_URL", nsqd.url())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the service starts");
    let id = "c".repeat(32);
    // It waits at the broker until the service is there.
    call_and_leave(&nsqd, &id, "net.example.work.work", "1").await;
    let process = serving.id().expect("it runs").to_string();
    assert!(Command::new("kill").args(["-TERM", &process]).status().await.expect("kill is there").success());
    assert!(serving.wait().await.expect("it can be waited for").success());
    is_gone(&nsqd, &id).await;
}
