//! Receives the stream that answers a call.

mod order;
mod places;
mod receiver;

use tokio::time::Instant;

use self::{places::Places, receiver::Receiver};
use super::{
    exchange::exchange,
    request::Request,
    response::{RawReply, RawStream, Response},
};
use crate::{
    error::CallError,
    session::Session,
    wire::{Id, Lifetime, Reply},
};

/// Sends a call, and receives the stream that answers it.
pub(super) async fn open(session: &Session, request: &Request) -> Result<Response, CallError> {
    let whole = request.lifetime().map_err(CallError::NotExecuted)?;
    let started = Instant::now();
    let deadline = started + request.timeout;
    let (places, waited) = Places::take(session, deadline).await?;
    let rest = if waited { Lifetime::new(deadline - Instant::now()) } else { whole };
    let id = Id::random();
    let inlet = session.enter_stream(id);
    let first = exchange(session, request, id, started, rest).await?;
    match Reply::decode(&first) {
        // It is in the inlet, too.
        Ok(Reply { stream: Some(_), .. }) => Ok(Response::Stream(RawStream::new(Receiver::start(inlet, places)))),
        _ => RawReply::decode(&first).map(Response::Reply),
    }
}
