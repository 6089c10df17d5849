//! What travels: envelopes, addresses and ids, as text and back. No I/O.

mod address;
mod body;
mod exception;
mod headers;
mod id;
mod invocation;
mod lifetime;
mod malformed;
mod member;
mod reply;
mod stream;
mod usual;

#[cfg(test)]
mod tests;

pub(crate) use self::body::Workshop;
pub use self::{
    address::{
        AddressError, DEFAULT_CHANNEL, MAIN_SCHEMA_URI, REPLY_CHANNEL, ReplyTo, call_topic, private_channel,
        schema_uri, shadow_channel, version_segment, versioned_uri,
    },
    exception::{
        Exception, INTERNAL_ERROR, INTERNAL_ERROR_PAYLOAD, INVALID_PAYLOAD, INVALID_RETURN, OVERLOADED, UNAUTHORIZED,
    },
    headers::{Headers, HeadersError, MAX_HEADERS, MAX_HEADERS_SIZE},
    id::Id,
    invocation::Invocation,
    lifetime::{DEFAULT_LIFETIME, Lifetime, MAX_DELAY, MAX_TIMEOUT},
    malformed::{Malformed, MalformedKind},
    reply::{Reply, call_id_of},
    stream::{INTERRUPTED, STREAM_ALIVE, STREAM_CREDIT, STREAM_GAP, STREAM_SILENCE, StreamPart},
};
