//! Callers, services and brokers in one process, on a network and a clock that are simulated, from one seed.
//!
//! [`plan`] draws who calls what and when, and what breaks; [`world`] has it happen; [`history`] is what came of it; and
//! [`checker`] holds that to what a caller may rely on. The same seed gives the same history.

mod caller;
pub mod checker;
mod clocks;
mod faults;
pub mod history;
mod payload;
pub mod plan;
mod ports;
mod service;
pub mod world;

pub use almanet_runtime::codegen::Safeguard;

pub use self::{checker::check, history::History, plan::Plan, world::run};

/// What became of the calls of one seed, with every safeguard or without one.
#[must_use]
pub fn simulate(seed: u64, without: Option<Safeguard>) -> History {
    run(&Plan::draw(seed), without)
}
