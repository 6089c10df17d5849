//! Connections in TLS, compressed and both, to real nsqds.
#![cfg(feature = "nsqd")]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod echo;

use std::path::Path;
use std::time::Duration;

use almanet_runtime::Session;
use almanet_runtime::transport::nsq::Nsq;
use almanet_runtime::transport::{ConnectError, Route, SubscribeOptions, Transport};
use almanet_tests::certificates::Authority;
use almanet_tests::nsqd::Nsqd;
use almanet_tests::nsqlookupd::Nsqlookupd;

fn url(nsqd: &Nsqd, host: &str, ca: &Path, more: &str) -> String {
    format!("nsq+tls://{host}:{}?ca={}{more}", nsqd.tcp_address().port(), ca.display())
}

async fn refused(url: &str) -> String {
    match Session::connect(url).await {
        Err(error @ ConnectError::Unreachable(_)) => panic!("{url} was reached: {error}"),
        Err(error) => error.to_string(),
        Ok(_) => panic!("{url} was connected to"),
    }
}

#[tokio::test]
async fn calls_go_over_tls_and_every_compression() {
    let authority = Authority::new();
    let identity = authority.issue(&["localhost", "127.0.0.1"]);
    let nsqd = Nsqd::secured(&identity, &["--tls-required=tcp-https"]);
    for more in ["", "&compression=snappy", "&compression=deflate", "&compression=deflate&deflate_level=1"] {
        echo::calls_succeed(&url(&nsqd, "localhost", &authority.certificate(), more)).await;
    }
    echo::calls_succeed(&url(&nsqd, "127.0.0.1", &authority.certificate(), "")).await;
}

#[tokio::test]
async fn calls_go_compressed_and_what_is_not_granted_is_done_without() {
    let nsqd = Nsqd::start();
    for query in [
        "?compression=snappy",
        "?compression=snappy&output_buffer_size=-1",
        "?compression=deflate",
        "?compression=deflate&deflate_level=9",
    ] {
        echo::calls_succeed(&format!("{}{query}", nsqd.url())).await;
    }
    let plain = Nsqd::with(&["--snappy=false", "--deflate=false"]);
    for compression in ["snappy", "deflate"] {
        echo::calls_succeed(&format!("{}?compression={compression}", plain.url())).await;
    }
}

#[tokio::test]
async fn a_broker_that_asks_for_it_gets_a_client_certificate() {
    let authority = Authority::new();
    let identity = authority.issue(&["localhost"]);
    let client = authority.issue(&["client"]);
    let root = format!("--tls-root-ca-file={}", authority.certificate().display());
    let nsqd = Nsqd::secured(&identity, &["--tls-client-auth-policy=require-verify", &root]);
    let ours = format!("&cert={}&key={}", client.certificate.display(), client.key.display());
    echo::calls_succeed(&url(&nsqd, "localhost", &authority.certificate(), &ours)).await;

    let error = refused(&url(&nsqd, "localhost", &authority.certificate(), "")).await;
    assert!(error.contains("the broker wants a client certificate") && error.contains("`cert=`"), "{error}");

    let stranger = Authority::new().issue(&["client"]);
    // Its files are gone with its authority: so the error names the first of them.
    let theirs = format!("&cert={}&key={}", stranger.certificate.display(), stranger.key.display());
    let error = refused(&url(&nsqd, "localhost", &authority.certificate(), &theirs)).await;
    assert!(error.contains("the file of `cert=`") && error.contains("cannot be read"), "{error}");

    let other = Authority::new();
    let stranger = other.issue(&["client"]);
    let theirs = format!("&cert={}&key={}", stranger.certificate.display(), stranger.key.display());
    let error = refused(&url(&nsqd, "localhost", &authority.certificate(), &theirs)).await;
    assert!(error.contains("the broker wants a client certificate that it trusts"), "{error}");
}

