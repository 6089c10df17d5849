//! The constraints of a contract: lengths, ranges, patterns.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use bytes::Bytes;
use regex::Regex;
use rust_decimal::Decimal;

use super::description::{Tag, Union};
use super::encoder::{Encode, Encoder, Key};
use super::error::{ConstraintKind, Violation};
use crate::json::{MAX_DEPTH, Step, shorten};

/// Walks over a value and keeps the first constraint that does not hold.
#[derive(Debug)]
pub struct Checker {
    path: Vec<Step>,
    violation: Option<Violation>,
}

impl Checker {
    /// Checks the value and what it holds.
    pub(super) fn run(value: &dyn Encode) -> Result<(), Violation> {
        Self::run_with(|checker| value.check(checker))
    }

    /// Checks whatever the function checks.
    pub(super) fn run_with(check: impl FnOnce(&mut Self)) -> Result<(), Violation> {
        let mut checker = Self { path: Vec::new(), violation: None };
        check(&mut checker);
        checker.violation.map_or(Ok(()), Err)
    }

    /// Checks what a field holds, by the constraints of its type.
    pub fn field(&mut self, name: &'static str, value: &dyn Encode) {
        self.at(Step::Field(name), |checker| value.check(checker));
    }

    /// Checks a field by constraints of its own.
    pub fn field_with(&mut self, name: &'static str, check: impl FnOnce(&mut Self)) {
        self.at(Step::Field(name), check);
    }

    /// Checks an item of a list, set or tuple, by the constraints of its type.
    pub fn item(&mut self, index: usize, value: &dyn Encode) {
        self.at(Step::Item(index), |checker| value.check(checker));
    }

    /// Checks an item of a list, set or tuple by constraints of its own.
    pub fn item_with(&mut self, index: usize, check: impl FnOnce(&mut Self)) {
        self.at(Step::Item(index), check);
    }

    /// Checks an entry of a map by constraints of its own.
    pub fn entry_with<K: Key>(&mut self, key: &K, check: impl FnOnce(&mut Self)) {
        if self.violation.is_some() {
            return;
        }
        let depth = self.path.len();
        // Few entries are refused: the key is written only then.
        self.at(Step::Key(String::new()), check);
        if let Some(violation) = &mut self.violation {
            violation.name_key(depth, shorten(&key_text(key)).into_owned());
        }
    }

    /// Checks what a union's variant holds.
    pub fn variant(&mut self, union: &'static Union, value: &dyn Encode) {
        match union.tag {
            Tag::Beside => self.field("value", value),
            Tag::Inside(_) => value.check(self),
        }
    }

    fn at(&mut self, step: Step, check: impl FnOnce(&mut Self)) {
        // What lies deeper than the writer goes, it refuses as a whole.
        if self.violation.is_none() && self.path.len() <= MAX_DEPTH as usize {
            self.path.push(step);
            check(self);
            self.path.pop();
        }
    }

    /// Holds a text, bytes or a collection to a number of characters, bytes or items, both bounds included.
    pub fn length(&mut self, value: &dyn Length, min: Option<usize>, max: Option<usize>) {
        let Some(length) = value.length() else { return };
        if min.is_some_and(|min| length < min) || max.is_some_and(|max| length > max) {
            let expected = bounds(min, max);
            let message = format!("expected {expected} {}, found {length}", value.unit());
            self.refuse(ConstraintKind::Length, message);
        }
    }

    /// Holds a number or a duration to a range, both bounds included.
    pub fn range<T: Limit>(&mut self, value: impl Into<Option<T>>, min: Option<T>, max: Option<T>) {
        let Some(value) = value.into() else { return };
        if min.is_some_and(|min| value < min) || max.is_some_and(|max| value > max) {
            let expected = bounds(min.map(T::show), max.map(T::show));
            let message = format!("expected {expected}, found {}", value.show());
            self.refuse(ConstraintKind::Range, message);
        }
    }

    /// Holds a text to a pattern.
    pub fn pattern(&mut self, value: &dyn Text, pattern: &'static Pattern) {
        let Some(text) = value.text() else { return };
        if !pattern.regex().is_some_and(|regex| regex.is_match(text)) {
            let expected = shorten(pattern.source);
            let message = format!("expected a string like {expected:?}, found {:?}", shorten(text));
            self.refuse(ConstraintKind::Pattern, message);
        }
    }

