//! The service `names.r_type.mod.fn.codegen_user`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/names/r_type/mod/fn/codegen_user_service.rs"]
//! mod codegen_user_service;
//! ```

use ::almanet_runtime::{Context, Failure};

use super::contract;
use super::contract::names::r_type::r#mod::r#fn::codegen_user::{CodegenUser, UseError};

/// Answers the calls of `names.r_type.mod.fn.codegen_user`.
#[derive(Debug, Default)]
pub struct CodegenUserService;

impl CodegenUser for CodegenUserService {
    async fn r#use(
        &self,
        _cx: Context,
    ) -> Result<contract::names::r_type::r#mod::r#fn::Codegen, Failure<UseError>> {
        Err(Failure::internal("not implemented yet"))
    }
}
