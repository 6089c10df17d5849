use std::path::{Component, Path};

use super::OutputErrorKind;

/// The record's name, directly in the output folder.
pub const RECORD_NAME: &str = ".almanet-files.json";

/// Why a path may not be written to below the output folder, if so.
///
/// Paths are relative, with `/` between their parts on every system.
pub(super) fn refuse(path: &str) -> Result<(), OutputErrorKind> {
    let why = if path.is_empty() {
        "it is empty"
    } else if path.contains('\\') || path.contains(':') || path.chars().any(char::is_control) {
        "it holds a backslash, a colon or a control character"
    } else if path.starts_with('/') {
        "it is absolute"
    } else if path.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
        "it has a part that is empty, `.` or `..`"
    } else if path.eq_ignore_ascii_case(RECORD_NAME) {
        "it is the record's own name"
    } else {
        return Ok(());
    };
    Err(OutputErrorKind::PathRefused(why))
}

/// Whether every part of a path is a folder, or still free, and none a link that leaves `out`.
///
/// The path has passed [`refuse`]; its last part is the file, which is not looked at.
pub(super) fn check_folders(out: &Path, path: &str) -> Result<(), (std::path::PathBuf, OutputErrorKind)> {
    let mut folder = out.to_path_buf();
    let parents = Path::new(path).parent().map(Path::components).into_iter().flatten();
    for part in parents.filter(|part| matches!(part, Component::Normal(_))) {
        folder.push(part);
        let metadata = match folder.symlink_metadata() {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err((folder, OutputErrorKind::Read(error))),
        };
        if metadata.is_symlink() {
            match (folder.canonicalize(), out.canonicalize()) {
                (Ok(real), Ok(out)) if real.starts_with(&out) && real.is_dir() => {}
                _ => return Err((folder, OutputErrorKind::PathRefused("a link on its way leaves the output folder"))),
            }
        } else if !metadata.is_dir() {
            return Err((folder, OutputErrorKind::NotAFolder));
        }
    }
    Ok(())
}
