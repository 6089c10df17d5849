//! Handlers as tower services, so that any layer goes around them.

use std::{
    fmt,
    sync::Arc,
    task::{Context as TaskContext, Poll},
};

use tower::{Layer, Service, ServiceExt, util::BoxCloneSyncService};

use super::handler::{Handler, Incoming, Outcome};
use crate::{
    error::{BoxError, Refused},
    transport::BoxFuture,
};

/// One procedure's handler as a tower service: what a layer is put around.
#[derive(Clone)]
pub struct HandlerService(Handler);

impl Service<Incoming> for HandlerService {
    type Response = Outcome;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Outcome, BoxError>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, incoming: Incoming) -> Self::Future {
        let outcome = (self.0)(incoming.context, &incoming.payload);
        Box::pin(async move { Ok(outcome.await) })
    }
}

impl fmt::Debug for HandlerService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandlerService")
    }
}

/// One layer, its type erased.
pub(super) struct Wrap(Box<dyn Fn(Handler) -> Handler + Send + Sync>);

impl Wrap {
    pub(super) fn new<L>(layer: L) -> Self
    where
        L: Layer<HandlerService> + Send + Sync + 'static,
        L::Service: Service<Incoming, Response = Outcome> + Clone + Send + Sync + 'static,
        <L::Service as Service<Incoming>>::Error: Into<BoxError>,
        <L::Service as Service<Incoming>>::Future: Send + 'static,
    {
        Self(Box::new(move |inner| {
            let service = layer.layer(HandlerService(inner)).map_err(Into::into);
            handler(BoxCloneSyncService::new(service))
        }))
    }

    pub(super) fn around(&self, inner: Handler) -> Handler {
        (self.0)(inner)
    }
}

fn handler(service: BoxCloneSyncService<Incoming, Outcome, BoxError>) -> Handler {
    Arc::new(move |context, payload| {
        let incoming = Incoming { context, payload: payload.to_owned() };
        let service = service.clone();
        Box::pin(async move { service.oneshot(incoming).await.unwrap_or_else(failed) })
    })
}

fn failed(error: BoxError) -> Outcome {
    if error.is::<tower::load_shed::error::Overloaded>() {
        Outcome::overloaded("the service has no room for the call")
    } else if let Some(refused) = error.downcast_ref::<Refused>() {
        Outcome::overloaded(&refused.to_string())
    } else {
        Outcome::Failed(error)
    }
}

impl fmt::Debug for Wrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wrap")
    }
}
