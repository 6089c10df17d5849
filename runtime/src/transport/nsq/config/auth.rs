//! Where the secret for AUTH is.

use std::{
    env, fmt, fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use almanet_nsq::connection::Secret;
use bytes::Bytes;

/// Where the secret for AUTH is. It is read for every connection, so that it can be replaced while a program runs, and
/// it is never shown.
#[derive(Clone)]
#[non_exhaustive]
pub enum AuthSecret {
    /// In this file; a line feed at its end is not part of it. `auth_file=`.
    File(PathBuf),
    /// In this environment variable. `auth_env=`.
    Variable(String),
    /// Here.
    Value(Bytes),
}

impl AuthSecret {
    pub(crate) fn read(&self) -> Result<Secret, String> {
        let secret = match self {
            Self::File(path) => read_file(path).map_err(|error| format!("the file of `auth_file=`: {error}"))?,
            Self::Variable(name) => {
                env::var_os(name).ok_or("the variable of `auth_env=` is not set")?.into_encoded_bytes().into()
            }
            Self::Value(secret) => secret.clone(),
        };
        match secret.len() {
            0 => Err("it is empty".to_owned()),
            1..=MOST => Ok(Secret(secret)),
            _ => Err(format!("it is longer than {MOST} bytes")),
        }
    }
}

/// Far longer than any token, and short enough to be read whatever the file turns out to be.
const MOST: usize = 64 * 1024;

fn read_file(path: &Path) -> io::Result<Bytes> {
    let mut secret = Vec::new();
    fs::File::open(path)?.take(MOST as u64 + 3).read_to_end(&mut secret)?;
    for end in [b'\n', b'\r'] {
        secret.pop_if(|last| *last == end);
    }
    Ok(secret.into())
}

impl fmt::Debug for AuthSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Variable(name) => f.debug_tuple("Variable").field(name).finish(),
            Self::Value(_) => f.write_str("Value([redacted])"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_what_the_file_holds_without_its_line_feed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        for (held, secret) in [("hunter2", "hunter2"), ("hunter2\n", "hunter2"), ("a\r\n", "a"), ("a \n\n", "a \n")] {
            fs::write(&path, held).unwrap();
            assert_eq!(AuthSecret::File(path.clone()).read().unwrap().0, secret);
        }
    }

    #[test]
    fn what_is_no_secret_is_said_without_showing_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let file = AuthSecret::File(path.clone());
        assert!(file.read().unwrap_err().contains("the file of `auth_file=`: No such file"));
        fs::write(&path, "\n").unwrap();
        assert_eq!(file.read().unwrap_err(), "it is empty");
        fs::write(&path, vec![b'x'; MOST + 1]).unwrap();
        assert_eq!(file.read().unwrap_err(), "it is longer than 65536 bytes");
        let unset = AuthSecret::Variable("ALMANET_NO_SUCH_VARIABLE".to_owned());
        assert!(unset.read().unwrap_err().contains("`auth_env=` is not set"));
        let value = AuthSecret::Value(Bytes::from_static(b"hunter2"));
        assert_eq!(format!("{value:?} {:?}", value.read().unwrap()), "Value([redacted]) [redacted]");
    }
}
