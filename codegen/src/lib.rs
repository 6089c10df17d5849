//! The compiler of the Almanet contract language.

pub mod ast;
pub mod backend;
pub mod config;
pub mod diagnostic;
pub mod model;
pub mod output;
pub mod resolve;
pub mod source;
pub mod syntax;
pub mod validate;
