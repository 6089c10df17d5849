#![doc = include_str!("../../docs/layers.md")]

mod circuit_breaker;
mod failed;
mod retry;
#[cfg(test)]
mod tests;

pub use tower;
pub use tower_resilience_circuitbreaker::{self, CircuitBreakerLayer};

pub use self::{
    circuit_breaker::{Breaker, CircuitBreaker, Judge},
    failed::Failed,
    retry::Retry,
};
