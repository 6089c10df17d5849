//! Where texts come from: disk, memory, a tree of git.

mod disk;
#[cfg(feature = "cli")]
pub mod git;
mod memory;
mod text;

pub use disk::Disk;
pub(crate) use disk::real;
pub use memory::Memory;
#[cfg(feature = "cli")]
pub(crate) use memory::{names_below, normal};
pub use text::{NotUtf8, decode};

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

/// The greatest size of a contract, in bytes.
pub const MAX_FILE_SIZE: u64 = 64 << 20;

/// The ending of a contract's file name, without its dot.
pub const EXTENSION: &str = "almanet";

/// A place that holds contracts in folders.
///
/// Paths are as the user wrote them, or such a path with more segments behind it, and are shown so; what two of them have
/// in common is [`identity`](Vfs::identity)'s business.
pub trait Vfs: Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    ///
    /// Where there is no regular file, it cannot be read, or it is larger than [`MAX_FILE_SIZE`].
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError>;

    /// Every contract below a folder, however deep, sorted. Hidden folders are left out, and so is a folder that ends in
    /// `.almanet`: what is below it is listed, itself it is no contract.
    ///
    /// # Errors
    ///
    /// Where there is no such folder, or one below it cannot be read.
    fn contracts(&self, folder: &Path) -> Result<Vec<PathBuf>, ReadError>;

    /// The names of the contracts and of the folders that stand in a folder itself, sorted. Hidden ones are left out.
    ///
    /// # Errors
    ///
    /// Where there is no such folder, or it cannot be read.
    fn names(&self, folder: &Path) -> Result<Vec<OsString>, ReadError>;

    /// What stands at a path, links followed; `None` where nothing does.
    ///
    /// # Errors
    ///
    /// Where the system will not tell.
    fn kind(&self, path: &Path) -> Result<Option<Kind>, ReadError>;

    /// The one name of what stands at a path: two paths that reach one file have equal identities, whatever links and
    /// `..` they go through.
    ///
    /// # Errors
    ///
    /// Where nothing stands there, or the system will not tell.
    fn identity(&self, path: &Path) -> Result<PathBuf, ReadError>;
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A device, a pipe, a socket.
    Other,
}

/// Why a file or folder could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Nothing stands there.
    #[error("it does not exist")]
    NotFound,
    /// A folder, device or pipe where a file was expected.
    #[error("it is not a regular file")]
    NotAFile,
    /// A file where a folder was expected.
    #[error("it is not a folder")]
    NotAFolder,
    /// The file is larger than [`MAX_FILE_SIZE`].
    #[error("it is larger than 64 MiB")]
    TooLarge,
    /// The system refused.
    #[error("{0}")]
    Io(#[source] io::Error),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::IsADirectory => Self::NotAFile,
            // `file.almanet/x`: a file stands in the way, so nothing is there.
            io::ErrorKind::NotADirectory => Self::NotFound,
            _ => Self::Io(error),
        }
    }
}

/// Whether a path's name is a contract's.
#[must_use]
pub fn is_contract(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == EXTENSION)
}

#[cfg(test)]
mod tests;
