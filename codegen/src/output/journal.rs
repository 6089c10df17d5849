//! What a run is about to rename, written down before the first rename, so that the next run can undo one that was killed.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::effects::Effects;
use super::error::{OutputError, OutputErrorKind};
use super::path::{check_folders, refuse};
use super::patience::Patience;
use super::plan::{ChangeKind, Plan};
use super::record::hash;

/// What the name of a run's temporary folder begins with.
const PREFIX: &str = ".almanet-tmp-";

/// That folder's name: the same for every run, so that there is one at a time.
pub(super) const STAGE: &str = ".almanet-tmp-run";

/// The journal's name in that folder. It is there from before the first rename until after the last.
pub(super) const JOURNAL: &str = "journal.json";

/// The file whose lock a run holds as long as it lives.
pub(super) const LOCK: &str = "lock";

/// Where a temporary folder keeps the file of an index.
pub(super) fn place(stage: &Path, folder: &str, index: usize) -> PathBuf {
    stage.join(folder).join(index.to_string())
}

/// What a run renames, by the index of its files.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Journal {
    removed: Vec<String>,
    written: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    /// Of the new content.
    hash: String,
    /// Whether there was a file before.
    replaces: bool,
}

impl Journal {
    pub(super) fn of(plan: &Plan) -> Self {
        let entry = |change: &super::plan::Change| Entry {
            path: change.path.clone(),
            hash: change.hash.clone(),
            replaces: matches!(change.kind, ChangeKind::Replace(_)),
        };
        Self { removed: plan.remove.clone(), written: plan.write.iter().map(entry).collect() }
    }

    /// Writes it whole or not at all.
    pub(super) fn write(&self, effects: &dyn Effects, stage: &Path) -> io::Result<()> {
        let text = serde_json::to_string(self).expect("lists of strings are JSON");
        let draft = stage.join("journal.draft");
        effects.write(&draft, text.as_bytes())?;
        effects.rename(&draft, &stage.join(JOURNAL))
    }

    fn read(stage: &Path) -> Result<Option<Self>, OutputError> {
        let path = stage.join(JOURNAL);
        let broken = |why: String| OutputError::new(stage, OutputErrorKind::Interrupted(why));
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(broken(error.to_string())),
        };
        let journal: Self = serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
        let mut paths = journal.removed.iter().chain(journal.written.iter().map(|entry| &entry.path));
        // The record is the one file that only the run itself writes.
        match paths.find(|path| *path != super::RECORD_NAME && refuse(path).is_err()) {
            Some(path) => Err(broken(format!("it names `{path}`, which no run writes"))),
            None => Ok(Some(journal)),
        }
    }

    /// Puts back what was there before the run. What somebody changed since is left as it is.
    fn undo(&self, effects: &dyn Effects, out: &Path, stage: &Path) -> Result<(), OutputError> {
        for (index, Entry { path: relative, hash: new, replaces }) in self.written.iter().enumerate().rev() {
            let path = out.join(relative);
            let is_ours = !place(stage, "new", index).exists()
                && check_folders(out, relative).is_ok()
                && path.symlink_metadata().is_ok_and(|metadata| metadata.is_file())
                && fs::read(&path).is_ok_and(|content| hash(&content) == *new);
            let old = place(stage, "old", index);
            let undone = match (is_ours, replaces) {
                (false, _) => Ok(()),
                (true, true) => effects.rename(&old, &path),
                (true, false) => effects.remove_file(&path),
            };
            undone.map_err(|error| OutputError::new(path, OutputErrorKind::Write(error)))?;
        }
        for (index, relative) in self.removed.iter().enumerate() {
            let (path, kept) = (out.join(relative), place(stage, "removed", index));
            if kept.exists() && check_folders(out, relative).is_ok() && path.symlink_metadata().is_err() {
                effects.rename(&kept, &path).map_err(|error| OutputError::new(path, OutputErrorKind::Write(error)))?;
            }
        }
        Ok(())
    }
}

/// Undoes what runs that were killed left in an output folder, and waits for one that lives.
pub(super) fn recover(effects: &dyn Effects, out: &Path, patience: &Patience) -> Result<(), OutputError> {
    loop {
        match try_to_recover(effects, out) {
            Err(OutputError { kind: OutputErrorKind::InUse, .. }) if patience.wait() => {}
            recovered => return recovered,
        }
    }
}

fn try_to_recover(effects: &dyn Effects, out: &Path) -> Result<(), OutputError> {
    let Ok(entries) = fs::read_dir(out) else {
        // What is wrong with the folder is told by who wants to write there.
        return Ok(());
    };
    for entry in entries.flatten() {
        let is_stage = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX))
            && entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_stage {
            clear(effects, out, &entry.path())?;
        }
    }
    Ok(())
}

fn clear(effects: &dyn Effects, out: &Path, stage: &Path) -> Result<(), OutputError> {
    let fail = |error| OutputError::new(stage, OutputErrorKind::Write(error));
    let lock = match File::open(stage.join(LOCK)) {
        Ok(lock) => lock,
        // Killed before it had a lock, and so anything else; or not a run's at all, and then it stays.
        Err(_) => {
            let _ = effects.remove_dir(stage);
            return Ok(());
        }
    };
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(OutputError::new(out, OutputErrorKind::InUse)),
        Err(TryLockError::Error(error)) => return Err(fail(error)),
    }
    if let Some(journal) = Journal::read(stage)? {
        journal.undo(effects, out, stage)?;
        effects.remove_file(&stage.join(JOURNAL)).map_err(fail)?;
    }
    remove_stage(effects, stage, lock).map_err(fail)
}

/// Removes a temporary folder whose journal is gone. Its lock stays to the last, so that whoever meets the folder knows whose it is.
pub(super) fn remove_stage(effects: &dyn Effects, stage: &Path, lock: File) -> io::Result<()> {
    for part in ["new", "old", "removed"] {
        ignore_missing(effects.remove_dir_all(&stage.join(part)))?;
    }
    // Windows keeps a folder in which a file is open.
    let lock = (!cfg!(windows)).then_some(lock);
    let removed = ignore_missing(effects.remove_dir_all(stage));
    drop(lock);
    removed
}

fn ignore_missing(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
