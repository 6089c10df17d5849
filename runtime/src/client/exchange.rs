//! Publishes a call, again where that is safe, and waits for its reply: until its time is over.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    sync::{SemaphorePermit, TryAcquireError},
    time::{Instant, timeout_at},
};

use super::{
    publish::{BACKOFF, encode, is_unknown, may_pass, publish, refused},
    request::Request,
    response::RawReply,
};
use crate::{
    error::{CallError, NotExecuted, OutcomeUnknown},
    session::{Event, Safeguard, Session, Ticket},
    transport::{Oversized, PublishError, Publishing, Route, not_written},
    wire::{Id, Lifetime, ReplyTo},
};

/// In how many parts the timeout of a procedure that may run twice is divided: it is sent again after each.
const SHARES: u32 = 3;

/// Makes a call that has one reply.
pub(super) async fn call(session: &Session, request: &Request) -> Result<RawReply, CallError> {
    let whole = request.lifetime().map_err(CallError::NotExecuted)?;
    let started = Instant::now();
    let deadline = started + request.timeout;
    let (_place, waited) = take_places(session, 1, deadline).await?;
    let first = if waited { Lifetime::new(deadline - Instant::now()) } else { whole };
    let id = Id::random();
    RawReply::decode(&exchange(session, request, id, started, first).await?)
}

/// Publishes a call until something answers it, or its time, which began at `started`, is over.
pub(super) async fn exchange(
    session: &Session,
    request: &Request,
    id: Id,
    started: Instant,
    first: Lifetime,
) -> Result<Bytes, CallError> {
    let deadline = started + session.patience(request.timeout);
    let body = encode(session, request, id, ReplyTo::Session(session.id()), first)?;
    let retries = session.has(Safeguard::Retries);
    let may_run_twice = request.idempotent && retries;
    let share = if may_run_twice { request.timeout / SHARES } else { request.timeout };
    let waker = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
    let mut ticket = session.replies().enter(id, (started + share).min(deadline), &waker);
    let publishing = session.transport().publish_watched(Route::Any, &request.topic, body, session.watch(&ticket));
    let mut attempts = Attempts { is_watched: publishing.is_none(), publishing, maybe_sent: false, doubt: None };
    let mut backoff = BACKOFF.0;
    let mut next_share = started + share;
    loop {
        let step = poll_fn(|cx| attempts.poll(&mut ticket, cx)).await;
        if let Step::Event(Event::Reply(body)) = step {
            return Ok(body);
        }
        let now = Instant::now();
        match step {
            Step::Event(Event::TooLarge(Oversized { size, limit })) => {
                return Err(CallError::OutcomeUnknown(OutcomeUnknown::ReplyTooLarge { size, limit }));
            }
            Step::Event(Event::Closed) => return Err(attempts.closed(session, &ticket)),
            Step::Event(Event::Due) if now >= deadline => return Err(attempts.over(session, &ticket, request.timeout)),
            Step::Event(Event::Due) => {
                let lifetime = Lifetime::new(deadline - now);
                let Ok(body) = encode(session, request, id, ReplyTo::Session(session.id()), lifetime) else {
                    // The rest is told more exactly, which is too much for a body that just fitted.
                    ticket.rearm(deadline);
                    continue;
                };
                session.meter().retried(&request.uri);
                attempts.give_up(session, &ticket);
                attempts.publishing = Some(publish(session, request, body, None));
                if now >= next_share {
                    next_share += share;
                }
                // The last share ends with the call, whatever was rounded.
                let is_last = next_share + share / 2 > deadline;
                ticket.rearm(if is_last { deadline } else { next_share });
            }
            // One that was published again is no longer waited for.
            Step::Event(_) => {}
            Step::Failed(PublishError::Unknown(why)) => {
                attempts.maybe_sent = true;
                attempts.doubt = Some(why);
                if may_run_twice {
                    ticket.rearm((now + backoff).min(deadline));
                    backoff = (backoff * 2).min(BACKOFF.1);
                }
            }
            Step::Failed(error) if may_pass(&error) && retries => {
                attempts.doubt.get_or_insert(error.to_string());
                ticket.rearm((now + backoff).min(deadline));
                backoff = (backoff * 2).min(BACKOFF.1);
            }
            // An earlier attempt may be running: its reply still counts.
            Step::Failed(_) if attempts.maybe_sent => {}
            Step::Failed(error) => return Err(refused(error)),
        }
    }
}

