//! Streams and the Python library almanet 1.3.4, which has none: each side learns that at once, and goes on.
#![cfg(all(feature = "python", feature = "nsqd"))]

#[expect(dead_code, reason = "Python has a use for a part of it")]
mod watching;

use almanet_runtime::{CallError, Session};
use almanet_tests::nsqd::Nsqd;
use almanet_tests::python::Peer;
use serde_json::json;
use watching::{WatcherClient, serve};

#[tokio::test(flavor = "multi_thread")]
async fn python_is_refused_a_stream_and_rust_finds_none_in_python() {
    let nsqd = Nsqd::start();
    let session = Session::connect(&nsqd.url()).await.expect("nsqd is there");
    let (log, _running) = serve(&session).await;
    let python = Peer::start(&nsqd.tcp_address().to_string()).await;
    let call = json!({"uri": "streams.watcher.follow", "payload": "porch", "timeout": 10});

    let refusal = python.ask("call", call.clone()).await;
    assert_eq!(refusal["exception"], "rpc_invalid_payload");
    assert!(refusal["payload"].as_str().is_some_and(|text| text.contains("stream")), "{refusal}");
    let arguments = json!({"uri": "streams.watcher.follow", "payload": "porch", "timeout": 1});
    let replies = python.ask("multicall", arguments).await;
    assert_eq!(replies["replies"][0]["is_exception"], true, "{replies}");
    assert_eq!(log.ticks.load(std::sync::atomic::Ordering::Relaxed), 0);

    python.ask("serve", json!({})).await;
    nsqd.await_clients("_rpc_.interop.fleet.greet", "almanet.python", 1);
    let greeted = session.stream::<String>("interop.fleet.greet", &"Aidar".to_owned()).await;
    assert!(matches!(&greeted, Err(CallError::InvalidReturn(text)) if text.contains("stream")), "{greeted:?}");
    let denied = session.stream::<String>("interop.fleet.greet", &"guest".to_owned()).await;
    assert!(matches!(&denied, Err(CallError::Undeclared { name, .. }) if name == "access_denied"), "{denied:?}");

    // A Python caller that does not mind what a stream's messages are beside its own replies.
    let client = WatcherClient::new(&session);
    let mut followed = client.follow("porch").await.expect("it begins");
    assert_eq!(python.ask("call", call).await["exception"], "rpc_invalid_payload");
    assert!(matches!(followed.next().await, Some(Ok(_))));
}
