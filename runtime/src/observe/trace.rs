//! The context of a trace, as W3C writes it: which trace a call is a part of, and what called it.
//!
//! Without the feature `otel` it is handed on as it came, so that a service in the middle loses nothing.

use tracing::Span;

use crate::{scope, wire::Headers};

const PARENT: &str = "traceparent";
const STATE: &str = "tracestate";

/// Adds the context that a call is made in, unless the caller has set one.
pub(super) fn send(span: &Span, headers: &mut Headers) {
    if headers.get(PARENT).is_none() && !export(span, headers) {
        hand_on(headers);
    }
}

/// Adds the context of the call that is being handled.
fn hand_on(headers: &mut Headers) {
    scope::with_headers(|handled| {
        for name in [PARENT, STATE] {
            if let Some(value) = handled.get(name) {
                set(headers, name, value);
            }
        }
    });
}

/// A trace is no reason to fail a call: where there is no room, it ends here.
fn set(headers: &mut Headers, name: &str, value: &str) {
    if let Err(error) = headers.insert(name, value) {
        tracing::debug!(%error, "the context of a trace has no room in a call's headers");
    }
}

#[cfg(not(feature = "otel"))]
fn export(_: &Span, _: &mut Headers) -> bool {
    false
}

#[cfg(not(feature = "otel"))]
pub(super) fn receive(_: &Span, _: &Headers) {}

#[cfg(feature = "otel")]
pub(super) use self::otel::receive;

#[cfg(feature = "otel")]
use self::otel::export;

#[cfg(feature = "otel")]
mod otel {
    use opentelemetry::{
        propagation::{Extractor, Injector, TextMapPropagator},
        trace::TraceContextExt,
    };
    use opentelemetry_sdk::propagation::TraceContextPropagator;
    use tracing::Span;
    use tracing_opentelemetry::OpenTelemetrySpanExt;

    use super::{PARENT, set};
    use crate::wire::Headers;

    /// Writes down the span's own context. False where nobody records it.
    pub(super) fn export(span: &Span, headers: &mut Headers) -> bool {
        if span.is_disabled() {
            return false;
        }
        let context = span.context();
        if !context.span().span_context().is_valid() {
            return false;
        }
        TraceContextPropagator::new().inject_context(&context, &mut Outgoing(headers));
        true
    }

    /// Makes the span a part of the trace that a call comes from.
    pub(in super::super) fn receive(span: &Span, headers: &Headers) {
        if span.is_disabled() || headers.get(PARENT).is_none() {
            return;
        }
        let context = TraceContextPropagator::new().extract(&Incoming(headers));
        // Nothing of OpenTelemetry may listen to this span, which is its reader's choice.
        let _ = span.set_parent(context);
    }

    struct Outgoing<'a>(&'a mut Headers);

    impl Injector for Outgoing<'_> {
        fn set(&mut self, name: &str, value: String) {
            if !value.is_empty() {
                set(self.0, name, &value);
            }
        }
    }

    struct Incoming<'a>(&'a Headers);

    impl Extractor for Incoming<'_> {
        fn get(&self, name: &str) -> Option<&str> {
            self.0.get(name)
        }

        fn keys(&self) -> Vec<&str> {
            self.0.iter().map(|(name, _)| name).collect()
        }
    }
}
