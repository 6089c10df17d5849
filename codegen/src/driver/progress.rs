use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::source::vfs::{Kind, ReadError, Vfs};

/// Is told how far a run has come.
pub trait Progress: Sync {
    /// A step begins, of so many parts; imports may add to those of [`Step::Reading`].
    fn begin(&self, step: Step, parts: usize);

    /// A part of the step is done.
    fn advance(&self);
}

/// What a run is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Reads and parses contracts, a part each.
    Reading,
    /// Formats contracts, a part each.
    Formatting,
    /// Makes the files of each output, a part each.
    Generating,
    /// Writes files beside their places and then renames them, a part for either.
    Writing,
}

/// Nobody waits.
pub(super) struct Unwatched;

impl Progress for Unwatched {
    fn begin(&self, _: Step, _: usize) {}

    fn advance(&self) {}
}

/// Files whose reading is told of.
pub(super) struct Watched<'a> {
    pub(super) vfs: &'a dyn Vfs,
    pub(super) progress: &'a dyn Progress,
}

impl Vfs for Watched<'_> {
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        self.progress.advance();
        self.vfs.read(path)
    }

    fn contracts(&self, folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
        self.vfs.contracts(folder)
    }

    fn names(&self, folder: &Path) -> Result<Vec<OsString>, ReadError> {
        self.vfs.names(folder)
    }

    fn kind(&self, path: &Path) -> Result<Option<Kind>, ReadError> {
        self.vfs.kind(path)
    }

    fn identity(&self, path: &Path) -> Result<PathBuf, ReadError> {
        self.vfs.identity(path)
    }
}
