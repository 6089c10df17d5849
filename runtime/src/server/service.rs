//! A service: procedures of a contract and the code that runs them, its types erased.

use std::{fmt, future::Future, sync::Arc};

use futures_util::StreamExt;

use super::{
    context::Context,
    error::ServeError,
    handler::{Handler, Outcome, OutcomeStream, json},
    limits::Limits,
    stream::StreamOf,
};
use crate::{
    codec::{Decode, Encode, from_text},
    contract::{Exceptions, Procedure, ServiceInfo},
    error::Failure,
    transport::BoxFuture,
    wire::{INVALID_PAYLOAD, INVALID_RETURN},
};

/// Procedures of one contract's service with the code that runs them, made by the generated function `service`.
pub struct Service {
    pub(crate) info: &'static ServiceInfo,
    pub(crate) routes: Vec<Route>,
    /// Limits for names that no procedure has.
    unknown: Vec<String>,
}

impl Service {
    pub(crate) fn empty(info: &'static ServiceInfo) -> Self {
        Self { info, routes: Vec::new(), unknown: Vec::new() }
    }

    /// Sets how many calls of one procedure run and wait at a time, by its name in the contract.
    ///
    /// A name that the service does not have makes the server fail when it starts.
    #[must_use]
    pub fn limit(mut self, procedure: &str, limits: Limits) -> Self {
        match self.routes.iter_mut().find(|route| route.procedure.name == procedure) {
            Some(route) => route.limits = limits,
            None => self.unknown.push(procedure.to_owned()),
        }
        self
    }

    /// Adds a procedure that runs as this handler says.
    pub(crate) fn push(&mut self, procedure: &'static Procedure, handler: Handler) {
        self.routes.push(Route { procedure, handler, limits: Limits::new() });
    }

    pub(super) fn check_limits(&self) -> Result<(), ServeError> {
        let Some(procedure) = self.unknown.first() else { return Ok(()) };
        let known: Vec<_> = self.routes.iter().map(|route| format!("`{}`", route.procedure.name)).collect();
        Err(ServeError::UnknownProcedure {
            service: self.info.path,
            procedure: procedure.clone(),
            known: if known.is_empty() { "none".into() } else { known.join(", ") },
        })
    }
}

pub(crate) struct Route {
    pub(crate) procedure: &'static Procedure,
    pub(crate) handler: Handler,
    pub(super) limits: Limits,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let procedures: Vec<_> = self.routes.iter().map(|route| route.procedure.uri).collect();
        f.debug_struct("Service").field("info", &self.info).field("procedures", &procedures).finish()
    }
}

/// Puts a service together: what generated code calls.
pub struct ServiceBuilder<S> {
    implementation: Arc<S>,
    service: Service,
}

impl<S: Send + Sync + 'static> ServiceBuilder<S> {
    /// A service without procedures, run by `implementation`.
    pub fn new(info: &'static ServiceInfo, implementation: S) -> Self {
        Self { implementation: Arc::new(implementation), service: Service::empty(info) }
    }

    /// Adds a procedure that replies.
    #[must_use]
    pub fn procedure<P, R, E, F, Fut>(mut self, procedure: &'static Procedure, handler: F) -> Self
    where
        P: Decode + Encode,
        R: Encode,
        E: Exceptions,
        F: Fn(Arc<S>, Context, P) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, Failure<E>>> + Send + 'static,
    {
        let implementation = self.implementation.clone();
        let handler: Handler = Arc::new(move |context, payload| match from_text::<P>(payload) {
            Ok(payload) => {
                let result = handler(implementation.clone(), context, payload);
                Box::pin(async move { returned(result.await) })
            }
            Err(error) => refused(&error.to_string()),
        });
        self.service.push(procedure, handler);
        self
    }

    /// Adds a procedure that does not reply.
    #[must_use]
    pub fn oneway<P, F, Fut>(self, procedure: &'static Procedure, handler: F) -> Self
    where
        P: Decode + Encode,
        F: Fn(Arc<S>, Context, P) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        self.procedure(procedure, handler)
    }

    /// Adds a procedure that answers with a stream.
    #[must_use]
    pub fn stream<P, T, E, F, Fut>(mut self, procedure: &'static Procedure, handler: F) -> Self
    where
        P: Decode + Encode,
        T: Encode + Send + 'static,
        E: Exceptions,
        F: Fn(Arc<S>, Context, P) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<StreamOf<T, E>, Failure<E>>> + Send + 'static,
    {
        let implementation = self.implementation.clone();
        let handler: Handler = Arc::new(move |context, payload| {
            if !context.wants_stream() {
                return refused("it answers with a stream, which the caller did not ask for");
            }
            match from_text::<P>(payload) {
                Ok(payload) => {
                    let result = handler(implementation.clone(), context, payload);
                    Box::pin(async move { begun(result.await) })
                }
                Err(error) => refused(&error.to_string()),
            }
        });
        self.service.push(procedure, handler);
        self
    }

    /// The service, ready for a server.
    pub fn build(self) -> Service {
        self.service
    }
}

impl<S> fmt::Debug for ServiceBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.service.fmt(f)
    }
}

fn refused(text: &str) -> BoxFuture<'static, Outcome> {
    Box::pin(std::future::ready(Outcome::protocol(INVALID_PAYLOAD, text)))
}

fn returned<R: Encode, E: Exceptions>(result: Result<R, Failure<E>>) -> Outcome {
    match result {
        Ok(value) => value_returned(&value),
        Err(Failure::Declared(exception)) => raised(exception.name(), exception.payload()),
        Err(Failure::Internal(error)) => Outcome::Failed(error),
    }
}

fn begun<T: Encode + Send + 'static, E: Exceptions>(result: Result<StreamOf<T, E>, Failure<E>>) -> Outcome {
    match result {
        Ok(values) => Outcome::Stream(OutcomeStream::new(values.map(returned))),
        Err(failure) => returned::<(), E>(Err(failure)),
    }
}

fn value_returned(value: &dyn Encode) -> Outcome {
    match json(value) {
        Ok(payload) => Outcome::Returned(payload),
        Err(error) => Outcome::protocol(INVALID_RETURN, &error),
    }
}

fn raised(name: &'static str, payload: &dyn Encode) -> Outcome {
    match json(payload) {
        Ok(payload) => Outcome::Exception { name: name.into(), payload },
        Err(error) => Outcome::protocol(INVALID_RETURN, &format!("of the exception {name}: {error}")),
    }
}
