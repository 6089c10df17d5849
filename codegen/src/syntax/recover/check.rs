//! Types, literals and annotations, token by token: the first that does not fit is the fault.
//!
//! What passes here is what the grammar accepts; a fuzz target holds the two together.

use super::fault::{Check, Fault};
use super::stream::{Stream, Token};
use crate::diagnostic::code::syntax as codes;
use crate::source::Span;
use crate::syntax::file::Stop;
use crate::syntax::lexeme::LexemeKind;

/// How many tokens behind a fault the mark is looked for that closes its bracket, so that many faults on one line take linear time.
const MAX_PASSED: usize = 256;

/// A bracketed list: its closing mark and what its items are.
pub(super) struct List {
    pub(super) close: u8,
    pub(super) item: &'static str,
}

impl Stream<'_> {
    /// The bracket at hand and what it holds, commas between. One with a fault is passed whole where its line closes it, and over
    /// lines where it is an object for certain: nothing inside is taken for the next member.
    pub(super) fn list(&mut self, list: &List, item: impl FnMut(&mut Self) -> Check) -> Check {
        let key = self.peek(1);
        let is_object = list.close == b'}' && key.is_word() && self.peek(2).is(b':');
        let result = self.items(list, item);
        if result.is_err() {
            self.pass_to(list.close, is_object);
        }
        result
    }

    fn items(&mut self, list: &List, mut item: impl FnMut(&mut Self) -> Check) -> Check {
        let opener = self.take();
        let close = char::from(list.close);
        while !self.peek(0).is(list.close) {
            if self.peek(0).kind.is_none() {
                return Err(self.unclosed(opener));
            }
            let named = self.peek(1).is(b':');
            item(self)?;
            let behind = self.peek(0);
            if behind.is(b',') || behind.is(b';') {
                self.take();
            } else if list.item == "an argument" && self.text(behind).starts_with('-') {
                let fault = self.unexpected(behind, &format!("`,` or `{close}` behind {}", list.item));
                return Err(fault.with_help("bounds are written `1..64`, both included"));
            } else if begins_item(behind) {
                let fault = self.missing_comma(behind);
                // `Iban account`: the type first, as other languages have it.
                let is_type_first = list.item == "a parameter" && !named && behind.is_word() && !behind.first_on_line;
                return Err(if is_type_first { fault.with_help("a parameter is written `name: T`") } else { fault });
            } else if behind.kind.is_none() {
                return Err(self.unclosed(opener));
            } else if !behind.is(list.close) {
                let fault = self.unexpected(behind, &format!("`,` or `{close}` behind {}", list.item));
                let names = behind.is(b'=') || behind.is(b':');
                let help = match list.item {
                    "an argument" if names => {
                        Some("arguments have no names; bounds are written `1..64`, both included")
                    }
                    "a parameter" if names => Some("a parameter with a default has a name: `name: T = value`"),
                    _ => None,
                };
                return Err(fault.with_some_help(help).with_label(opener.span, "opened here"));
            }
        }
        self.take();
        Ok(())
    }

    /// Goes on behind the mark that closes the bracket around, if it stands not far off, and on this line unless told otherwise.
    fn pass_to(&mut self, close: u8, over_lines: bool) {
        let mut ahead = self.clone();
        let mut open = 0_u32;
        for _ in 0..MAX_PASSED {
            let token = ahead.peek(0);
            if token.first_on_line && !over_lines {
                return;
            }
            ahead.take();
            match token.kind {
                Some(LexemeKind::Mark(b'(' | b'[' | b'{' | b'<')) => open += 1,
                Some(LexemeKind::Mark(mark @ (b')' | b']' | b'}' | b'>'))) if open == 0 => {
                    if mark == close {
                        *self = ahead;
                    }
                    return;
                }
                Some(LexemeKind::Mark(b')' | b']' | b'}' | b'>')) => open -= 1,
                None => return,
                Some(_) => {}
            }
        }
    }

    /// Goes on behind the brace that closes the one at hand; `false` where none does so not far off.
    pub(super) fn pass_braces(&mut self) -> bool {
        let opener = self.peek(0);
        let mut ahead = self.clone();
        ahead.take();
        ahead.pass_to(b'}', true);
        let is_passed = ahead.last_end() > opener.span.end;
        if is_passed {
            *self = ahead;
        }
        is_passed
    }

    fn missing_comma(&mut self, before: Token) -> Fault {
        let place = Span::new(self.last_end(), before.span.end);
        if self.whole()[..self.last_end() as usize].ends_with("stream") {
            let fault = Fault::new(codes::UNEXPECTED, place, "`stream` stands in no other type");
            return fault
                .with_help("a procedure that replies with many values is written `procedure name() -> stream T`");
        }
        let message = format!("a comma is missing before `{}`", super::fault::excerpt(self.text(before)));
        Fault::new(codes::MISSING_COMMA, place, message)
            .with_help("only in the `{ }` body of a definition may commas be left out")
    }

    /// The fault of a bracket that nothing closes.
    pub(super) fn unclosed(&mut self, opener: Token) -> Fault {
        let end = self.peek(0);
        if self.stop() == Stop::Barrier && end.kind.is_none() {
            return Fault::reported();
        }
        let opened = self.text(opener);
        let fault = Fault::new(codes::UNCLOSED_BRACKET, opener.span, format!("this `{opened}` is never closed"));
        if end.kind.is_none() && self.stop() == Stop::End {
            return fault;
        }
        fault.with_label(self.first_from(end.span.start), "the next definition begins here, and closes it")
    }

    /// An identifier.
    pub(super) fn name(&mut self, expected: &str) -> Check {
        let token = self.peek(0);
        let starts_badly = match token.kind {
            Some(LexemeKind::Number) => !self.text(token).starts_with('-'),
            Some(LexemeKind::Unknown) => {
                self.text(token).starts_with(|char: char| char == '_' || char == '$' || char.is_alphabetic())
            }
            _ => false,
        };
        if starts_badly {
            return Err(self.bad_name(token.span.start));
        }
        if token.is_string() && token.kind == Some(LexemeKind::String) {
            let fault = self.unexpected(token, expected);
            let is_docs = self.whole()[token.span.start as usize..].starts_with("\"\"\"");
            let help =
                if is_docs { "docs are lines that begin with `///`" } else { "names are written without quotes" };
            return Err(fault.with_help(help));
        }
        if !token.is_word() {
            return Err(self.unexpected(token, expected));
        }
        self.take();
        let next = self.peek(0);
        let goes_on = next.span.start == token.span.end
            && match next.kind {
                Some(LexemeKind::Unknown) => {
                    self.text(next).starts_with(|char: char| char == '-' || char == '$' || char.is_alphanumeric())
                }
                Some(LexemeKind::Number) => true,
                _ => false,
            };
        if goes_on { Err(self.bad_name(token.span.start)) } else { Ok(()) }
    }

    /// Names with dots between them.
    pub(super) fn path(&mut self, expected: &str) -> Check {
        self.name(expected)?;
        while self.peek(0).is(b'.') {
            let dot = self.peek(0);
            let next = self.peek(1);
            let touches = dot.span.start == self.last_end() && next.span.start == dot.span.end;
            let begins_name = matches!(next.kind, Some(LexemeKind::Word | LexemeKind::Number | LexemeKind::Unknown));
            if !touches || !begins_name {
                let fault = Fault::new(codes::UNEXPECTED, dot.span, "a dot stands between two names and touches both");
                return Err(fault);
            }
            self.take();
            self.name(expected)?;
        }
        Ok(())
    }

    pub(super) fn ty(&mut self) -> Check {
        if self.at_next_field() {
            let token = self.peek(0);
            return Err(self.unexpected(token, "a type"));
        }
        let first = self.peek(0);
        if let Some(help) = type_help(self.text(first)) {
            return Err(self.unexpected(first, "a type").with_help(help));
        }
        self.path("a type")?;
        if self.peek(0).is(b'<') {
            self.list(&List { close: b'>', item: "a type" }, Self::ty)?;
        }
        while self.peek(0).is(b'?') {
            self.take();
        }
        let behind = self.peek(0);
        if behind.is(b'[') || behind.is(b'(') {
            let help = bracket_help(self.text(first), behind);
            return Err(self.unexpected(behind, "the end of the type").with_help(help));
        }
        Ok(())
    }

    pub(super) fn literal(&mut self) -> Check {
        let token = self.peek(0);
        match token.kind {
            Some(LexemeKind::Mark(b'[')) => self.list(&List { close: b']', item: "an item" }, Self::literal),
            Some(LexemeKind::Mark(b'{')) => self.list(&List { close: b'}', item: "an entry" }, Self::entry),
            _ if self.at_next_field() => Err(self.unexpected(token, "a literal")),
            _ => {
                self.scalar("a literal")?;
                let behind = self.peek(0);
                if behind.kind == Some(LexemeKind::Dots) { Err(self.range(behind)) } else { Ok(()) }
            }
        }
    }

    /// Whether `name:` stands here: no type or literal, but the beginning of what follows the one that is missing.
    fn at_next_field(&mut self) -> bool {
        self.peek(0).is_word() && self.peek(0).first_on_line && self.peek(1).is(b':')
    }

    fn range(&mut self, dots: Token) -> Fault {
        let fault = Fault::new(codes::UNEXPECTED, dots.span, "a range stands only in the parentheses of an annotation");
        fault.with_help("bounds of a field are written `@range(1..64)` or `@length(1..64)` before it")
    }

    fn entry(&mut self) -> Check {
        let key = self.peek(0);
        if key.kind != Some(LexemeKind::String) {
            let fault = self.unexpected(key, "a key");
            return Err(if key.is_word() { fault.with_help("keys are JSON strings: `\"key\": …`") } else { fault });
        }
        self.take();
        self.expect(b':', "`:` behind the key")?;
        self.literal()
    }

    fn scalar(&mut self, expected: &str) -> Check {
        let token = self.peek(0);
        match token.kind {
            Some(LexemeKind::Word) => self.path(expected),
            Some(LexemeKind::String) => {
                self.take();
                Ok(())
            }
            Some(LexemeKind::Number) => self.number(),
            Some(LexemeKind::Dots) => Err(self.range(token)),
            Some(LexemeKind::Mark(b'.') | LexemeKind::Unknown) if self.begins_number(token) => {
                let fault = Fault::new(codes::BAD_NUMBER, token.span, "this is no number");
                Err(fault
                    .with_help("numbers are written as in JSON: no plus sign, a digit on either side of the point"))
            }
            _ => Err(self.unexpected(token, expected)),
        }
    }

    fn begins_number(&mut self, token: Token) -> bool {
        let next = self.peek(1);
        next.kind == Some(LexemeKind::Number)
            && next.span.start == token.span.end
            && matches!(self.text(token), "." | "+" | "-")
    }

    /// Annotations before a member; none is fine.
    pub(super) fn annotations(&mut self) -> Check {
        while self.peek(0).is(b'@') {
            let at = self.take();
            let name = self.peek(0);
            if name.span.start != at.span.end {
                return Err(self.unexpected(name, "the annotation's name right behind `@`"));
            }
            self.path("the annotation's name")?;
            if self.peek(0).is(b'(') {
                self.list(&List { close: b')', item: "an argument" }, Self::argument)?;
            }
            let behind = self.peek(0);
            let help = match behind.kind {
                Some(LexemeKind::String | LexemeKind::Mark(b':' | b'=')) => {
                    let name = self.text(name);
                    format!("what an annotation says stands between parentheses: `@{name}(…)`")
                }
                Some(LexemeKind::Mark(b',')) => "annotations stand without commas between them".to_owned(),
                _ => continue,
            };
            return Err(self.unexpected(behind, "what is annotated").with_help(help));
        }
        Ok(())
    }

    fn argument(&mut self) -> Check {
        let token = self.peek(0);
        let takes_range = match token.kind {
            Some(LexemeKind::Dots) => true,
            Some(LexemeKind::Mark(b'[' | b'{')) => {
                self.literal()?;
                false
            }
            _ => {
                self.scalar("an argument")?;
                self.peek(0).kind == Some(LexemeKind::Dots)
            }
        };
        if takes_range {
            self.take();
            if self.begins_scalar() {
                self.scalar("a bound")?;
            }
        }
        Ok(())
    }

    fn begins_scalar(&mut self) -> bool {
        let token = self.peek(0);
        matches!(
            token.kind,
            Some(LexemeKind::Word | LexemeKind::Number | LexemeKind::String | LexemeKind::UnclosedString)
        ) || self.begins_number(token)
    }

    /// This mark.
    pub(super) fn expect(&mut self, mark: u8, expected: &str) -> Check {
        let token = self.peek(0);
        if !token.is(mark) {
            return Err(self.unexpected(token, expected));
        }
        self.take();
        Ok(())
    }
}

