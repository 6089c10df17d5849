//! Rust and the Python library almanet 1.3.4 over a real nsqd: neither can tell which is at the other end.
#![cfg(all(feature = "python", feature = "nsqd"))]

#[allow(unused, reason = "the whole contract is generated, and each test uses a part of it")]
mod contract {
    almanet_runtime::include_contract!();
}

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use almanet_runtime::{CallError, Context, Failure, OutcomeUnknown, Running, Server, Session};
use almanet_tests::nsqd::Nsqd;
use almanet_tests::python::Peer;
use contract::interop::fleet::{
    self, AddError, FailError, Fleet, FleetClient, GreetError, LieError, LinesError, NapError, WhoamiError,
};
use contract::interop::{AccessDenied, Gone, Happening, Missing};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::{Mutex, Notify};

const CHANNEL: &str = "almanet.python";

/// The fleet in Rust. What was taken down wakes whoever waits for a line.
#[derive(Default)]
struct RustFleet {
    lines: Mutex<Vec<String>>,
    taken: Notify,
    ran: AtomicUsize,
}

#[derive(Clone, Default)]
struct Shared(Arc<RustFleet>);

impl Fleet for Shared {
    async fn greet(&self, _cx: Context, payload: String) -> Result<String, Failure<GreetError>> {
        match payload.as_str() {
            "guest" => Err(AccessDenied(payload).into()),
            "nobody" => Err(Missing { wanted: payload, since: None }.into()),
            "ghost" => Err(Gone.into()),
            _ => Ok(format!("Hello, {payload}!")),
        }
    }

    async fn add(&self, _cx: Context, a: i32, b: i32) -> Result<i64, Failure<AddError>> {
        Ok(i64::from(a) + i64::from(b))
    }

    async fn whoami(&self, _cx: Context, _payload: i64) -> Result<String, Failure<WhoamiError>> {
        self.0.ran.fetch_add(1, Ordering::Relaxed);
        Ok("rust".to_owned())
    }

    async fn fail(&self, _cx: Context) -> Result<String, Failure<FailError>> {
        Err(Failure::internal("a secret of the service"))
    }

    async fn lie(&self, _cx: Context) -> Result<i32, Failure<LieError>> {
        Ok(7)
    }

    async fn nap(&self, _cx: Context, payload: i64) -> Result<i64, Failure<NapError>> {
        tokio::time::sleep(Duration::from_millis(payload.unsigned_abs())).await;
        Ok(payload)
    }

    async fn log(&self, _cx: Context, line: String) -> Result<(), Failure> {
        self.0.lines.lock().await.push(line);
        self.0.taken.notify_waiters();
        Ok(())
    }

    async fn lines(&self, _cx: Context) -> Result<Vec<String>, Failure<LinesError>> {
        Ok(self.0.lines.lock().await.clone())
    }
}

impl Shared {
    /// Waits until a line was taken down.
    async fn line(&self, wanted: &str) {
        loop {
            let taken = self.0.taken.notified();
            if self.0.lines.lock().await.iter().any(|line| line == wanted) {
                return;
            }
            taken.await;
        }
    }
}

fn uri(procedure: &str) -> String {
    format!("interop.fleet.{procedure}")
}

async fn session(nsqd: &Nsqd) -> Session {
    Session::connect(&nsqd.url()).await.expect("nsqd is there")
}

async fn rust_service(session: &Session, fleet: &Shared) -> Running {
    Server::new(session).add(fleet::service(fleet.clone())).start().await.expect("the service starts")
}

/// A Python peer that serves, every procedure of it subscribed.
async fn python_service(nsqd: &Nsqd) -> Peer {
    let peer = Peer::start(&nsqd.tcp_address().to_string()).await;
    peer.ask("serve", json!({})).await;
    for procedure in ["greet", "add", "whoami", "fail", "lie", "nap", "log", "lines"] {
        nsqd.await_clients(&format!("_rpc_.{}", uri(procedure)), CHANNEL, 1);
    }
    peer
}

