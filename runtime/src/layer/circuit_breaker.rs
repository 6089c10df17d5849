//! When calls are not even tried.

use std::{
    fmt,
    task::{Context, Poll},
};

use tower::{Layer, Service};
use tower_resilience_circuitbreaker::{
    CircuitBreaker as Inner, CircuitBreakerConfigBuilder, CircuitBreakerConfigError, CircuitBreakerError,
    CircuitBreakerLayer, DefaultClassifier, FailureClassifier,
};

use super::Failed;
use crate::{
    client::Response,
    error::{BoxError, CallError, NotExecuted, Refused},
    server::Outcome,
    transport::BoxFuture,
    wire::{INTERNAL_ERROR, OVERLOADED},
};

/// Refuses calls for a while after too many of them failed: a circuit breaker, for a client or around handlers.
///
/// A refused call ends in [`NotExecuted`] where it would have been made, and is answered as
/// overloaded where it would have been handled. [`Judge`] says what counts as a failure.
///
/// Each service that the layer is put around has a circuit of its own: one for a client, one for each procedure of a
/// server. Its clock is the machine's, not tokio's.
#[derive(Clone)]
pub struct CircuitBreaker(CircuitBreakerLayer<Judge>);

impl CircuitBreaker {
    /// A breaker that opens and closes as these settings say; what counts as a failure is not theirs to say.
    ///
    /// # Errors
    /// Where the settings contradict each other.
    pub fn new(settings: CircuitBreakerConfigBuilder<DefaultClassifier>) -> Result<Self, CircuitBreakerConfigError> {
        settings.failure_classifier_type(Judge).build().map(Self)
    }
}

impl<S> Layer<S> for CircuitBreaker {
    type Service = Breaker<S>;

    fn layer(&self, inner: S) -> Breaker<S> {
        Breaker(self.0.layer(inner))
    }
}

impl fmt::Debug for CircuitBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CircuitBreaker")
    }
}

/// A service behind a circuit breaker.
#[derive(Clone)]
pub struct Breaker<S>(Inner<S, Judge>);

impl<S, R, E> Service<R> for Breaker<S>
where
    S: Service<R, Error = E>,
    E: Into<BoxError>,
    Inner<S, Judge>: Service<R, Error = CircuitBreakerError<E>>,
    <Inner<S, Judge> as Service<R>>::Future: Send + 'static,
{
    type Response = <Inner<S, Judge> as Service<R>>::Response;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx).map_err(unwrapped)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let response = self.0.call(request);
        Box::pin(async move { response.await.map_err(unwrapped) })
    }
}

fn unwrapped<E: Into<BoxError>>(error: CircuitBreakerError<E>) -> BoxError {
    match error {
        CircuitBreakerError::OpenCircuit => {
            Refused::new("too many calls failed lately: the circuit breaker is open").into()
        }
        CircuitBreakerError::Inner(error) => error.into(),
    }
}

impl<S> fmt::Debug for Breaker<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Breaker")
    }
}

/// Tells failures of a service from answers.
///
/// For a client a failure is what did not reach the service, what it did not answer in time, an internal error and an
/// overload; around a handler, an internal error and an overload. Exceptions are answers, and so is what the caller did
/// wrong.
#[derive(Clone, Copy, Debug)]
pub struct Judge;

impl<E: Failed> FailureClassifier<Response, E> for Judge {
    fn classify(&self, result: &Result<Response, E>) -> bool {
        match result {
            Ok(Response::Reply(reply)) => reply
                .outcome
                .as_ref()
                .is_err_and(|exception| [INTERNAL_ERROR, OVERLOADED].contains(&exception.name.as_str())),
            Ok(_) => false,
            Err(error) => error.call_error().is_none_or(|error| match error {
                CallError::NotExecuted(why) => matches!(why, NotExecuted::NotSent(_) | NotExecuted::Refused { .. }),
                CallError::OutcomeUnknown(_) | CallError::Internal | CallError::Overloaded(_) => true,
                _ => false,
            }),
        }
    }
}

impl FailureClassifier<Outcome, BoxError> for Judge {
    fn classify(&self, result: &Result<Outcome, BoxError>) -> bool {
        match result {
            Ok(Outcome::Failed(_)) | Err(_) => true,
            Ok(Outcome::Exception { name, .. }) => name == OVERLOADED,
            Ok(_) => false,
        }
    }
}
