//! The service `constraints.register`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/constraints/register_service.rs"]
//! mod register_service;
//! ```

use ::almanet_runtime::{Context, Failure};

use super::contract;
use super::contract::constraints::register::{
    AddError, AllError, AllReply, FindError, Register, RenameError,
};

/// Answers the calls of `constraints.register`.
#[derive(Debug, Default)]
pub struct RegisterService;

impl Register for RegisterService {
    async fn add(
        &self,
        _cx: Context,
        _payload: contract::constraints::Person,
    ) -> Result<contract::constraints::Holder, Failure<AddError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn find(
        &self,
        _cx: Context,
        _payload: String,
    ) -> Result<i32, Failure<FindError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn rename(
        &self,
        _cx: Context,
        _payload: contract::constraints::Name,
    ) -> Result<contract::constraints::Names, Failure<RenameError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn all(
        &self,
        _cx: Context,
        _names: contract::constraints::Names,
        _limit: i32,
    ) -> Result<AllReply, Failure<AllError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn note(
        &self,
        _cx: Context,
        _payload: contract::constraints::Names,
    ) -> Result<(), Failure> {
        Err(Failure::internal("not implemented yet"))
    }
}
