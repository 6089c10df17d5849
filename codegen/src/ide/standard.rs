//! The standard schemas have paths like any contract, which no disk has.

use std::path::{Path, PathBuf};

/// The folder that no disk has: the standard schemas are below it.
pub(super) const STANDARD: &str = "<standard>";

/// Whether a path is a standard schema's, which no disk has.
pub(super) fn is_standard(path: &Path) -> bool {
    path.starts_with(STANDARD)
}

/// The identity of a file that a problem names by what it is shown as.
pub(super) fn identity_of_shown(name: &str) -> PathBuf {
    let path = PathBuf::from(name);
    if path.is_relative() && path.starts_with("almanet") { Path::new(STANDARD).join(path) } else { path }
}
