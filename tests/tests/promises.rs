//! The table of promises names tests that exist.

use almanet_tests::table::{is_test, tests};

const TABLE: &str = include_str!("../promises.md");

#[test]
fn every_promise_names_a_test_and_every_test_exists() {
    let rows = TABLE.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.rsplit_once(" | "));
    let rows: Vec<_> = rows.filter(|(promise, _)| !matches!(*promise, "promise" | "fault" | "---")).collect();
    assert!(rows.len() > 40, "the table was read: {} rows", rows.len());
    for (promise, held_by) in rows {
        let tests = tests(held_by);
        assert!(!tests.is_empty(), "nothing holds `{promise}`");
        for (path, name) in tests {
            assert!(is_test(path, name), "{promise}: there is no test {path}::{name}");
        }
    }
}
