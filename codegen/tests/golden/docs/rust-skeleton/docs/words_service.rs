//! The service `docs.words`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/docs/words_service.rs"]
//! mod words_service;
//! ```

use ::almanet_runtime::{Context, Failure};

use super::contract::docs::words::{SayError, Words};

/// Answers the calls of `docs.words`.
#[derive(Debug, Default)]
pub struct WordsService;

impl Words for WordsService {
    async fn say(
        &self,
        _cx: Context,
        _text: String,
    ) -> Result<String, Failure<SayError>> {
        Err(Failure::internal("not implemented yet"))
    }
}
