//! The service `wire.import.types.types`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/wire/import/types/types_service.rs"]
//! mod types_service;
//! ```

use ::almanet_runtime::{Context, Failure};

use super::contract;
use super::contract::wire::import::types::types::{GetError, Types};

/// Answers the calls of `wire.import.types.types`.
#[derive(Debug, Default)]
pub struct TypesService;

impl Types for TypesService {
    async fn get(
        &self,
        _cx: Context,
    ) -> Result<contract::wire::import::lambda::Shared, Failure<GetError>> {
        Err(Failure::internal("not implemented yet"))
    }
}
