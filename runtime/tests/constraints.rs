//! Lengths, ranges and patterns: what they count, where they bite, how they are told.

use std::collections::{BTreeMap, BTreeSet};

use almanet_runtime::ConstraintKind;
use almanet_runtime::codegen::{self, Checker, Pattern};
use almanet_runtime::types::{Bytes, Decimal, Duration};

/// What the checks say of a value: nothing, or the first violation.
fn checked(check: impl FnOnce(&mut Checker)) -> Option<(ConstraintKind, String)> {
    let violation = codegen::check_with(&(), |(), checker| check(checker)).err()?;
    Some((violation.kind(), violation.to_string()))
}

#[test]
fn length_counts_characters_bytes_or_items() {
    let accepts = |value: &dyn codegen::Length, length| {
        assert_eq!(checked(|checker| checker.length(value, Some(length), Some(length))), None);
        let refused = |min, max| checked(|checker| checker.length(value, min, max)).is_some();
        assert!(refused(Some(length + 1), None) && refused(None, Some(length - 1)));
    };
    accepts(&"äöü👋".to_owned(), 4);
    accepts(&Bytes::from_static(&[0xff, 0, 1]), 3);
    accepts(&vec![(), ()], 2);
    accepts(&BTreeSet::from([1, 2, 3]), 3);
    accepts(&BTreeMap::from([(1, 2)]), 1);
    accepts(&Some("ab".to_owned()), 2);
    assert_eq!(checked(|checker| checker.length(&None::<String>, Some(1), None)), None, "nothing has no length");
    let told = checked(|checker| checker.length(&"abc".to_owned(), Some(5), Some(5)));
    assert_eq!(told, Some((ConstraintKind::Length, "at $: expected 5 characters, found 3".to_owned())));
    let told = checked(|checker| checker.length(&vec![1], None, Some(0)));
    assert_eq!(told, Some((ConstraintKind::Length, "at $: expected 0 or less items, found 1".to_owned())));
}

#[test]
fn range_includes_its_bounds() {
    assert_eq!(checked(|checker| checker.range(1_u8, Some(1), Some(1))), None);
    assert_eq!(checked(|checker| checker.range(None, Some(1.0), None)), None);
    let told = checked(|checker| checker.range(Some(-0.5), Some(0.0), None));
    assert_eq!(told, Some((ConstraintKind::Range, "at $: expected 0 or more, found -0.5".to_owned())));
    let cent: Decimal = codegen::literal("\"0.01\"");
    let told = checked(|checker| checker.range(cent, None, Some(codegen::literal("\"0.001\""))));
    assert_eq!(told, Some((ConstraintKind::Range, "at $: expected 0.001 or less, found 0.01".to_owned())));
    let second = Duration::from_secs(1);
    let told = checked(|checker| checker.range(-second, Some(Duration::ZERO), Some(second)));
    assert_eq!(told, Some((ConstraintKind::Range, "at $: expected PT0S to PT1S, found -PT1S".to_owned())));
}

#[test]
fn patterns_are_ascii_and_anchored_where_written() {
    static DIGITS: Pattern = Pattern::new(r"\d{3}");
    static WORD: Pattern = Pattern::new(r"^[\w-]+$");
    static OTHER: Pattern = Pattern::new(r"^[^\d\s]\D\W$");
    static ESCAPED: Pattern = Pattern::new(r"^\\d\.$");
    let matches = |pattern: &'static Pattern, text: &str| {
        let text = text.to_owned();
        checked(|checker| checker.pattern(&text, pattern)).is_none()
    };
    assert!(matches(&DIGITS, "ab123cd"));
    assert!(!matches(&DIGITS, "١٢٣"), "Arabic digits are no `\\d`");
    assert!(matches(&WORD, "a-b_9"));
    assert!(!matches(&WORD, "é"), "letters beyond ASCII are no `\\w`");
    assert!(matches(&OTHER, "aéé"));
    assert!(!matches(&OTHER, "1éé"));
    assert!(matches(&ESCAPED, r"\d."));
    assert_eq!(checked(|checker| checker.pattern(&None::<String>, &DIGITS)), None);
    let told = checked(|checker| checker.pattern(&"x".to_owned(), &DIGITS));
    assert_eq!(told, Some((ConstraintKind::Pattern, r#"at $: expected a string like "\\d{3}", found "x""#.to_owned())));
}

#[test]
fn the_first_violation_is_told_with_its_place() {
    let told = checked(|checker| {
        checker.field_with("list", |checker| {
            for (index, item) in [1, 2, 30, 40].into_iter().enumerate() {
                checker.item_with(index, |checker| checker.range(item, None, Some(9)));
            }
        });
        checker.field_with("never", |checker| checker.range(100, None, Some(9)));
    });
    assert_eq!(told.expect("30 is too much").1, "at $.list[2]: expected 9 or less, found 30");
    let told = checked(|checker| {
        for (key, value) in [("a".to_owned(), 1), ("b c".to_owned(), 10)] {
            checker.entry_with(&key, |checker| checker.range(value, None, Some(9)));
        }
    });
    assert_eq!(told.expect("10 is too much").1, r#"at $["b c"]: expected 9 or less, found 10"#);
}
