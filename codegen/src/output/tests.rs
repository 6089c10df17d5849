use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Difference, OutputError, OutputErrorKind, Plan, RECORD_NAME, Written, write};
use crate::backend::File;

fn files(generated: &[(&str, &str)]) -> Vec<File> {
    generated.iter().map(|(path, content)| File::generated(*path, *content)).collect()
}

fn run(out: &Path, generated: &[(&str, &str)]) -> Result<Written, Vec<OutputError>> {
    write(vec![Plan::new(out, files(generated))?])
}

/// The one error of a run that is refused.
fn refused(out: &Path, generated: &[(&str, &str)]) -> OutputErrorKind {
    let mut errors = run(out, generated).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors.remove(0).kind
}

/// Everything below a folder: path and content, links and folders by their kind.
fn tree(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = path.symlink_metadata().unwrap();
        if kind.is_dir() {
            all.extend(tree(&path));
            all.push((path, "folder".to_owned()));
        } else if kind.is_symlink() {
            all.push((path, "link".to_owned()));
        } else {
            all.push((path.clone(), String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()));
        }
    }
    all.sort();
    all
}

fn names(folder: &Path) -> Vec<String> {
    let name = |path: &PathBuf| path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
    tree(folder).iter().map(|(path, _)| name(path)).collect()
}

fn times(folder: &Path) -> Vec<(PathBuf, SystemTime)> {
    let time = |path: &Path| path.symlink_metadata().unwrap().modified().unwrap();
    let mut times: Vec<_> = tree(folder).into_iter().map(|(path, _)| (path.clone(), time(&path))).collect();
    times.push((folder.to_owned(), time(folder)));
    times
}

#[test]
fn files_and_their_record_are_written_and_nothing_else_stays() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("deep/out");
    let written = run(&out, &[("a/b.rs", "one"), ("mod.rs", "two")]).unwrap();
    assert_eq!(written, Written { written: 3, removed: 0, unchanged: 0 });
    assert_eq!(names(&out), [RECORD_NAME, "a", "a/b.rs", "mod.rs"]);
    let record: serde_json::Value = serde_json::from_str(&fs::read_to_string(out.join(RECORD_NAME)).unwrap()).unwrap();
    let one = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";
    let two = "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3";
    assert_eq!(record, serde_json::json!({ "version": 1, "files": { "a/b.rs": one, "mod.rs": two } }));
}

#[test]
fn a_run_that_changes_nothing_touches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &[("a/b.rs", "one"), ("mod.rs", "two")]).unwrap();
    let before = times(folder.path());
    let written = run(folder.path(), &[("a/b.rs", "one"), ("mod.rs", "two")]).unwrap();
    assert_eq!(written, Written { written: 0, removed: 0, unchanged: 2 });
    assert_eq!(times(folder.path()), before);
}

#[test]
fn only_what_changed_is_written() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &[("a.rs", "one"), ("b.rs", "two")]).unwrap();
    let time = |name: &str| fs::metadata(folder.path().join(name)).unwrap().modified().unwrap();
    let before = time("a.rs");
    let written = run(folder.path(), &[("a.rs", "one"), ("b.rs", "three")]).unwrap();
    assert_eq!(written, Written { written: 2, removed: 0, unchanged: 1 });
    assert_eq!(time("a.rs"), before);
    assert_eq!(fs::read_to_string(folder.path().join("b.rs")).unwrap(), "three");
}

#[test]
fn what_a_former_run_wrote_is_removed_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &[("a/b/c.rs", "one"), ("a/d.rs", "two"), ("e/f.rs", "three")]).unwrap();
    fs::write(folder.path().join("e/mine.rs"), "mine").unwrap();
    let written = run(folder.path(), &[("a/d.rs", "two")]).unwrap();
    assert_eq!(written.removed, 2);
    assert_eq!(names(folder.path()), [RECORD_NAME, "a", "a/d.rs", "e", "e/mine.rs"]);
    run(folder.path(), &[]).unwrap();
    assert_eq!(names(folder.path()), [RECORD_NAME, "e", "e/mine.rs"]);
}

#[test]
fn a_file_of_somebody_else_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mod.rs"), "mine").unwrap();
    let before = tree(folder.path());
    assert!(matches!(refused(folder.path(), &[("mod.rs", "generated"), ("new.rs", "")]), OutputErrorKind::Foreign));
    assert_eq!(tree(folder.path()), before);
    // The same content is nobody's loss: it is taken over.
    run(folder.path(), &[("mod.rs", "mine")]).unwrap();
    run(folder.path(), &[("mod.rs", "generated")]).unwrap();
}

#[test]
fn a_generated_file_is_brought_back_and_a_changed_one_is_not_removed() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &[("a.rs", "one"), ("b.rs", "two")]).unwrap();
    fs::write(folder.path().join("a.rs"), "changed").unwrap();
    let before = tree(folder.path());
    assert!(matches!(refused(folder.path(), &[("b.rs", "two")]), OutputErrorKind::Changed));
    assert_eq!(tree(folder.path()), before);
    let written = run(folder.path(), &[("a.rs", "one"), ("b.rs", "two")]).unwrap();
    assert_eq!((written.written, written.unchanged), (1, 1));
    assert_eq!(fs::read_to_string(folder.path().join("a.rs")).unwrap(), "one");
    run(folder.path(), &[("b.rs", "two")]).unwrap();
}

