//! Rust literals of what a contract says: nothing in them can end them early or be mistaken for something else.

use std::fmt::Write as _;

use crate::backend::characters::is_misleading;

/// Appends a string literal. Its text is plain to see: control and direction characters are escaped.
pub(super) fn string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    let is_special = |character: char| matches!(character, '"' | '\\') || is_misleading(character);
    while let Some(at) = rest.find(is_special) {
        out.push_str(&rest[..at]);
        let character = rest[at..].chars().next().expect("a character was found here");
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push_str("\\0"),
            other => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(other));
            }
        }
        rest = &rest[at + character.len_utf8()..];
    }
    out.push_str(rest);
    out.push('"');
}

/// A string literal of its own.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    string(&mut out, text);
    out
}

/// A byte string literal of its own.
pub(super) fn bytes(bytes: &[u8]) -> String {
    format!("b\"{}\"", bytes.escape_ascii())
}

/// An integer, its digits in groups of three where there are more than five.
pub(super) fn integer(value: i128) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::from(if value < 0 { "-" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if digits.len() > 5 && index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

/// A float that reads back as the same one.
pub(super) fn float(value: f64) -> String {
    format!("{value:?}")
}
