//! A text cut into lexemes without a gap: what the recovery looks at, and what editors colour.

use memchr::{memchr2, memchr2_iter};

use crate::source::Span;

/// A stretch of text that belongs together. All lexemes of a text, joined, are the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lexeme {
    /// Its place.
    pub span: Span,
    /// What it is.
    pub kind: LexemeKind,
}

/// What a lexeme is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LexemeKind {
    /// Spaces, tabs and line ends.
    Blank,
    /// `//` or `////` to the end of the line.
    LineComment,
    /// `///` to the end of the line.
    Doc,
    /// `//!` to the end of the line.
    FileDoc,
    /// `/* */`, nested ones included.
    BlockComment,
    /// `/*` without its end: the rest of the text.
    UnclosedComment,
    /// An identifier or a keyword.
    Word,
    /// Something that begins like a number, with every letter and digit that touches it.
    Number,
    /// A string, quotes included.
    String,
    /// A string that the end of its line, or of the text, cuts off.
    UnclosedString,
    /// `->`.
    Arrow,
    /// `..`.
    Dots,
    /// One of `@ : = , ; ? . ( ) < > [ ] { }`.
    Mark(u8),
    /// What no contract holds outside of strings and comments.
    Unknown,
}

impl LexemeKind {
    /// Whether it stands between tokens: blanks and comments, docs included.
    #[must_use]
    pub const fn is_trivia(self) -> bool {
        matches!(
            self,
            Self::Blank | Self::LineComment | Self::Doc | Self::FileDoc | Self::BlockComment | Self::UnclosedComment
        )
    }
}

/// The lexemes of a text, in order.
#[must_use]
pub fn lexemes(text: &str) -> Lexemes<'_> {
    Lexemes { text, at: 0, end: text.len() }
}

/// Iterator over the lexemes of a text.
#[derive(Clone, Debug)]
pub struct Lexemes<'t> {
    text: &'t str,
    at: usize,
    end: usize,
}

impl<'t> Lexemes<'t> {
    /// The lexemes of `text[at..end]`, with their places in `text`.
    pub(super) fn between(text: &'t str, at: u32, end: u32) -> Self {
        Self { text, at: at as usize, end: end as usize }
    }
}

impl Iterator for Lexemes<'_> {
    type Item = Lexeme;

    fn next(&mut self) -> Option<Lexeme> {
        let rest = &self.text[self.at..self.end];
        let (kind, len) = first(rest)?;
        let span = Span::new(self.at as u32, (self.at + len) as u32);
        self.at += len;
        Some(Lexeme { span, kind })
    }
}

fn first(rest: &str) -> Option<(LexemeKind, usize)> {
    let bytes = rest.as_bytes();
    let second = bytes.get(1).copied();
    Some(match *bytes.first()? {
        b' ' | b'\t' | b'\n' | b'\r' => (LexemeKind::Blank, run(bytes, is_blank)),
        b'/' if second == Some(b'/') => (line_comment_kind(bytes), line_end(bytes)),
        b'/' if second == Some(b'*') => match block_comment_len(bytes) {
            Some(len) => (LexemeKind::BlockComment, len),
            None => (LexemeKind::UnclosedComment, bytes.len()),
        },
        b'"' => string(bytes),
        b'-' if second == Some(b'>') => (LexemeKind::Arrow, 2),
        b'-' if second.is_some_and(|byte| byte.is_ascii_digit()) => (LexemeKind::Number, number_len(bytes)),
        byte if byte.is_ascii_digit() => (LexemeKind::Number, number_len(bytes)),
        byte if byte.is_ascii_alphabetic() => (LexemeKind::Word, run(bytes, is_word)),
        b'.' if second == Some(b'.') => (LexemeKind::Dots, 2),
        mark if b"@:=,;?.()<>[]{}".contains(&mark) => (LexemeKind::Mark(mark), 1),
        _ => (LexemeKind::Unknown, rest.chars().next().map_or(1, char::len_utf8)),
    })
}

/// Whether a byte may stand in an identifier, its first one aside.
pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn run(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|byte| !belongs(*byte)).unwrap_or(bytes.len())
}

/// Exactly `///` is docs, `////` is not.
pub(super) fn line_comment_kind(bytes: &[u8]) -> LexemeKind {
    match (bytes.get(2), bytes.get(3)) {
        (Some(b'/'), Some(b'/')) => LexemeKind::LineComment,
        (Some(b'/'), _) => LexemeKind::Doc,
        (Some(b'!'), _) => LexemeKind::FileDoc,
        _ => LexemeKind::LineComment,
    }
}

/// Bytes up to the end of the line, which is LF, CR or CRLF.
pub(super) fn line_end(bytes: &[u8]) -> usize {
    memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len())
}

/// Bytes of the block comment at the start; `None` where it is not closed.
fn block_comment_len(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0;
    let mut behind = 0;
    for at in memchr2_iter(b'/', b'*', bytes) {
        if at < behind {
            continue;
        }
        match &bytes[at..] {
            [b'/', b'*', ..] => depth += 1,
            [b'*', b'/', ..] => depth -= 1,
            _ => continue,
        }
        behind = at + 2;
        if depth == 0 {
            return Some(behind);
        }
    }
    None
}

fn string(bytes: &[u8]) -> (LexemeKind, usize) {
    match string_end(bytes) {
        (len, true) => (LexemeKind::String, len),
        (len, false) => (LexemeKind::UnclosedString, len),
    }
}

/// Bytes of the string at the start, and whether its quote closes it.
pub(super) fn string_end(bytes: &[u8]) -> (usize, bool) {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return (at + 1, true),
            b'\n' | b'\r' => return (at, false),
            b'\\' if bytes.get(at + 1).is_some_and(|next| !matches!(next, b'\n' | b'\r')) => at += 2,
            _ => at += 1,
        }
    }
    (bytes.len(), false)
}

fn number_len(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        let next_is_digit = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        let belongs = match byte {
            b'.' => next_is_digit,
            b'+' | b'-' => next_is_digit && matches!(bytes[at - 1], b'e' | b'E'),
            _ => is_word(byte),
        };
        if !belongs {
            break;
        }
        at += 1;
    }
    at
}
