use std::io;
use std::path::PathBuf;

use crate::diagnostic::Code;
use crate::diagnostic::code::output as code;

/// Why files were not written.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct OutputError {
    /// The file or folder that is in the way.
    pub path: PathBuf,
    /// What is wrong with it.
    #[source]
    pub kind: OutputErrorKind,
}

/// What is wrong with a file or folder to write to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputErrorKind {
    /// Something that is no folder stands where one is needed.
    #[error("the output folder cannot be made: this is not a folder")]
    NotAFolder,
    /// A folder stands where a file is to be written.
    #[error("a generated file cannot be written: this is not a regular file")]
    NotAFile,
    /// The system refused to write.
    #[error("cannot write here: {0}")]
    Write(#[source] io::Error),
    /// The system refused to put other content into a file.
    #[error("cannot write this file: {0}")]
    Replace(#[source] io::Error),
    /// The system refused to read what is there, to compare it.
    #[error("cannot read what is there: {0}")]
    Read(#[source] io::Error),
    /// The path of a generated file may not be written to.
    #[error("a generated file's path is refused: {0}")]
    PathRefused(&'static str),
    /// A file is there that no former run wrote.
    #[error("a generated file would replace this file, which almanet-gen did not write")]
    Foreign,
    /// The file is not what the former run wrote, and is not generated any more.
    #[error("this generated file was changed by hand, and would be removed")]
    Changed,
    /// A run that has not ended writes to the same folder.
    #[error("another almanet-gen is writing here")]
    InUse,
    /// A run wrote something else to the same folder, while this one made its files.
    #[error("another almanet-gen wrote something else here in the meantime")]
    Overtaken,
    /// What a run that was killed left behind cannot be read.
    #[error("what an interrupted run left here cannot be read: {0}")]
    Interrupted(String),
    /// The record of former runs is not one.
    #[error("the record of generated files cannot be read: {0}")]
    Record(String),
}

impl OutputError {
    pub(super) fn new(path: impl Into<PathBuf>, kind: OutputErrorKind) -> Self {
        Self { path: path.into(), kind }
    }

    /// The code that explains it.
    #[must_use]
    pub fn code(&self) -> Code {
        match self.kind {
            OutputErrorKind::NotAFolder | OutputErrorKind::NotAFile => code::OUTPUT_NOT_A_FOLDER,
            OutputErrorKind::Write(_)
            | OutputErrorKind::Replace(_)
            | OutputErrorKind::Read(_)
            | OutputErrorKind::InUse
            | OutputErrorKind::Overtaken => code::OUTPUT_NOT_WRITABLE,
            OutputErrorKind::PathRefused(_) => code::OUTPUT_PATH_REFUSED,
            OutputErrorKind::Foreign => code::OUTPUT_FOREIGN_FILE,
            OutputErrorKind::Changed => code::OUTPUT_FILE_CHANGED,
            OutputErrorKind::Record(_) | OutputErrorKind::Interrupted(_) => code::OUTPUT_RECORD_BROKEN,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match &self.kind {
            OutputErrorKind::NotAFolder => {
                "name another folder with `--out` (`out:` in almanet.yaml), or move this away"
            }
            OutputErrorKind::NotAFile => "move it away, or name another folder with `--out` (`out:` in almanet.yaml)",
            OutputErrorKind::Write(error) | OutputErrorKind::Replace(error)
                if error.kind() == io::ErrorKind::StorageFull =>
            {
                "free space on the disk"
            }
            OutputErrorKind::Write(_) => {
                "allow writing to it, or name another folder with `--out` (`out:` in almanet.yaml)"
            }
            OutputErrorKind::Replace(_) => "allow writing to it and to its folder",
            OutputErrorKind::Read(_) => {
                "allow reading it, or name another folder with `--out` (`out:` in almanet.yaml)"
            }
            OutputErrorKind::PathRefused(_) => {
                "files are written below the output folder alone; remove the link, or rename what the file is named after"
            }
            OutputErrorKind::Foreign => {
                "move it away or delete it, or name another folder with `--out` (`out:` in almanet.yaml)"
            }
            OutputErrorKind::Changed => "move the change to where it belongs, then delete the file and generate again",
            OutputErrorKind::InUse => "wait until it has ended, and run again",
            OutputErrorKind::Overtaken => "run again",
            OutputErrorKind::Interrupted(_) => {
                "restore the generated files from version control, and delete this folder"
            }
            OutputErrorKind::Record(_) => {
                "restore it from version control, or delete it together with the generated files and generate again"
            }
        }
    }
}
