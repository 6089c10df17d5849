//! The language server, driven over its standard input and output as an editor does it.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "a test that fails says where")]

mod client;
mod conversation;
mod properties;
mod script;

use std::fs;
use std::path::{Path, PathBuf};

/// Each file of `cases` is a workspace, what an editor asks of it, and the answers; `BLESS=1` writes those that come.
#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lsp/cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    let bless = std::env::var_os("BLESS").is_some();
    let mut failures = Vec::new();
    for case in &cases {
        let written = fs::read_to_string(case).unwrap();
        let played = script::play(&written);
        if bless {
            fs::write(case, played).unwrap();
        } else if played != written {
            let diff = similar::TextDiff::from_lines(&written, &played);
            failures.push(format!("{}\n{}", case.display(), diff.unified_diff().header("expected", "answered")));
        }
    }
    assert!(failures.is_empty(), "{}\nBLESS=1 writes what was answered", failures.join("\n"));
}
