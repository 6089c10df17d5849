//! The service `auth.door`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/auth/door_service.rs"]
//! mod door_service;
//! ```

use ::almanet_runtime::{Context, Failure};

use super::contract::auth::door::{Door, KnockError, WithTokenError};

/// Answers the calls of `auth.door`.
#[derive(Debug, Default)]
pub struct DoorService;

impl Door for DoorService {
    async fn knock(&self, _cx: Context) -> Result<(), Failure<KnockError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn with_token_(&self, _cx: Context) -> Result<(), Failure<WithTokenError>> {
        Err(Failure::internal("not implemented yet"))
    }
}
