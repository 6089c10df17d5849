use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::contents::{Content, Contents};
use super::diff::Difference;
use super::error::{OutputError, OutputErrorKind};
use super::path::{RECORD_NAME, check_folders, refuse};
use super::record::{Record, hash};
use super::settled::record_text;
use crate::backend::{File, Kind};

/// What a run would do to one output folder, found without writing anything.
#[derive(Debug)]
pub struct Plan {
    pub(super) out: PathBuf,
    /// Files to create or replace, the record last.
    pub(super) write: Vec<Change>,
    /// Files of a former run to remove.
    pub(super) remove: Vec<String>,
    /// Files that are as they should be.
    pub(super) unchanged: usize,
    pub(super) contents: Contents,
    /// The record's text when the plan was made, and as the run would leave it.
    former_record: Option<String>,
    record: Option<String>,
    left_over: Vec<String>,
    conflicts: Vec<OutputError>,
}

/// What other runs wrote since a plan was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Since {
    Nothing,
    /// What this one would have written.
    Same,
    Other,
}

/// A file to create or replace.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) path: String,
    pub(super) content: Content,
    /// What the record says of the content.
    pub(super) hash: String,
    pub(super) kind: ChangeKind,
}

/// Whether a former run wrote a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Listed {
    Yes,
    No,
}

#[derive(Debug)]
pub(super) enum ChangeKind {
    Create,
    Skeleton,
    /// With what is there now.
    Replace(Vec<u8>),
}

impl Plan {
    /// Compares files with what is in `out`. They are made one after the other, and need not fit into memory together.
    ///
    /// # Errors
    ///
    /// Everything that makes it impossible to tell: paths that are refused, an output folder that is a file, a broken
    /// record, files that cannot be read. What only stands in the way of writing comes from [`write`](super::write).
    pub fn new(out: impl Into<PathBuf>, files: impl IntoIterator<Item = File>) -> Result<Self, Vec<OutputError>> {
        let out = out.into();
        check_out(&out).map_err(|error| vec![error])?;
        let (former, former_text) = Record::read(&out).map_err(|error| vec![error])?;
        let mut plan = Self {
            out,
            write: Vec::new(),
            remove: Vec::new(),
            unchanged: 0,
            contents: Contents::default(),
            former_record: None,
            record: None,
            left_over: Vec::new(),
            conflicts: Vec::new(),
        };

        let mut record = Record::default();
        let mut skeletons = BTreeSet::new();
        let mut errors = Vec::new();
        let mut refused = Vec::new();
        let mut folded = BTreeSet::new();
        for file in files {
            if let Err(error) = check_path(&plan.out, &file.path, &mut folded) {
                refused.push(error);
            }
            if !refused.is_empty() {
                continue;
            }
            let listed = if former.files.contains_key(&file.path) { Listed::Yes } else { Listed::No };
            match file.kind {
                Kind::Skeleton => {
                    skeletons.insert(file.path.clone());
                    plan.add_skeleton(file);
                }
                Kind::Generated => {
                    let hash = hash(file.content.as_bytes());
                    record.files.insert(file.path.clone(), hash.clone());
                    plan.add_generated(file, hash, listed).unwrap_or_else(|error| errors.push(error));
                }
            }
        }
        if !refused.is_empty() {
            // One problem for a folder, not one for each file in it.
            sort_errors(&mut refused);
            refused.dedup_by(|a, b| a.path == b.path);
            return Err(refused);
        }
        let gone =
            former.files.iter().filter(|(path, _)| !record.files.contains_key(*path) && !skeletons.contains(*path));
        for (path, listed) in gone {
            plan.add_left_over(path, listed).unwrap_or_else(|error| errors.push(error));
        }
        if !errors.is_empty() {
            sort_errors(&mut errors);
            return Err(errors);
        }
        // Files come in the order in which they are made.
        sort_errors(&mut plan.conflicts);
        plan.write.sort_by(|one, other| one.path.cmp(&other.path));
        plan.add_record(&record, former_text);
        Ok(plan)
    }

