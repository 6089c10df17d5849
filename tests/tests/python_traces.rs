//! Traces where a Python service of the library almanet 1.3.4, which knows nothing of them, takes part.
#![cfg(all(feature = "python", feature = "nsqd"))]

use std::time::Duration;

use almanet_runtime::codegen::{Procedure, ServiceBuilder, ServiceInfo};
use almanet_runtime::{Context, Failure, Never, Server, Session};
use almanet_tests::nsqd::Nsqd;
use almanet_tests::python::Peer;
use opentelemetry::trace::{SpanId, SpanKind, TracerProvider as _};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use serde_json::json;
use tokio::sync::watch;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

const PYTHON: &str = "interop.fleet.greet";
const RUST: &str = "net.example.between.greet";

static SERVICE: ServiceInfo = ServiceInfo::new("net.example.between");
static GREET: Procedure = Procedure::new("greet", RUST);

/// Keeps what it is given.
#[derive(Clone, Debug)]
struct Kept(watch::Sender<Vec<SpanData>>);

impl SpanExporter for Kept {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.send_modify(|spans| spans.extend(batch));
        Ok(())
    }
}

impl Kept {
    /// The span of this kind and name, which is taken out. It waits for it: a service's span ends
    /// behind the reply, which the caller may see first.
    async fn take(&self, kind: &SpanKind, name: &str) -> SpanData {
        let is_it = |span: &SpanData| span.span_kind == *kind && span.name == name;
        let arrival = async { drop(self.0.subscribe().wait_for(|spans| spans.iter().any(is_it)).await) };
        let _ = tokio::time::timeout(Duration::from_secs(30), arrival).await;
        let mut taken = None;
        self.0.send_modify(|spans| taken = spans.iter().position(is_it).map(|index| spans.remove(index)));
        taken.unwrap_or_else(|| panic!("no {kind:?} of {name} in {:?}", self.0.borrow()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_python_service_answers_traced_calls_and_a_python_caller_begins_a_trace() {
    let kept = Kept(watch::Sender::default());
    let provider = SdkTracerProvider::builder().with_simple_exporter(kept.clone()).build();
    tracing_subscriber::registry().with(tracing_opentelemetry::layer().with_tracer(provider.tracer("test"))).init();
    let nsqd = Nsqd::start();
    let address = nsqd.tcp_address().to_string();
    let python = Peer::start(&address).await;
    python.ask("serve", json!({})).await;
    nsqd.await_clients(&format!("_rpc_.{PYTHON}"), "almanet.python", 1);
    let session = Session::connect(&format!("nsq://{address}")).await.expect("nsqd listens");
    let between = ServiceBuilder::new(&SERVICE, ())
        .procedure(&GREET, |_, cx: Context, name: String| async move {
            cx.session().call::<String>(PYTHON, &name).await.map_err(Failure::<Never>::internal)
        })
        .build();
    let running = Server::new(&session).add(between).start().await.expect("nsqd listens");

    // Rust, Rust, Python: what travels beside the payload disturbs nobody.
    let answer = session.call::<String>(RUST, &"Aidar".to_owned()).header("authorization", "Bearer x").await;
    assert_eq!(answer, Ok("Hello, Aidar!".to_owned()));
    let call = kept.take(&SpanKind::Client, RUST).await;
    let handled = kept.take(&SpanKind::Server, RUST).await;
    let onward = kept.take(&SpanKind::Client, PYTHON).await;
    assert_eq!(call.parent_span_id, SpanId::INVALID);
    for (child, parent) in [(&handled, &call), (&onward, &handled)] {
        assert_eq!(child.span_context.trace_id(), call.span_context.trace_id());
        assert_eq!(child.parent_span_id, parent.span_context.span_id());
    }

    // Python, Rust, Python: the trace begins where somebody records it.
    let answer = python.ask("call", json!({"uri": RUST, "payload": "Ada", "timeout": 10.0})).await;
    assert_eq!(answer["ok"], "Hello, Ada!", "{answer}");
    let handled = kept.take(&SpanKind::Server, RUST).await;
    let onward = kept.take(&SpanKind::Client, PYTHON).await;
    assert_eq!(handled.parent_span_id, SpanId::INVALID);
    assert_ne!(handled.span_context.trace_id(), call.span_context.trace_id());
    assert_eq!(onward.parent_span_id, handled.span_context.span_id());
    running.drain().await;
    session.close().await;
}
