//! Targets: each turns the model into files in memory, and knows no disk.
//!
//! A target is a folder here, one under `templates/`, and a line in [`all`].

mod characters;
mod files;
mod json_schema;
mod options;
mod python;
pub(crate) mod rust;

pub use files::{File, Files, Kind};
#[doc(hidden)]
pub use options::Formatting;
pub use options::{Layout, OptionInfo, Options, Skeletons};

use std::fmt;

use crate::diagnostic::Problems;
use crate::model::Model;
use crate::source::Sources;

/// One target language.
pub trait Backend: Sync {
    /// What `--target` and `almanet.yaml` call it.
    fn name(&self) -> &'static str;

    /// The settings of its own that `almanet.yaml` may give, beside `target` and `out`.
    fn options(&self) -> &'static [OptionInfo];

    /// Turns a contract without problems into files.
    fn render(&self, input: &Input<'_>) -> Rendering;
}

impl fmt::Debug for dyn Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Backend({})", self.name())
    }
}

/// What a backend reads.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The resolved and validated contract.
    pub model: &'a Model,
    /// The files it was made from, for their names.
    pub sources: &'a Sources,
    /// What the user chose.
    pub options: &'a Options,
}

/// What a backend made.
#[derive(Debug, Default)]
pub struct Rendering {
    /// The files; to be thrown away where a problem is an error.
    pub files: Files,
    /// What this target cannot express.
    pub problems: Problems,
}

/// Every built-in target, by name.
#[must_use]
pub fn all() -> &'static [&'static dyn Backend] {
    &[&rust::Rust, &python::Python]
}

/// The target of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static dyn Backend> {
    all().iter().copied().find(|backend| backend.name() == name)
}
