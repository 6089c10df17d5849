//! No secret shows: in logs at any level, in spans, in metrics, in what is printed for developers.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use almanet_broker::Broker;
use almanet_runtime::codegen::{Procedure, ServiceBuilder, ServiceInfo, call};
use almanet_runtime::{
    CallError, Caller, Context, Failure, Metrics, Never, Principal, Server, Session, StaticTokens, Token,
};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

static SERVICE: ServiceInfo = ServiceInfo::new("net.example.vault");
static OPEN: Procedure = Procedure::new("open", "net.example.vault.open").auth(&["keys"]);
static LOOK: Procedure = Procedure::new("look", "net.example.vault.look");

/// Each of them a word that nothing else contains.
const SECRETS: [&str; 5] =
    ["known-secret-4711", "unknown-secret-4712", "narrow-secret-4713", "session-secret-4714", "header-secret-4715"];

/// Everything that was said.
#[derive(Clone, Debug, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Said {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no test panicked").clone()).expect("logs are text")
    }
}

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no test panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl SpanExporter for Said {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let mut said = self.clone();
        writeln!(said, "exported {batch:?}").expect("memory takes everything");
        Ok(())
    }
}

/// What a handler might say: all that it knows of its call.
async fn open(cx: Context, fails: bool) -> Result<String, Failure<Never>> {
    tracing::trace!(?cx, "whispered");
    tracing::info!(?cx, headers = ?cx.headers(), principal = ?cx.principal(), "opened");
    match fails {
        true => panic!("the vault is stuck: {cx:?}"),
        false => Ok(cx.principal().map(|principal| principal.name().to_owned()).unwrap_or_default()),
    }
}

fn token(text: &str) -> Token {
    Token::new(text).expect("it is visible ASCII")
}

#[tokio::test]
async fn no_secret_shows_anywhere() {
    let said = Said::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(said.clone()).build();
    let writer = said.clone();
    tracing_subscriber::registry()
        .with(tracing_subscriber::fmt::layer().with_writer(move || writer.clone()))
        .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("test")))
        .init();
    let [known, unknown, narrow, of_session, of_header] = SECRETS;

    let broker = Broker::default().listen(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a free port");
    let metrics = Metrics::new();
    let builder =
        Session::builder().url(format!("nsq://{}", broker.address())).token(token(of_session)).metrics(&metrics);
    let mut shown = format!("{builder:?}");
    let session = builder.connect().await.expect("the broker listens");
    let tokens = StaticTokens::new()
        .token(token(known), Principal::new("known").scope("keys"))
        .token(token(narrow), Principal::new("narrow"));
    shown += &format!("{session:?} {tokens:?}");
    let service = ServiceBuilder::new(&SERVICE, ())
        .procedure(&OPEN, |_, cx: Context, fails: bool| open(cx, fails))
        .procedure(&LOOK, |_, cx: Context, fails: bool| open(cx, fails))
        .build();
    let server = Server::new(&session).add(service).authenticator(tokens);
    shown += &format!("{server:?}");
    let running = server.start().await.expect("the broker listens");

    let caller = Caller::from(&session);
    let calling = |caller: &Caller, fails| call::<String, Never>(caller, &OPEN, &fails);
    let with = |text| caller.with_token(token(text));
    shown += &format!("{:?} {:?}", with(known), calling(&with(known), false));
    assert_eq!(calling(&with(known), false).await, Ok("known".to_owned()));
    assert_eq!(calling(&with(known), true).await, Err(CallError::Internal));
    for refused in [calling(&with(unknown), false), calling(&with(narrow), false), calling(&caller, false)] {
        let error = refused.await.expect_err("it is refused");
        assert!(matches!(error, CallError::Unauthorized(_)), "{error:?}");
        shown += &format!("{error} {error:?}");
    }
    let handed = session.call::<String>("net.example.vault.look", &false).header("authorization", of_header);
    shown += &format!("{handed:?}");
    handed.await.expect("it asks for nothing");
    running.drain().await;
    session.close().await;
    broker.stop().await;
    provider.force_flush().expect("what was exported is in memory");
    shown += &metrics.encode();

    let said = said.text();
    for expected in ["[redacted]", "opened", "a call was refused", "the vault is stuck", "exported", "TRACE", "DEBUG"] {
        assert!(said.contains(expected), "{expected} was not said: {said}");
    }
    for secret in SECRETS {
        assert!(!said.contains(secret), "{secret} is in what was said");
        assert!(!shown.contains(secret), "{secret} is in {shown}");
    }
}
