//! A Python process that answers JSON lines, one for each request.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// The running process; it ends when its input is closed.
#[derive(Debug)]
pub struct Lines {
    process: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Lines {
    /// Starts a script of `tests/python` in the interpreter that `PYTHON` names.
    ///
    /// # Panics
    ///
    /// Without `PYTHON`, or where it does not start: `./tests/run python` sets it.
    #[must_use]
    pub fn start(script: &str) -> Self {
        Self::start_with(script, &[])
    }

    /// Starts a script of `tests/python` with arguments.
    ///
    /// # Panics
    ///
    /// As [`Lines::start`].
    #[must_use]
    pub fn start_with(script: &str, arguments: &[&Path]) -> Self {
        let python =
            std::env::var_os("PYTHON").expect("PYTHON names a Python with pydantic: ./tests/run python sets it");
        Self::start_in(&python, script, arguments)
    }

    /// The same in an interpreter that has what the script needs.
    ///
    /// # Panics
    ///
    /// Where it does not start.
    #[must_use]
    pub fn start_in(python: &OsStr, script: &str, arguments: &[&Path]) -> Self {
        let mut process = Command::new(python)
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(script))
            .args(arguments)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("PYTHON starts");
        let requests = process.stdin.take();
        let answers = BufReader::new(process.stdout.take().expect("standard output is piped"));
        Self { process, requests, answers }
    }

    /// What the script answers.
    ///
    /// # Panics
    ///
    /// Where the process ended instead: what it printed as it did stands in the test's output.
    pub fn ask(&mut self, request: &Value) -> Value {
        let requests = self.requests.as_mut().expect("it is closed when the process is dropped");
        writeln!(requests, "{request}").expect("the process reads its input");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the process's output is text");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{request} ended the process ({error}): {line}"))
    }

    /// The member `json` of the answer, or the member `refused` that stands in its place.
    ///
    /// # Errors
    ///
    /// Why the script refuses what it was asked to read.
    pub fn json(&mut self, request: &Value) -> Result<String, String> {
        let answer = self.ask(request);
        answer["json"].as_str().map(ToOwned::to_owned).ok_or_else(|| answer["refused"].to_string())
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        drop(self.requests.take());
        drop(self.process.wait());
    }
}
