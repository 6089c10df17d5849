//! Files, spans and line indexes: what every other room stands on, and which knows none of them.

mod edit;
mod files;
mod span;
pub mod vfs;

pub use edit::{Conflict, Edit};
pub use files::{LineColumn, SourceFile, Sources};
pub use span::{FileId, Location, Span};
