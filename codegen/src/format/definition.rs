//! Definitions and their bodies.

use super::cursor::{Cursor, Token};
use super::printer::{Fit, Printer, TooWide};
use crate::syntax::LexemeKind;

impl<'t> Printer<'t> {
    /// Docs, annotations and comments, a line each, in the order in which they stand.
    pub(super) fn head(&mut self) -> Fit {
        while let Some(next) = self.cursor.next() {
            if next.is_comment() {
                if self.leading_comment()? {
                    self.line(0);
                }
            } else if next.is(b'@') {
                self.annotation()?;
                self.trailing_comments();
                self.line(0);
            } else {
                break;
            }
            self.begun = false;
        }
        Ok(())
    }

    /// A definition behind its head.
    pub(super) fn definition(&mut self) -> Fit {
        let mut keyword = self.next_word().unwrap_or_default();
        self.token()?;
        self.space();
        if keyword == "open" {
            keyword = self.next_word().unwrap_or_default();
            self.token()?;
            self.space();
        }
        match keyword {
            "record" | "enum" | "union" => {
                self.token()?;
                self.body(Self::field_or_variant, OneLine::Allowed)
            }
            "service" => {
                self.token()?;
                self.body(Self::service_member, OneLine::Refused)
            }
            "exception" => {
                self.token()?;
                if self.next_is(b'{') {
                    return self.body(Self::field_or_variant, OneLine::Allowed);
                }
                if self.next_is(b'(') {
                    self.nothing();
                    return self.list(Self::parameter);
                }
                Ok(())
            }
            "type" => self.alias(),
            _ => self.member(),
        }
    }

    fn body(&mut self, member: fn(&mut Self) -> Fit, one_line: OneLine) -> Fit {
        self.space();
        self.token()?;
        if self.cursor.next().is_some_and(|next| next.is(b'}')) {
            self.nothing();
            return self.token();
        }
        let on_line = self.cursor.next().is_some_and(|next| next.lines == 0 && !next.is_comment());
        if one_line == OneLine::Allowed && on_line && self.attempt(|printer| printer.flat_body(member)) {
            return Ok(());
        }
        self.trailing_comments();
        self.in_deeper(|printer| printer.members(member))?;
        self.line(0);
        self.begun = false;
        self.token()
    }

    /// `a, b }`, behind the bracket.
    fn flat_body(&mut self, member: fn(&mut Self) -> Fit) -> Fit {
        self.space();
        while !self.cursor.next().is_none_or(|next| next.is(b'}')) {
            member(self)?;
            if self.cursor.next().is_some_and(|next| next.is(b',')) {
                self.cursor.take(self.text);
            }
            if self.cursor.next().is_some_and(Token::is_comment) {
                return Err(TooWide);
            }
            if !self.next_is(b'}') {
                self.nothing();
                self.push(",")?;
            }
            self.space();
        }
        self.token()
    }

    fn members(&mut self, member: fn(&mut Self) -> Fit) -> Fit {
        let mut first = true;
        while let Some(next) = self.cursor.next() {
            if next.is(b',') {
                self.cursor.take(self.text);
                continue;
            }
            if next.is(b'}') {
                break;
            }
            self.line(if first { 0 } else { next.lines });
            self.begun = false;
            first = false;
            if !next.is_docs() && self.leading_comment()? {
                self.seam();
                continue;
            }
            member(self)?;
            self.trailing_comments();
            self.seam();
        }
        Ok(())
    }

    fn field_or_variant(&mut self) -> Fit {
        if self.flat {
            if self.next_is(b'@') {
                return Err(TooWide);
            }
        } else {
            self.head()?;
            // Docs that document nothing can be all there is.
            if self.next_is(b'}') {
                return Ok(());
            }
        }
        if self.at_reserved() { self.reserved() } else { self.member() }
    }

    pub(super) fn at_reserved(&self) -> bool {
        self.next_word() == Some("reserved") && {
            let mut ahead = self.cursor.clone();
            while ahead.take(self.text).is_some_and(Token::is_comment) {}
            ahead.token(self.text).is_some_and(|token| token.kind == LexemeKind::String)
        }
    }

    /// `reserved "a", "b"`.
    pub(super) fn reserved(&mut self) -> Fit {
        self.token()?;
        self.names(Self::token, |ahead, text| ahead.token(text).is_some_and(|token| token.kind == LexemeKind::String))
    }

    /// Names with commas between, as many on a line as go there. `goes_on` tells from what follows a comma whether it
    /// belongs to them.
    pub(super) fn names(&mut self, name: fn(&mut Self) -> Fit, goes_on: fn(&Cursor<'t>, &str) -> bool) -> Fit {
        let mut more = true;
        while more {
            self.space();
            self.here_or_below(|printer| {
                name(printer)?;
                more = printer.behind_comma().is_some_and(|ahead| goes_on(&ahead, printer.text));
                if more { printer.tight() } else { Ok(()) }
            })?;
        }
        Ok(())
    }

    /// What follows the comma that comes next.
    fn behind_comma(&self) -> Option<Cursor<'t>> {
        let mut ahead = self.cursor.clone();
        while ahead.next()?.is_comment() {
            ahead.take(self.text);
        }
        ahead.take(self.text).filter(|token| token.is(b',')).map(|_| ahead)
    }
}

/// Whether a body may stand on one line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OneLine {
    /// Where it was written so, and fits.
    Allowed,
    Refused,
}
