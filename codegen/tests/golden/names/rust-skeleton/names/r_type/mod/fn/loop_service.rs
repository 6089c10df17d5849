//! The service `names.r_type.mod.fn.loop`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/names/r_type/mod/fn/loop_service.rs"]
//! mod loop_service;
//! ```

use ::almanet_runtime::{Context, Failure};

use super::contract::names::r_type::r#mod::r#fn::r#loop::{
    CallError, CloneError, FnError, Loop, NewError, ServiceError, VersionError,
};

/// Answers the calls of `names.r_type.mod.fn.loop`.
#[derive(Debug, Default)]
pub struct LoopService;

impl Loop for LoopService {
    async fn new_(
        &self,
        _cx: Context,
        _payload: String,
    ) -> Result<(), Failure<NewError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn version_(
        &self,
        _cx: Context,
        _payload: String,
    ) -> Result<(), Failure<VersionError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn clone_(&self, _cx: Context) -> Result<(), Failure<CloneError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn r#fn(
        &self,
        _cx: Context,
        _type: String,
        _new: Option<String>,
        _clone: Option<String>,
    ) -> Result<(), Failure<FnError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn service_(&self, _cx: Context) -> Result<(), Failure<ServiceError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn call(
        &self,
        _cx: Context,
        _call: Option<i32>,
    ) -> Result<(), Failure<CallError>> {
        Err(Failure::internal("not implemented yet"))
    }
}
