//! The service `auth.vault`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/auth/vault_service.rs"]
//! mod vault_service;
//! ```

use ::almanet_runtime::{Context, Failure};

use super::contract::auth::vault::{LookError, Vault, WipeError};

/// Answers the calls of `auth.vault`.
#[derive(Debug, Default)]
pub struct VaultService;

impl Vault for VaultService {
    async fn look(&self, _cx: Context) -> Result<String, Failure<LookError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn wipe(&self, _cx: Context, _really: bool) -> Result<(), Failure<WipeError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn note(&self, _cx: Context, _payload: String) -> Result<(), Failure> {
        Err(Failure::internal("not implemented yet"))
    }
}