async fn python_calls(peer: &Peer, procedure: &str, payload: Value, timeout: f64) -> Value {
    let mut answer = peer.ask("call", json!({"uri": uri(procedure), "payload": payload, "timeout": timeout})).await;
    answer.as_object_mut().expect("an answer is an object").remove("id");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn rust_calls_python() {
    let nsqd = Nsqd::start();
    let _python = python_service(&nsqd).await;
    let session = session(&nsqd).await;
    let client = FleetClient::new(&session);

    assert_eq!(client.greet("Aidar").await.expect("a greeting"), "Hello, Aidar!");
    assert_eq!(client.add(2).b(40).await.expect("a sum"), 42);
    assert_eq!(client.add(2).await.expect("a sum"), 2);

    let bare = client.greet("guest").await.expect_err("a guest is refused");
    assert!(
        matches!(&bare, CallError::Remote(GreetError::AccessDenied(AccessDenied(who))) if who == "guest"),
        "{bare:?}"
    );
    let fields = client.greet("nobody").await.expect_err("nobody is missing");
    assert!(
        matches!(&fields, CallError::Remote(GreetError::Missing(missing)) if missing.wanted == "nobody"),
        "{fields:?}"
    );
    let null = client.greet("ghost").await.expect_err("a ghost is gone");
    assert!(matches!(&null, CallError::Remote(GreetError::Gone(Gone))), "{null:?}");
    let undeclared = client.greet("stranger").await.expect_err("a stranger is undeclared");
    let CallError::Undeclared { name, payload } = &undeclared else { panic!("{undeclared:?}") };
    assert_eq!((name.as_str(), payload.as_str()), ("undeclared", r#"{"code":7}"#));

    let failure = client.fail().await.expect_err("it fails");
    assert!(matches!(failure, CallError::Internal), "{failure:?}");
    let lie = client.lie().await.expect_err("text is no number");
    assert!(matches!(&lie, CallError::InvalidReturn(text) if text.contains("not a number")), "{lie:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rust_sends_python_a_wrong_payload() {
    let nsqd = Nsqd::start();
    let _python = python_service(&nsqd).await;
    let session = session(&nsqd).await;
    let refused = session.call::<almanet_runtime::types::Value>(&uri("greet"), &123_i64).await;
    assert!(matches!(&refused, Err(CallError::InvalidPayload(text)) if text.contains("string")), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rust_waits_for_python_until_the_deadline() {
    let nsqd = Nsqd::start();
    let _python = python_service(&nsqd).await;
    let session = session(&nsqd).await;
    let client = FleetClient::new(&session);
    let late = client.nap(60_000).timeout(Duration::from_secs(1)).await.expect_err("the nap is longer");
    assert!(matches!(late, CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(_))), "{late:?}");
    assert_eq!(client.nap(1).await.expect("the next call is answered"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn rust_gathers_from_python_and_delays_and_sends_oneway() {
    let nsqd = Nsqd::start();
    let _python = python_service(&nsqd).await;
    let session = session(&nsqd).await;
    let client = FleetClient::new(&session);

    let replies = client.greet("all").gather(Duration::from_secs(10)).take(1).await.expect("replies");
    assert_eq!(replies, [Ok("Hello, all!".to_owned())]);

    client.log("at once").await.expect("nsqd has it");
    client.log("a second later").delay(Duration::from_secs(1)).await.expect("nsqd has it");
    loop {
        let lines = client.lines().await.expect("the lines");
        if lines.len() == 2 {
            assert_eq!(lines, ["at once", "a second later"]);
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn python_calls_rust() {
    let nsqd = Nsqd::start();
    let session = session(&nsqd).await;
    let _running = rust_service(&session, &Shared::default()).await;
    let python = Peer::start(&nsqd.tcp_address().to_string()).await;

    assert_eq!(python_calls(&python, "greet", json!("Aidar"), 10.0).await, json!({"ok": "Hello, Aidar!"}));
    assert_eq!(python_calls(&python, "add", json!({"a": 2, "b": 40}), 10.0).await, json!({"ok": 42}));
    assert_eq!(python_calls(&python, "add", json!({"a": 2}), 10.0).await, json!({"ok": 2}));
    let denied = json!({"exception": "access_denied", "payload": r#""guest""#});
    assert_eq!(python_calls(&python, "greet", json!("guest"), 10.0).await, denied);
    let missing = json!({"exception": "missing", "payload": r#"{"wanted":"nobody"}"#});
    assert_eq!(python_calls(&python, "greet", json!("nobody"), 10.0).await, missing);
    let gone = json!({"exception": "gone", "payload": "null"});
    assert_eq!(python_calls(&python, "greet", json!("ghost"), 10.0).await, gone);
    let internal = json!({"exception": "InternalError", "payload": "oops"});
    assert_eq!(python_calls(&python, "fail", Value::Null, 10.0).await, internal);

    let refused = python_calls(&python, "greet", json!(123), 10.0).await;
    assert_eq!(refused["exception"], "rpc_invalid_payload");
    let text = refused["payload"].as_str().expect("a text");
    assert!(text.contains("expected a string"), "{text}");
    assert_eq!(python_calls(&python, "nap", json!(60_000), 1.0).await, json!({"timeout": true}));
}

#[tokio::test(flavor = "multi_thread")]
async fn python_gathers_from_rust_and_delays_and_sends_oneway() {
    let nsqd = Nsqd::start();
    let session = session(&nsqd).await;
    let fleet = Shared::default();
    let _running = rust_service(&session, &fleet).await;
    let python = Peer::start(&nsqd.tcp_address().to_string()).await;

    let gathered = python.ask("multicall", json!({"uri": uri("greet"), "payload": "all", "timeout": 1})).await;
    let payload = r#""Hello, all!""#;
    assert_eq!(gathered["replies"], json!([{"is_exception": false, "payload": payload}]));

    python.ask("delay_call", json!({"uri": uri("log"), "payload": {"line": "at once"}, "delay": 0})).await;
    fleet.line("at once").await;
    // The library passes what it calls seconds where nsqd takes milliseconds.
    python.ask("delay_call", json!({"uri": uri("log"), "payload": {"line": "later"}, "delay": 100})).await;
    fleet.line("later").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_consumes_what_the_other_produces() {
    let nsqd = Nsqd::start();
    let session = session(&nsqd).await;
    let python = Peer::start(&nsqd.tcp_address().to_string()).await;
    let topic = fleet::happened(&session);
    let happening = Happening { title: "moon landing".to_owned(), count: 2, labels: vec!["space".to_owned()] };

    let mut consumer = topic.consume("rust").await.expect("subscribed");
    let written = json!({"title": "eclipse", "count": 1, "labels": []});
    python.ask("produce", json!({"topic": topic.uri(), "payload": written})).await;
    let message = consumer.next().await.expect("a message");
    let eclipse = message.finish().expect("a happening");
    assert_eq!(eclipse, Happening { title: "eclipse".to_owned(), count: 1, labels: Vec::new() });

    topic.produce(&happening).await.expect("nsqd has it");
    let consumed = python.ask("consume", json!({"topic": topic.uri(), "channel": "rust", "count": 1}));
    // One group: what Python takes, Rust does not, so Rust leaves before.
    drop(consumer);
    let bodies = consumed.await;
    assert_eq!(bodies["messages"], json!([{"title": "moon landing", "count": 2, "labels": ["space"]}]));
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_of_both_share_a_channel_and_each_call_runs_once() {
    const CALLS: usize = 100;
    let nsqd = Nsqd::start();
    let _python = python_service(&nsqd).await;
    let session = session(&nsqd).await;
    let fleet = Shared::default();
    let _running = rust_service(&session, &fleet).await;
    nsqd.await_clients(&format!("_rpc_.{}", uri("whoami")), CHANNEL, 2);

    let client = FleetClient::new(&session);
    let mut answers: Vec<String> = Vec::new();
    // The broker draws which instance gets a call, so calls go on until each of them got one.
    for _ in 0..100 {
        let calls = (0..CALLS).map(|number| client.whoami(number as i64).into_future());
        answers.extend(join_all(calls).await.into_iter().map(|answer| answer.expect("an answer")));
        if ["python", "rust"].iter().all(|who| answers.iter().any(|answer| answer == who)) {
            break;
        }
    }
    let by_rust = answers.iter().filter(|who| *who == "rust").count();
    assert_eq!(answers.iter().map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from(["python", "rust"]));
    assert_eq!(fleet.0.ran.load(Ordering::Relaxed), by_rust, "each call that Rust answered ran in it once");
    let stats = nsqd.stats(&format!("_rpc_.{}", uri("whoami")));
    assert_eq!(stats["topics"][0]["message_count"], answers.len());
    assert_eq!(stats["topics"][0]["channels"][0]["requeue_count"], 0);
}
