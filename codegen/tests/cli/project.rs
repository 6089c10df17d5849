use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A contract without problems.
pub(crate) const GREETING: &str = "\
/// Raised for names that are not welcome.
exception access_denied { reason: string }

service greeting {
    /// Greets one person.
    procedure greet(string) -> string raises access_denied
}
";

/// A folder of its own, in which almanet-gen runs.
pub(crate) struct Project {
    folder: tempfile::TempDir,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// With `greeting.almanet`, which has no problems.
    pub(crate) fn greeting() -> Self {
        Self::new().with("greeting.almanet", format!("namespace net.example\n\n{GREETING}"))
    }

    pub(crate) fn with(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_almanet-gen"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output().unwrap())
    }

    /// Every file below the folder with its content, folders and links by name.
    pub(crate) fn tree(&self) -> Vec<(String, Vec<u8>)> {
        fn add(folder: &Path, root: &Path, all: &mut Vec<(String, Vec<u8>)>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                if path.is_symlink() {
                    all.push((name, b"link".to_vec()));
                } else if path.is_dir() {
                    all.push((name, b"folder".to_vec()));
                    add(&path, root, all);
                } else {
                    all.push((name, fs::read(&path).unwrap()));
                }
            }
        }
        let mut all = Vec::new();
        add(self.folder.path(), self.folder.path(), &mut all);
        all.sort();
        all
    }
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        let run = Self {
            status: output.status.code().expect("it ended by itself"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        assert!(!run.stderr.contains('\x1b') && !run.stdout.contains('\x1b'), "no colour off a terminal: {run:?}");
        run
    }

    /// Ended so, and said all of this on standard error.
    #[track_caller]
    pub(crate) fn ends(&self, status: i32, said: &[&str]) {
        assert_eq!(self.status, status, "{self:#?}");
        for text in said {
            assert!(self.stderr.contains(text), "{text:?} is missing:\n{}", self.stderr);
        }
    }
}
