//! The service `almanet.service`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/almanet/service_service.rs"]
//! mod service_service;
//! ```

use ::almanet_runtime::{Context, Failure};

use super::contract;
use super::contract::almanet::service::{GetError, Service, WireError};

/// Answers the calls of `almanet.service`.
#[derive(Debug, Default)]
pub struct ServiceService;

impl Service for ServiceService {
    async fn get(
        &self,
        _cx: Context,
        _payload: contract::wire::Root,
    ) -> Result<contract::wire::Root, Failure<GetError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn wire(
        &self,
        _cx: Context,
        _a: i32,
        _b: contract::wire::Root,
    ) -> Result<(), Failure<WireError>> {
        Err(Failure::internal("not implemented yet"))
    }
}
