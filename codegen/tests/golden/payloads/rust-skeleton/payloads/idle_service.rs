//! The service `payloads.idle`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/payloads/idle_service.rs"]
//! mod idle_service;
//! ```


use super::contract::payloads::idle::Idle;

/// Answers the calls of `payloads.idle`.
#[derive(Debug, Default)]
pub struct IdleService;

impl Idle for IdleService {}
