//! Targets: each turns the model into files in memory, and knows no disk.
//!
//! A target is a folder here, one under `templates/`, and a line in [`all`].

mod characters;
mod files;
mod json_schema;
mod options;
mod python;
pub(crate) mod rust;

pub use files::{File, Kind};
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

    /// What of a contract the target cannot express.
    fn problems(&self, input: &Input<'_>) -> Problems;

    /// Turns a contract without problems into files. Each is made when it is asked for, so that those of a large contract never
    /// have to fit into memory together; no path comes twice.
    fn files<'a>(&self, input: &Input<'a>) -> FilesIter<'a>;
}

/// The files of a target, one after the other.
pub type FilesIter<'a> = Box<dyn Iterator<Item = File> + 'a>;

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
