//! The service `shop.till`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/versions/till_service.rs"]
//! mod till_service;
//! ```

use ::almanet_runtime::{Context, Failure};
use ::almanet_runtime::types::Decimal;

use super::contract::versions::till::{Till, TotalError};

/// Answers the calls of `shop.till`.
#[derive(Debug, Default)]
pub struct TillService;

impl Till for TillService {
    async fn total(
        &self,
        _cx: Context,
        _payload: Vec<Decimal>,
    ) -> Result<Decimal, Failure<TotalError>> {
        Err(Failure::internal("not implemented yet"))
    }
}
