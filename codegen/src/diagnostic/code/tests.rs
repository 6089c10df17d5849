use super::{Example, all, find};

#[test]
fn codes_are_unique_and_sorted() {
    let codes: Vec<_> = all().iter().map(|entry| entry.code).collect();
    let mut sorted = codes.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(codes, sorted);
}

#[test]
fn a_code_is_a_letter_and_four_digits() {
    for entry in all() {
        let (letter, digits) = entry.code.as_str().split_at(1);
        assert!(["E", "W", "B"].contains(&letter), "{}", entry.code);
        assert!(digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{}", entry.code);
    }
}

#[test]
fn every_entry_says_what_why_and_how() {
    for entry in all() {
        for text in [entry.summary, entry.why, entry.fix] {
            assert!(!text.is_empty() && text == text.trim(), "{}: {text:?}", entry.code);
        }
        assert!(entry.summary.ends_with('.'), "{}: the summary is a sentence", entry.code);
        assert!(!entry.summary.contains('\n'), "{}: the summary is one line", entry.code);
        if let Example::Contract(text) | Example::Target(_, text) | Example::Configuration(text) = entry.example {
            assert!(!text.trim().is_empty(), "{}: the example is empty", entry.code);
        }
    }
}

#[test]
fn a_code_is_found_in_either_case_and_nothing_else_is() {
    assert_eq!(find("e0001").map(|entry| entry.code), Some(super::files::PATH_NOT_FOUND));
    assert!(find("E9999").is_none());
    assert!(find("").is_none());
}
