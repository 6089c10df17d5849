use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use similar::TextDiff;

/// How one file on disk differs from what a run would leave there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It is not there.
    Missing(PathBuf),
    /// It has another content; the unified diff from what is there to what would be.
    Different(PathBuf, String),
    /// A former run wrote it, and this one would remove it.
    LeftOver(PathBuf),
}

impl Difference {
    pub(super) fn different(path: PathBuf, on_disk: &[u8], generated: &str) -> Self {
        let diff = unified_diff(&path.display().to_string(), "generated", &String::from_utf8_lossy(on_disk), generated);
        Self::Different(path, diff)
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Missing(path) | Self::Different(path, _) | Self::LeftOver(path) => path,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => writeln!(f, "missing: {}", path.display()),
            Self::Different(path, diff) => write!(f, "different: {}\n{diff}", path.display()),
            Self::LeftOver(path) => writeln!(f, "left over: {}", path.display()),
        }
    }
}

/// The unified diff from what is on disk to what would be.
pub(crate) fn unified_diff(name: &str, what: &str, on_disk: &str, wanted: &str) -> String {
    // A deadline: the best diff of two long texts with nothing in common takes time in the square of their length.
    let diff = TextDiff::configure().timeout(Duration::from_millis(500)).diff_lines(on_disk, wanted);
    let (old, new) = (format!("{name} (on disk)"), format!("{name} ({what})"));
    diff.unified_diff().context_radius(3).header(&old, &new).to_string()
}
