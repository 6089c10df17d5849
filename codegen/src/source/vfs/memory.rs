use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use super::{Kind, ReadError, Vfs, is_contract};

/// Files in memory, by path; folders are what the paths make.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Memory {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, in place of one that has its path.
    #[must_use]
    pub fn with(mut self, path: impl AsRef<Path>, content: impl Into<Vec<u8>>) -> Self {
        self.files.insert(normal(path.as_ref()), content.into());
        self
    }

    fn below<'a>(&'a self, folder: &'a Path) -> impl Iterator<Item = &'a PathBuf> {
        self.files.keys().filter(move |path| path.starts_with(folder) && path.as_path() != folder)
    }
}

impl Vfs for Memory {
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        let path = normal(path);
        match self.files.get(&path) {
            Some(content) if content.len() as u64 > super::MAX_FILE_SIZE => Err(ReadError::TooLarge),
            Some(content) => Ok(content.clone()),
            None if self.below(&path).next().is_some() => Err(ReadError::NotAFile),
            None => Err(ReadError::NotFound),
        }
    }

    fn contracts(&self, folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
        let normal_folder = normal(folder);
        match self.kind(folder)? {
            Some(Kind::Folder) => {}
            Some(_) => return Err(ReadError::NotAFolder),
            None => return Err(ReadError::NotFound),
        }
        let shown = self.below(&normal_folder).filter(|path| is_contract(path)).filter_map(|path| {
            let rest = path.strip_prefix(&normal_folder).ok()?;
            let hidden = |part: Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
            (!rest.components().any(hidden)).then(|| folder.join(rest))
        });
        Ok(shown.collect())
    }

    fn names(&self, folder: &Path) -> Result<Vec<OsString>, ReadError> {
        Ok(names_below(folder, &self.contracts(folder)?))
    }

    fn kind(&self, path: &Path) -> Result<Option<Kind>, ReadError> {
        let path = normal(path);
        if self.files.contains_key(&path) {
            return Ok(Some(Kind::File));
        }
        let folder = path.as_os_str().is_empty() || self.below(&path).next().is_some();
        Ok(folder.then_some(Kind::Folder))
    }

    fn identity(&self, path: &Path) -> Result<PathBuf, ReadError> {
        self.kind(path)?.map(|_| normal(path)).ok_or(ReadError::NotFound)
    }
}

/// The names in a folder on the ways to what is below it, sorted.
pub(crate) fn names_below<'p>(folder: &Path, below: impl IntoIterator<Item = &'p PathBuf>) -> Vec<OsString> {
    let first =
        |path: &PathBuf| path.strip_prefix(folder).ok()?.components().next().map(|part| part.as_os_str().into());
    let names: BTreeSet<OsString> = below.into_iter().filter_map(first).collect();
    names.into_iter().collect()
}

/// A path without `.` and `..`.
pub(crate) fn normal(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut normal, part| {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
        normal
    })
}
