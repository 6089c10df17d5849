//! What the compiler makes of this contract, written by hand:
//!
//! ```almanet
//! @version("1.2.0")
//! service greeting {
//!     @timeout(5s)
//!     procedure greet(string) -> string raises access_denied
//!     @idempotent
//!     procedure add(a: int32, b: int32 = 0) -> int64
//!     oneway procedure log(string)
//!     topic greeted: Greeted
//! }
//! ```

pub mod greeting {
    use ::almanet_runtime::{codegen, codegen::Exceptions as _};

    static SERVICE: codegen::ServiceInfo = codegen::ServiceInfo::new("net.example.greeting").version("1.2.0").expose();
    static GREET: codegen::Procedure = codegen::Procedure::new("greet", "net.example.greeting.greet")
        .versioned("net.example.greeting.v1_2_0.greet")
        .timeout_millis(5_000)
        .description("Greets one person.")
        .expose(r#"{"type":"string"}"#, r#"{"type":"string"}"#);
    static ADD: codegen::Procedure = codegen::Procedure::new("add", "net.example.greeting.add")
        .versioned("net.example.greeting.v1_2_0.add")
        .idempotent();
    static LOG: codegen::Procedure =
        codegen::Procedure::new("log", "net.example.greeting.log").versioned("net.example.greeting.v1_2_0.log");
    static GREETED: codegen::TopicInfo = codegen::TopicInfo::new("net.example.greeting.greeted");

    pub trait Greeting: Send + Sync + 'static {
        fn greet(
            &self,
            cx: ::almanet_runtime::Context,
            payload: String,
        ) -> impl Future<Output = Result<String, ::almanet_runtime::Failure<GreetError>>> + Send;
        fn add(
            &self,
            cx: ::almanet_runtime::Context,
            a: i32,
            b: i32,
        ) -> impl Future<Output = Result<i64, ::almanet_runtime::Failure<AddError>>> + Send;
        fn log(
            &self,
            cx: ::almanet_runtime::Context,
            payload: String,
        ) -> impl Future<Output = Result<(), ::almanet_runtime::Failure>> + Send;
    }

    pub fn service<S: Greeting>(implementation: S) -> ::almanet_runtime::Service {
        codegen::ServiceBuilder::new(&SERVICE, implementation)
            .procedure(&GREET, |service, cx, payload: String| async move { service.greet(cx, payload).await })
            .procedure(
                &ADD,
                |service, cx, payload: AddPayload| async move { service.add(cx, payload.a, payload.b).await },
            )
            .oneway(&LOG, |service, cx, payload: String| async move { service.log(cx, payload).await })
            .build()
    }

    #[derive(Clone, Debug)]
    pub struct GreetingClient {
        caller: codegen::Caller,
    }

    impl GreetingClient {
        pub fn new(caller: impl Into<codegen::Caller>) -> Self {
            Self { caller: caller.into() }
        }

        pub fn version(&self, version: &str) -> Self {
            Self { caller: self.caller.version(version) }
        }

        pub fn greet(&self, payload: impl Into<String>) -> ::almanet_runtime::Call<String, GreetError> {
            codegen::call(&self.caller, &GREET, &payload.into())
        }

        pub fn add(&self, a: i32) -> AddCall {
            AddCall { caller: self.caller.clone(), payload: AddPayload { a, b: 0 } }
        }

        pub fn log(&self, payload: impl Into<String>) -> ::almanet_runtime::OnewayCall {
            codegen::oneway(&self.caller, &LOG, &payload.into())
        }
    }

    pub struct AddCall {
        caller: codegen::Caller,
        payload: AddPayload,
    }

    impl AddCall {
        pub fn b(mut self, b: i32) -> Self {
            self.payload.b = b;
            self
        }
    }

    impl IntoFuture for AddCall {
        type Output = Result<i64, ::almanet_runtime::CallError<AddError>>;
        type IntoFuture = ::almanet_runtime::CallFuture<Self::Output>;

        fn into_future(self) -> Self::IntoFuture {
            codegen::call(&self.caller, &ADD, &self.payload).into_future()
        }
    }

    pub fn greeted(session: &::almanet_runtime::Session) -> ::almanet_runtime::Topic<Greeted> {
        codegen::topic(session, &GREETED)
    }

    #[derive(Clone, Debug, PartialEq)]
    pub enum GreetError {
        AccessDenied(AccessDenied),
    }

