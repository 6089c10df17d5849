//! A project that `almanet-gen init` made, and what is carried out of the files that it brings along.

pub(crate) mod compose;
pub(crate) mod dockerfile;
pub(crate) mod workflow;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use almanet_tests::program::{built, root};

/// A project in a folder of its own, where cargo takes the crates of this repository for the published ones.
pub(crate) struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    /// Makes one of this name.
    #[track_caller]
    pub(crate) fn made(name: &str, more: &[&str]) -> Self {
        let project = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        let root = root().canonicalize().expect("the repository is there");
        let mut config = format!("[build]\ntarget-dir = '{}'\n", root.join("target/projects").display());
        // Nobody looks for where in a program something failed.
        config.push_str("[profile.dev]\ndebug = false\n[patch.crates-io]\n");
        for (name, folder) in [("runtime", "runtime"), ("nsq", "runtime/nsq"), ("broker", "runtime/broker")] {
            config.push_str(&format!("almanet-{name} = {{ path = '{}' }}\n", root.join(folder).display()));
        }
        fs::create_dir(project.beside(".cargo")).expect("it is made");
        fs::write(project.beside(".cargo/config.toml"), config).expect("it is written");
        fs::create_dir(project.path()).expect("it is made");
        let init = ["init", ".", "--name", name];
        succeeded(&project.command(&almanet_gen()).args(init).args(more).output().expect("almanet-gen starts"));
        project
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.beside("project")
    }

    /// A place beside the project.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// A program that runs in the project.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path());
        command
    }

    /// The project as its repository's main branch, cloned.
    #[track_caller]
    pub(crate) fn cloned(&self) -> PathBuf {
        let clone = self.beside("clone");
        let script = "git init --quiet --initial-branch main && git add --all \
            && git -c user.name=test -c user.email=test@localhost commit --quiet --message first \
            && git clone --quiet . ../clone";
        sh(&self.path(), script, &[]);
        clone
    }
}

/// What a shell with these variables does in a folder, almanet-gen being installed.
#[track_caller]
pub(crate) fn sh(folder: &Path, script: &str, variables: &[(&str, OsString)]) -> String {
    let mut shell = Command::new("sh");
    shell.args(["-e", "-c", script]).current_dir(folder).env("PATH", path(&[])).envs(variables.iter().cloned());
    let output = shell.output().expect("a shell starts");
    assert!(output.status.success(), "{script}:\n{}", String::from_utf8_lossy(&output.stderr));
    succeeded(&output)
}

/// Where programs are found: in these folders first, then almanet-gen, then this machine's.
pub(crate) fn path(first: &[PathBuf]) -> OsString {
    let almanet_gen = almanet_gen();
    let own = almanet_gen.parent().expect("it is in a folder").to_path_buf();
    let machine = std::env::var_os("PATH").unwrap_or_default();
    let all = first.iter().cloned().chain([own]).chain(std::env::split_paths(&machine));
    std::env::join_paths(all).expect("no folder has a colon in its name")
}

pub(crate) fn almanet_gen() -> PathBuf {
    built("almanet-codegen", "almanet-gen").canonicalize().expect("it was built")
}

#[track_caller]
pub(crate) fn succeeded(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// A virtual environment in which `almanet-runtime` of this repository can be installed: its variables.
#[cfg(feature = "python")]
#[track_caller]
pub(crate) fn virtual_environment(folder: &Path) -> Vec<(&'static str, OsString)> {
    let variable = |name| std::env::var_os(name).unwrap_or_else(|| panic!("{name} is not set"));
    let (python, wheels) = (variable("PROJECT_PYTHON"), variable("PROJECT_WHEELS"));
    succeeded(&Command::new(python).args(["-m", "venv"]).arg(folder).output().expect("python starts"));
    vec![
        ("PATH", path(&[folder.join("bin")])),
        ("PIP_FIND_LINKS", wheels),
        ("PIP_DISABLE_PIP_VERSION_CHECK", "1".into()),
        ("PYTHONDONTWRITEBYTECODE", "1".into()),
    ]
}
