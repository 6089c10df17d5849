//! When calls are not even tried.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::Instant;
use tower::{Layer, Service};
use tower_resilience_circuitbreaker::{
    CircuitBreaker as Inner, CircuitBreakerConfigBuilder, CircuitBreakerConfigError, CircuitBreakerError,
    CircuitBreakerLayer, DefaultClassifier, FailureClassifier,
};

use super::failed::Failed;
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
/// server.
#[derive(Clone)]
pub struct CircuitBreaker {
    layer: CircuitBreakerLayer<Judge>,
    open_for: Duration,
}

impl CircuitBreaker {
    /// A breaker that opens as these settings say, stays open for so long by tokio's clock, and then closes as they say
    /// again. What counts as a failure is not theirs to say, and their `wait_duration_in_open` is not used. What they
    /// say of windows of time and of slow calls goes by the machine's clock.
    ///
    /// # Errors
    /// Where the settings contradict each other.
    pub fn new(
        settings: CircuitBreakerConfigBuilder<DefaultClassifier>,
        open_for: Duration,
    ) -> Result<Self, CircuitBreakerConfigError> {
        let layer = settings.wait_duration_in_open(Duration::ZERO).failure_classifier_type(Judge).build()?;
        Ok(Self { layer, open_for })
    }
}

impl<S> Layer<S> for CircuitBreaker {
    type Service = Breaker<S>;

    fn layer(&self, inner: S) -> Breaker<S> {
        Breaker { inner: self.layer.layer(inner), open_for: self.open_for, opened: Arc::default() }
    }
}

impl fmt::Debug for CircuitBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CircuitBreaker")
    }
}

/// A service behind a circuit breaker.
#[derive(Clone)]
pub struct Breaker<S> {
    /// Takes a call for a probe as soon as it is open.
    inner: Inner<S, Judge>,
    open_for: Duration,
    /// When it was found open; nothing where it has closed since.
    opened: Arc<Mutex<Option<Instant>>>,
}

impl<S> Breaker<S> {
    /// When the circuit opened, where it is open.
    fn since(&self) -> Option<Instant> {
        let mut opened = self.opened();
        if !self.inner.is_open() {
            *opened = None;
            return None;
        }
        Some(*opened.get_or_insert_with(Instant::now))
    }

    fn opened(&self) -> MutexGuard<'_, Option<Instant>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S, R, E> Service<R> for Breaker<S>
where
    S: Service<R, Error = E> + Clone + Send + 'static,
    E: Into<BoxError>,
    Inner<S, Judge>: Service<R, Error = CircuitBreakerError<E>>,
    <Inner<S, Judge> as Service<R>>::Future: Send + 'static,
{
    type Response = <Inner<S, Judge> as Service<R>>::Response;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx).map_err(unwrapped)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let opened = self.since();
        if opened.is_some_and(|opened| opened.elapsed() < self.open_for) {
            return Box::pin(async { Err(refused()) });
        }
        let (response, breaker) = (self.inner.call(request), self.clone());
        Box::pin(async move {
            let response = response.await;
            if breaker.since().is_some_and(|still| Some(still) == opened) {
                // It was tried in vain, and is open anew.
                *breaker.opened() = Some(Instant::now());
            }
            response.map_err(unwrapped)
        })
    }
}

fn refused() -> BoxError {
    Refused::new("too many calls failed lately: the circuit breaker is open").into()
}

fn unwrapped<E: Into<BoxError>>(error: CircuitBreakerError<E>) -> BoxError {
    match error {
        CircuitBreakerError::OpenCircuit => refused(),
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
