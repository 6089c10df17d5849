//! A service and a caller in Python that was generated for almanet 1.3.4, and Rust that was generated from the same contract,
//! over a real nsqd.
#![cfg(all(feature = "python", feature = "nsqd"))]

#[allow(unused, reason = "the whole contract is generated, and each test uses a part of it")]
mod contract {
    almanet_runtime::include_contract!();
}

use std::path::Path;

use almanet_codegen::backend::{self, Options};
use almanet_codegen::{Config, driver};
use almanet_runtime::{CallError, Context, Failure, Server, Session};
use almanet_tests::nsqd::Nsqd;
use almanet_tests::python::Peer;
use contract::interop::fleet::{
    self, AddError, FailError, Fleet, FleetClient, GreetError, LieError, LinesError, NapError, WhoamiError,
};
use contract::interop::{AccessDenied, Gone, Happening, Missing};
use serde_json::{Value, json};
use tempfile::TempDir;

const CHANNEL: &str = "almanet.python";

/// The contract of the fleet as a Python package `contract`.
fn generated() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let values = [("runtime".to_owned(), "almanet".to_owned())].into();
    let options = Options { values, ..Options::default() };
    let python = backend::find("python").expect("there is a target");
    let output = driver::Output::with_options(python, folder.path().join("contract"), options);
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/interop.almanet");
    let mut generation = Config::new().input(schema).output(output).plan();
    assert!(generation.report.problems.is_empty(), "{:?}", generation.report.problems);
    generation.write();
    folder
}

async fn peer(nsqd: &Nsqd, folder: &TempDir) -> Peer {
    Peer::start_script("generated_peer.py", &nsqd.tcp_address().to_string(), &[folder.path()]).await
}

async fn session(nsqd: &Nsqd) -> Session {
    Session::connect(&nsqd.url()).await.expect("nsqd is there")
}

