use std::collections::VecDeque;

use crate::source::Span;
use crate::syntax::file::{Limit, Stop};
use crate::syntax::lexeme::{LexemeKind, Lexemes};

/// A lexeme that is no trivia, and what stood before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) span: Span,
    /// `None` at the end of what may be read.
    pub(super) kind: Option<LexemeKind>,
    pub(super) first_on_line: bool,
    pub(super) documented: bool,
}

impl Token {
    pub(super) fn is(self, mark: u8) -> bool {
        self.kind == Some(LexemeKind::Mark(mark))
    }

    pub(super) fn is_word(self) -> bool {
        self.kind == Some(LexemeKind::Word)
    }

    pub(super) fn is_string(self) -> bool {
        matches!(self.kind, Some(LexemeKind::String | LexemeKind::UnclosedString))
    }
}

/// Tokens up to a limit, looked at before they are taken.
#[derive(Clone)]
pub(super) struct Stream<'t> {
    text: &'t str,
    lexemes: Lexemes<'t>,
    ahead: VecDeque<Token>,
    last_end: u32,
    limit: Limit,
}

impl<'t> Stream<'t> {
    pub(super) fn new(text: &'t str, at: u32, limit: Limit) -> Self {
        let lexemes = Lexemes::between(text, at, limit.at);
        Self { text, lexemes, ahead: VecDeque::new(), last_end: at, limit }
    }

    /// Goes on at an offset behind what was taken.
    pub(super) fn move_to(&mut self, at: u32) {
        *self = Self::new(self.text, at, self.limit);
    }

    /// The token `ahead` tokens further on, 0 being the next.
    pub(super) fn peek(&mut self, ahead: usize) -> Token {
        while self.ahead.len() <= ahead {
            let token = self.read();
            self.ahead.push_back(token);
        }
        self.ahead[ahead]
    }

    pub(super) fn take(&mut self) -> Token {
        let token = self.peek(0);
        if token.kind.is_some() {
            self.ahead.pop_front();
            self.last_end = token.span.end;
        }
        token
    }

    /// The end of the last token that was taken.
    pub(super) fn last_end(&self) -> u32 {
        self.last_end
    }

    pub(super) fn stop(&self) -> Stop {
        self.limit.stop
    }

    pub(super) fn text(&self, token: Token) -> &'t str {
        &self.text[token.span.range()]
    }

    pub(super) fn whole(&self) -> &'t str {
        self.text
    }

    /// The lexeme that begins at an offset, even behind the limit.
    pub(super) fn first_from(&self, at: u32) -> Span {
        let lexeme = Lexemes::between(self.text, at, self.text.len() as u32).next();
        lexeme.map_or(Span::new(at, at), |lexeme| lexeme.span)
    }

    /// Whether the token `ahead` is this word.
    pub(super) fn is_at(&mut self, ahead: usize, word: &str) -> bool {
        let token = self.peek(ahead);
        token.is_word() && self.text(token) == word
    }

    fn read(&mut self) -> Token {
        let mut first_on_line = self.last_end == 0 && self.ahead.is_empty();
        let mut documented = false;
        for lexeme in self.lexemes.by_ref() {
            match lexeme.kind {
                LexemeKind::Blank | LexemeKind::BlockComment => {
                    first_on_line |= self.text[lexeme.span.range()].contains(['\n', '\r']);
                }
                LexemeKind::Doc => documented = true,
                kind if kind.is_trivia() => {}
                kind => return Token { span: lexeme.span, kind: Some(kind), first_on_line, documented },
            }
        }
        let span = Span::new(self.limit.at, self.limit.at);
        Token { span, kind: None, first_on_line, documented }
    }
}
