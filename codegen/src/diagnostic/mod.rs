//! A problem as data: code, severity, place, labels, help. Rendering stands apart, one file each.

pub mod code;
mod problem;
pub mod render;

pub use code::{Code, Entry, Example};
pub use problem::{Label, Problem, Problems, Severity};
