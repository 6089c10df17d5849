//! The service `deprecation.former`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/deprecation/former_service.rs"]
//! mod former_service;
//! ```

#![allow(deprecated, reason = "the contract still has what it calls deprecated")]

use ::almanet_runtime::{Context, Failure};

use super::contract;
use super::contract::deprecation::former::{CallError, Former};

/// Answers the calls of `deprecation.former`.
#[derive(Debug, Default)]
pub struct FormerService;

impl Former for FormerService {
    async fn call(
        &self,
        _cx: Context,
        _a: i32,
        _b: Option<i32>,
    ) -> Result<contract::deprecation::Old, Failure<CallError>> {
        Err(Failure::internal("not implemented yet"))
    }
}
