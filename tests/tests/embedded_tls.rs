//! Connections in TLS, compressed and both, to the embedded broker.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod echo;

use almanet_broker::{Broker, Options, ServerTls};
use almanet_runtime::Session;
use almanet_tests::certificates::Authority;

#[tokio::test]
async fn calls_go_over_tls_and_every_compression() {
    let authority = Authority::new();
    let mut options = Options::default();
    options.tls = Some(ServerTls::new(authority.issue(&["localhost", "127.0.0.1"]).server()));
    let listener = Broker::new(options).listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = listener.address().port();
    let ca = authority.certificate();
    for compression in ["", "&compression=snappy", "&compression=deflate", "&compression=deflate&deflate_level=1"] {
        echo::calls_succeed(&format!("nsq+tls://localhost:{port}?ca={}{compression}", ca.display())).await;
        echo::calls_succeed(&format!("nsq://127.0.0.1:{port}?{}", compression.trim_start_matches('&'))).await;
    }
    let other = Authority::new();
    let error = Session::connect(&format!("nsq+tls://localhost:{port}?ca={}", other.certificate().display())).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("UnknownIssuer"), "{error}");
}

#[tokio::test]
async fn a_broker_without_tls_grants_none() {
    let listener = Broker::default().listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let error = Session::connect(&format!("nsq+tls://{}?ca=/no/such/file", listener.address())).await.unwrap_err();
    assert!(error.to_string().contains("the broker does not offer TLS"), "{error}");
}
