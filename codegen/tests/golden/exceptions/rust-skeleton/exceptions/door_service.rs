//! The service `exceptions.door`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/exceptions/door_service.rs"]
//! mod door_service;
//! ```

use ::almanet_runtime::{Context, Failure};

use super::contract::exceptions::door::{CloseError, Door, KnockError, OpenError};

/// Answers the calls of `exceptions.door`.
#[derive(Debug, Default)]
pub struct DoorService;

impl Door for DoorService {
    async fn open(
        &self,
        _cx: Context,
        _payload: String,
    ) -> Result<String, Failure<OpenError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn close(&self, _cx: Context) -> Result<(), Failure<CloseError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn knock(&self, _cx: Context) -> Result<(), Failure<KnockError>> {
        Err(Failure::internal("not implemented yet"))
    }
}
