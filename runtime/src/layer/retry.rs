//! When a call is made again.

use std::{fmt, sync::Arc, time::Duration};

use tokio::time::Sleep;
use tower::retry::{
    Policy, RetryLayer,
    backoff::{Backoff, ExponentialBackoff, ExponentialBackoffMaker, MakeBackoff},
    budget::{Budget, TpsBudget},
};
use tower::util::rng::HasherRng;

use super::failed::Failed;
use crate::{
    client::{Request, Response},
    error::{CallError, NotExecuted, OutcomeUnknown},
    transport::is_final_refusal,
    wire::OVERLOADED,
};

/// Calls again where that is safe and may help, within the call's own deadline and a budget that all calls share.
///
/// Safe is what certainly did not run: [`NotExecuted`], and what the service refused as overloaded. Of procedures that
/// the contract calls `@idempotent`, also what ended in [`OutcomeUnknown`]. Nothing else is made again: an answer is an
/// answer. A call that is made again has an id of its own.
///
/// Clones share one budget.
#[derive(Clone)]
pub struct Retry {
    left: u32,
    backoff: ExponentialBackoff,
    budget: Arc<TpsBudget>,
}

impl Retry {
    /// Up to two more attempts, after 50 ms and 100 ms with half of it at random; while more than a fifth of the calls
    /// of the last ten seconds were retries, and ten each second, there are none.
    pub fn new() -> Self {
        Self {
            left: 2,
            backoff: backoff(Duration::from_millis(50), Duration::from_secs(5)),
            budget: Arc::new(TpsBudget::new(Duration::from_secs(10), 10, 0.2)),
        }
    }

    /// How often a call is made at most, the first time included.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.left = attempts.saturating_sub(1);
        self
    }

    /// How long to wait before the second attempt, at least a millisecond. Each wait is twice the one before, `most`
    /// at the longest, and half of it is at random.
    #[must_use]
    pub fn backoff(mut self, first: Duration, most: Duration) -> Self {
        self.backoff = backoff(first, most);
        self
    }

    /// Shares a budget, where others retry too.
    #[must_use]
    pub fn budget(mut self, budget: Arc<TpsBudget>) -> Self {
        self.budget = budget;
        self
    }

    /// The layer that retries so.
    pub fn layer(self) -> RetryLayer<Self> {
        RetryLayer::new(self)
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Retry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retry").field("left", &self.left).field("budget", &self.budget).finish_non_exhaustive()
    }
}

fn backoff(first: Duration, most: Duration) -> ExponentialBackoff {
    let first = first.max(Duration::from_millis(1));
    ExponentialBackoffMaker::new(first, most.max(first), 0.5, HasherRng::default())
        .expect("the first wait is neither zero nor longer than the longest, and half of it is random")
        .make_backoff()
}

impl<E: Failed> Policy<Request, Response, E> for Retry {
    type Future = Sleep;

    fn retry(&mut self, request: &mut Request, result: &mut Result<Response, E>) -> Option<Sleep> {
        if !may_help(request, result) {
            self.budget.deposit();
            return None;
        }
        if self.left == 0 {
            return None;
        }
        let wait = self.backoff.next_backoff();
        if request.not_after.is_some_and(|not_after| wait.deadline() >= not_after) || !self.budget.withdraw() {
            return None;
        }
        self.left -= 1;
        tracing::debug!(uri = request.uri(), left = self.left, "a call is made again");
        Some(wait)
    }

    fn clone_request(&mut self, request: &Request) -> Option<Request> {
        Some(request.clone())
    }
}

/// Whether another attempt is safe, and may end otherwise.
fn may_help<E: Failed>(request: &Request, result: &Result<Response, E>) -> bool {
    match result {
        Ok(Response::Reply(reply)) => reply.outcome.as_ref().is_err_and(|exception| exception.name == OVERLOADED),
        Ok(_) => false,
        Err(error) => match error.call_error() {
            Some(CallError::NotExecuted(why)) => may_pass(why),
            Some(CallError::Overloaded(_)) => true,
            Some(CallError::OutcomeUnknown(OutcomeUnknown::Closed | OutcomeUnknown::ReplyTooLarge { .. })) => false,
            Some(CallError::OutcomeUnknown(_)) => request.is_idempotent(),
            Some(_) => false,
            // A layer gave up: a timeout, mostly.
            None => request.is_idempotent(),
        },
    }
}

fn may_pass(why: &NotExecuted) -> bool {
    match why {
        NotExecuted::NotSent(_) | NotExecuted::TooManyOutstanding(_) => true,
        NotExecuted::Refused { code, .. } => !is_final_refusal(code),
        _ => false,
    }
}
