//! The service `payloads.desk`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/payloads/desk_service.rs"]
//! mod desk_service;
//! ```

use ::almanet_runtime::{Context, Failure};
use ::almanet_runtime::types::{Bytes, Duration, Timestamp, Value};
use ::std::collections::BTreeMap;

use super::contract;
use super::contract::payloads::desk::{
    ANameThatIsAboutAsLongAsItMayBeError, BlobError, ContextError, Desk, EverythingError,
    MaybeError, MovedError, NamedError, NamedReply, NothingError, NumberError,
    RequestError, RequiredError, TextError, TunedError, WaitError,
};

/// Answers the calls of `payloads.desk`.
#[derive(Debug, Default)]
pub struct DeskService;

impl Desk for DeskService {
    async fn nothing(&self, _cx: Context) -> Result<(), Failure<NothingError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn text(
        &self,
        _cx: Context,
        _payload: String,
    ) -> Result<String, Failure<TextError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn number(
        &self,
        _cx: Context,
        _payload: i64,
    ) -> Result<Option<i64>, Failure<NumberError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn maybe(
        &self,
        _cx: Context,
        _payload: Option<String>,
    ) -> Result<Vec<contract::payloads::Request>, Failure<MaybeError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn request(
        &self,
        _cx: Context,
        _payload: contract::payloads::Request,
    ) -> Result<contract::payloads::Request, Failure<RequestError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn blob(
        &self,
        _cx: Context,
        _payload: Bytes,
    ) -> Result<(i32, String), Failure<BlobError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn everything(
        &self,
        _cx: Context,
        _payload: Value,
    ) -> Result<Value, Failure<EverythingError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn named(
        &self,
        _cx: Context,
        _name: String,
        _kind: contract::payloads::Kind,
        _note: Option<String>,
        _limits: Option<BTreeMap<String, i64>>,
        _since: Option<Timestamp>,
    ) -> Result<NamedReply, Failure<NamedError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn wait(
        &self,
        _cx: Context,
        _least: Duration,
        _most: Option<Duration>,
    ) -> Result<Duration, Failure<WaitError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn required(
        &self,
        _cx: Context,
        _a: i32,
        _b: i32,
        _request: contract::payloads::Request,
    ) -> Result<(), Failure<RequiredError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn context(
        &self,
        _cx_: Context,
        _cx: String,
        _context: Option<String>,
        _timeout: Option<i32>,
        _self_: Option<bool>,
    ) -> Result<(), Failure<ContextError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn log(&self, _cx: Context, _line: String) -> Result<(), Failure> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn trace(
        &self,
        _cx: Context,
        _line: String,
        _level: Option<i32>,
    ) -> Result<(), Failure> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn poke(&self, _cx: Context) -> Result<(), Failure> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn raw(&self, _cx: Context, _payload: Bytes) -> Result<(), Failure> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn tuned(
        &self,
        _cx: Context,
        _payload: String,
    ) -> Result<(), Failure<TunedError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn moved(
        &self,
        _cx: Context,
        _payload: String,
    ) -> Result<(), Failure<MovedError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn a_name_that_is_about_as_long_as_it_may_be(
        &self,
        _cx: Context,
        _a_parameter_with_a_long_name: String,
        _another: BTreeMap<String, Vec<contract::payloads::Request>>,
    ) -> Result<
        BTreeMap<
            String,
            Vec<(contract::payloads::Request, contract::payloads::Request)>,
        >,
        Failure<ANameThatIsAboutAsLongAsItMayBeError>,
    > {
        Err(Failure::internal("not implemented yet"))
    }
}