    impl From<AccessDenied> for GreetError {
        fn from(exception: AccessDenied) -> Self {
            Self::AccessDenied(exception)
        }
    }

    impl From<AccessDenied> for ::almanet_runtime::Failure<GreetError> {
        fn from(exception: AccessDenied) -> Self {
            Self::Declared(exception.into())
        }
    }

    impl ::core::fmt::Display for GreetError {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.write_str(self.name())
        }
    }

    impl ::std::error::Error for GreetError {}

    impl codegen::Exceptions for GreetError {
        fn name(&self) -> &'static str {
            match self {
                Self::AccessDenied(_) => "access_denied",
            }
        }

        fn payload(&self) -> &dyn codegen::Encode {
            match self {
                Self::AccessDenied(exception) => exception,
            }
        }

        fn decode(name: &str, payload: &[u8]) -> Option<Result<Self, codegen::DecodeError>> {
            match name {
                "access_denied" => Some(codegen::from_json(payload).map(Self::AccessDenied)),
                _ => None,
            }
        }
    }

    #[derive(Clone, Debug, PartialEq)]
    pub enum AddError {}

    impl ::core::fmt::Display for AddError {
        fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            match *self {}
        }
    }

    impl ::std::error::Error for AddError {}

    impl codegen::Exceptions for AddError {
        fn name(&self) -> &'static str {
            match *self {}
        }

        fn payload(&self) -> &dyn codegen::Encode {
            match *self {}
        }

        fn decode(_: &str, _: &[u8]) -> Option<Result<Self, codegen::DecodeError>> {
            None
        }
    }

    #[derive(Clone, Debug, PartialEq)]
    pub struct AccessDenied {
        pub reason: String,
    }

    static ACCESS_DENIED: codegen::Record = codegen::Record {
        name: "access_denied",
        fields: &[codegen::Field::Required("reason")],
        unknown: codegen::Unknown::Ignored,
    };

    impl codegen::Encode for AccessDenied {
        fn encode(&self, out: &mut codegen::Encoder) {
            out.record(&ACCESS_DENIED, &[&self.reason]);
        }
    }

    impl codegen::Decode for AccessDenied {
        fn blank() -> Self {
            Self { reason: String::new() }
        }

        fn decode(&mut self, input: &mut codegen::Decoder<'_>) -> Result<(), codegen::DecodeError> {
            *self = Self::blank();
            input.record(&ACCESS_DENIED, &mut [&mut self.reason])
        }
    }

    #[derive(Clone, Debug, PartialEq)]
    pub struct AddPayload {
        pub a: i32,
        pub b: i32,
    }

    static ADD_PAYLOAD: codegen::Record = codegen::Record {
        name: "AddPayload",
        fields: &[codegen::Field::Required("a"), codegen::Field::Optional("b")],
        unknown: codegen::Unknown::Ignored,
    };

    impl codegen::Encode for AddPayload {
        fn encode(&self, out: &mut codegen::Encoder) {
            out.record(&ADD_PAYLOAD, &[&self.a, &self.b]);
        }
    }

    impl codegen::Decode for AddPayload {
        fn blank() -> Self {
            Self { a: 0, b: 0 }
        }

        fn decode(&mut self, input: &mut codegen::Decoder<'_>) -> Result<(), codegen::DecodeError> {
            *self = Self::blank();
            input.record(&ADD_PAYLOAD, &mut [&mut self.a, &mut self.b])
        }
    }

    #[derive(Clone, Debug, PartialEq)]
    pub struct Greeted {
        pub name: String,
    }

    static GREETED_RECORD: codegen::Record = codegen::Record {
        name: "Greeted",
        fields: &[codegen::Field::Required("name")],
        unknown: codegen::Unknown::Ignored,
    };

    impl codegen::Encode for Greeted {
        fn encode(&self, out: &mut codegen::Encoder) {
            out.record(&GREETED_RECORD, &[&self.name]);
        }
    }

    impl codegen::Decode for Greeted {
        fn blank() -> Self {
            Self { name: String::new() }
        }

        fn decode(&mut self, input: &mut codegen::Decoder<'_>) -> Result<(), codegen::DecodeError> {
            *self = Self::blank();
            input.record(&GREETED_RECORD, &mut [&mut self.name])
        }
    }
}