/// The publishes of one call.
struct Attempts {
    publishing: Option<Publishing>,
    /// Whether the ticket learns of the first one's failure.
    is_watched: bool,
    /// Whether any of them was written, or may have been.
    maybe_sent: bool,
    /// Why the last one that failed did.
    doubt: Option<String>,
}

enum Step {
    Event(Event),
    Failed(PublishError),
}

impl Attempts {
    fn poll(&mut self, ticket: &mut Ticket<'_>, cx: &mut Context<'_>) -> Poll<Step> {
        if let Some(publishing) = &mut self.publishing {
            match Pin::new(publishing).poll(cx) {
                Poll::Ready(Ok(())) => {
                    self.publishing = None;
                    self.maybe_sent = true;
                    self.doubt = None;
                }
                Poll::Ready(Err(error)) => {
                    self.publishing = None;
                    return Poll::Ready(Step::Failed(error));
                }
                Poll::Pending => {}
            }
        }
        ticket.poll(cx).map(|event| match event {
            Event::Failed(error) if std::mem::take(&mut self.is_watched) => Step::Failed(error),
            event => Step::Event(event),
        })
    }

    /// Ends what is on its way: what was not written yet never will be.
    fn give_up(&mut self, session: &Session, ticket: &Ticket<'_>) {
        if std::mem::take(&mut self.is_watched) {
            self.maybe_sent |= !session.transport().recall(&session.watch(ticket));
        }
        if let Some(publishing) = self.publishing.take() {
            self.maybe_sent |= publishing.give_up().map_or_else(|error| is_unknown(&error), |()| true);
        }
    }

    /// How a call ends whose time is over.
    fn over(mut self, session: &Session, ticket: &Ticket<'_>, timeout: Duration) -> CallError {
        self.give_up(session, ticket);
        match (self.maybe_sent, self.doubt) {
            (true, Some(why)) => CallError::OutcomeUnknown(OutcomeUnknown::Unacknowledged(why)),
            (true, None) => CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(timeout)),
            (false, Some(why)) => CallError::NotExecuted(NotExecuted::NotSent(why)),
            (false, None) => refused(not_written()),
        }
    }

    /// How a call ends whose session is closed.
    fn closed(mut self, session: &Session, ticket: &Ticket<'_>) -> CallError {
        self.give_up(session, ticket);
        match self.maybe_sent {
            true => CallError::OutcomeUnknown(OutcomeUnknown::Closed),
            false => CallError::NotExecuted(NotExecuted::Closed),
        }
    }
}

/// Places among the calls that wait for replies, and whether they had to be waited for.
pub(super) async fn take_places(
    session: &Session,
    count: u32,
    deadline: Instant,
) -> Result<(SemaphorePermit<'_>, bool), CallError> {
    match session.outstanding().try_acquire_many(count) {
        Ok(places) => return Ok((places, false)),
        Err(TryAcquireError::Closed) => return Err(CallError::NotExecuted(NotExecuted::Closed)),
        Err(TryAcquireError::NoPermits) => {}
    }
    match timeout_at(deadline, session.outstanding().acquire_many(count)).await {
        Ok(Ok(places)) => Ok((places, true)),
        Ok(Err(_)) => Err(CallError::NotExecuted(NotExecuted::Closed)),
        Err(_) => Err(CallError::NotExecuted(NotExecuted::TooManyOutstanding(session.max_outstanding()))),
    }
}
