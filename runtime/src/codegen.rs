//! All that generated code names, beside what the crate shows to everybody.

pub use crate::codec::{
    Checker, Decode, Decoder, Encode, Encoder, Enum, Field, Key, Length, Limit, Pattern, Record, Tag, Text, Union,
    Unknown, Variant, check_with, from_json, literal, to_json, write_json,
};
pub use crate::codec::{DecodeError, EncodeError, Violation};
pub use crate::{
    client::Caller,
    contract::{Exceptions, Procedure, ServiceInfo, TopicInfo, write_exception},
    server::ServiceBuilder,
};

/// What a simulation switches off.
pub use crate::session::Safeguard;
use crate::{Call, OnewayCall, Session, StreamCall, StreamOf, Topic, client};

/// Starts a call of a procedure that replies.
pub fn call<T: Decode + Encode, E: Exceptions>(
    caller: &Caller,
    procedure: &'static Procedure,
    payload: &dyn Encode,
) -> Call<T, E> {
    client::call(caller, procedure, payload)
}

/// Starts a call of a oneway procedure.
pub fn oneway(caller: &Caller, procedure: &'static Procedure, payload: &dyn Encode) -> OnewayCall {
    client::oneway(caller, procedure, payload)
}

/// Starts a call of a procedure that answers with a stream.
pub fn stream<T: Decode + Encode, E: Exceptions>(
    caller: &Caller,
    procedure: &'static Procedure,
    payload: &dyn Encode,
) -> StreamCall<T, E> {
    client::stream(caller, procedure, payload)
}

/// The stream whose values are held to what the contract says by the type that `wrap` makes of each.
pub fn each<T, U, E>(values: StreamOf<T, E>, wrap: fn(T) -> U) -> StreamOf<U, E>
where
    T: Send + 'static,
    U: Send + 'static,
    E: Send + 'static,
{
    values.each(wrap)
}

/// A topic of a contract.
pub fn topic<T: Decode + Encode>(session: &Session, topic: &'static TopicInfo) -> Topic<T> {
    Topic::of(session, topic)
}

/// A topic of a contract whose bare payload has constraints of its own: they are checked before a message is produced,
/// and on what arrives.
pub fn topic_with<T: Decode + Encode>(
    session: &Session,
    topic: &'static TopicInfo,
    check: fn(&T, &mut Checker),
) -> Topic<T> {
    Topic::checked(session, topic, check)
}
