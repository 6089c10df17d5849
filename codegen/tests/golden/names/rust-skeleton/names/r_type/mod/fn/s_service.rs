//! The service `names.r_type.mod.fn.s`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/names/r_type/mod/fn/s_service.rs"]
//! mod s_service;
//! ```

use ::almanet_runtime::{Context, Failure};

use super::contract::names::r_type::r#mod::r#fn::s::{
    AsRefError, DropError, IntoError, IterError, S, SwitchError,
};

/// Answers the calls of `names.r_type.mod.fn.s`.
#[derive(Debug, Default)]
pub struct SService;

impl S for SService {
    async fn drop(&self, _cx: Context) -> Result<(), Failure<DropError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn into(
        &self,
        _cx: Context,
        _payload: String,
    ) -> Result<String, Failure<IntoError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn as_ref(
        &self,
        _cx: Context,
        _payload: bool,
    ) -> Result<(), Failure<AsRefError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn iter(
        &self,
        _cx: Context,
        _iter_mut: i32,
    ) -> Result<Vec<i32>, Failure<IterError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn switch(
        &self,
        _cx: Context,
        _a: bool,
        _b: bool,
        _c: bool,
        _d: bool,
    ) -> Result<(), Failure<SwitchError>> {
        Err(Failure::internal("not implemented yet"))
    }
}
