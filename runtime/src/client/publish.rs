//! Publishes the messages of calls, and says what it means for a call that one was not.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::request::{Kind, Request};
use crate::{
    error::{CallError, NotExecuted, OutcomeUnknown},
    session::Session,
    transport::{PublishError, Publishing, Route},
    wire::{Id, Invocation, Lifetime, ReplyTo, STREAM_CREDIT},
};

/// How long a call that could not be written waits before it is tried again, at first and at most.
pub(super) const BACKOFF: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));

/// Publishes a call until the broker has it, or `deadline` is there. It lives for as long as `first` says, and where it has
/// to be sent again, for as long as remains then.
pub(super) async fn publish_until(
    session: &Session,
    request: &Request,
    (id, reply_to): (Id, ReplyTo),
    first: Lifetime,
    deadline: Instant,
) -> Result<(), CallError> {
    let delay = request.delay();
    let mut body = encode(session, request, id, reply_to, first)?;
    let mut backoff = BACKOFF.0;
    loop {
        let mut publishing = publish(session, request, body.clone(), (!delay.is_zero()).then_some(delay));
        let outcome = match timeout_at(deadline, &mut publishing).await {
            Ok(outcome) => outcome,
            Err(_) => publishing.give_up(),
        };
        let Err(error) = outcome else { return Ok(()) };
        if session.is_closed() && !is_unknown(&error) {
            return Err(CallError::NotExecuted(NotExecuted::Closed));
        }
        if !(may_pass(&error) || (request.idempotent && is_unknown(&error))) {
            return Err(refused(error));
        }
        sleep_until(deadline.min(Instant::now() + backoff)).await;
        let now = Instant::now();
        if now >= deadline {
            return Err(refused(error));
        }
        // The rest is told more exactly, which may be too much for a body that just fitted.
        body = encode(session, request, id, reply_to, Lifetime::new(delay + (deadline - now))).unwrap_or(body);
        backoff = (backoff * 2).min(BACKOFF.1);
    }
}

pub(super) fn publish(session: &Session, request: &Request, body: Bytes, delay: Option<Duration>) -> Publishing {
    session.transport().publish(Route::Any, &request.topic, body, delay)
}

/// The body of a call's message.
pub(super) fn encode(
    session: &Session,
    request: &Request,
    id: Id,
    reply_to: ReplyTo,
    lifetime: Lifetime,
) -> Result<Bytes, CallError> {
    let invocation = Invocation {
        id,
        caller_id: session.id(),
        payload: request.payload.as_str().into(),
        reply_to,
        lifetime,
        headers: request.headers.clone(),
        stream: (request.kind == Kind::Stream).then_some(STREAM_CREDIT),
    };
    let body = invocation.to_body();
    let (size, limit) = (body.len(), session.transport().max_message_size());
    if size > limit {
        return Err(CallError::NotExecuted(NotExecuted::TooLarge { size, limit }));
    }
    Ok(body)
}

/// Whether the message did not go, and may be taken later.
pub(super) fn may_pass(error: &PublishError) -> bool {
    !is_unknown(error) && !error.is_final()
}

pub(super) fn is_unknown(error: &PublishError) -> bool {
    matches!(error, PublishError::Unknown(_))
}

/// How a call ends whose only message was not published.
pub(super) fn refused(error: PublishError) -> CallError {
    match error {
        PublishError::NotSent(why) => CallError::NotExecuted(NotExecuted::NotSent(why)),
        PublishError::Refused { code, text } => CallError::NotExecuted(NotExecuted::Refused { code, text }),
        PublishError::Unknown(why) => CallError::OutcomeUnknown(OutcomeUnknown::Unacknowledged(why)),
    }
}
