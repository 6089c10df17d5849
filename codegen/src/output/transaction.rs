use super::effects::{Effects, Real};
use super::error::OutputError;
use super::journal;
use super::patience::{self, Patience};
use super::plan::Plan;
use super::stage::{Stage, Undo};

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
/// place. Where anything fails, what was renamed is put back and what was made is removed; where the process is killed,
/// [`recover`] does that. A plan that would change nothing touches nothing. Where another run wrote the same since the plan was made,
/// nothing is left to be done.
///
/// # Errors
///
/// Everything that stands in the way, a run that wrote something else since the plan was made included; nothing is written then.
pub fn write(plans: Vec<Plan>) -> Result<Written, Vec<OutputError>> {
    write_watched(plans, &|| {})
}

/// [`write()`], which calls `done` behind each of the [`Plan::steps`].
pub(crate) fn write_watched(plans: Vec<Plan>, done: &dyn Fn()) -> Result<Written, Vec<OutputError>> {
    write_by(&Real, plans, done)
}

pub(super) fn write_by(
    effects: &dyn Effects,
    mut plans: Vec<Plan>,
    done: &dyn Fn(),
) -> Result<Written, Vec<OutputError>> {
    let conflicts: Vec<OutputError> = plans.iter_mut().flat_map(Plan::take_conflicts).collect();
    if !conflicts.is_empty() {
        return Err(conflicts);
    }
    let mut written = Written::default();
    // Dropped from the last to the first: files are put back out of the stages, stages removed, then the folders around them.
    let mut made_folders = Undo::new(effects);
    let mut staged = Vec::new();
    let mut renamed_files = Undo::new(effects);
    for plan in &plans {
        written.unchanged += plan.unchanged;
        if !plan.is_empty() {
            match Stage::new(plan, &mut made_folders, done).map_err(|error| vec![error])? {
                Some(stage) => {
                    staged.push(stage);
                    written.written += plan.write.len();
                    written.removed += plan.remove.len();
                }
                // The record is none of the files.
                None => written.unchanged += plan.write.len() - 1,
            }
        }
    }
    for stage in &staged {
        stage.commit(&mut renamed_files, done).map_err(|error| vec![error])?;
    }
    for stage in &staged {
        stage.seal().map_err(|error| vec![error])?;
    }
    renamed_files.disarm();
    made_folders.disarm();
    staged.into_iter().for_each(Stage::finish);
    Ok(written)
}

/// Puts an output folder back to what it was before runs that were killed in it, and removes what they left there.
///
/// # Errors
///
/// Another run is at work there, and does not end in a few seconds, or the system refuses.
pub fn recover(out: &std::path::Path) -> Result<(), OutputError> {
    journal::recover(&Real, out, &Patience::of(patience::USUAL))
}
