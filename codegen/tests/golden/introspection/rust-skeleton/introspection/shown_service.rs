//! The service `introspection.shown`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/introspection/shown_service.rs"]
//! mod shown_service;
//! ```

use ::almanet_runtime::{Context, Failure};

use super::contract;
use super::contract::introspection::shown::{
    AddError, AddReply, FindError, NothingError, Shown,
};

/// Answers the calls of `introspection.shown`.
#[derive(Debug, Default)]
pub struct ShownService;

impl Shown for ShownService {
    async fn find(
        &self,
        _cx: Context,
        _payload: contract::introspection::Name,
    ) -> Result<contract::introspection::Person, Failure<FindError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn add(
        &self,
        _cx: Context,
        _a: i32,
        _b: i32,
    ) -> Result<AddReply, Failure<AddError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn nothing(&self, _cx: Context) -> Result<(), Failure<NothingError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn log(&self, _cx: Context, _payload: String) -> Result<(), Failure> {
        Err(Failure::internal("not implemented yet"))
    }
}
