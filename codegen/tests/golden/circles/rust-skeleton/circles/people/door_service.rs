//! The service `circles.people.door`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/circles/people/door_service.rs"]
//! mod door_service;
//! ```

use ::almanet_runtime::{Context, Failure};

use super::contract;
use super::contract::circles::people::door::{Door, EnterError};

/// Answers the calls of `circles.people.door`.
#[derive(Debug, Default)]
pub struct DoorService;

impl Door for DoorService {
    async fn enter(
        &self,
        _cx: Context,
        _payload: contract::circles::people::Person,
    ) -> Result<contract::circles::people::Crew, Failure<EnterError>> {
        Err(Failure::internal("not implemented yet"))
    }
}
