use crate::source::Span;
use crate::syntax::{LexemeKind, Lexemes, lexemes};

/// A lexeme that is no blank, with how many lines end in the blanks before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) span: Span,
    pub(super) kind: LexemeKind,
    /// Line ends between this and what stands before it: 0, 1, or 2 for more.
    pub(super) lines: u8,
}

impl Token {
    pub(super) fn is_comment(self) -> bool {
        self.kind.is_trivia()
    }

    /// Whether what follows stands on another line, whatever is written.
    pub(super) fn ends_line(self) -> bool {
        !matches!(self.kind, LexemeKind::BlockComment) && self.is_comment()
    }

    /// Documentation stands on lines of its own.
    pub(super) fn is_docs(self) -> bool {
        matches!(self.kind, LexemeKind::Doc | LexemeKind::FileDoc)
    }

    pub(super) fn is(self, mark: u8) -> bool {
        self.kind == LexemeKind::Mark(mark)
    }
}

/// Reads the tokens and comments of a text; a copy of it is a place to come back to.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'t> {
    lexemes: Lexemes<'t>,
    next: Option<Token>,
    /// The end of what was taken last.
    behind: u32,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut cursor = Self { lexemes: lexemes(text), next: None, behind: 0 };
        cursor.next = cursor.read(text);
        cursor
    }

    /// What comes next, comments included.
    pub(super) fn next(&self) -> Option<Token> {
        self.next
    }

    /// Where what was taken last ends.
    pub(super) fn behind(&self) -> u32 {
        self.behind
    }

    /// Passes what comes next.
    pub(super) fn take(&mut self, text: &str) -> Option<Token> {
        let taken = self.next?;
        self.behind = taken.span.end;
        self.next = self.read(text);
        Some(taken)
    }

    /// The next token that is no comment.
    pub(super) fn token(&self, text: &str) -> Option<Token> {
        match self.next {
            Some(next) if next.is_comment() => {
                let mut ahead = self.clone();
                while ahead.next.is_some_and(Token::is_comment) {
                    ahead.take(text);
                }
                ahead.next
            }
            next => next,
        }
    }

    fn read(&mut self, text: &str) -> Option<Token> {
        let mut lines = 0;
        for lexeme in self.lexemes.by_ref() {
            if lexeme.kind == LexemeKind::Blank {
                lines = line_ends(&text.as_bytes()[lexeme.span.range()]);
            } else {
                return Some(Token { span: lexeme.span, kind: lexeme.kind, lines });
            }
        }
        None
    }
}

/// How many lines end in blanks; 2 stands for more.
fn line_ends(blanks: &[u8]) -> u8 {
    let mut lines = 0;
    let mut rest = blanks;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
        lines += 1;
        if lines == 2 {
            break;
        }
        let crlf = rest[at..].starts_with(b"\r\n");
        rest = &rest[at + 1 + usize::from(crlf)..];
    }
    lines
}