#[test]
fn skeletons_are_written_once_and_never_listed() {
    let folder = tempfile::tempdir().unwrap();
    let with_skeleton = |content: &str| {
        let mut all = files(&[("a.rs", "one")]);
        all.push(File::skeleton("implementation.rs", content));
        all
    };
    write(vec![Plan::new(folder.path(), with_skeleton("start")).unwrap()]).unwrap();
    let skeleton = folder.path().join("implementation.rs");
    fs::write(&skeleton, "work").unwrap();
    let plan = Plan::new(folder.path(), with_skeleton("other start")).unwrap();
    assert!(plan.is_empty() && plan.differences().is_empty());
    run(folder.path(), &[("a.rs", "one")]).unwrap();
    assert_eq!(fs::read_to_string(&skeleton).unwrap(), "work");
    assert!(!fs::read_to_string(folder.path().join(RECORD_NAME)).unwrap().contains("implementation"));
    fs::remove_file(&skeleton).unwrap();
    let plan = Plan::new(folder.path(), with_skeleton("start")).unwrap();
    assert_eq!(plan.differences(), []);
}

#[test]
fn check_tells_missing_different_and_left_over_apart() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &[("old.rs", "x\n"), ("same.rs", "same\n"), ("z.rs", "a\nb\nc\n")]).unwrap();
    let before = tree(folder.path());
    let plan =
        Plan::new(folder.path(), files(&[("new.rs", ""), ("same.rs", "same\n"), ("z.rs", "a\nB\nc\n")])).unwrap();
    let at = |name: &str| folder.path().join(name);
    let differences = plan.differences();
    assert_eq!(differences[0], Difference::Missing(at("new.rs")));
    assert_eq!(differences[1], Difference::LeftOver(at("old.rs")));
    let Difference::Different(path, diff) = &differences[2] else { panic!("{differences:?}") };
    assert_eq!(*path, at("z.rs"));
    let shown = at("z.rs").display().to_string();
    assert_eq!(*diff, format!("--- {shown} (on disk)\n+++ {shown} (generated)\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"));
    assert_eq!(differences.len(), 3);
    assert_eq!(tree(folder.path()), before);
}

#[test]
fn check_tells_a_missing_record_and_a_change_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &[("a.rs", "one\n")]).unwrap();
    fs::write(folder.path().join("a.rs"), "changed\n").unwrap();
    let differences = Plan::new(folder.path(), files(&[("a.rs", "one\n")])).unwrap().differences();
    assert!(matches!(&differences[..], [Difference::Different(..)]), "{differences:?}");
    fs::write(folder.path().join("a.rs"), "one\n").unwrap();
    fs::remove_file(folder.path().join(RECORD_NAME)).unwrap();
    let differences = Plan::new(folder.path(), files(&[("a.rs", "one\n")])).unwrap().differences();
    assert_eq!(differences, [Difference::Missing(folder.path().join(RECORD_NAME))]);
}

#[test]
fn paths_that_leave_the_folder_or_meet_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    for path in ["../x", "/x", "a/../x", "a//x", "./x", "", "a/", "a\\x", "c:x", "a\nx", RECORD_NAME] {
        assert!(matches!(refused(&out, &[(path, "")]), OutputErrorKind::PathRefused(_)), "{path:?}");
    }
    assert!(matches!(refused(&out, &[("a/B.rs", ""), ("A/b.rs", "")]), OutputErrorKind::PathRefused(_)));
    assert_eq!(names(folder.path()), [""; 0]);
}

#[cfg(unix)]
#[test]
fn links_that_leave_the_folder_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (out, elsewhere) = (folder.path().join("out"), folder.path().join("elsewhere"));
    fs::create_dir_all(out.join("inside")).unwrap();
    fs::create_dir(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, out.join("link")).unwrap();
    std::os::unix::fs::symlink(out.join("inside"), out.join("alias")).unwrap();
    std::os::unix::fs::symlink(elsewhere.join("file"), out.join("file.rs")).unwrap();
    assert!(matches!(refused(&out, &[("link/a.rs", ""), ("link/b.rs", "")]), OutputErrorKind::PathRefused(_)));
    assert!(matches!(refused(&out, &[("file.rs", "")]), OutputErrorKind::NotAFile));
    run(&out, &[("alias/a.rs", "one")]).unwrap();
    assert_eq!(fs::read_to_string(out.join("inside/a.rs")).unwrap(), "one");
    assert_eq!(names(&elsewhere), [""; 0]);
}

#[cfg(unix)]
#[test]
fn a_listed_file_behind_a_link_that_leaves_is_not_removed() {
    let folder = tempfile::tempdir().unwrap();
    let (out, elsewhere) = (folder.path().join("out"), folder.path().join("elsewhere"));
    run(&out, &[("a/b.rs", "one")]).unwrap();
    fs::rename(out.join("a"), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, out.join("a")).unwrap();
    run(&out, &[]).unwrap();
    assert_eq!(names(&elsewhere), ["b.rs"]);
}

