//! Runs that are killed between two steps, and the runs that follow.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{files, names, run, tree};
use crate::output::effects::{Effects, Real};
use crate::output::patience::Patience;
use crate::output::{OutputErrorKind, Plan, journal, recover, transaction};

const BEFORE: &[(&str, &str)] = &[("kept.rs", "kept"), ("changed.rs", "old"), ("deep/gone.rs", "gone")];
const AFTER: &[(&str, &str)] = &[("kept.rs", "kept"), ("changed.rs", "new"), ("made/here.rs", "made")];

const FOLDER: &str = "KILLED_RUN_FOLDER";
const STEP: &str = "KILLED_RUN_STEP";

/// The disk, and a step before which the process says so and waits for its end.
struct StopsBefore {
    steps: Cell<usize>,
}

impl StopsBefore {
    fn step(&self) {
        if self.steps.get() == 0 {
            // What a test prints to standard output is taken by its runner.
            io::stderr().write_all(b"stopped\n").unwrap();
            loop {
                std::thread::park();
            }
        }
        self.steps.set(self.steps.get() - 1);
    }
}

impl Effects for StopsBefore {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.step();
        Real.create_dir(path)
    }

    fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        self.step();
        Real.write(path, content)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step();
        Real.rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.step();
        Real.remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.step();
        Real.remove_dir(path)
    }

    fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        self.step();
        Real.remove_dir_all(path)
    }
}

/// The test that is also, where it is told a folder, the process that is killed.
const ITSELF: &str = "output::tests::killed::a_run_that_is_killed_at_any_step_is_undone_and_the_next_one_succeeds";

fn run_that_stops(folder: &Path) {
    let steps = std::env::var(STEP).unwrap().parse().unwrap();
    let plan = Plan::new(folder, files(AFTER)).unwrap();
    transaction::write_by(&StopsBefore { steps: Cell::new(steps) }, vec![plan], &|| {}).unwrap();
}

/// A run in a process of its own that has stopped before a step; none where it has fewer.
fn stopped(folder: &Path, step: usize) -> Option<Child> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", ITSELF, "--nocapture"])
        .envs([(FOLDER, folder.as_os_str()), (STEP, step.to_string().as_ref())])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let has_stopped = BufReader::new(child.stderr.take().unwrap()).lines().any(|line| line.unwrap() == "stopped");
    if !has_stopped {
        assert!(child.wait().unwrap().success(), "the run failed by itself");
    }
    has_stopped.then_some(child)
}

/// Files alone: a folder that was made for one may stay without it.
fn contents(folder: &Path) -> Vec<(PathBuf, String)> {
    tree(folder).into_iter().filter(|(path, _)| path.is_file()).collect()
}

#[test]
fn a_run_that_is_killed_at_any_step_is_undone_and_the_next_one_succeeds() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return run_that_stops(Path::new(&folder));
    }
    let wanted = tempfile::tempdir().unwrap();
    run(wanted.path(), AFTER).unwrap();
    let relative = |folder: &Path| -> Vec<(PathBuf, String)> {
        let to = |(path, content): (PathBuf, String)| (path.strip_prefix(folder).unwrap().to_path_buf(), content);
        contents(folder).into_iter().map(to).collect()
    };
    let (mut undone, mut finished) = (0, 0);
    for step in 0.. {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), BEFORE).unwrap();
        let before = relative(folder.path());
        let Some(mut child) = stopped(folder.path(), step) else { break };
        child.kill().unwrap();
        child.wait().unwrap();

        recover(folder.path()).unwrap();
        let after = relative(folder.path());
        if after == before {
            undone += 1;
        } else {
            assert_eq!(after, relative(wanted.path()), "killed before step {step}");
            finished += 1;
        }
        run(folder.path(), AFTER).unwrap();
        assert_eq!(relative(folder.path()), relative(wanted.path()), "killed before step {step}");
    }
    // Folders, contents, the journal, renames; then what is cleared behind the journal's end.
    assert!(undone >= 14 && finished >= 2, "{undone} runs were undone, {finished} had written all");
}

#[test]
fn what_was_changed_after_the_kill_is_left_alone() {
    for step in 0.. {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), BEFORE).unwrap();
        let Some(mut child) = stopped(folder.path(), step) else { break };
        child.kill().unwrap();
        child.wait().unwrap();
        std::fs::write(folder.path().join("changed.rs"), "mine").unwrap();
        recover(folder.path()).unwrap();
        assert_eq!(std::fs::read_to_string(folder.path().join("changed.rs")).unwrap(), "mine", "killed before {step}");
    }
}

#[test]
fn a_run_at_work_is_not_taken_for_one_that_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), BEFORE).unwrap();
    let mut child = stopped(folder.path(), 6).unwrap();
    let before = tree(folder.path());
    let impatient = Patience::of(Duration::ZERO);
    let error = journal::recover(&Real, folder.path(), &impatient).unwrap_err();
    assert!(matches!(error.kind, OutputErrorKind::InUse), "{error}");
    assert_eq!(tree(folder.path()), before);
    child.kill().unwrap();
    child.wait().unwrap();
    recover(folder.path()).unwrap();
    assert!(names(folder.path()).iter().all(|name| !name.starts_with(".almanet-tmp-")));
}

#[test]
fn a_folder_that_only_has_such_a_name_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join(".almanet-tmp-mine");
    std::fs::create_dir(&mine).unwrap();
    std::fs::write(mine.join("notes.txt"), "mine").unwrap();
    recover(folder.path()).unwrap();
    assert!(mine.join("notes.txt").exists());
}

/// A checkout might hold one.
#[test]
fn a_journal_that_leads_out_of_the_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let stage = out.join(".almanet-tmp-planted");
    std::fs::create_dir_all(stage.join("removed")).unwrap();
    std::fs::write(stage.join("lock"), "").unwrap();
    std::fs::write(stage.join("removed/0"), "planted").unwrap();
    std::fs::write(stage.join("journal.json"), r#"{"removed": ["../planted.rs"], "written": []}"#).unwrap();
    let error = recover(&out).unwrap_err();
    assert!(matches!(error.kind, OutputErrorKind::Interrupted(_)), "{error}");
    assert!(!folder.path().join("planted.rs").exists());
}
