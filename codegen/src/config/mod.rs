//! `almanet.yaml`: what a project compiles, and into what.
//!
//! Read strictly: an unknown key, a wrong type or a folder that is missing is a problem drawn over the file, like a
//! contract's. `codegen/docs/almanet.schema.json` tells editors the same.

mod file;
mod load;
mod locate;
#[cfg(feature = "cli")]
mod past;
mod structure;

use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json};

pub use file::{Breaking, BreakingCategory, BreakingException, Lint, Text};
#[cfg(feature = "cli")]
pub(crate) use past::schemas_of;

use crate::backend::{Backend, Options};
use crate::diagnostic::Report;
use crate::plugin::Plugin;

/// The configuration's name.
pub const FILE_NAME: &str = "almanet.yaml";

/// A configuration that was read and checked.
#[derive(Debug)]
pub struct Configuration {
    /// The file, as seen from the process's folder.
    pub path: PathBuf,
    /// Folders of contracts, which are schema roots too, as seen from the process's folder.
    pub schemas: Vec<PathBuf>,
    /// What is generated.
    pub outputs: Vec<ConfiguredOutput>,
    /// Settings of `lint`.
    pub lint: Lint,
    /// Settings of `breaking`.
    pub breaking: Breaking,
    /// The file itself, for problems that only show when it is put to use; none yet.
    pub report: Report,
}

/// One entry of `generate`.
#[derive(Debug)]
pub struct ConfiguredOutput {
    /// What generates.
    pub generator: Generator,
    /// The folder to write to, as seen from the process's folder.
    pub out: PathBuf,
    /// Settings of the target.
    pub options: Options,
}

/// What generates files.
#[derive(Clone, Debug)]
pub enum Generator {
    /// A built-in target.
    Target(&'static dyn Backend),
    /// A program `almanet-gen-NAME`, and its settings.
    Plugin(Plugin, Map<String, Json>),
}

/// The nearest configuration in a folder or above it, by a path that begins as the folder's does.
///
/// `""` is the process's folder.
#[must_use]
pub fn find(folder: &Path) -> Option<PathBuf> {
    let start = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let depth = start.canonicalize().ok()?.components().count();
    let mut upwards = folder.to_path_buf();
    for _ in 0..depth {
        let candidate = upwards.join(FILE_NAME);
        if candidate.is_file() {
            return Some(candidate);
        }
        upwards.push("..");
    }
    None
}

#[cfg(test)]
mod tests;