/// What is meant where a type begins with something else than a name.
fn type_help(found: &str) -> Option<&'static str> {
    Some(match found {
        "[" => "a list is written `list<T>`",
        "(" => "a tuple is written `tuple<A, B>`",
        "{" => "a type has a name: define a `record` outside, and name it here",
        "?" => "the mark stands behind the type: `T?`",
        "@" => "an annotation stands before the name of what it annotates",
        _ => return None,
    })
}

/// What is meant by a bracket behind a type.
fn bracket_help(ty: &str, bracket: Token) -> &'static str {
    match &*ty.to_ascii_lowercase() {
        "optional" => "an optional type is written `T?`",
        "map" | "dict" => "a map is written `map<K, V>`",
        "set" => "a set is written `set<T>`",
        "tuple" => "a tuple is written `tuple<A, B>`",
        "list" => "a list is written `list<T>`",
        _ if bracket.is(b'[') => "a list is written `list<T>`",
        _ => "a type is bounded by an annotation before the name: `@length(..64)` or `@range(0..100)`",
    }
}

fn begins_item(token: Token) -> bool {
    matches!(
        token.kind,
        Some(LexemeKind::Word | LexemeKind::Number | LexemeKind::String | LexemeKind::Mark(b'@' | b'[' | b'{'))
    )
}
