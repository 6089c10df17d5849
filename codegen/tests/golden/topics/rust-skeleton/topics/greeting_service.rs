//! The service `topics.greeting`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/topics/greeting_service.rs"]
//! mod greeting_service;
//! ```


use super::contract::topics::greeting::Greeting;

/// Answers the calls of `topics.greeting`.
#[derive(Debug, Default)]
pub struct GreetingService;

impl Greeting for GreetingService {}
