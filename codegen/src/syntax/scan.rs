//! The linear scan before the grammar: comments, where definitions begin, and what the grammar must not see.

use super::lexeme::{LexemeKind, is_word, line_comment_kind, line_end, string_end};
use crate::ast::{Comment, CommentKind};
use crate::source::Span;

/// Brackets deeper than this are refused: parsers and trees recurse as deep as what they read.
pub(super) const MAX_DEPTH: u32 = 64;

/// What the scan found.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Comments that are no docs.
    pub(super) comments: Vec<Comment>,
    /// `///` lines.
    pub(super) docs: Vec<Span>,
    /// `//!` lines.
    pub(super) file_docs: Vec<Span>,
    /// Where a definition's keyword and a name stand at the very start of a line.
    pub(super) keyword_lines: Vec<u32>,
    /// What stops the grammar, in order.
    pub(super) barriers: Vec<Barrier>,
    /// The first `;`.
    pub(super) semicolon: Option<u32>,
}

/// A place that the grammar may not pass.
#[derive(Clone, Copy, Debug)]
pub(super) struct Barrier {
    /// Where the grammar stops.
    pub(super) at: u32,
    /// Why.
    pub(super) kind: BarrierKind,
}

/// Why the grammar stops.
#[derive(Clone, Copy, Debug)]
pub(super) enum BarrierKind {
    /// The opener at this offset is nested too deep.
    TooDeep(u32),
    /// A comment begins that has no end.
    UnclosedComment,
}

impl Scan {
    /// The first keyword line at or behind an offset.
    pub(super) fn keyword_line_from(&self, at: u32) -> Option<u32> {
        self.keyword_lines.get(self.keyword_lines.partition_point(|line| *line < at)).copied()
    }

    /// Whether a definition begins a line at exactly this offset.
    pub(super) fn is_keyword_line(&self, at: u32) -> bool {
        self.keyword_lines.binary_search(&at).is_ok()
    }

    /// The first barrier at or behind an offset.
    pub(super) fn barrier_from(&self, at: u32) -> Option<Barrier> {
        self.barriers.get(self.barriers.partition_point(|barrier| barrier.at < at)).copied()
    }
}

/// Reads a text once.
pub(super) fn scan(text: &str) -> Scan {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0, depth: 0, reported: false, found: Scan::default() };
    scanner.run();
    scanner.found
}

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
    depth: u32,
    /// Whether the definition at hand has its error already.
    reported: bool,
    found: Scan,
}

impl Scanner<'_> {
    fn run(&mut self) {
        self.line_start();
        while let Some(&byte) = self.bytes.get(self.at) {
            match CLASSES[byte as usize] {
                Class::Plain => self.at += 1,
                Class::LineEnd => {
                    self.at += 1;
                    self.line_start();
                }
                Class::Open => {
                    self.open();
                    self.at += 1;
                }
                Class::Close => {
                    self.depth = self.depth.saturating_sub(1);
                    self.at += 1;
                }
                Class::Minus => self.at += if self.next_is(b'>') { 2 } else { 1 },
                Class::Semicolon => {
                    self.found.semicolon.get_or_insert(self.at as u32);
                    self.at += 1;
                }
                Class::Quote => self.at += string_end(&self.bytes[self.at..]).0,
                Class::Slash => self.slash(),
            }
        }
    }

    fn next_is(&self, byte: u8) -> bool {
        self.bytes.get(self.at + 1) == Some(&byte)
    }

    fn line_start(&mut self) {
        if begins_definition(&self.bytes[self.at..]) {
            self.found.keyword_lines.push(self.at as u32);
            self.depth = 0;
            self.reported = false;
        }
    }

    fn open(&mut self) {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.too_deep(self.at, self.at);
        }
    }

    fn too_deep(&mut self, barrier: usize, opener: usize) {
        if !self.reported {
            self.reported = true;
            self.found.barriers.push(Barrier { at: barrier as u32, kind: BarrierKind::TooDeep(opener as u32) });
        }
    }

    fn slash(&mut self) {
        let rest = &self.bytes[self.at..];
        if self.next_is(b'/') {
            let span = Span::new(self.at as u32, (self.at + line_end(rest)) as u32);
            match line_comment_kind(rest) {
                LexemeKind::Doc => self.found.docs.push(span),
                LexemeKind::FileDoc => self.found.file_docs.push(span),
                _ => self.found.comments.push(Comment { span, kind: CommentKind::Line }),
            }
            self.at = span.end as usize;
        } else if self.next_is(b'*') {
            self.block_comment();
        } else {
            self.at += 1;
        }
    }

    fn block_comment(&mut self) {
        let start = self.at;
        let mut depth = 0;
        let mut deepest = None;
        let mut closed = false;
        while let Some(step) = memchr::memchr2(b'/', b'*', &self.bytes[self.at..]) {
            self.at += step;
            match &self.bytes[self.at..] {
                [b'/', b'*', ..] => {
                    depth += 1;
                    if depth == MAX_DEPTH + 1 {
                        deepest.get_or_insert(self.at);
                    }
                }
                [b'*', b'/', ..] => depth -= 1,
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            self.at += 2;
            if depth == 0 {
                closed = true;
                break;
            }
        }
        if !closed {
            self.at = self.bytes.len();
            self.found.barriers.push(Barrier { at: start as u32, kind: BarrierKind::UnclosedComment });
        } else if let Some(opener) = deepest {
            self.too_deep(start, opener);
        }
        let span = Span::new(start as u32, self.at as u32);
        self.found.comments.push(Comment { span, kind: CommentKind::Block });
    }
}

/// Whether a definition's keyword, blanks and a name stand here.
fn begins_definition(bytes: &[u8]) -> bool {
    let keyword: &[u8] = match bytes {
        [b'r', b'e', b'c', ..] => b"record",
        [b'e', b'n', ..] => b"enum",
        [b'e', b'x', ..] => b"exception",
        [b's', b'e', ..] => b"service",
        [b'u', b'n', ..] => b"union",
        [b't', b'y', ..] => b"type",
        [b'c', b'o', ..] => b"const",
        [b'o', b'p', ..] => b"open",
        _ => return false,
    };
    let Some(rest) = bytes.strip_prefix(keyword) else { return false };
    let name = skip_blanks(rest);
    if name.len() == rest.len() {
        return false;
    }
    match keyword {
        b"open" => begins_open_definition(name),
        _ => name.first().is_some_and(u8::is_ascii_alphabetic),
    }
}

fn begins_open_definition(bytes: &[u8]) -> bool {
    [b"enum".as_slice(), b"union"]
        .iter()
        .any(|word| bytes.strip_prefix(*word).is_some_and(|rest| !rest.first().is_some_and(|byte| is_word(*byte))))
}

fn skip_blanks(bytes: &[u8]) -> &[u8] {
    let blanks = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    &bytes[blanks..]
}

#[derive(Clone, Copy)]
enum Class {
    Plain,
    LineEnd,
    Open,
    Close,
    Minus,
    Semicolon,
    Quote,
    Slash,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Plain; 256];
    classes[b'\n' as usize] = Class::LineEnd;
    classes[b'\r' as usize] = Class::LineEnd;
    classes[b'-' as usize] = Class::Minus;
    classes[b';' as usize] = Class::Semicolon;
    classes[b'"' as usize] = Class::Quote;
    classes[b'/' as usize] = Class::Slash;
    let mut at = 0;
    while at < 4 {
        classes[b"({[<"[at] as usize] = Class::Open;
        classes[b")}]>"[at] as usize] = Class::Close;
        at += 1;
    }
    classes
};
