//! Tables in documents whose rows name tests: `path::name`, between backticks.

use std::fs;
use std::path::Path;

/// The tests that a cell names: their files and names.
#[must_use]
pub fn tests(cell: &str) -> Vec<(&str, &str)> {
    cell.split('`').skip(1).step_by(2).filter_map(|code| code.rsplit_once("::")).collect()
}

/// Whether a file, from the workspace's folder, has a test of this name.
#[must_use]
pub fn is_test(path: &str, name: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let Ok(source) = fs::read_to_string(root.join(path)) else { return false };
    let declares = |line: &str| {
        line.trim_start()
            .trim_start_matches("async ")
            .strip_prefix("fn ")
            .is_some_and(|rest| rest.strip_prefix(name).is_some_and(|rest| rest.starts_with('(')))
    };
    // The attribute that makes it a test stands right before it, and those of property tests somewhere above.
    let lines: Vec<_> = source.lines().collect();
    lines
        .iter()
        .enumerate()
        .any(|(at, line)| declares(line) && lines[..at].iter().rev().take(4).any(|above| above.contains("test")))
}