/// What the generated function answers in Python.
async fn calls(peer: &Peer, procedure: &str, arguments: Value, keywords: Value) -> Value {
    let request = json!({"procedure": procedure, "arguments": arguments, "keywords": keywords});
    let mut answer = peer.ask("call", request).await;
    answer.as_object_mut().expect("an answer is an object").remove("id");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn rust_calls_a_generated_service() {
    let (nsqd, folder) = (Nsqd::start(), generated());
    let python = peer(&nsqd, &folder).await;
    python.ask("serve", json!({})).await;
    for procedure in ["greet", "add", "whoami", "fail", "lie", "nap", "log", "lines"] {
        nsqd.await_clients(&format!("_rpc_.interop.fleet.{procedure}"), CHANNEL, 1);
    }
    let session = session(&nsqd).await;
    let client = FleetClient::new(&session);

    assert_eq!(client.greet("Aidar").await.expect("a greeting"), "Hello, Aidar!");
    assert_eq!(client.add(2).b(40).await.expect("a sum"), 42);
    assert_eq!(client.add(2).await.expect("a sum"), 2);
    assert_eq!(client.whoami(1).await.expect("a name"), "python");
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
    let failure = client.fail().await.expect_err("it fails");
    assert!(matches!(failure, CallError::Internal), "{failure:?}");
    // The service finds it, where the library alone would have sent it.
    let lie = client.lie().await.expect_err("text is no number");
    assert!(matches!(&lie, CallError::InvalidReturn(_)), "{lie:?}");
    let wrong = session.call::<almanet_runtime::types::Value>("interop.fleet.greet", &123_i64).await;
    assert!(matches!(&wrong, Err(CallError::InvalidPayload(text)) if text.contains("string")), "{wrong:?}");
    let wrong = session.call::<almanet_runtime::types::Value>("interop.fleet.nap", &"1").await;
    assert!(matches!(&wrong, Err(CallError::InvalidPayload(text)) if text.contains("integer")), "{wrong:?}");

    client.log("a line").await.expect("nsqd has it");
    loop {
        let lines = client.lines().await.expect("the lines");
        if !lines.is_empty() {
            assert_eq!(lines, ["a line"]);
            break;
        }
    }
    let local = python.ask("local", json!({"procedure": "add", "arguments": [1], "keywords": {"b": 2}})).await;
    assert_eq!(local["ok"], 3);
}

/// The fleet in Rust.
#[derive(Clone)]
struct RustFleet;

impl Fleet for RustFleet {
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
        Ok("rust".to_owned())
    }

    async fn fail(&self, _cx: Context) -> Result<String, Failure<FailError>> {
        Err(Failure::internal("a secret of the service"))
    }

    async fn lie(&self, _cx: Context) -> Result<i32, Failure<LieError>> {
        Ok(7)
    }

    async fn nap(&self, _cx: Context, payload: i64) -> Result<i64, Failure<NapError>> {
        tokio::time::sleep(std::time::Duration::from_millis(payload.unsigned_abs())).await;
        Ok(payload)
    }

    async fn log(&self, _cx: Context, _line: String) -> Result<(), Failure> {
        Ok(())
    }

    async fn lines(&self, _cx: Context) -> Result<Vec<String>, Failure<LinesError>> {
        Ok(vec!["a".to_owned(), "b".to_owned()])
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_generated_caller_calls_rust() {
    let (nsqd, folder) = (Nsqd::start(), generated());
    let session = session(&nsqd).await;
    let _running = Server::new(&session).add(fleet::service(RustFleet)).start().await.expect("the service starts");
    let python = peer(&nsqd, &folder).await;

    let none = || json!({});
    assert_eq!(calls(&python, "greet", json!(["Aidar"]), none()).await, json!({"ok": "Hello, Aidar!"}));
    assert_eq!(calls(&python, "add", json!([2]), json!({"b": 40})).await, json!({"ok": 42}));
    assert_eq!(calls(&python, "add", json!([]), json!({"a": 2})).await, json!({"ok": 2}));
    assert_eq!(calls(&python, "lines", json!([null]), none()).await, json!({"ok": ["a", "b"]}));
    assert_eq!(calls(&python, "log", json!(["x"]), none()).await, json!({"ok": null}));
    let denied = json!({"exception": "access_denied", "payload": "guest"});
    assert_eq!(calls(&python, "greet", json!(["guest"]), none()).await, denied);
    let missing = json!({"exception": "missing", "wanted": "nobody"});
    assert_eq!(calls(&python, "greet", json!(["nobody"]), none()).await, missing);
    let gone = json!({"exception": "gone", "payload": null});
    assert_eq!(calls(&python, "greet", json!(["ghost"]), none()).await, gone);
    let internal = json!({"exception": "InternalError", "payload": "oops"});
    assert_eq!(calls(&python, "fail", json!([null]), none()).await, internal);
    // What the contract refuses is not sent.
    for (procedure, arguments) in
        [("greet", json!([123])), ("nap", json!(["1"])), ("nap", json!([true])), ("add", json!([2.5]))]
    {
        let refused = calls(&python, procedure, arguments, none()).await;
        assert_eq!(refused["exception"], "rpc_invalid_payload", "{procedure}: {refused}");
    }
    let late =
        python.ask("call", json!({"procedure": "nap", "arguments": [60_000], "keywords": {}, "timeout": 0.2})).await;
    assert_eq!(late["timeout"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_consumes_what_the_other_produces() {
    let (nsqd, folder) = (Nsqd::start(), generated());
    let session = session(&nsqd).await;
    let python = peer(&nsqd, &folder).await;
    let topic = fleet::happened(&session);

    let mut consumer = topic.consume("rust").await.expect("subscribed");
    python.ask("produce", json!({"title": "moon landing", "labels": ["space"]})).await;
    let message = consumer.next().await.expect("a message");
    let landing = message.finish().expect("a happening");
    let expected = Happening { title: "moon landing".to_owned(), count: 1, labels: vec!["space".to_owned()] };
    assert_eq!(landing, expected);

    let happening = Happening { title: "eclipse".to_owned(), count: 2, labels: Vec::new() };
    topic.produce(&happening).await.expect("nsqd has it");
    // One group: what Python takes, Rust does not, so Rust leaves before.
    drop(consumer);
    let mut consumed = python.ask("consume", json!({"channel": "rust"})).await;
    consumed.as_object_mut().expect("an answer is an object").remove("id");
    assert_eq!(consumed, json!({"title": "eclipse", "count": 2, "labels": []}));
}
