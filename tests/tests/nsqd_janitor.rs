//! What services do about the reply topics of callers that are gone, against a real nsqd.
#![cfg(feature = "nsqd")]

use std::time::{Duration, Instant};

use almanet_runtime::{
    Caller, Context, Failure, Never, Server, Service, Session,
    codegen::{Procedure, ServiceBuilder, ServiceInfo},
    transport::{self, Route},
};
use almanet_tests::nsqd::Nsqd;

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

/// Calls as a caller that is gone when its reply comes, and waits until a service has cleared up after it.
async fn leak(nsqd: &Nsqd, id: &str) {
    let topic = reply_topic(id);
    let body = format!(r#"{{"id":"{id}","caller_id":"{id}","payload":"\"x\"","reply_topic":"{topic}","expires":60}}"#);
    let caller = transport::open(&nsqd.url()).await.expect("nsqd is there");
    let call = "_rpc_.net.example.echo".parse().expect("a topic");
    caller.publish(Route::Any, &call, body.into(), None).await.expect("published");
    within("the reply creates the topic again", || exists(nsqd, &topic)).await;
    within("the topic is gone", || !exists(nsqd, &topic)).await;
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
    let live = nsqd.stats(&reply_topic(&caller.id().to_string()));
    let channels = live["topics"][0]["channels"].as_array().unwrap();
    assert_eq!(channels.len(), 1, "{live}");
    assert_eq!(channels[0]["client_count"], 1, "{live}");
    assert_eq!(call().await, "y");
    running.drain().await;
}
