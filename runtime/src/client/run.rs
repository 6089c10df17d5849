//! Sends a call and waits until it ends: exactly once, by its deadline.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    sync::{SemaphorePermit, TryAcquireError},
    time::{Instant, sleep_until, timeout_at},
};
use tracing::Instrument;

use super::{
    gather,
    request::{Accepted, Kind, RawReply, Request, Response},
    stream,
};
use crate::{
    error::{CallError, NotExecuted, OutcomeUnknown},
    observe::{self, Outcome},
    session::{Event, Safeguard, Session, Ticket},
    transport::{BoxFuture, PublishError, Publishing, Route, not_written},
    wire::{Id, Invocation, Lifetime, ReplyTo, STREAM_CREDIT},
};

/// In how many parts the timeout of a procedure that may run twice is divided: it is sent again after each.
const SHARES: u32 = 3;
/// How long a call that could not be written waits before it is tried again, at first and at most.
pub(super) const BACKOFF: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));

pub(super) fn start(session: Session, mut request: Request) -> BoxFuture<'static, Result<Response, CallError>> {
    let span = observe::calling(&request.uri, session.id(), &mut request.headers);
    let run = async move {
        let timer = session.meter().start(request.kind.name(), &request.uri);
        let response = run(&session, &mut request).await;
        let outcome = outcome(&response);
        timer.end(outcome.error_type());
        observe::ended(&request.uri, session.id(), outcome);
        response
    };
    if span.is_disabled() { Box::pin(run) } else { Box::pin(run.instrument(span)) }
}

async fn run(session: &Session, request: &mut Request) -> Result<Response, CallError> {
    prepare(session, request).map_err(CallError::NotExecuted)?;
    match request.kind {
        Kind::Call => call(session, request).await.map(Response::Reply),
        // The others are boxed, so that there is not room for the largest of them in every call.
        Kind::Gather { enough } => Box::pin(gather::gather(session, request, enough)).await.map(Response::Replies),
        Kind::Stream => Box::pin(stream::open(session, request)).await,
        Kind::Oneway { delay } => Box::pin(oneway(session, request, delay)).await.map(Response::Accepted),
    }
}

fn outcome(response: &Result<Response, CallError>) -> Outcome {
    match response {
        Ok(Response::Reply(reply)) => match &reply.outcome {
            Ok(_) => Outcome::Returned,
            Err(exception) => Outcome::of_exception(&exception.name),
        },
        Ok(Response::Replies(_)) => Outcome::Returned,
        Ok(Response::Stream(_)) => Outcome::Stream,
        Ok(Response::Accepted(_)) => Outcome::Accepted,
        Err(CallError::NotExecuted(_)) => Outcome::NotExecuted,
        Err(_) => Outcome::Unknown,
    }
}

/// What every call gets from its session and the time that is left.
fn prepare(session: &Session, request: &mut Request) -> Result<(), NotExecuted> {
    request.begin()?;
    if let Some(token) = session.token() {
        request.attach(token)?;
    }
    if request.has_credential() && !session.transport().is_private() {
        return Err(NotExecuted::Unprotected);
    }
    Ok(())
}

async fn call(session: &Session, request: &Request) -> Result<RawReply, CallError> {
    let whole = request.lifetime().map_err(CallError::NotExecuted)?;
    let started = Instant::now();
    let deadline = started + request.timeout;
    let (_place, waited) = place(session, deadline).await?;
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
            Step::Event(Event::Closed) => return Err(attempts.closed(session, &ticket)),
            Step::Event(Event::Due) if now >= deadline => return Err(attempts.over(session, &ticket, request.timeout)),
            Step::Event(Event::Due) => {
                let lifetime = Lifetime::new(deadline - now);
                let body = encode(session, request, id, ReplyTo::Session(session.id()), lifetime)?;
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

/// A place among the calls that wait for replies, and whether it had to be waited for.
async fn place(session: &Session, deadline: Instant) -> Result<(SemaphorePermit<'_>, bool), CallError> {
    match session.outstanding().try_acquire() {
        Ok(place) => return Ok((place, false)),
        Err(TryAcquireError::Closed) => return Err(CallError::NotExecuted(NotExecuted::Closed)),
        Err(TryAcquireError::NoPermits) => {}
    }
    match timeout_at(deadline, session.outstanding().acquire()).await {
        Ok(Ok(place)) => Ok((place, true)),
        Ok(Err(_)) => Err(CallError::NotExecuted(NotExecuted::Closed)),
        Err(_) => Err(CallError::NotExecuted(NotExecuted::TooManyOutstanding(session.max_outstanding()))),
    }
}

async fn oneway(session: &Session, request: &Request, delay: Duration) -> Result<Accepted, CallError> {
    let lifetime = request.lifetime().map_err(CallError::NotExecuted)?;
    let deadline = Instant::now() + request.timeout;
    let body = encode(session, request, Id::random(), ReplyTo::Nobody, lifetime)?;
    publish_until(session, request, body, (!delay.is_zero()).then_some(delay), deadline).await?;
    Ok(Accepted)
}

/// Publishes a message that is not sent again with another body, until the broker has it or the time is over.
pub(super) async fn publish_until(
    session: &Session,
    request: &Request,
    body: Bytes,
    delay: Option<Duration>,
    deadline: Instant,
) -> Result<(), CallError> {
    let mut backoff = BACKOFF.0;
    loop {
        let mut publishing = publish(session, request, body.clone(), delay);
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
        if Instant::now() >= deadline {
            return Err(refused(error));
        }
        backoff = (backoff * 2).min(BACKOFF.1);
    }
}

fn publish(session: &Session, request: &Request, body: Bytes, delay: Option<Duration>) -> Publishing {
    session.transport().publish(Route::Any, &request.topic, body, delay)
}

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
fn may_pass(error: &PublishError) -> bool {
    !is_unknown(error) && !error.is_final()
}

fn is_unknown(error: &PublishError) -> bool {
    matches!(error, PublishError::Unknown(_))
}

fn refused(error: PublishError) -> CallError {
    match error {
        PublishError::NotSent(why) => CallError::NotExecuted(NotExecuted::NotSent(why)),
        PublishError::Refused { code, text } => CallError::NotExecuted(NotExecuted::Refused { code, text }),
        PublishError::Unknown(why) => CallError::OutcomeUnknown(OutcomeUnknown::Unacknowledged(why)),
    }
}
