//! A problem as data: code, severity, place, labels, help. Rendering stands apart, one file each.

pub mod code;
mod limit;
mod nearest;
mod problem;
pub mod render;
mod report;

pub use code::{Code, Entry, Example};
pub use limit::Limit;
pub use nearest::nearest;
pub use problem::{Fix, Label, Problem, Problems, Severity};
pub use report::{Report, Status};
