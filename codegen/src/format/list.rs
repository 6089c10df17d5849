//! What stands in brackets: on one line where it fits, else an element a line, with a comma behind each.

use super::cursor::Token;
use super::printer::{Fit, Printer};
use crate::syntax::LexemeKind;

/// Prints one element of a list.
type Element<'t> = fn(&mut Printer<'t>) -> Fit;

impl<'t> Printer<'t> {
    /// The list at whose bracket the cursor stands.
    pub(super) fn list(&mut self, element: Element<'t>) -> Fit {
        if self.flat {
            self.flat_list(element)
        } else if self.attempt(|printer| printer.flat_list(element)) {
            Ok(())
        } else {
            self.broken_list(element)
        }
    }

    fn flat_list(&mut self, element: Element<'t>) -> Fit {
        self.token()?;
        self.nothing();
        while !self.at_end_of_list() {
            element(self)?;
            if !self.next_is(b',') {
                break;
            }
            self.inner_comments()?;
            self.cursor.take(self.text);
            if self.at_end_of_list() {
                self.inner_comments()?;
            } else {
                self.nothing();
                self.push(",")?;
                self.space();
            }
        }
        self.tight()
    }

    pub(super) fn broken_list(&mut self, element: Element<'t>) -> Fit {
        if self.holds_one_value() {
            self.token()?;
            self.nothing();
            element(self)?;
            if self.next_is(b',') {
                self.cursor.take(self.text);
            }
            return self.tight();
        }
        self.token()?;
        self.trailing_comments();
        self.in_deeper(|printer| printer.elements(element))?;
        self.line(0);
        self.begun = false;
        self.token()
    }

    fn elements(&mut self, element: Element<'t>) -> Fit {
        let (mut first, mut in_docs) = (true, false);
        while let Some(next) = self.cursor.next() {
            if next.is(b',') {
                self.cursor.take(self.text);
                continue;
            }
            if is_closer(next.kind) {
                break;
            }
            self.line(if first || in_docs { 0 } else { next.lines });
            self.begun = false;
            (first, in_docs) = (false, next.is_docs());
            if self.leading_comment()? {
                continue;
            }
            self.before_comma(element)?;
            self.nothing();
            self.push(",")?;
            self.trailing_comments();
        }
        Ok(())
    }

    /// Writes the comments that come next, up to one that ends its line. Whether there was such a one: what follows begins
    /// a line of its own.
    pub(super) fn leading_comment(&mut self) -> Result<bool, super::printer::TooWide> {
        while let Some(next) = self.cursor.next().filter(|next| next.is_comment()) {
            self.comment()?;
            self.begun = false;
            let follows = self.cursor.next().filter(|follows| follows.lines == 0 && !follows.is_docs());
            let goes_on = follows.is_some_and(|follows| !is_closer(follows.kind) && !follows.is(b','));
            if next.ends_line() || !goes_on {
                return Ok(true);
            }
            self.space();
        }
        Ok(false)
    }

    fn at_end_of_list(&self) -> bool {
        self.peek().is_none_or(|token| is_closer(token.kind))
    }

    /// Whether a list, an object or a string is all that stands in these brackets: then it alone is broken, if at all.
    fn holds_one_value(&self) -> bool {
        let mut ahead = self.cursor.clone();
        while ahead.take(self.text).is_some_and(Token::is_comment) {}
        let starts = |kind| matches!(kind, LexemeKind::Mark(b'{' | b'[') | LexemeKind::String);
        if !ahead.next().is_some_and(|next| starts(next.kind)) {
            return false;
        }
        let mut depth = 0_u32;
        while let Some(next) = ahead.take(self.text) {
            match next.kind {
                LexemeKind::Mark(b'{' | b'[') => depth += 1,
                LexemeKind::Mark(b'}' | b']') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        if ahead.next().is_some_and(|next| next.is(b',')) {
            ahead.take(self.text);
        }
        ahead.next().is_some_and(|next| is_closer(next.kind))
    }
}

fn is_closer(kind: LexemeKind) -> bool {
    matches!(kind, LexemeKind::Mark(b'}' | b')' | b']' | b'>'))
}
