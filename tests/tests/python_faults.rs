//! Where the Python library almanet 1.3.4 hangs, this runtime in its place does not.
#![cfg(all(feature = "python", feature = "nsqd"))]

mod faults;

use std::time::Duration;

use almanet_runtime::{CallError, NotExecuted};
use almanet_tests::nsqd::Nsqd;
use almanet_tests::python::Peer;
use faults::{CHANNEL, Effects, ONCE, ProbeClient, serve, session};
use serde_json::{Value, json};

const TIMEOUT: Duration = Duration::from_secs(2);
/// A time in which a call with that timeout has ended, if it ever does.
const LONG_AFTER: Duration = Duration::from_secs(10);

/// What a call of the Python peer brings; nothing where it does not even end.
async fn python_calls(peer: &Peer, text: &str) -> Option<Value> {
    let payload = json!({"text": text, "millis": 0});
    let call = json!({"uri": "faults.probe.once", "payload": payload, "timeout": TIMEOUT.as_secs()});
    tokio::time::timeout(LONG_AFTER, peer.attempt("call", call)).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_broker_restart_python_gets_no_result_any_more_and_rust_in_its_place_goes_on() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let (caller, service) = (session(&nsqd.url()).await, session(&nsqd.url()).await);
    let _running = serve(&service, &effects).await;
    let python = Peer::start(&nsqd.tcp_address().to_string()).await;
    let client = ProbeClient::new(&caller);
    assert_eq!(client.once("rust").timeout(TIMEOUT).await.as_deref(), Ok("rust"));
    assert_eq!(python_calls(&python, "python").await.expect("it ends")["ok"], "python");

    let nsqd = nsqd.killed_and_restarted();
    nsqd.await_clients(ONCE, CHANNEL, 1);
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(python_calls(&python, "python afterwards").await);
        let call = client.again("rust afterwards").timeout(LONG_AFTER);
        assert_eq!(call.await.as_deref(), Ok("rust afterwards"));
    }
    assert!(!answers.iter().flatten().any(|answer| answer.get("ok").is_some()), "{answers:?}");
    for number in 0..10 {
        let text = format!("rust {number}");
        assert_eq!(client.once(text.clone()).timeout(LONG_AFTER).await, Ok(text));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_payload_over_1_mib_python_hangs_and_rust_in_its_place_says_so_at_once() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let (caller, service) = (session(&nsqd.url()).await, session(&nsqd.url()).await);
    let _running = serve(&service, &effects).await;
    let python = Peer::start(&nsqd.tcp_address().to_string()).await;
    let large = "x".repeat(1024 * 1024);
    assert_eq!(python_calls(&python, &large).await, None);
    let client = ProbeClient::new(&caller);
    let outcome = client.once(large).timeout(TIMEOUT).await;
    assert!(matches!(outcome, Err(CallError::NotExecuted(NotExecuted::TooLarge { .. }))));
    assert_eq!(client.once("next").timeout(TIMEOUT).await.as_deref(), Ok("next"));
    assert_eq!(effects.all(), 1, "the large one never ran");
}
