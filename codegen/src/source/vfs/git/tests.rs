use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{GitError, GitTree, Repository};
use crate::source::vfs::{Kind, ReadError, Vfs};

/// Runs git, which knows nobody's settings.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    for (variable, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"GIT_")) {
        command.env_remove(variable);
    }
    let output = command
        .args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b",
            "-c",
            "init.defaultBranch=main",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(["-c", "protocol.file.allow=always"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", "a"]);
}

/// A repository whose `main` has `schemas/a.almanet` of the text `old`, tagged `v1`, then `new`.
fn repository(init: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &[&["init", "--quiet"], init].concat());
    write(folder.path(), "schemas/a.almanet", "old");
    write(folder.path(), "schemas/.hidden/b.almanet", "");
    write(folder.path(), "schemas/deep/c.almanet", "c");
    write(folder.path(), "schemas/notes.txt", "");
    commit(folder.path());
    git(folder.path(), &["tag", "--annotate", "--message", "one", "v1"]);
    write(folder.path(), "schemas/a.almanet", "new");
    commit(folder.path());
    folder
}

fn tree(folder: &Path, revision: &str) -> Result<GitTree, GitError> {
    Repository::of(folder).unwrap().tree(revision)
}

#[track_caller]
fn holds(folder: &Path, revision: &str, text: &str) {
    let tree = tree(folder, revision).unwrap();
    let path = PathBuf::from(format!("{revision}:schemas/a.almanet"));
    assert_eq!(String::from_utf8(tree.read(&path).unwrap()).unwrap(), text, "{revision}");
}

#[test]
fn branches_tags_commits_and_what_is_derived_of_them_are_read() {
    let folder = repository(&[]);
    let old = git(folder.path(), &["rev-parse", "HEAD~1"]);
    for revision in ["v1", "HEAD~1", "main^", "main~1", "refs/tags/v1", &old, &old[..9]] {
        holds(folder.path(), revision, "old");
    }
    for revision in ["main", "HEAD", "@", "heads/main", "refs/heads/main"] {
        holds(folder.path(), revision, "new");
    }
}

#[test]
fn what_is_not_checked_out_is_listed_as_a_disk_would() {
    let folder = repository(&[]);
    fs::remove_dir_all(folder.path().join("schemas")).unwrap();
    let tree = tree(folder.path(), "main").unwrap();
    let found = tree.contracts(Path::new("main:schemas")).unwrap();
    assert_eq!(found, ["main:schemas/a.almanet", "main:schemas/deep/c.almanet"].map(PathBuf::from));
    assert_eq!(tree.contracts(Path::new("main:")).unwrap(), found);
    assert_eq!(tree.names(Path::new("main:schemas")).unwrap(), ["a.almanet", "deep"]);
    assert_eq!(tree.kind(Path::new("main:schemas/deep")).unwrap(), Some(Kind::Folder));
    assert_eq!(tree.kind(Path::new("main:schemas/a.almanet")).unwrap(), Some(Kind::File));
    assert_eq!(tree.kind(Path::new("main:schemas/a.almanet/b")).unwrap(), None);
    assert_eq!(tree.kind(Path::new("main:nothing")).unwrap(), None);
    assert!(matches!(tree.read(Path::new("main:schemas")), Err(ReadError::NotAFile)));
    assert!(matches!(tree.read(Path::new("main:nothing")), Err(ReadError::NotFound)));
    assert!(matches!(tree.contracts(Path::new("main:schemas/a.almanet")), Err(ReadError::NotAFolder)));
    assert!(tree.holds(Path::new("main:schemas/a.almanet"), b"new"));
    assert!(!tree.holds(Path::new("main:schemas/a.almanet"), b"old") && !tree.holds(Path::new("main:schemas"), b""));
    let identity = |path: &str| tree.identity(Path::new(path)).unwrap();
    assert_eq!(identity("main:schemas/deep/../a.almanet"), identity("schemas/a.almanet"));
}

