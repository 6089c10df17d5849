//! The service `net.shop.till`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/net/shop/till_service.rs"]
//! mod till_service;
//! ```

use ::almanet_runtime::{Context, Failure};

use super::contract;
use super::contract::net::shop::till::{PayError, Till};

/// Answers the calls of `net.shop.till`.
#[derive(Debug, Default)]
pub struct TillService;

impl Till for TillService {
    async fn pay(
        &self,
        _cx: Context,
        _payload: contract::net::shop::Order,
    ) -> Result<contract::common::Amount, Failure<PayError>> {
        Err(Failure::internal("not implemented yet"))
    }
}
