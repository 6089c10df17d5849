use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::error::{OutputError, OutputErrorKind};

/// Puts other content into a file that is there, or leaves it as it was: it is written beside the file and renamed. Links are
/// followed, permissions kept.
///
/// # Errors
///
/// Where the file may not be written to, or the system refuses.
pub fn replace(path: &Path, content: &str) -> Result<(), OutputError> {
    renamed(path, content).map_err(|error| OutputError::new(path, OutputErrorKind::Replace(error)))
}

fn renamed(path: &Path, content: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let permissions = fs::metadata(&path)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file may only be read"));
    }
    let folder = path.parent().unwrap_or(Path::new("/"));
    // Opened here: the crate's own errors name the temporary file, which means nothing to whoever reads them.
    let mut file = tempfile::Builder::new().prefix(".almanet-").make_in(folder, |path| fs::File::create_new(path))?;
    file.write_all(content.as_bytes())?;
    file.as_file().set_permissions(permissions)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::replace;

    #[test]
    fn nothing_is_left_beside_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.almanet");
        fs::write(&path, "old").unwrap();
        replace(&path, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_may_only_be_read_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.almanet");
        fs::write(&path, "old").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        assert!(replace(&path, "new").unwrap_err().to_string().contains("only be read"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a.almanet"), folder.path().join("b.almanet"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&path, &link).unwrap();
        replace(&link, "new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
