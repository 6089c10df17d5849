//! The table of other clients' tests names tests that exist here, or a reason.

use almanet_tests::table::{is_test, tests};

const TABLE: &str = include_str!("../peers-tests.md");

/// The rows of all tables: what is theirs, and what is ours.
fn rows() -> Vec<(&'static str, &'static str)> {
    let rows = TABLE.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |")?.split_once(" | "));
    rows.collect()
}

#[test]
fn every_test_that_the_table_names_exists() {
    let mut missing = Vec::new();
    for (theirs, ours) in rows() {
        for (path, name) in tests(ours) {
            if !is_test(path, name) {
                missing.push(format!("{theirs}: {path}::{name}"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_row_names_a_test_or_a_reason() {
    for (theirs, ours) in rows() {
        let reason = ours.strip_prefix("none: ").map(str::len);
        assert!(!tests(ours).is_empty() || reason.is_some_and(|length| length > 20), "{theirs}: {ours}");
    }
}

#[test]
fn both_clients_are_there_as_a_whole() {
    let named = |prefix: &str| {
        let names = TABLE.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| word.starts_with(prefix));
        names.collect::<std::collections::BTreeSet<_>>().len()
    };
    assert_eq!(named("Test"), 24, "go-nsq 1.1.0 has 24 tests");
    assert_eq!(named("test_"), 39 + 7, "and pynsq 39 by their names, in 8 files, one called like its test");
}
