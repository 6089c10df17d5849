use std::fs;
use std::path::Path;

use super::path::{RECORD_NAME, check_folders};
use super::record::{Record, hash};

/// The record of an output folder in which every listed file is what the record says.
pub(crate) struct Recorded {
    /// How many files it lists.
    pub(crate) files: usize,
}

/// The text of a folder's record, as it is.
pub(crate) fn record_text(out: &Path) -> Option<String> {
    fs::read_to_string(out.join(RECORD_NAME)).ok()
}

/// The record of a folder; nothing where there is none, it cannot be read, or a file is not as it was left.
pub(crate) fn recorded(out: &Path) -> Option<Recorded> {
    let (record, _) = Record::read(out).ok()?;
    let is_as_left = |path: &str, listed: &str| {
        let file = out.join(path);
        check_folders(out, path).is_ok()
            && file.symlink_metadata().is_ok_and(|metadata| metadata.is_file())
            && fs::read(file).is_ok_and(|content| hash(&content) == listed)
    };
    let all = record.files.iter().all(|(path, listed)| is_as_left(path, listed));
    all.then_some(Recorded { files: record.files.len() })
}
