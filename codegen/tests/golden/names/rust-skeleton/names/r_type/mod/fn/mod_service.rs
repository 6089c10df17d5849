//! The service `names.r_type.mod.fn.mod`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/names/r_type/mod/fn/mod_service.rs"]
//! mod mod_service;
//! ```

use ::almanet_runtime::{Context, Failure};

use super::contract::names::r_type::r#mod::r#fn::r#mod::{Mod, ModError};

/// Answers the calls of `names.r_type.mod.fn.mod`.
#[derive(Debug, Default)]
pub struct ModService;

impl Mod for ModService {
    async fn r#mod(&self, _cx: Context) -> Result<(), Failure<ModError>> {
        Err(Failure::internal("not implemented yet"))
    }
}
