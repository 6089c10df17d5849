//! Calling: what a call is made of, how it is sent and retried, and how it ends.

mod begin;
mod call;
mod caller;
mod exchange;
mod gather;
mod pending;
mod publish;
mod receive;
mod request;
mod response;
mod run;
mod stream;

#[cfg(test)]
mod tests;

pub(crate) use self::{
    begin::{call, oneway, stream},
    pending::{Pending, another_kind},
};
pub use self::{
    call::{Call, CallFuture, Gather, OnewayCall},
    caller::Caller,
    request::{Kind, Request},
    response::{Accepted, RawReply, RawStream, RemoteException, Response},
    stream::{StreamCall, Streaming},
};
