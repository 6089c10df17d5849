//! How calls begin: of procedures that a contract describes, and of any.

use std::time::Duration;

use super::{
    call::{Call, OnewayCall},
    caller::{Caller, untyped},
    request::Kind,
    stream::StreamCall,
};
use crate::{
    codec::{Decode, Encode},
    contract::{Exceptions, Procedure},
    session::Session,
};

impl Caller {
    /// Calls a procedure whose contract this program does not know, as [`Session::call`] does.
    pub fn call<T: Decode + Encode>(&self, uri: &str, payload: &dyn Encode) -> Call<T> {
        Call::new(self.clone(), untyped(uri, self.call_topic(uri), payload, Kind::Call))
    }

    /// Calls a procedure that answers with a stream, and whose contract this program does not know, as
    /// [`Session::stream`] does.
    pub fn stream<T: Decode + Encode>(&self, uri: &str, payload: &dyn Encode) -> StreamCall<T> {
        StreamCall::new(self.clone(), untyped(uri, self.call_topic(uri), payload, Kind::Stream))
    }
}

impl Session {
    /// Calls a procedure whose contract this program does not know. An exception is always
    /// [`CallError::Undeclared`](crate::CallError::Undeclared).
    ///
    /// ```
    /// # async fn example(session: almanet_runtime::Session) -> Result<(), almanet_runtime::CallError> {
    /// use almanet_runtime::types::Value;
    ///
    /// let text: Value = session.call("net.example.greeting.greet", &Value::from("Aidar")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn call<T: Decode + Encode>(&self, uri: &str, payload: &dyn Encode) -> Call<T> {
        Call::new(self.into(), untyped(uri, self.call_topic(uri), payload, Kind::Call))
    }

    /// Calls a procedure that answers with a stream, and whose contract this program does not know.
    ///
    /// ```
    /// # async fn example(session: almanet_runtime::Session) -> Result<(), almanet_runtime::CallError> {
    /// use almanet_runtime::types::Value;
    ///
    /// let mut values = session.stream::<Value>("net.example.greeting.watch", &Value::Null).await?;
    /// while let Some(value) = values.next().await {
    ///     println!("{}", value?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream<T: Decode + Encode>(&self, uri: &str, payload: &dyn Encode) -> StreamCall<T> {
        StreamCall::new(self.into(), untyped(uri, self.call_topic(uri), payload, Kind::Stream))
    }
}

/// Starts a call of a contract's procedure.
pub(crate) fn call<T: Decode + Encode, E: Exceptions>(
    caller: &Caller,
    procedure: &'static Procedure,
    payload: &dyn Encode,
) -> Call<T, E> {
    Call::new(caller.clone(), caller.request(procedure, payload, Kind::Call))
}

/// Starts a call of a contract's procedure that answers with a stream.
pub(crate) fn stream<T: Decode + Encode, E: Exceptions>(
    caller: &Caller,
    procedure: &'static Procedure,
    payload: &dyn Encode,
) -> StreamCall<T, E> {
    StreamCall::new(caller.clone(), caller.request(procedure, payload, Kind::Stream))
}

/// Starts a call of a contract's oneway procedure.
pub(crate) fn oneway(caller: &Caller, procedure: &'static Procedure, payload: &dyn Encode) -> OnewayCall {
    OnewayCall::new(caller.clone(), caller.request(procedure, payload, Kind::Oneway { delay: Duration::ZERO }))
}
