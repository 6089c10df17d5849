//! The service `defaults.desk`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/defaults/desk_service.rs"]
//! mod desk_service;
//! ```

use ::almanet_runtime::{Context, Failure};

use super::contract;
use super::contract::defaults::desk::{Desk, TakeError};

/// Answers the calls of `defaults.desk`.
#[derive(Debug, Default)]
pub struct DeskService;

impl Desk for DeskService {
    async fn take_(
        &self,
        _cx: Context,
        _required: String,
        _text: String,
        _count: i64,
        _mood: contract::defaults::Mood,
        _inner: contract::defaults::Inner,
        _tags: Vec<String>,
        _note: Option<String>,
    ) -> Result<(), Failure<TakeError>> {
        Err(Failure::internal("not implemented yet"))
    }
}
