//! One Python process with pydantic models, driven by JSON lines (`tests/python/pydantic_peer.py`).

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// The running process; it ends when its input is closed.
pub(crate) struct Peer {
    process: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    pub(crate) fn start() -> Self {
        let python =
            std::env::var_os("PYTHON").expect("PYTHON names a Python with pydantic: ./tests/run python sets it");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/pydantic_peer.py");
        let mut process = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("PYTHON starts");
        let requests = process.stdin.take();
        let answers = BufReader::new(process.stdout.take().expect("standard output is piped"));
        Self { process, requests, answers }
    }

    /// The JSON as the row's model dumps it after reading it, or why it refuses it.
    pub(crate) fn read(&mut self, row: &str, json: &str) -> Result<String, String> {
        self.text(&json!({"op": "read", "row": row, "json": json}))
    }

    /// A value of Python's own choice.
    pub(crate) fn draw(&mut self, row: &str, seed: u32) -> String {
        self.text(&json!({"op": "draw", "row": row, "seed": seed})).expect("Python dumps its own values")
    }

    /// Whether the JSON is the value of that seed, or why the model refuses it.
    pub(crate) fn is_same(&mut self, row: &str, seed: u32, json: &str) -> Result<bool, String> {
        let answer = self.ask(&json!({"op": "same", "row": row, "seed": seed, "json": json}));
        answer["same"].as_bool().ok_or_else(|| answer["refused"].to_string())
    }

    /// The rows that Python has models for.
    pub(crate) fn rows(&mut self) -> BTreeSet<String> {
        serde_json::from_value(self.ask(&json!({"op": "rows"}))["rows"].take()).expect("a list of names")
    }

    fn text(&mut self, request: &Value) -> Result<String, String> {
        let answer = self.ask(request);
        answer["json"].as_str().map(ToOwned::to_owned).ok_or_else(|| answer["refused"].to_string())
    }

    fn ask(&mut self, request: &Value) -> Value {
        let requests = self.requests.as_mut().expect("it is closed when the peer is dropped");
        writeln!(requests, "{request}").expect("the peer reads its input");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the peer's output is text");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{request} ended the peer ({error}): {line}"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.requests.take());
        drop(self.process.wait());
    }
}
