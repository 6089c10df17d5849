//! The services of my_project.

/// What almanet-gen makes of `schemas`: `almanet-gen generate` brings it up to date.
pub mod contract;

mod service;

pub use contract::my_project::greeting;
pub use service::Greeter;
