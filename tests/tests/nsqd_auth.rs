//! AUTH at a real nsqd, which asks an authorization server of ours.
#![cfg(feature = "nsqd")]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod authorizer;
mod echo;

use std::fs;

use almanet_runtime::Session;
use almanet_runtime::transport::nsq::Nsq;
use almanet_runtime::transport::{ConnectError, Route, Transport};
use almanet_tests::certificates::Authority;
use almanet_tests::nsqd::Nsqd;
use authorizer::Authorizer;

async fn refused(url: &str) -> String {
    match Session::connect(url).await {
        Err(error @ ConnectError::Unreachable(_)) => panic!("{url} was reached: {error}"),
        Err(error) => error.to_string(),
        Ok(_) => panic!("{url} was connected to"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_of_a_file_opens_the_broker_and_another_does_not() {
    let authorizer = Authorizer::start().await;
    let asks = format!("--auth-http-address={}", authorizer.address);
    let nsqd = Nsqd::with(&[&asks]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    fs::write(&file, "hunter2\n").unwrap();
    let url = format!("{}?auth_file={}", nsqd.url(), file.display());
    for more in ["", "&compression=snappy", "&compression=deflate"] {
        echo::calls_succeed(&format!("{url}{more}")).await;
    }
    assert!(authorizer.asked().iter().all(|question| question.contains("secret=hunter2&tls=false")));

    fs::write(&file, "wrong-s3cret").unwrap();
    let error = refused(&url).await;
    assert!(error.contains("E_AUTH_FAILED AUTH failed") && !error.contains("wrong-s3cret"), "{error}");
    assert!(error.contains("`auth_file=`"), "{error}");
    assert!(authorizer.asked().iter().any(|question| question.contains("wrong-s3cret")), "the broker has asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_wants_a_secret_says_so() {
    let authorizer = Authorizer::start().await;
    let asks = format!("--auth-http-address={}", authorizer.address);
    let nsqd = Nsqd::with(&[&asks]);
    let error = refused(&nsqd.url()).await;
    assert!(error.contains("the broker requires AUTH, and no secret is configured"), "{error}");
    assert!(error.contains("`auth_file=`") && error.contains("`auth_env=`"), "{error}");
    let error = Session::connect(&format!("{}?auth_env=ALMANET_NO_SUCH_VARIABLE", nsqd.url())).await.unwrap_err();
    assert!(matches!(&error, ConnectError::Configuration(why) if why.contains("`auth_env=` is not set")), "{error}");
    assert_eq!(authorizer.asked(), [""; 0], "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_brokers_one_that_refuses_the_secret_is_done_without() {
    let authorizer = Authorizer::start().await;
    let asks = format!("--auth-http-address={}", authorizer.address);
    let (strict, open) = (Nsqd::with(&[&asks]), Nsqd::start());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    fs::write(&file, "wrong").unwrap();
    let brokers = format!("nsq://{},{}", strict.tcp_address(), open.tcp_address());
    echo::calls_succeed(&format!("{brokers}?auth_file={}", file.display())).await;
    assert!(authorizer.asked().iter().any(|question| question.contains("wrong")), "it was asked");
    echo::calls_succeed(&brokers).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_secret_does_not_allow_is_refused_by_name() {
    let authorizer = Authorizer::start().await;
    let asks = format!("--auth-http-address={}", authorizer.address);
    let nsqd = Nsqd::with(&[&asks]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    fs::write(&file, "reader").unwrap();
    let url = format!("{}?auth_file={}", nsqd.url(), file.display());
    let transport = Nsq::connect(url.parse().unwrap()).await.unwrap();
    let outcome = transport.publish(Route::Any, &"t".parse().unwrap(), "x".into(), None).await;
    let error = outcome.unwrap_err().to_string();
    assert!(error.contains("E_UNAUTHORIZED AUTH failed for PUB on \"t\""), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_tls_the_secret_may_travel_and_in_the_clear_it_may_not() {
    let authorizer = Authorizer::start().await;
    let authority = Authority::new();
    let identity = authority.issue(&["localhost"]);
    let nsqd =
        Nsqd::secured(&identity, &["--tls-required=tcp-https", &format!("--auth-http-address={}", authorizer.address)]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    fs::write(&file, "hunter2").unwrap();
    let port = nsqd.tcp_address().port();
    let query = format!("ca={}&auth_file={}", authority.certificate().display(), file.display());
    for compression in ["", "&compression=snappy", "&compression=deflate"] {
        echo::calls_succeed(&format!("nsq+tls://localhost:{port}?{query}{compression}")).await;
    }
    assert!(authorizer.asked().iter().all(|question| question.contains("secret=hunter2&tls=true")));

    let clear = refused(&format!("nsq://broker.example:{port}?auth_file={}", file.display())).await;
    assert!(clear.contains("not sent to broker.example") && clear.contains("nsq+tls://"), "{clear}");
}
