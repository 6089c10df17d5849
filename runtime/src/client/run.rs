//! Sends a call of any kind and waits until it ends: exactly once, by its deadline.

use tokio::time::Instant;
use tracing::Instrument;

use super::{
    exchange,
    gather::gather,
    publish::publish_until,
    receive,
    request::{Kind, Request},
    response::{Accepted, Response},
};
use crate::{
    error::{CallError, NotExecuted},
    observe::{self, Outcome},
    session::Session,
    transport::BoxFuture,
    wire::{Id, ReplyTo},
};

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
        Kind::Call => exchange::call(session, request).await.map(Response::Reply),
        // The others are boxed, so that there is not room for the largest of them in every call.
        Kind::Gather { enough } => Box::pin(gather(session, request, enough)).await.map(Response::Replies),
        Kind::Stream => Box::pin(receive::open(session, request)).await,
        Kind::Oneway { .. } => Box::pin(oneway(session, request)).await.map(Response::Accepted),
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

async fn oneway(session: &Session, request: &Request) -> Result<Accepted, CallError> {
    let whole = request.lifetime().map_err(CallError::NotExecuted)?;
    let deadline = Instant::now() + request.timeout;
    publish_until(session, request, (Id::random(), ReplyTo::Nobody), whole, deadline).await?;
    Ok(Accepted)
}