    /// Whether a run would touch nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.write.is_empty() && self.remove.is_empty() && self.conflicts.is_empty()
    }

    /// How many steps a run takes that is watched: each file is written, and then renamed into place.
    pub(crate) fn steps(&self) -> usize {
        2 * self.write.len()
    }

    /// How the disk differs from what a run would leave, by path. Skeletons are the user's business.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference> {
        let left_over = self.left_over.iter().map(|path| Difference::LeftOver(self.out.join(path)));
        let mut differences: Vec<Difference> = left_over.collect();
        let mut record = None;
        for change in &self.write {
            let path = self.out.join(&change.path);
            let difference = match &change.kind {
                ChangeKind::Skeleton => continue,
                ChangeKind::Create => Difference::Missing(path),
                ChangeKind::Replace(on_disk) => {
                    let content = self.contents.bytes(&change.content).unwrap_or_default();
                    Difference::different(path, on_disk, &String::from_utf8_lossy(&content))
                }
            };
            if change.path == RECORD_NAME { record = Some(difference) } else { differences.push(difference) }
        }
        // The record differs whenever a file does; it is news only where nothing else is.
        if differences.is_empty() {
            differences.extend(record);
        }
        differences.sort_by(|a, b| a.path().cmp(b.path()));
        differences
    }

    /// What other runs wrote since the plan was made, by the record, which each of them writes.
    pub(super) fn since(&self) -> Since {
        let now = record_text(&self.out);
        let has_skeletons = || self.write.iter().any(|change| matches!(change.kind, ChangeKind::Skeleton));
        if now == self.former_record {
            Since::Nothing
        } else if now == self.record && !has_skeletons() {
            Since::Same
        } else {
            Since::Other
        }
    }

    /// What stands in the way of writing: files that are not ours, and changes by hand to what would be removed.
    pub(super) fn take_conflicts(&mut self) -> Vec<OutputError> {
        std::mem::take(&mut self.conflicts)
    }

    fn add_skeleton(&mut self, file: File) {
        // Anything at all that has the name, a dangling link too, is the user's.
        if self.out.join(&file.path).symlink_metadata().is_ok() {
            self.unchanged += 1;
        } else {
            let hash = hash(file.content.as_bytes());
            let content = self.contents.keep(file.content);
            self.write.push(Change { path: file.path, content, hash, kind: ChangeKind::Skeleton });
        }
    }

    fn add_generated(&mut self, file: File, hash: String, listed: Listed) -> Result<(), OutputError> {
        let path = self.out.join(&file.path);
        let kind = match read_for_comparison(&path, file.content.as_bytes())? {
            OnDisk::Same => {
                self.unchanged += 1;
                return Ok(());
            }
            OnDisk::Missing => ChangeKind::Create,
            OnDisk::Different(on_disk) => {
                if listed == Listed::No {
                    self.conflicts.push(OutputError::new(path, OutputErrorKind::Foreign));
                }
                ChangeKind::Replace(on_disk)
            }
        };
        let content = self.contents.keep(file.content);
        self.write.push(Change { path: file.path, content, hash, kind });
        Ok(())
    }

    fn add_left_over(&mut self, relative: &str, listed: &str) -> Result<(), OutputError> {
        let path = self.out.join(relative);
        if check_folders(&self.out, relative).is_err() {
            return Ok(());
        }
        match path.symlink_metadata() {
            // Already gone, or something else has its name now: not ours, and not listed any more.
            Err(_) => return Ok(()),
            Ok(metadata) if !metadata.is_file() => return Ok(()),
            Ok(_) => {}
        }
        let on_disk = fs::read(&path).map_err(|error| OutputError::new(&path, OutputErrorKind::Read(error)))?;
        self.left_over.push(relative.to_owned());
        if hash(&on_disk) == listed {
            self.remove.push(relative.to_owned());
        } else {
            self.conflicts.push(OutputError::new(path, OutputErrorKind::Changed));
        }
        Ok(())
    }

    fn add_record(&mut self, record: &Record, former: Option<String>) {
        let content = record.text();
        self.former_record.clone_from(&former);
        self.record = Some(content.clone());
        let kind = match former {
            Some(former) if former == content => return,
            // Skeletons alone leave nothing to remember.
            None if record.files.is_empty() => return,
            Some(former) => ChangeKind::Replace(former.into_bytes()),
            None => ChangeKind::Create,
        };
        let hash = hash(content.as_bytes());
        let content = self.contents.keep(content);
        self.write.push(Change { path: RECORD_NAME.to_owned(), content, hash, kind });
    }
}

fn sort_errors(errors: &mut [OutputError]) {
    errors.sort_by(|one, other| one.path.cmp(&other.path));
}

/// Whether `out` is a folder or can become one.
fn check_out(out: &Path) -> Result<(), OutputError> {
    for ancestor in out.ancestors().filter(|path| !path.as_os_str().is_empty()) {
        match ancestor.metadata() {
            Ok(metadata) if metadata.is_dir() => return Ok(()),
            Ok(_) => return Err(OutputError::new(ancestor, OutputErrorKind::NotAFolder)),
            // A dangling link is in the way of a folder of its name.
            Err(_) if ancestor.is_symlink() => return Err(OutputError::new(ancestor, OutputErrorKind::NotAFolder)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(error) => return Err(OutputError::new(ancestor, OutputErrorKind::Write(error))),
        }
    }
    Ok(())
}

fn check_path(out: &Path, path: &str, folded: &mut BTreeSet<String>) -> Result<(), OutputError> {
    let error = |kind| OutputError::new(out.join(path), kind);
    refuse(path).map_err(error)?;
    if !folded.insert(path.to_lowercase()) {
        let why = "another generated file has it, but for upper and lower case";
        return Err(error(OutputErrorKind::PathRefused(why)));
    }
    check_folders(out, path).map_err(|(path, kind)| OutputError::new(path, kind))
}

enum OnDisk {
    Missing,
    Same,
    Different(Vec<u8>),
}

/// Reads a file whole only where its size is right or its content is needed.
fn read_for_comparison(path: &Path, content: &[u8]) -> Result<OnDisk, OutputError> {
    let metadata = match path.symlink_metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(OnDisk::Missing),
        Err(error) => return Err(OutputError::new(path, OutputErrorKind::Read(error))),
    };
    if !metadata.is_file() {
        return Err(OutputError::new(path, OutputErrorKind::NotAFile));
    }
    let on_disk = fs::read(path).map_err(|error| OutputError::new(path, OutputErrorKind::Read(error)))?;
    Ok(if on_disk == content { OnDisk::Same } else { OnDisk::Different(on_disk) })
}
