//! Traces across services, as an exporter of OpenTelemetry sees them.

#![cfg(feature = "otel")]

use std::sync::{Arc, Mutex};

use almanet_runtime::codegen::{Procedure, ServiceBuilder, ServiceInfo};
use almanet_runtime::{Context, Failure, Never, Server, Session};
use opentelemetry::trace::{SpanId, SpanKind, Status, TracerProvider as _};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use tracing_subscriber::layer::SubscriberExt;

static SERVICE: ServiceInfo = ServiceInfo::new("net.example.traces");
static FRONT: Procedure = Procedure::new("front", "net.example.traces.front");
static BACK: Procedure = Procedure::new("back", "net.example.traces.back");

/// Keeps what it is given.
#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Kept {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().expect("no test panicked").extend(batch);
        Ok(())
    }
}

impl Kept {
    /// The one span of this kind and name.
    fn span(&self, kind: &SpanKind, name: &str) -> SpanData {
        let spans = self.0.lock().expect("no test panicked");
        let found: Vec<_> = spans.iter().filter(|span| span.span_kind == *kind && span.name == name).collect();
        assert_eq!(found.len(), 1, "{kind:?} {name}: {spans:?}");
        found[0].clone()
    }
}

/// Calls on, and fails where it is told to.
fn service() -> almanet_runtime::Service {
    ServiceBuilder::new(&SERVICE, ())
        .procedure(&FRONT, |_, cx: Context, text: String| async move {
            let call = cx.session().call::<String>("net.example.traces.back", &text);
            call.await.map_err(Failure::<Never>::internal)
        })
        .procedure(&BACK, |_, cx: Context, text: String| async move {
            match cx.headers().get("traceparent") {
                Some(context) if text != "fail" => Ok::<_, Failure<Never>>(context.to_owned()),
                _ => Err(Failure::internal("it was asked to fail")),
            }
        })
        .build()
}

/// A call of `front` in a process whose spans are kept.
async fn traced(text: &str) -> (Kept, Result<String, almanet_runtime::CallError>) {
    let kept = Kept::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(kept.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let subscriber = tracing_subscriber::registry().with(layer);
    let _guard = tracing::subscriber::set_default(subscriber);
    let session = Session::connect("embedded:").await.expect("it is in this process");
    let running = Server::new(&session).add(service()).start().await.expect("the broker is there");
    let answer = session.call("net.example.traces.front", &text.to_owned()).await;
    running.drain().await;
    session.close().await;
    (kept, answer)
}

// One after the other: they share the broker of their process, and so the address.
#[tokio::test]
async fn a_trace_goes_through_all_services() {
    let (kept, answer) = traced("x").await;
    let [call, front, onward, back] = [
        (SpanKind::Client, "net.example.traces.front"),
        (SpanKind::Server, "net.example.traces.front"),
        (SpanKind::Client, "net.example.traces.back"),
        (SpanKind::Server, "net.example.traces.back"),
    ]
    .map(|(kind, name)| kept.span(&kind, name));
    assert_eq!(call.parent_span_id, SpanId::INVALID);
    for (child, parent, is_remote) in [(&front, &call, true), (&onward, &front, false), (&back, &onward, true)] {
        assert_eq!(child.span_context.trace_id(), call.span_context.trace_id());
        assert_eq!(child.parent_span_id, parent.span_context.span_id(), "{}", child.name);
        assert_eq!(child.parent_span_is_remote, is_remote, "{}", child.name);
        assert_eq!(child.status, Status::Ok);
    }
    let (trace, span) = (onward.span_context.trace_id(), onward.span_context.span_id());
    assert_eq!(answer, Ok(format!("00-{trace}-{span}-01")));
    let has = |key: &str, value: &str| {
        back.attributes.iter().any(|attribute| attribute.key.as_str() == key && attribute.value.as_str() == value)
    };
    assert!(has("messaging.system", "nsq") && has("messaging.destination.name", "net.example.traces.back"), "{back:?}");
    assert!(has("outcome", "returned"), "{back:?}");

    let (kept, answer) = traced("fail").await;
    assert_eq!(answer, Err(almanet_runtime::CallError::Internal));
    for kind in [SpanKind::Client, SpanKind::Server] {
        let span = kept.span(&kind, "net.example.traces.back");
        assert!(matches!(span.status, Status::Error { .. }), "{span:?}");
    }
}
