//! AUTH at a real nsqd, which asks an authorization server of ours.
#![cfg(feature = "nsqd")]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod echo;

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use almanet_runtime::Session;
use almanet_runtime::transport::nsq::Nsq;
use almanet_runtime::transport::{ConnectError, Route, Transport};
use almanet_tests::certificates::Authority;
use almanet_tests::nsqd::Nsqd;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tracing::Level;

/// Answers nsqd's questions: `hunter2` may do everything, `reader` may only subscribe, and nobody else is known.
struct Authorizer {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Authorizer {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let questions = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let question = answer(stream).await.expect("nsqd asks in HTTP");
                questions.lock().unwrap().push(question);
            }
        });
        Self { address, asked, task }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Authorizer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(stream: TcpStream) -> io::Result<String> {
    let mut stream = BufReader::new(stream);
    let mut question = String::new();
    stream.read_line(&mut question).await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 2 {
        line.clear();
    }
    let permissions = match &question {
        question if question.contains("secret=hunter2&") => r#""subscribe","publish""#,
        question if question.contains("secret=reader&") => r#""subscribe""#,
        _ => "",
    };
    let body = match permissions {
        "" => r#"{"message": "NOT_AUTHORIZED"}"#.to_owned(),
        permissions => format!(
            r#"{{"ttl": 3600, "identity": "me", "identity_url": "", "authorizations":
                [{{"permissions": [{permissions}], "topic": ".*", "channels": [".*"]}}]}}"#
        ),
    };
    let status = if permissions.is_empty() { "403 Forbidden" } else { "200 OK" };
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all((head + &body).as_bytes()).await?;
    stream.shutdown().await?;
    Ok(question)
}

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
    let nsqd = Nsqd::with(&[
        "--https-address=127.0.0.1:0",
        &format!("--tls-cert={}", identity.certificate.display()),
        &format!("--tls-key={}", identity.key.display()),
        "--tls-required=tcp-https",
        &format!("--auth-http-address={}", authorizer.address),
    ]);
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

/// Where the log of a test goes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_log_at_any_level_holds_the_secret() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(Level::TRACE).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let authorizer = Authorizer::start().await;
    let nsqd = Nsqd::with(&[&format!("--auth-http-address={}", authorizer.address)]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("place");
    let url = format!("{}?auth_file={}", nsqd.url(), file.display());
    fs::write(&file, "hunter2").unwrap();
    echo::calls_succeed(&url).await;
    fs::write(&file, "wrong-s3cret").unwrap();
    refused(&url).await;
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("AUTH failed"), "the log is there: {log}");
    assert!(!log.contains("hunter2") && !log.contains("wrong-s3cret"), "{log}");
}
