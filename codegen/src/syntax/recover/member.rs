//! Members of definitions, token by token.

use super::check::List;
use super::fault::{Check, Fault};
use super::stream::{Stream, Token};
use super::words::{MEMBER_ALIASES, MEMBER_HABITS, MEMBERS, habit, is_like_type, nearest};
use crate::diagnostic::code::syntax as codes;
use crate::source::Span;
use crate::syntax::file::Stop;
use crate::syntax::lexeme::LexemeKind;

const PARAMETERS: List = List { close: b')', item: "a parameter" };
const RESULTS: List = List { close: b')', item: "a result" };

impl Stream<'_> {
    /// `name: T = default`, without its annotations.
    pub(super) fn field(&mut self, expected: &str) -> Check {
        let name = self.peek(0);
        self.name(expected)?;
        let behind = self.peek(0);
        if !behind.is(b':') {
            return Err(self.missing_type(name, behind));
        }
        self.take();
        self.ty()?;
        if self.peek(0).is(b'=') {
            self.take();
            self.literal()?;
        }
        Ok(())
    }

    fn missing_type(&mut self, name: Token, behind: Token) -> Fault {
        let shown = self.text(name);
        let ends =
            behind.kind.is_none() || behind.first_on_line || behind.is(b',') || behind.is(b'}') || behind.is(b')');
        if ends || behind.is(b'=') {
            return match behind.kind {
                None if self.stop() == Stop::Barrier => Fault::reported(),
                _ => Fault::new(codes::MISSING_TYPE, name.span, format!("`{shown}` has no type"))
                    .with_help(format!("write `{shown}: T`")),
            };
        }
        let fault = self.unexpected(behind, &format!("`:` and a type behind `{shown}`"));
        let next = self.peek(1);
        if behind.is_word() && next.is(b':') {
            let name = self.text(behind);
            let help = match shown {
                "optional" => format!("the mark stands behind the type: `{name}: T?`"),
                _ => format!("leave `{shown}` out: a field is written `{name}: T`"),
            };
            return fault.with_help(help);
        }
        if behind.is_word() && next.is_word() && !next.first_on_line {
            let (ty, name) = (self.text(behind), self.text(next));
            let meant = match shown {
                "repeated" => Some(format!("list<{ty}>")),
                "optional" => Some(format!("{ty}?")),
                "required" => Some(ty.to_owned()),
                _ => None,
            };
            if let Some(meant) = meant {
                return fault.with_help(format!("a field is written `{name}: {meant}`"));
            }
        }
        match self.text(behind) {
            "?" => fault.with_help(format!("the mark stands behind the type: `{shown}: T?`")),
            name if behind.is_word() && is_like_type(shown) => {
                fault.with_help(format!("a field is written `{name}: {shown}`"))
            }
            ty if behind.is_word() => fault.with_help(format!("a field is written `{shown}: {ty}`")),
            _ => fault,
        }
    }

    /// `name` or `name: T`, without its annotations.
    pub(super) fn variant(&mut self) -> Check {
        self.name("a variant")?;
        if self.peek(0).is(b':') {
            self.take();
            self.ty()?;
        }
        let behind = self.peek(0);
        if behind.is(b'=') {
            let fault = Fault::new(codes::VARIANT_WITH_VALUE, behind.span, "variants have no values");
            return Err(fault.with_help("a variant travels by its name, or by the one that `@name(\"…\")` gives it"));
        }
        Ok(())
    }

    /// Whether `reserved "…"` stands here: a field or variant may be called so too.
    pub(super) fn at_reserved(&mut self) -> bool {
        self.is_at(0, "reserved") && self.peek(1).is_string()
    }

    pub(super) fn reserved(&mut self) -> Check {
        self.take();
        loop {
            let name = self.peek(0);
            if name.kind != Some(LexemeKind::String) {
                return Err(self.unexpected(name, "a name in quotes"));
            }
            self.take();
            if !(self.peek(0).is(b',') || self.peek(0).is(b';')) || !self.peek(1).is_string() {
                return Ok(());
            }
            self.take();
        }
    }

    /// A procedure or a topic, without its annotations.
    pub(super) fn service_member(&mut self) -> Check {
        let token = self.peek(0);
        if !token.is_word() {
            let help = (token.is(b':') || token.is(b'=')).then_some("what a procedure replies stands behind `->`");
            return Err(self.unexpected(token, "a procedure, a topic or `}`").with_some_help(help));
        }
        match self.text(token) {
            "topic" => {
                self.take();
                self.name("the topic's name")?;
                let behind = self.peek(0);
                if !behind.is(b':') {
                    let fault = self.unexpected(behind, "`:` and what the topic's messages are");
                    return Err(fault.with_help("a topic is written `topic name: T`"));
                }
                self.take();
                self.ty()
            }
            "oneway" => {
                self.take();
                if !self.is_at(0, "procedure") {
                    let token = self.peek(0);
                    let fault = self.unexpected(token, "`procedure`");
                    return Err(fault.with_help("a call without a reply is an `oneway procedure name(…)`"));
                }
                self.procedure()
            }
            "procedure" => self.procedure(),
            word => {
                let next = self.peek(1);
                let meant = match (next.is(b'('), next.is_word() && self.peek(2).is(b'(')) {
                    (true, _) => Some(format!("a procedure is written `procedure {word}(…)`")),
                    (_, true) if word == "stream" => {
                        Some("a stream is what a procedure answers: `-> stream T`".to_owned())
                    }
                    (_, true) => Some(format!("a procedure is written `procedure {}(…) -> {word}`", self.text(next))),
                    _ => None,
                };
                let fault = Fault::new(codes::UNKNOWN_MEMBER, token.span, format!("a service has no `{word}`"));
                Err(match (habit(word, &MEMBER_HABITS), nearest(word, &MEMBERS, &MEMBER_ALIASES)) {
                    (Some(help), _) => fault.with_help(help),
                    (None, Some(known)) => fault.with_help(format!("did you mean `{known}`?")),
                    (None, None) if meant.is_some() => fault.with_some_help(meant.as_deref()),
                    (None, None) => {
                        fault.with_help("a service holds `procedure`, `oneway procedure`, `topic` and `reserved`")
                    }
                })
            }
        }
    }

    fn procedure(&mut self) -> Check {
        self.take();
        let name = self.peek(0);
        self.name("the procedure's name")?;
        if !self.peek(0).is(b'(') {
            let token = self.peek(0);
            let help = if self.text(name) == "oneway" && token.is_word() {
                "`oneway` stands before `procedure`"
            } else {
                "a procedure without a payload is written `procedure name()`"
            };
            return Err(self.unexpected(token, "`(` and the parameters").with_help(help));
        }
        self.parameters()?;
        if self.peek(0).kind == Some(LexemeKind::Arrow) {
            self.take();
            self.returns()?;
        }
        if !self.is_at(0, "raises") {
            return Ok(());
        }
        self.raises()?;
        let behind = self.peek(0);
        if behind.kind == Some(LexemeKind::Arrow) {
            let fault = self.unexpected(behind, "the next member");
            return Err(fault.with_help("what a procedure replies stands before `raises`"));
        }
        if self.text(behind) == "|" {
            let fault = self.unexpected(behind, "the next member");
            return Err(fault.with_help("exceptions stand with commas between them: `raises a, b`"));
        }
        Ok(())
    }

    fn parameters(&mut self) -> Check {
        let mut first = None;
        self.list(&PARAMETERS, |stream| {
            stream.annotations()?;
            let token = stream.peek(0);
            let behind = stream.peek(1);
            let named = token.is_word() && (behind.is(b':') || behind.is(b'?') && stream.peek(2).is(b':'));
            match first {
                None => first = Some((named, token)),
                Some((false, payload)) => return Err(unnamed(payload.span.to(token.span))),
                Some((true, _)) => {}
            }
            if named { stream.field("a parameter") } else { stream.unnamed_parameter(first) }
        })
    }

    fn unnamed_parameter(&mut self, first: Option<(bool, Token)>) -> Check {
        let token = self.peek(0);
        if matches!(first, Some((true, _))) && token.is_word() {
            return Err(unnamed(token.span));
        }
        self.ty()
    }

    fn returns(&mut self) -> Check {
        if self.peek(0).is(b'(') {
            return self.list(&RESULTS, |stream| {
                stream.annotations()?;
                let token = stream.peek(0);
                if token.is_word() && (stream.peek(1).is(b')') || stream.peek(1).is(b',')) {
                    let shown = stream.text(token);
                    let fault =
                        Fault::new(codes::MISSING_TYPE, token.span, format!("`{shown}` has no name or no type"));
                    return Err(fault.with_help(
                        "between parentheses results have names, `(name: T)`; one without a name stands alone, `-> T`",
                    ));
                }
                stream.field("a result, `name: T`")
            });
        }
        self.annotations()?;
        let dotted = self.peek(1).is(b'.') && self.peek(1).span.start == self.peek(0).span.end;
        if self.is_at(0, "stream") && !dotted {
            self.take();
            self.annotations()?;
            if self.peek(0).is(b'(') {
                let token = self.peek(0);
                let fault = self.unexpected(token, "a type");
                return Err(fault.with_help("a stream carries one type: define a `record` for several values"));
            }
        }
        let next = self.peek(1);
        let is_member = ["raises", "procedure", "oneway", "topic", "reserved"].contains(&self.text(next));
        if self.is_at(0, "raises") && next.is_word() && !is_member {
            let token = self.peek(0);
            return Err(self.unexpected(token, "a type").with_help("what has no reply has no `->`"));
        }
        self.ty()
    }

    fn raises(&mut self) -> Check {
        self.take();
        let token = self.peek(0);
        if token.is(b'(') || token.is(b'[') || token.is(b'{') {
            let fault = self.unexpected(token, "an exception");
            return Err(fault.with_help("exceptions stand without brackets, commas between them: `raises a, b`"));
        }
        self.path("an exception")?;
        while (self.peek(0).is(b',') || self.peek(0).is(b';')) && self.continues_raises() {
            self.take();
            self.path("an exception")?;
        }
        Ok(())
    }

    /// Whether the comma at hand continues a `raises` list.
    fn continues_raises(&mut self) -> bool {
        let next = self.peek(1);
        next.is_word() && !next.documented && !self.begins_member(1)
    }

    /// Whether a member of a service begins here, as the grammar's `member_head` has it.
    fn begins_member(&mut self, at: usize) -> bool {
        let token = self.peek(at);
        match self.text(token) {
            "oneway" => self.is_at(at + 1, "procedure"),
            "procedure" => self.peek(at + 1).is_word() && self.peek(at + 2).is(b'('),
            "topic" => self.peek(at + 1).is_word() && self.peek(at + 2).is(b':'),
            "reserved" => self.peek(at + 1).is_string(),
            _ => false,
        }
    }
}

fn unnamed(span: Span) -> Fault {
    Fault::new(codes::UNNAMED_PARAMETERS, span, "several parameters, and not all of them have names")
        .with_help("name each of them, `(a: A, b: B)`, or take one payload, `(T)`")
}