#[test]
fn loose_and_packed_objects_and_deltas_are_read() {
    let folder = repository(&[]);
    let long: String = (0..4_000).map(|line| format!("line {line}\n")).collect();
    write(folder.path(), "schemas/a.almanet", &long);
    commit(folder.path());
    write(folder.path(), "schemas/a.almanet", &format!("{long}more\n"));
    commit(folder.path());
    git(folder.path(), &["gc", "--quiet", "--aggressive", "--prune=now"]);
    holds(folder.path(), "main~1", &long);
    holds(folder.path(), "main", &format!("{long}more\n"));
    holds(folder.path(), "v1", "old");
}

#[cfg(unix)]
#[test]
fn links_lead_where_they_lead_and_never_round_and_round() {
    let folder = repository(&[]);
    let link = |target: &str, path: &str| std::os::unix::fs::symlink(target, folder.path().join(path)).unwrap();
    link("../schemas", "schemas/up");
    link("a.almanet", "schemas/b.almanet");
    link("itself", "schemas/itself");
    link("/etc/passwd", "schemas/outside.almanet");
    commit(folder.path());
    let tree = tree(folder.path(), "main").unwrap();
    assert_eq!(tree.read(Path::new("main:schemas/up/up/b.almanet")).unwrap(), b"new");
    assert!(tree.kind(Path::new("main:schemas/itself")).is_err());
    assert!(matches!(tree.read(Path::new("main:schemas/outside.almanet")), Err(ReadError::NotFound)));
    let listed = tree.contracts(Path::new("main:schemas/deep")).unwrap();
    assert_eq!(listed, ["main:schemas/deep/c.almanet"].map(PathBuf::from));
}

#[test]
fn alternates_worktrees_and_bare_repositories_are_read() {
    let folder = repository(&[]);
    let origin = folder.path().to_str().unwrap();
    let others = tempfile::tempdir().unwrap();
    git(others.path(), &["clone", "--quiet", "--shared", origin, "shared"]);
    git(others.path(), &["clone", "--quiet", "--bare", origin, "bare.git"]);
    git(folder.path(), &["worktree", "add", "--quiet", others.path().join("tree").to_str().unwrap(), "HEAD~1"]);
    for other in ["shared", "bare.git", "tree"] {
        holds(&others.path().join(other), "v1", "old");
        holds(&others.path().join(other), "main", "new");
    }
    holds(&others.path().join("tree/schemas"), "HEAD", "old");
    assert!(Repository::of(&others.path().join("bare.git")).unwrap().working_folder().is_none());
}

#[test]
fn a_branch_that_only_the_origin_has_is_found() {
    let folder = repository(&[]);
    git(folder.path(), &["branch", "release"]);
    let clone = tempfile::tempdir().unwrap();
    git(clone.path(), &["clone", "--quiet", folder.path().to_str().unwrap(), "."]);
    let tree = tree(clone.path(), "release").unwrap();
    assert_eq!(tree.read(Path::new("origin/release:schemas/a.almanet")).unwrap(), b"new");
    assert_eq!(tree.shown(Path::new("schemas")), Path::new("origin/release:schemas"));
}

#[test]
fn a_shallow_clone_says_what_to_fetch() {
    let folder = repository(&[]);
    git(folder.path(), &["branch", "release", "HEAD~1"]);
    let clone = tempfile::tempdir().unwrap();
    let origin = format!("file://{}", folder.path().display());
    git(clone.path(), &["clone", "--quiet", "--depth", "1", &origin, "."]);
    holds(clone.path(), "main", "new");
    for revision in ["release", "v1", "HEAD~1"] {
        let error = tree(clone.path(), revision).unwrap_err();
        assert_eq!(error, GitError::UnknownRevision { name: revision.into(), shallow: true });
    }
    let id = git(folder.path(), &["rev-parse", "v1"]);
    for revision in ["release", "origin/release", "v1", &id, &id[..10], "HEAD~1", "v1^{commit}"] {
        let clone = tempfile::tempdir().unwrap();
        git(clone.path(), &["clone", "--quiet", "--depth", "1", &origin, "."]);
        let remedy = tree(clone.path(), revision).unwrap_err().remedy();
        let command = remedy.split('`').find(|text| text.starts_with("git fetch")).unwrap();
        git(clone.path(), &command.split(' ').skip(1).collect::<Vec<_>>());
        let tree = tree(clone.path(), revision).unwrap_or_else(|error| panic!("{command}: {error}"));
        assert_eq!(tree.read(Path::new("schemas/a.almanet")).unwrap(), b"old", "{revision}");
    }
}

