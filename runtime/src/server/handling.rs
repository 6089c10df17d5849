//! A handler under way.

use std::{
    any::Any,
    future::{Future, ready},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context as TaskContext, Poll},
};

use tracing::error;

use super::{context::Context, handler::Outcome, internal::drop_quietly, route::Served};
use crate::{
    metrics::Timer,
    observe,
    scope::{self, CallInfo},
    transport::BoxFuture,
};

/// A handler whose panics are failures of its call alone, and whose calls end with it.
pub(super) struct Handling {
    /// Until it has ended.
    outcome: Option<BoxFuture<'static, Outcome>>,
    call: Arc<CallInfo>,
    timer: Option<Timer>,
}

impl Handling {
    pub(super) fn start(served: &Served, context: Context, payload: &str) -> Self {
        let (handler, call) = (&served.route.handler, context.call().clone());
        let timer = Some(call.session.meter().start("process", &call.uri));
        let started = catch_unwind(AssertUnwindSafe(|| scope::run_within(call.clone(), || handler(context, payload))));
        let outcome = started.unwrap_or_else(|panic| Box::pin(ready(panicked(panic))));
        Self { outcome: Some(outcome), call, timer }
    }
}

impl Future for Handling {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Outcome> {
        let Self { outcome, call, timer } = &mut *self;
        let Some(handler) = outcome else { return Poll::Pending };
        let polled = catch_unwind(AssertUnwindSafe(|| scope::run_within(call.clone(), || handler.as_mut().poll(cx))))
            .unwrap_or_else(|panic| Poll::Ready(panicked(panic)));
        if let Poll::Ready(outcome) = &polled {
            let told = outcome.told();
            if let Some(timer) = timer.take() {
                timer.end(told.error_type());
            }
            observe::ended(&call.uri, call.session.id(), told);
        }
        polled.map(|outcome| match outcome {
            Outcome::Stream(outcomes) => Outcome::Stream(outcomes.answering(call.clone())),
            other => other,
        })
    }
}

impl Drop for Handling {
    fn drop(&mut self) {
        let Self { outcome, call, .. } = self;
        if drop_quietly(outcome.take()).is_err() {
            error!(uri = %call.uri, "what a handler held panicked when it was dropped");
        }
    }
}

/// What came of a handler that panicked with this.
pub(super) fn panicked(panic: Box<dyn Any + Send>) -> Outcome {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let outcome =
        Outcome::Failed(format!("the handler panicked: {}", text.unwrap_or("with something that is not text")).into());
    // It is a panic already.
    let _ = drop_quietly(panic);
    outcome
}
