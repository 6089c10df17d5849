use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::{OutputError, OutputErrorKind};
use super::path::{RECORD_NAME, refuse};

const VERSION: u32 = 1;

/// Which files a run wrote.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    version: u32,
    /// SHA-256 in hex by path.
    pub(super) files: BTreeMap<String, String>,
}

impl Default for Record {
    fn default() -> Self {
        Self { version: VERSION, files: BTreeMap::new() }
    }
}

impl Record {
    /// The record of an output folder, and its text; an empty one where there is none.
    pub(super) fn read(out: &Path) -> Result<(Self, Option<String>), OutputError> {
        let path = out.join(RECORD_NAME);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok((Self::default(), None));
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(OutputError::new(path, OutputErrorKind::Record("it is not UTF-8".to_owned())));
            }
            Err(error) => return Err(OutputError::new(path, OutputErrorKind::Read(error))),
        };
        let broken = |why: String| OutputError::new(&path, OutputErrorKind::Record(why));
        let record: Self = serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
        if record.version != VERSION {
            return Err(broken(format!("its version is {}, and this almanet-gen reads {VERSION}", record.version)));
        }
        if let Some(path) = record.files.keys().find(|path| refuse(path).is_err()) {
            return Err(broken(format!("it lists `{path}`, which no run writes")));
        }
        Ok((record, Some(text)))
    }

    /// The text of its file: sorted, a file a line, so that version control merges it well.
    pub(super) fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a map of strings is JSON");
        text.push('\n');
        text
    }
}

/// What the record says of a content.
pub(super) fn hash(content: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(content).iter().fold(String::with_capacity(64), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String takes everything");
        hex
    })
}