#[test]
fn submodules_are_read_where_they_are_checked_out() {
    let part = repository(&[]);
    let folder = repository(&[]);
    git(folder.path(), &["submodule", "--quiet", "add", part.path().to_str().unwrap(), "schemas/part"]);
    commit(folder.path());
    let tree = |folder: &Path| tree(folder, "main").unwrap();
    let inside = Path::new("main:schemas/part/schemas/a.almanet");
    assert_eq!(tree(folder.path()).read(inside).unwrap(), b"new");
    assert!(tree(folder.path()).contracts(Path::new("main:schemas")).unwrap().iter().any(|path| path == inside));

    let clone = tempfile::tempdir().unwrap();
    git(clone.path(), &["clone", "--quiet", folder.path().to_str().unwrap(), "."]);
    let error = tree(clone.path()).read(inside).unwrap_err().to_string();
    assert!(error.contains("git submodule update --init"), "{error}");
    git(clone.path(), &["submodule", "--quiet", "update", "--init"]);
    assert_eq!(tree(clone.path()).read(inside).unwrap(), b"new");
}

#[test]
fn repositories_of_sha256_are_read() {
    let folder = repository(&["--object-format=sha256"]);
    holds(folder.path(), "v1", "old");
    git(folder.path(), &["gc", "--quiet", "--prune=now"]);
    holds(folder.path(), "main", "new");
    let id = git(folder.path(), &["rev-parse", "HEAD"]);
    for length in [7, 12, 40, 41, 64] {
        holds(folder.path(), &id[..length], "new");
        holds(folder.path(), &format!("{}~1", &id[..length]), "old");
    }
    assert!(matches!(tree(folder.path(), "0000000"), Err(GitError::UnknownRevision { .. })));
}

#[test]
fn a_clone_with_a_filter_says_what_to_fetch() {
    let folder = repository(&[]);
    git(folder.path(), &["config", "uploadpack.allowFilter", "true"]);
    let origin = format!("file://{}", folder.path().display());
    let clone = tempfile::tempdir().unwrap();
    git(clone.path(), &["clone", "--quiet", "--no-checkout", "--filter=blob:none", &origin, "."]);
    let path = Path::new("v1:schemas/a.almanet");
    let error = tree(clone.path(), "v1").unwrap().read(path).unwrap_err().to_string();
    let command = error.split('`').find(|text| text.starts_with("git archive")).unwrap();
    git(clone.path(), &command.trim_end_matches(" > /dev/null").split(' ').skip(1).collect::<Vec<_>>());
    assert_eq!(tree(clone.path(), "v1").unwrap().read(path).unwrap(), b"old");
}

#[test]
fn what_cannot_be_read_is_told_apart() {
    let nowhere = tempfile::tempdir().unwrap();
    assert!(matches!(Repository::of(nowhere.path()), Err(GitError::NoRepository(_))));

    let folder = repository(&[]);
    assert_eq!(
        tree(folder.path(), "mian").unwrap_err(),
        GitError::UnknownRevision { name: "mian".into(), shallow: false }
    );
    let blob = git(folder.path(), &["rev-parse", "main:schemas/a.almanet"]);
    assert!(matches!(tree(folder.path(), &blob), Err(GitError::NotACommit(_))));

    let files = git(folder.path(), &["rev-parse", "v1^{tree}"]);
    fs::remove_file(folder.path().join(".git/objects").join(&files[..2]).join(&files[2..])).unwrap();
    assert!(matches!(tree(folder.path(), "v1"), Err(GitError::Missing { .. })));
    holds(folder.path(), "main", "new");
}
