//! The service `wire.import.types.microservice`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/wire/import/types/microservice_service.rs"]
//! mod microservice_service;
//! ```

use ::almanet_runtime::{Context, Failure};

use super::contract;
use super::contract::wire::import::types::microservice::{GetError, Microservice};

/// Answers the calls of `wire.import.types.microservice`.
#[derive(Debug, Default)]
pub struct MicroserviceService;

impl Microservice for MicroserviceService {
    async fn get(
        &self,
        _cx: Context,
    ) -> Result<contract::wire::import::lambda::Shared, Failure<GetError>> {
        Err(Failure::internal("not implemented yet"))
    }
}