#[tokio::test]
async fn a_certificate_that_nobody_trusted_signed_is_refused() {
    let (authority, other) = (Authority::new(), Authority::new());
    let nsqd = Nsqd::secured(&authority.issue(&["localhost"]), &[]);
    let error = refused(&url(&nsqd, "localhost", &other.certificate(), "")).await;
    assert!(error.contains("UnknownIssuer") && error.contains("`ca=`"), "{error}");
    let platform = refused(&format!("nsq+tls://localhost:{}", nsqd.tcp_address().port())).await;
    assert!(platform.contains("`ca=`"), "{platform}");
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused() {
    let authority = Authority::new();
    let nsqd = Nsqd::secured(&authority.issue(&["broker.example"]), &[]);
    for host in ["localhost", "127.0.0.1"] {
        let error = refused(&url(&nsqd, host, &authority.certificate(), "")).await;
        assert!(error.contains("not valid for name") && error.contains("broker.example"), "{error}");
    }
}

#[tokio::test]
async fn a_certificate_whose_time_is_over_is_refused() {
    let authority = Authority::new();
    let nsqd = Nsqd::secured(&authority.issue_expired(&["localhost"]), &[]);
    let error = refused(&url(&nsqd, "localhost", &authority.certificate(), "")).await;
    assert!(error.contains("certificate expired"), "{error}");
}

#[tokio::test]
async fn a_broker_without_tls_is_not_spoken_to() {
    let authority = Authority::new();
    let nsqd = Nsqd::start();
    let error = refused(&url(&nsqd, "localhost", &authority.certificate(), "")).await;
    assert!(error.contains("the broker does not offer TLS") && error.contains("--tls-cert"), "{error}");
}

#[tokio::test]
async fn a_broker_that_requires_tls_says_so_to_others() {
    let authority = Authority::new();
    let nsqd = Nsqd::secured(&authority.issue(&["localhost"]), &["--tls-required=tcp-https"]);
    let error = refused(&nsqd.url()).await;
    assert!(error.contains("TLS required"), "{error}");
}

/// What nsqd's statistics say of the one subscriber of this connection.
async fn granted(nsqd: &Nsqd, url: &str) -> serde_json::Value {
    let transport = Nsq::connect(url.parse().unwrap()).await.unwrap();
    let options = SubscribeOptions::new("granted".parse().unwrap(), "c#ephemeral".parse().unwrap(), 10).sample_rate(42);
    let subscription = transport.subscribe(options).await.unwrap();
    let client = nsqd.stats("granted")["topics"][0]["channels"][0]["clients"][0].clone();
    drop(subscription);
    transport.close().await;
    client
}

#[tokio::test]
async fn what_was_asked_for_is_in_force() {
    let authority = Authority::new();
    let nsqd = Nsqd::secured(&authority.issue(&["localhost"]), &[]);
    let ca = authority.certificate();
    let cases = [
        (nsqd.url(), [false, false, false]),
        (format!("{}?compression=snappy", nsqd.url()), [false, true, false]),
        (format!("{}?compression=deflate", nsqd.url()), [false, false, true]),
        (url(&nsqd, "localhost", &ca, ""), [true, false, false]),
        (url(&nsqd, "localhost", &ca, "&compression=snappy"), [true, true, false]),
        (url(&nsqd, "localhost", &ca, "&compression=deflate"), [true, false, true]),
    ];
    for (url, expected) in cases {
        let client = granted(&nsqd, &url).await;
        let flags = ["tls", "snappy", "deflate"].map(|flag| client[flag].as_bool().expect("a flag"));
        assert_eq!(flags, expected, "{url}: {client}");
        assert_eq!(client["sample_rate"], 42, "{client}");
    }
}

#[tokio::test]
async fn brokers_that_nsqlookupd_finds_are_spoken_to_in_tls() {
    let authority = Authority::new();
    let lookupd = Nsqlookupd::start();
    let ca = authority.certificate();
    let url = format!("nsqlookupd+tls://{}?lookupd_poll=100ms&ca={}", lookupd.http_address(), ca.display());
    // Of one, the certificate is for the address under which it registers; of the other it is not.
    let own = authority.issue(&["127.0.0.1"]).nsqd_arguments();
    let good = lookupd.nsqd_with(&own.each_ref().map(String::as_str));
    while_registering(&url, Result::is_ok).await;
    echo::calls_succeed(&url).await;
    drop(good);
    let own = authority.issue(&["broker.example"]).nsqd_arguments();
    let _bad = lookupd.nsqd_with(&own.each_ref().map(String::as_str));
    let is_refused = |outcome: &Result<Nsq, ConnectError>| {
        outcome.as_ref().is_err_and(|error| error.to_string().contains("broker.example"))
    };
    while_registering(&url, is_refused).await;
}

/// Connects again and again until this comes of it.
async fn while_registering(url: &str, is_wanted: impl Fn(&Result<Nsq, ConnectError>) -> bool) {
    let tried = tokio::time::timeout(Duration::from_secs(30), async {
        while !is_wanted(&Nsq::connect(url.parse().unwrap()).await) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    tried.await.expect("an nsqd registers within 30 s");
}

#[tokio::test]
async fn heartbeats_keep_an_idle_connection_whatever_is_around_it() {
    let authority = Authority::new();
    let nsqd = Nsqd::secured(&authority.issue(&["localhost"]), &[]);
    let more = "&compression=deflate&heartbeat=1s";
    let transport =
        Nsq::connect(url(&nsqd, "localhost", &authority.certificate(), more).parse().unwrap()).await.unwrap();
    let options = SubscribeOptions::new("idle".parse().unwrap(), "c".parse().unwrap(), 10);
    let mut subscription = transport.subscribe(options).await.unwrap();
    let address = || nsqd.stats("idle")["topics"][0]["channels"][0]["clients"][0]["remote_address"].clone();
    let before = address();
    // nsqd closes a connection that did not answer for two intervals.
    tokio::time::sleep(Duration::from_millis(3500)).await;
    transport.publish(Route::Any, &"idle".parse().unwrap(), "x".into(), None).await.unwrap();
    subscription.recv().await.unwrap().finish();
    assert!(before.is_string());
    assert_eq!(address(), before, "it is still the same connection");
}
