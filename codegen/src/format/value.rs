//! Annotations, types and literals.

use super::printer::{Fit, Printer};
use crate::syntax::LexemeKind;

impl Printer<'_> {
    /// `@name(args)`.
    pub(super) fn annotation(&mut self) -> Fit {
        self.token()?;
        self.nothing();
        self.path()?;
        if self.next_is(b'(') {
            self.nothing();
            self.list(Self::argument)?;
        }
        Ok(())
    }

    /// Annotations on the line of what they stand before.
    pub(super) fn annotations(&mut self) -> Fit {
        while self.next_is(b'@') {
            self.annotation()?;
            self.space();
        }
        Ok(())
    }

    fn argument(&mut self) -> Fit {
        let is_range = |printer: &Self| printer.peek().is_some_and(|token| token.kind == LexemeKind::Dots);
        if !is_range(self) {
            self.literal()?;
        }
        if is_range(self) {
            self.tight()?;
            let ends = self.peek().is_none_or(|token| matches!(token.kind, LexemeKind::Mark(b',' | b')')));
            if !ends {
                self.literal()?;
            }
        }
        Ok(())
    }

    /// A value, wherever one stands.
    pub(super) fn literal(&mut self) -> Fit {
        match self.peek().map(|token| token.kind) {
            Some(LexemeKind::Mark(b'[')) => self.list(Self::literal),
            Some(LexemeKind::Mark(b'{')) => self.list(Self::entry),
            Some(LexemeKind::Word) => self.path(),
            _ => self.token(),
        }
    }

    /// `"key": value`.
    fn entry(&mut self) -> Fit {
        self.token()?;
        self.tight()?;
        self.space();
        self.literal()
    }

    /// A type, or the name of what has one.
    pub(super) fn ty(&mut self) -> Fit {
        self.path()?;
        if self.next_is(b'<') {
            self.nothing();
            self.list(Self::ty)?;
        }
        self.optional()
    }

    fn optional(&mut self) -> Fit {
        while self.next_is(b'?') {
            self.tight()?;
        }
        Ok(())
    }

    /// `name: T = value`, whatever of it there is; `T` alone, too.
    pub(super) fn member(&mut self) -> Fit {
        if self.flat {
            self.flat_member()
        } else if self.attempt(Self::flat_member) {
            Ok(())
        } else {
            self.broken_member()
        }
    }

    fn flat_member(&mut self) -> Fit {
        self.ty()?;
        if self.next_is(b':') {
            self.tight()?;
            self.space();
            self.ty()?;
        }
        self.default()
    }

    /// `= value`, where it stands.
    fn default(&mut self) -> Fit {
        if self.next_is(b'=') {
            self.space();
            self.token()?;
            self.space();
            self.literal()?;
        }
        Ok(())
    }

    /// A value in brackets is broken first, then a type.
    fn broken_member(&mut self) -> Fit {
        let up_to_bracket = |printer: &mut Self| {
            printer.ty()?;
            if printer.next_is(b':') {
                printer.tight()?;
                printer.space();
                printer.ty()?;
            }
            if !printer.next_is(b'=') {
                return Err(super::printer::TooWide);
            }
            printer.space();
            printer.token()?;
            printer.space();
            if printer.next_is(b'[') || printer.next_is(b'{') { Ok(()) } else { Err(super::printer::TooWide) }
        };
        if self.attempt(up_to_bracket) {
            return self.literal();
        }
        self.broken_ty()?;
        if self.next_is(b':') {
            self.tight()?;
            self.space();
            self.broken_ty()?;
        }
        self.default()
    }

    /// `n = T`.
    pub(super) fn alias(&mut self) -> Fit {
        let up_to_type = |printer: &mut Self| {
            printer.path()?;
            printer.space();
            printer.token()?;
            printer.space();
            Ok(())
        };
        let flat = |printer: &mut Self| {
            up_to_type(printer)?;
            printer.ty()
        };
        if self.attempt(flat) {
            return Ok(());
        }
        up_to_type(self)?;
        self.broken_ty()
    }

    fn broken_ty(&mut self) -> Fit {
        self.path()?;
        if self.next_is(b'<') {
            self.nothing();
            self.broken_list(Self::ty)?;
        }
        self.optional()
    }

    /// A parameter, a result or a payload, with its annotations.
    pub(super) fn parameter(&mut self) -> Fit {
        let flat = |printer: &mut Self| {
            printer.annotations()?;
            printer.flat_member()
        };
        if self.flat {
            return flat(self);
        }
        if self.attempt(flat) {
            return Ok(());
        }
        self.head()?;
        self.member()
    }
}