#[test]
fn a_record_that_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("victim.txt"), "mine").unwrap();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    let records = [
        "<<<<<<< HEAD",
        "{}",
        r#"{"version": 2, "files": {}}"#,
        r#"{"version": 1, "files": {"../victim.txt": "00"}}"#,
        r#"{"version": 1, "files": {"/etc/passwd": "00"}}"#,
        r#"{"version": 1, "files": [], "more": 1}"#,
    ];
    for record in records {
        fs::write(out.join(RECORD_NAME), record).unwrap();
        assert!(matches!(refused(&out, &[("a.rs", "")]), OutputErrorKind::Record(_)), "{record}");
    }
    fs::write(out.join(RECORD_NAME), b"\xff\xfe").unwrap();
    assert!(matches!(refused(&out, &[("a.rs", "")]), OutputErrorKind::Record(_)));
    assert_eq!(names(folder.path()), ["out", &format!("out/{RECORD_NAME}"), "victim.txt"]);
}

#[test]
fn an_output_folder_that_is_a_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "mine").unwrap();
    assert!(matches!(refused(&file, &[("a.rs", "")]), OutputErrorKind::NotAFolder));
    assert!(matches!(refused(&file.join("deep/er"), &[("a.rs", "")]), OutputErrorKind::NotAFolder));
    let out = folder.path().join("out");
    fs::create_dir_all(out.join("a.rs")).unwrap();
    fs::write(out.join("b"), "mine").unwrap();
    assert!(matches!(refused(&out, &[("a.rs", "")]), OutputErrorKind::NotAFile));
    assert!(matches!(refused(&out, &[("b/c.rs", "")]), OutputErrorKind::NotAFolder));
    assert_eq!(fs::read_to_string(file).unwrap(), "mine");
}

/// `/proc` takes no new files, from root neither.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files_leaves_all_others_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    run(&out, &[("a.rs", "one"), ("gone/b.rs", "two")]).unwrap();
    let before = tree(folder.path());
    let good = Plan::new(&out, files(&[("a.rs", "three"), ("new/c.rs", "")])).unwrap();
    let new = Plan::new(folder.path().join("new/out"), files(&[("a.rs", "")])).unwrap();
    let bad = Plan::new("/proc/contract", files(&[("a.rs", "")])).unwrap();
    let errors = write(vec![good, new, bad]).unwrap_err();
    assert!(matches!(&errors[..], [OutputError { kind: OutputErrorKind::Write(_), .. }]), "{errors:?}");
    assert_eq!(errors[0].path, Path::new("/proc/contract"));
    assert_eq!(tree(folder.path()), before);
}

/// The first renames succeed and a later one fails: a folder appeared where the file was to go.
#[test]
fn a_run_that_fails_midway_puts_everything_back() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    run(&out, &[("a.rs", "one"), ("gone/b.rs", "two")]).unwrap();
    let plan = Plan::new(&out, files(&[("a.rs", "three"), ("new/c.rs", "four"), ("z.rs", "five")])).unwrap();
    fs::create_dir_all(out.join("z.rs/full")).unwrap();
    let before = tree(folder.path());
    let errors = write(vec![plan]).unwrap_err();
    assert!(matches!(&errors[..], [OutputError { kind: OutputErrorKind::Write(_), .. }]), "{errors:?}");
    assert_eq!(tree(folder.path()), before);
}

mod killed;

#[test]
fn a_plan_that_another_run_overtook_is_carried_out_only_where_it_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let plan = |generated| Plan::new(&out, files(generated)).unwrap();
    let (first, same, other) = (plan(&[("a.rs", "a")]), plan(&[("a.rs", "a")]), plan(&[("b.rs", "b")]));
    write(vec![first]).unwrap();
    let before = times(&out);
    assert_eq!(write(vec![same]).unwrap(), Written { written: 0, removed: 0, unchanged: 1 });
    let errors = write(vec![other]).unwrap_err();
    assert!(matches!(errors[0].kind, OutputErrorKind::Overtaken), "{errors:?}");
    assert_eq!((names(&out), &times(&out)[..2]), (vec![RECORD_NAME.to_owned(), "a.rs".to_owned()], &before[..2]));
}

#[test]
fn runs_at_once_take_turns() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let many: Vec<(String, String)> = (0..50).map(|index| (format!("{index}.rs"), index.to_string())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(path, content)| (&**path, &**content)).collect();
    let plans: Vec<Plan> = (0..4).map(|_| Plan::new(&out, files(&many)).unwrap()).collect();
    std::thread::scope(|threads| {
        for plan in plans {
            threads.spawn(|| write(vec![plan]).unwrap());
        }
    });
    assert_eq!(names(&out).len(), 51);
    assert_eq!(run(&out, &many).unwrap(), Written { written: 0, removed: 0, unchanged: 50 });
}