    #[cold]
    fn refuse(&mut self, kind: ConstraintKind, message: String) {
        let path = &self.path;
        self.violation.get_or_insert_with(|| Violation::new(kind, path, message));
    }
}

fn key_text<K: Key>(key: &K) -> String {
    let mut json = Vec::new();
    Encoder::append(&mut json, |out| key.write_key(out));
    // What a key writes is a JSON string, so it is read as one.
    serde_json::from_slice(&json).unwrap_or_default()
}

fn bounds<T: std::fmt::Display + PartialEq>(min: Option<T>, max: Option<T>) -> String {
    match (min, max) {
        (Some(min), Some(max)) if min == max => format!("{min}"),
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("{min} or more"),
        (None, Some(max)) => format!("{max} or less"),
        (None, None) => "anything".to_owned(),
    }
}

/// A regular expression of the contract, compiled when it is first used.
#[derive(Debug)]
pub struct Pattern {
    source: &'static str,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern in the syntax that Rust's `regex` and ECMA-262 share.
    #[must_use]
    pub const fn new(source: &'static str) -> Self {
        Self { source, regex: OnceLock::new() }
    }

    /// None where the source is no pattern, which the compiler of contracts refuses: nothing matches then.
    fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| Regex::new(&as_in_ecma(self.source)).ok()).as_ref()
    }
}

/// The pattern with `.`, `\d`, `\s` and `\w` meaning what they do in ECMA-262.
fn as_in_ecma(source: &str) -> String {
    let mut pattern = String::with_capacity(source.len());
    let mut characters = source.chars();
    // Patterns have no class in a class.
    let mut in_class = false;
    while let Some(character) = characters.next() {
        if character == '.' && !in_class {
            pattern.push_str(r"[^\n\r\u2028\u2029]");
            continue;
        }
        if character != '\\' {
            in_class = if in_class { character != ']' } else { character == '[' };
            pattern.push(character);
            continue;
        }
        match characters.next() {
            Some('d') => pattern.push_str("[0-9]"),
            Some('D') => pattern.push_str("[^0-9]"),
            Some('w') => pattern.push_str("[0-9A-Za-z_]"),
            Some('W') => pattern.push_str("[^0-9A-Za-z_]"),
            // The byte order mark is a blank there, and the next line (U+0085) is none.
            Some('s') => pattern.push_str(r"[\s\ufeff--\u0085]"),
            Some('S') => pattern.push_str(r"[^\s\ufeff--\u0085]"),
            Some('b') => pattern.push_str(r"(?-u:\b)"),
            other => {
                pattern.push('\\');
                pattern.extend(other);
            }
        }
    }
    pattern
}

/// What has a length; an absent optional value has none.
pub trait Length {
    /// Characters, bytes or items.
    fn length(&self) -> Option<usize>;

    /// What the length counts.
    fn unit(&self) -> &'static str {
        "items"
    }
}

impl Length for String {
    fn length(&self) -> Option<usize> {
        Some(self.chars().count())
    }

    fn unit(&self) -> &'static str {
        "characters"
    }
}

impl Length for Bytes {
    fn length(&self) -> Option<usize> {
        Some(self.len())
    }

    fn unit(&self) -> &'static str {
        "bytes"
    }
}

impl<T> Length for Vec<T> {
    fn length(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl<T> Length for BTreeSet<T> {
    fn length(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl<K, V> Length for BTreeMap<K, V> {
    fn length(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl<T: Length> Length for Option<T> {
    fn length(&self) -> Option<usize> {
        self.as_ref().and_then(T::length)
    }

    fn unit(&self) -> &'static str {
        self.as_ref().map_or("items", T::unit)
    }
}

/// A text; an absent optional one is none.
pub trait Text {
    /// The text.
    fn text(&self) -> Option<&str>;
}

impl Text for String {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl Text for Option<String> {
    fn text(&self) -> Option<&str> {
        self.as_deref()
    }
}

/// A type whose values lie in ranges.
pub trait Limit: PartialOrd + Copy {
    /// The value as a message shows it.
    fn show(self) -> String;
}

macro_rules! limits {
    ($($number:ident)*) => {$(
        impl Limit for $number {
            fn show(self) -> String {
                self.to_string()
            }
        }
    )*};
}

limits! { i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 Decimal }
