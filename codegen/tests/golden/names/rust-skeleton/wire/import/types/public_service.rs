//! The service `wire.import.types.public`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/wire/import/types/public_service.rs"]
//! mod public_service;
//! ```

use ::almanet_runtime::{Context, Failure, StreamOf};

use super::contract;
use super::contract::wire::import::types::public::{
    AlmanetError, ImplementsError, ImportError, ListError, PrintError, Public,
    ServiceError, StrError, WireError, WireImportLambdaError, YieldError, YieldReply,
};

/// Answers the calls of `wire.import.types.public`.
#[derive(Debug, Default)]
pub struct PublicService;

impl Public for PublicService {
    async fn wire(
        &self,
        _cx: Context,
        _payload: i32,
    ) -> Result<Vec<String>, Failure<WireError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn almanet(
        &self,
        _cx: Context,
    ) -> Result<contract::wire::import::types::Nasty, Failure<AlmanetError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn list(
        &self,
        _cx: Context,
        _payload: Vec<i32>,
    ) -> Result<Vec<i32>, Failure<ListError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn str(
        &self,
        _cx: Context,
        _payload: String,
    ) -> Result<String, Failure<StrError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn service_(
        &self,
        _cx: Context,
        _payload: contract::wire::import::types::Nasty,
    ) -> Result<contract::wire::import::types::Nasty, Failure<ServiceError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn print(
        &self,
        _cx: Context,
        _payload: i32,
        _session: String,
        _timeout: Option<i32>,
        _self_: i32,
        _args: Option<i32>,
        _function: Option<String>,
    ) -> Result<(), Failure<PrintError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn r#yield(&self, _cx: Context) -> Result<YieldReply, Failure<YieldError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn import(
        &self,
        _cx: Context,
    ) -> Result<
        StreamOf<contract::wire::import::lambda::Shared, ImportError>,
        Failure<ImportError>,
    > {
        Err(Failure::internal("not implemented yet"))
    }

    async fn wire_import_lambda(
        &self,
        _cx: Context,
        _payload: contract::wire::import::lambda::Shared,
    ) -> Result<contract::wire::import::lambda::Shared, Failure<WireImportLambdaError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn implements(
        &self,
        _cx: Context,
        _a: i32,
    ) -> Result<(), Failure<ImplementsError>> {
        Err(Failure::internal("not implemented yet"))
    }
}
