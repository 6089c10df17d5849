use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::error::{OutputError, OutputErrorKind};
use super::plan::{ChangeKind, Plan};

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// Files created or replaced, records included.
    pub written: usize,
    /// Files of a former run that were removed.
    pub removed: usize,
    /// Files that were right already and were not touched.
    pub unchanged: usize,
}

/// Carries out the plans of one run: all of them, or none.
///
/// New contents are first written beside the old ones, in a temporary folder of each output folder; then they are renamed into
/// place. Where anything fails, what was renamed is put back and what was made is removed. A plan that would change
/// nothing touches nothing.
///
/// # Errors
///
/// Everything that stands in the way; nothing is written then.
pub fn write(mut plans: Vec<Plan>) -> Result<Written, Vec<OutputError>> {
    let conflicts: Vec<OutputError> = plans.iter_mut().flat_map(Plan::take_conflicts).collect();
    if !conflicts.is_empty() {
        return Err(conflicts);
    }
    let mut written = Written::default();
    // Dropped from the last to the first: files are put back out of the stages, stages removed, then the folders around them.
    let mut made_folders = Undo::default();
    let mut staged = Vec::new();
    let mut renamed_files = Undo::default();
    for plan in &plans {
        written.unchanged += plan.unchanged;
        if !plan.is_empty() {
            staged.push((plan, Stage::new(plan, &mut made_folders).map_err(|error| vec![error])?));
        }
    }
    for (plan, stage) in &staged {
        stage.commit(plan, &mut renamed_files).map_err(|error| vec![error])?;
        written.written += plan.write.len();
        written.removed += plan.remove.len();
    }
    renamed_files.disarm();
    made_folders.disarm();
    for (plan, stage) in staged {
        stage.finish(plan);
    }
    Ok(written)
}

/// A temporary folder in an output folder: `new/N` holds the content of the plan's Nth file, `old/N` what it replaced.
struct Stage {
    folder: TempDir,
}

impl Stage {
    fn new(plan: &Plan, undo: &mut Undo) -> Result<Self, OutputError> {
        make_folder(&plan.out, undo)?;
        let fail = |error| OutputError::new(&plan.out, OutputErrorKind::Write(error));
        let folder = tempfile::Builder::new().prefix(".almanet-tmp-").tempdir_in(&plan.out).map_err(fail)?;
        let stage = Self { folder };
        for folder in ["new", "old", "removed"] {
            fs::create_dir(stage.folder.path().join(folder)).map_err(fail)?;
        }
        for (index, change) in plan.write.iter().enumerate() {
            fs::write(stage.place("new", index), &change.content).map_err(fail)?;
            if let Some(parent) = plan.out.join(&change.path).parent() {
                make_folder(parent, undo)?;
            }
        }
        Ok(stage)
    }

    /// Renames everything into place, the record last.
    fn commit(&self, plan: &Plan, undo: &mut Undo) -> Result<(), OutputError> {
        for (index, relative) in plan.remove.iter().enumerate() {
            let path = plan.out.join(relative);
            let kept = self.place("removed", index);
            fs::rename(&path, &kept).map_err(|error| OutputError::new(&path, OutputErrorKind::Write(error)))?;
            undo.steps.push(Step::Restore { from: kept, to: path });
        }
        for (index, change) in plan.write.iter().enumerate() {
            let path = plan.out.join(&change.path);
            let fail = |error| OutputError::new(&path, OutputErrorKind::Write(error));
            match &change.kind {
                ChangeKind::Replace(on_disk) => {
                    let kept = self.place("old", index);
                    fs::write(&kept, on_disk).map_err(fail)?;
                    fs::rename(self.place("new", index), &path).map_err(fail)?;
                    undo.steps.push(Step::Restore { from: kept, to: path });
                }
                ChangeKind::Create | ChangeKind::Skeleton => {
                    fs::rename(self.place("new", index), &path).map_err(fail)?;
                    undo.steps.push(Step::RemoveFile(path));
                }
            }
        }
        Ok(())
    }

    /// Removes folders that the removal of files left empty. Failing to is no harm.
    fn finish(self, plan: &Plan) {
        drop(self.folder);
        for relative in &plan.remove {
            let folders = Path::new(relative).ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
            for folder in folders {
                if fs::remove_dir(plan.out.join(folder)).is_err() {
                    break;
                }
            }
        }
    }

    fn place(&self, folder: &str, index: usize) -> PathBuf {
        self.folder.path().join(folder).join(index.to_string())
    }
}

/// Makes a folder and those above it, each undone where the run fails.
fn make_folder(folder: &Path, undo: &mut Undo) -> Result<(), OutputError> {
    let missing: Vec<&Path> =
        folder.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.is_dir()).collect();
    for folder in missing.into_iter().rev() {
        match fs::create_dir(folder) {
            Ok(()) => undo.steps.push(Step::RemoveFolder(folder.to_path_buf())),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
            Err(error) => return Err(OutputError::new(folder, OutputErrorKind::Write(error))),
        }
    }
    Ok(())
}

/// What puts back the former state, last step first, unless disarmed.
#[derive(Default)]
struct Undo {
    steps: Vec<Step>,
}

enum Step {
    RemoveFile(PathBuf),
    RemoveFolder(PathBuf),
    Restore { from: PathBuf, to: PathBuf },
}

impl Undo {
    fn disarm(&mut self) {
        self.steps.clear();
    }
}

impl Drop for Undo {
    fn drop(&mut self) {
        while let Some(step) = self.steps.pop() {
            // What cannot be put back now could not be put back by anything else here either; the error that led here is told.
            let _ = match step {
                Step::RemoveFile(path) => fs::remove_file(path),
                Step::RemoveFolder(path) => fs::remove_dir(path),
                Step::Restore { from, to } => fs::rename(from, to),
            };
        }
    }
}
