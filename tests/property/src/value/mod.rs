//! Values of a contract's types as JSON, in the one form that the codec writes.

mod draw;
mod json;
mod plain;

pub use draw::{Drawer, Precision};
pub use json::Json;
