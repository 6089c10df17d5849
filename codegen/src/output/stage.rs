use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::effects::Effects;
use super::error::{OutputError, OutputErrorKind};
use super::journal::{self, JOURNAL, Journal, LOCK, STAGE, remove_stage};
use super::patience::{self, Patience};
use super::plan::{ChangeKind, Plan, Since};

/// A temporary folder in an output folder: `new/N` holds the content of the plan's Nth file, `old/N` what it replaced,
/// `removed/N` the Nth file that was removed. While its lock is held, a run is at work in it.
pub(super) struct Stage<'a> {
    effects: &'a dyn Effects,
    folder: PathBuf,
    plan: &'a Plan,
    lock: Option<File>,
}

impl<'a> Stage<'a> {
    /// Writes all contents, and nothing yet into its place; none where another run has done so since the plan was made.
    pub(super) fn new(plan: &'a Plan, undo: &mut Undo<'a>, done: &dyn Fn()) -> Result<Option<Self>, OutputError> {
        let effects = undo.effects;
        undo.make_folder(&plan.out)?;
        let fail = |error| OutputError::new(&plan.out, OutputErrorKind::Write(error));
        let (folder, lock) = claim(effects, &plan.out)?;
        let stage = Self { effects, folder, plan, lock: Some(lock) };
        match plan.since() {
            Since::Nothing => {}
            Since::Same => return Ok(None),
            Since::Other => return Err(OutputError::new(&plan.out, OutputErrorKind::Overtaken)),
        }
        for folder in ["new", "old", "removed"] {
            effects.create_dir(&stage.folder.join(folder)).map_err(fail)?;
        }
        for (index, change) in plan.write.iter().enumerate() {
            let content = plan.contents.bytes(&change.content).map_err(fail)?;
            effects.write(&stage.place("new", index), &content).map_err(fail)?;
            if let Some(parent) = plan.out.join(&change.path).parent() {
                undo.make_folder(parent)?;
            }
            done();
        }
        Ok(Some(stage))
    }

    /// Renames everything into place, the record last. From the first step on, a run that is killed can be undone.
    pub(super) fn commit(&self, undo: &mut Undo<'_>, done: &dyn Fn()) -> Result<(), OutputError> {
        let Self { effects, plan, .. } = self;
        let fail = |error| OutputError::new(&plan.out, OutputErrorKind::Write(error));
        Journal::of(plan).write(*effects, &self.folder).map_err(fail)?;
        for (index, relative) in plan.remove.iter().enumerate() {
            let path = plan.out.join(relative);
            let kept = self.place("removed", index);
            effects.rename(&path, &kept).map_err(|error| OutputError::new(&path, OutputErrorKind::Write(error)))?;
            undo.steps.push(Step::Restore { from: kept, to: path });
        }
        for (index, change) in plan.write.iter().enumerate() {
            let path = plan.out.join(&change.path);
            let fail = |error| OutputError::new(&path, OutputErrorKind::Write(error));
            match &change.kind {
                ChangeKind::Replace(on_disk) => {
                    let kept = self.place("old", index);
                    effects.write(&kept, on_disk).map_err(fail)?;
                    effects.rename(&self.place("new", index), &path).map_err(fail)?;
                    undo.steps.push(Step::Restore { from: kept, to: path });
                }
                ChangeKind::Create | ChangeKind::Skeleton => {
                    effects.rename(&self.place("new", index), &path).map_err(fail)?;
                    undo.steps.push(Step::RemoveFile(path));
                }
            }
            done();
        }
        Ok(())
    }

    /// Makes the commit final: nothing undoes it any more.
    pub(super) fn seal(&self) -> Result<(), OutputError> {
        let journal = self.folder.join(JOURNAL);
        self.effects
            .remove_file(&journal)
            .map_err(|error| OutputError::new(&self.plan.out, OutputErrorKind::Write(error)))
    }

    /// Removes the stage, and folders that the removal of files left empty. Failing to is no harm.
    pub(super) fn finish(self) {
        let (effects, plan) = (self.effects, self.plan);
        drop(self);
        for relative in &plan.remove {
            let folders = Path::new(relative).ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
            for folder in folders {
                if effects.remove_dir(&plan.out.join(folder)).is_err() {
                    break;
                }
            }
        }
    }

    fn place(&self, folder: &str, index: usize) -> PathBuf {
        journal::place(&self.folder, folder, index)
    }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        if let Some(lock) = self.lock.take() {
            // What stays is cleared by the next run.
            let _ = remove_stage(self.effects, &self.folder, lock);
        }
    }
}

/// Makes the one folder in which a run is at work, and locks it; waits for another run.
fn claim(effects: &dyn Effects, out: &Path) -> Result<(PathBuf, File), OutputError> {
    let fail = |error| OutputError::new(out, OutputErrorKind::Write(error));
    let (folder, patience) = (out.join(STAGE), Patience::of(patience::USUAL));
    loop {
        match effects.create_dir(&folder) {
            Ok(()) => {}
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(fail(error)),
            Err(_) if patience.wait() => continue,
            Err(_) => return Err(OutputError::new(out, OutputErrorKind::InUse)),
        }
        match File::create_new(folder.join(LOCK)) {
            // Another run took it for what a killed one left.
            Err(error) if error.kind() == io::ErrorKind::NotFound && patience.wait() => {}
            lock => {
                let lock = lock.and_then(|lock| lock.lock().map(|()| lock)).map_err(fail)?;
                return Ok((folder, lock));
            }
        }
    }
}

/// What puts back the former state, last step first, unless disarmed.
pub(super) struct Undo<'a> {
    effects: &'a dyn Effects,
    steps: Vec<Step>,
}

enum Step {
    RemoveFile(PathBuf),
    RemoveFolder(PathBuf),
    Restore { from: PathBuf, to: PathBuf },
}

impl<'a> Undo<'a> {
    pub(super) fn new(effects: &'a dyn Effects) -> Self {
        Self { effects, steps: Vec::new() }
    }

    pub(super) fn disarm(&mut self) {
        self.steps.clear();
    }

    /// Makes a folder and those above it.
    fn make_folder(&mut self, folder: &Path) -> Result<(), OutputError> {
        let missing: Vec<&Path> =
            folder.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.is_dir()).collect();
        for folder in missing.into_iter().rev() {
            match self.effects.create_dir(folder) {
                Ok(()) => self.steps.push(Step::RemoveFolder(folder.to_path_buf())),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
                Err(error) => return Err(OutputError::new(folder, OutputErrorKind::Write(error))),
            }
        }
        Ok(())
    }
}

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        while let Some(step) = self.steps.pop() {
            // What cannot be put back now could not be put back by anything else here either; the error that led here is told.
            let _ = match step {
                Step::RemoveFile(path) => self.effects.remove_file(&path),
                Step::RemoveFolder(path) => self.effects.remove_dir(&path),
                Step::Restore { from, to } => self.effects.rename(&from, &to),
            };
        }
    }
}
