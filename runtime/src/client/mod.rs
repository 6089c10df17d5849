//! Calling: what a call is made of, how it is sent and retried, and how it ends.

mod call;
mod caller;
mod gather;
mod request;
mod run;
mod stream;

#[cfg(test)]
mod tests;

pub(crate) use self::caller::{call, oneway, stream};
pub use self::{
    call::{Call, CallFuture, Gather, OnewayCall},
    caller::Caller,
    request::{Accepted, Kind, RawReply, RemoteException, Request, Response},
    stream::{RawStream, StreamCall, Streaming},
};
