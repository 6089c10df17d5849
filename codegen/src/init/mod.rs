//! A new project: a contract, what almanet-gen makes of it, a service that runs, its test, and what a repository needs.

mod create;
mod name;
mod pieces;

pub use create::{CreateError, Created, create};
pub use name::{ProjectName, ProjectNameError};
pub use pieces::Language;
