//! Procedures and topics.

use super::cursor::{Cursor, Token};
use super::printer::{Fit, Printer};
use crate::syntax::LexemeKind;

impl Printer<'_> {
    pub(super) fn service_member(&mut self) -> Fit {
        self.head()?;
        if self.next_is(b'}') {
            return Ok(());
        }
        match self.next_word() {
            Some("reserved") => self.reserved(),
            Some("topic") => {
                self.token()?;
                self.space();
                self.member()
            }
            _ => self.procedure(),
        }
    }

    /// All on one line; else `raises` below; else the parameters a line each.
    fn procedure(&mut self) -> Fit {
        let whole = |printer: &mut Self| {
            printer.name()?;
            printer.list(Self::parameter)?;
            printer.returns()?;
            printer.raises()
        };
        if self.attempt(whole) {
            return Ok(());
        }
        let without_raises = |printer: &mut Self| {
            printer.name()?;
            printer.list(Self::parameter)?;
            printer.returns()
        };
        if self.attempt(without_raises) {
            return self.raises_below();
        }
        self.name()?;
        if self.takes_nothing() { self.list(Self::parameter) } else { self.broken_list(Self::parameter) }?;
        let rest = |printer: &mut Self| {
            printer.returns()?;
            printer.raises()
        };
        if self.attempt(rest) {
            return Ok(());
        }
        self.returns()?;
        self.raises_below()
    }

    /// `oneway procedure p`.
    fn name(&mut self) -> Fit {
        if self.next_word() == Some("oneway") {
            self.token()?;
            self.space();
        }
        self.token()?;
        self.space();
        self.token()?;
        self.nothing();
        Ok(())
    }

    fn takes_nothing(&self) -> bool {
        let mut ahead = self.cursor.clone();
        while ahead.take(self.text).is_some_and(Token::is_comment) {}
        ahead.token(self.text).is_some_and(|token| token.is(b')'))
    }

    /// `-> T`, `-> stream T`, `-> (x: X)`.
    fn returns(&mut self) -> Fit {
        if self.peek().is_none_or(|token| token.kind != LexemeKind::Arrow) {
            return Ok(());
        }
        self.space();
        self.token()?;
        self.space();
        if self.next_is(b'(') {
            return self.list(Self::parameter);
        }
        self.annotations()?;
        if self.next_word() == Some("stream") {
            self.token()?;
            self.space();
            self.annotations()?;
        }
        self.ty()
    }

    /// `raises a, b`.
    fn raises(&mut self) -> Fit {
        if self.next_word() != Some("raises") {
            return Ok(());
        }
        self.space();
        self.token()?;
        self.names(Self::path, raises_goes_on)
    }

    fn raises_below(&mut self) -> Fit {
        if self.next_word() == Some("raises") {
            self.line(0);
        }
        self.raises()
    }
}

/// Whether a comma before what comes next continues a `raises`: unless a member, `@`, docs or `}` follows.
fn raises_goes_on(ahead: &Cursor<'_>, text: &str) -> bool {
    let mut ahead = ahead.clone();
    while let Some(comment) = ahead.next().filter(|next| next.is_comment()) {
        if comment.kind == LexemeKind::Doc {
            return false;
        }
        ahead.take(text);
    }
    let mut word = || {
        while ahead.next().is_some_and(Token::is_comment) {
            ahead.take(text);
        }
        ahead.take(text).map(|token| (token.kind, &text[token.span.range()]))
    };
    match word() {
        Some((LexemeKind::Word, "oneway")) => !matches!(word(), Some((_, "procedure"))),
        Some((LexemeKind::Word, "procedure")) => {
            word();
            !matches!(word(), Some((LexemeKind::Mark(b'('), _)))
        }
        Some((LexemeKind::Word, "topic")) => {
            word();
            !matches!(word(), Some((LexemeKind::Mark(b':'), _)))
        }
        Some((LexemeKind::Word, "reserved")) => !matches!(word(), Some((LexemeKind::String, _))),
        Some((LexemeKind::Word, _)) => true,
        _ => false,
    }
}
