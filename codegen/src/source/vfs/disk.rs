use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use super::{Kind, MAX_FILE_SIZE, ReadError, Vfs, is_contract};

/// The disk; relative paths are relative to the process's folder.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Vfs for Disk {
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        // Asked before it is opened: opening a pipe waits for a writer.
        let metadata = fs::metadata(path)?;
        if !metadata.is_file() {
            return Err(ReadError::NotAFile);
        }
        if metadata.len() > MAX_FILE_SIZE {
            return Err(ReadError::TooLarge);
        }
        let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
        // One byte more than allowed, for files whose size is not told (`/proc`) or grows.
        File::open(path)?.take(MAX_FILE_SIZE + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_FILE_SIZE { Err(ReadError::TooLarge) } else { Ok(bytes) }
    }

    fn contracts(&self, folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
        let mut found = Vec::new();
        // Folders by their one name: a link to a folder above would never end.
        let mut visited = HashSet::new();
        let mut folders = vec![folder.to_path_buf()];
        while let Some(folder) = folders.pop() {
            if !visited.insert(fs::canonicalize(&folder)?) {
                continue;
            }
            for entry in fs::read_dir(&folder).map_err(not_a_folder)? {
                let entry = entry?;
                if entry.file_name().as_encoded_bytes().starts_with(b".") {
                    continue;
                }
                let path = entry.path();
                let mut kind = entry.file_type()?;
                if kind.is_symlink() {
                    // A link that dangles is no folder; where it is named like a contract, reading it tells.
                    kind = fs::metadata(&path).map_or(kind, |metadata| metadata.file_type());
                }
                if kind.is_dir() {
                    folders.push(path);
                } else if is_contract(&path) {
                    found.push(path);
                }
            }
        }
        found.sort();
        Ok(found)
    }

    fn names(&self, folder: &Path) -> Result<Vec<OsString>, ReadError> {
        let entries = fs::read_dir(folder).map_err(not_a_folder)?.collect::<std::io::Result<Vec<_>>>()?;
        let is_meant = |entry: &fs::DirEntry| is_contract(&entry.path()) || entry.path().is_dir();
        let names = entries.iter().filter(|entry| is_meant(entry)).map(fs::DirEntry::file_name);
        let mut names: Vec<OsString> = names.filter(|name| !name.as_encoded_bytes().starts_with(b".")).collect();
        names.sort();
        Ok(names)
    }

    fn kind(&self, path: &Path) -> Result<Option<Kind>, ReadError> {
        match fs::metadata(path).map_err(ReadError::from) {
            Ok(metadata) if metadata.is_file() => Ok(Some(Kind::File)),
            Ok(metadata) if metadata.is_dir() => Ok(Some(Kind::Folder)),
            Ok(_) => Ok(Some(Kind::Other)),
            Err(ReadError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn identity(&self, path: &Path) -> Result<PathBuf, ReadError> {
        Ok(fs::canonicalize(path)?)
    }
}

fn not_a_folder(error: std::io::Error) -> ReadError {
    if error.kind() == std::io::ErrorKind::NotADirectory { ReadError::NotAFolder } else { error.into() }
}

/// A path from the root of the disk, links followed as far as it exists.
pub(crate) fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut rest = Vec::new();
    let mut existing = absolute.as_path();
    loop {
        let named = if existing.as_os_str().is_empty() { Path::new(".") } else { existing };
        if let Ok(real) = fs::canonicalize(named) {
            return rest.into_iter().rev().fold(real, follow);
        }
        let Some(part) = existing.components().next_back() else { return absolute };
        rest.push(part);
        match existing.parent() {
            Some(parent) => existing = parent,
            None => return absolute,
        }
    }
}

fn follow(mut path: PathBuf, part: Component<'_>) -> PathBuf {
    match part {
        Component::CurDir => {}
        Component::ParentDir => {
            path.pop();
        }
        part => path.push(part),
    }
    path
}
