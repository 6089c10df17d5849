//! The process with the models of the fixed rows (`tests/python/pydantic_peer.py`).

use std::collections::BTreeSet;

use almanet_tests::lines::Lines;
use serde_json::json;

pub(crate) struct Peer(Lines);

impl Peer {
    pub(crate) fn start() -> Self {
        Self(Lines::start("pydantic_peer.py"))
    }

    /// The JSON as the row's model dumps it after reading it, or why it refuses it.
    pub(crate) fn read(&mut self, row: &str, json: &str) -> Result<String, String> {
        self.0.json(&json!({"op": "read", "row": row, "json": json}))
    }

    /// A value of Python's own choice.
    pub(crate) fn draw(&mut self, row: &str, seed: u32) -> String {
        self.0.json(&json!({"op": "draw", "row": row, "seed": seed})).expect("Python dumps its own values")
    }

    /// Whether the JSON is the value of that seed, or why the model refuses it.
    pub(crate) fn is_same(&mut self, row: &str, seed: u32, json: &str) -> Result<bool, String> {
        let answer = self.0.ask(&json!({"op": "same", "row": row, "seed": seed, "json": json}));
        answer["same"].as_bool().ok_or_else(|| answer["refused"].to_string())
    }

    /// The rows that Python has models for.
    pub(crate) fn rows(&mut self) -> BTreeSet<String> {
        serde_json::from_value(self.0.ask(&json!({"op": "rows"}))["rows"].take()).expect("a list of names")
    }
}
