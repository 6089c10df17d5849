//! Python literals of what a contract says: nothing in them can end them early or be mistaken for something else.

use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::backend::characters::is_misleading;

/// A string literal of its own, in the quotes that need fewer escapes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    string(&mut out, text);
    out
}

fn string(out: &mut String, text: &str) {
    let quote = quote_of(text.bytes());
    out.push(quote);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if character == quote => {
                out.push('\\');
                out.push(quote);
            }
            _ if is_misleading(character) => escape(out, u32::from(character)),
            _ => out.push(character),
        }
    }
    out.push(quote);
}

fn escape(out: &mut String, code: u32) {
    let _ = match code {
        0..=0xff => write!(out, "\\x{code:02x}"),
        0x100..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// A byte string literal of its own.
pub(super) fn bytes(bytes: &[u8]) -> String {
    let quote = quote_of(bytes.iter().copied());
    let mut out = format!("b{quote}");
    for byte in bytes {
        match *byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            other if char::from(other) == quote => {
                out.push('\\');
                out.push(quote);
            }
            other @ b' '..=b'~' => out.push(char::from(other)),
            other => escape(&mut out, other.into()),
        }
    }
    out.push(quote);
    out
}

fn quote_of(bytes: impl Iterator<Item = u8>) -> char {
    let (mut double, mut single) = (0, 0);
    for byte in bytes {
        double += usize::from(byte == b'"');
        single += usize::from(byte == b'\'');
    }
    if double > single { '\'' } else { '"' }
}

/// A float that reads back as the same one.
pub(super) fn float(value: f64) -> String {
    format!("{value:?}")
}

pub(super) fn boolean(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// Any JSON as an expression.
pub(super) fn json(out: &mut String, value: &Json) {
    match value {
        Json::Null => out.push_str("None"),
        Json::Bool(value) => out.push_str(boolean(*value)),
        Json::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(value) => out.push_str(&float(value)),
            None => out.push_str(&number.to_string()),
        },
        Json::String(text) => string(out, text),
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                json(out, item);
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                string(out, name);
                out.push_str(": ");
                json(out, value);
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_its_literal() {
        assert_eq!(quoted("a"), "\"a\"");
        assert_eq!(quoted("it's"), "\"it's\"");
        assert_eq!(quoted("\"a\""), "'\"a\"'");
        assert_eq!(quoted("'\"\\"), "\"'\\\"\\\\\"");
        assert_eq!(quoted("\u{202e}\0\n{x}"), "\"\\u202e\\x00\\n{x}\"");
        assert_eq!(bytes(b"\"'\xff\\"), "b\"\\\"'\\xff\\\\\"");
    }

    #[test]
    fn json_becomes_python() {
        let mut out = String::new();
        json(&mut out, &serde_json::json!({"a": [1, null, true, 1.0, "x"]}));
        assert_eq!(out, "{\"a\": [1, None, True, 1.0, \"x\"]}");
    }
}
