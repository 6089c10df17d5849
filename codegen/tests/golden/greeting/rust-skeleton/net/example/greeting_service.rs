//! The service `net.example.greeting`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/net/example/greeting_service.rs"]
//! mod greeting_service;
//! ```

use ::almanet_runtime::{Context, Failure};

use super::contract::net::example::greeting::{AddError, GreetError, Greeting};

/// Answers the calls of `net.example.greeting`.
#[derive(Debug, Default)]
pub struct GreetingService;

impl Greeting for GreetingService {
    async fn greet(
        &self,
        _cx: Context,
        _payload: String,
    ) -> Result<String, Failure<GreetError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn add(
        &self,
        _cx: Context,
        _a: i32,
        _b: i32,
    ) -> Result<i64, Failure<AddError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn log(&self, _cx: Context, _line: String) -> Result<(), Failure> {
        Err(Failure::internal("not implemented yet"))
    }
}
