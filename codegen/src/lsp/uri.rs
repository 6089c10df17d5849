//! Paths and the URIs that editors call them by.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The path behind a URI. One that names no file, such as an editor's buffer that was never saved, is its own path.
pub(super) fn to_path(uri: &str) -> PathBuf {
    let Some(rest) = uri.strip_prefix("file://") else { return PathBuf::from(uri) };
    let path = &rest[rest.find('/').unwrap_or(rest.len())..];
    let path = decoded(path.split(['?', '#']).next().unwrap_or(path));
    // `/c:/folder` of Windows.
    let drive = path.as_bytes().get(2) == Some(&b':') && path.as_bytes()[1].is_ascii_alphabetic();
    PathBuf::from(if drive && cfg!(windows) { &path[1..] } else { &path })
}

/// The URI of a path.
pub(super) fn of_path(path: &Path) -> String {
    let text = path.to_string_lossy();
    if !path.is_absolute() {
        return text.into_owned();
    }
    let text = text.replace('\\', if cfg!(windows) { "/" } else { "\\" });
    let mut uri = String::from(if text.starts_with('/') { "file://" } else { "file:///" });
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if bytes[at] == b'%' => {
                decoded.push(byte);
                at += 3;
            }
            _ => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// The one name of a path: links followed where something is there, else of its folder.
pub(super) fn identity(path: &Path) -> PathBuf {
    if let Ok(identity) = path.canonicalize() {
        return identity;
    }
    match (path.parent().and_then(|folder| folder.canonicalize().ok()), path.file_name()) {
        (Some(folder), Some(name)) if path.is_absolute() => folder.join(name),
        _ => path.to_path_buf(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_there_and_back() {
        for path in ["/a/b c.almanet", "/ä/%41#?.almanet", "/a+b/[x].almanet"] {
            assert_eq!(to_path(&of_path(Path::new(path))), Path::new(path));
        }
        assert_eq!(of_path(Path::new("/a b")), "file:///a%20b");
    }

    #[test]
    fn editors_write_uris_in_their_own_ways() {
        assert_eq!(to_path("file://localhost/a/b"), Path::new("/a/b"));
        assert_eq!(to_path("file:///a%2fb%"), Path::new("/a/b%"));
        assert_eq!(to_path("untitled:Untitled-1"), Path::new("untitled:Untitled-1"));
    }
}
