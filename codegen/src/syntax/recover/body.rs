//! The members of a body that holds an error, one by one.

use super::fault::{Check, Fault};
use super::stream::{Stream, Token};
use super::words::DEFINITIONS;
use crate::ast::{DefinitionKind, EnumBody, Fields, ServiceBody};
use crate::diagnostic::code::syntax as codes;
use crate::source::Span;
use crate::syntax::build::Builder;
use crate::syntax::file::{FileParser, Limit, Stop};
use crate::syntax::grammar::Rule;
use crate::syntax::tree::Tree;

/// What a body holds, filled as it is read.
pub(super) enum Body {
    Fields(Fields),
    Enum(EnumBody),
    Union(EnumBody),
    Service(ServiceBody),
}

impl Body {
    pub(super) fn into_kind(self, open: Option<Span>) -> DefinitionKind {
        match self {
            Self::Fields(fields) => DefinitionKind::Record(fields),
            Self::Enum(body) => DefinitionKind::Enum { open, body },
            Self::Union(body) => DefinitionKind::Union { open, body },
            Self::Service(body) => DefinitionKind::Service(body),
        }
    }

    fn is_variants(&self) -> bool {
        matches!(self, Self::Enum(_) | Self::Union(_))
    }

    fn reserved(&mut self) -> &mut Vec<crate::ast::Reserved> {
        match self {
            Self::Fields(body) => &mut body.reserved,
            Self::Enum(body) | Self::Union(body) => &mut body.reserved,
            Self::Service(body) => &mut body.reserved,
        }
    }
}

impl<'t> FileParser<'t> {
    /// Reads from behind the opening brace, which may be missing, to the closing one, or to what closes the body in its place.
    pub(super) fn recover_body(
        &mut self,
        stream: &mut Stream<'t>,
        limit: Limit,
        body: &mut Body,
        opener: Option<Token>,
    ) {
        self.boundary = opener.map_or(stream.last_end(), |opener| opener.span.start);
        let mut comma_may_follow = false;
        loop {
            let token = stream.peek(0);
            if opener.is_some_and(|opener| self.is_nested(stream, body, opener)) {
                self.pass_nested(stream);
                continue;
            }
            if token.kind.is_none() || next_definition_begins(stream, body) {
                if let Some(opener) = opener {
                    stream.unclosed(opener).report(&mut self.report);
                }
                return;
            }
            if token.is(b'}') {
                stream.take();
                self.docs.pass(token.span.start);
                return;
            }
            if token.is(b',') || token.is(b';') {
                stream.take();
                if !comma_may_follow && token.is(b',') {
                    let problem = self.report.problem(codes::STRAY_COMMA, token.span, "this comma follows nothing");
                    self.report.push(problem.with_help("one comma between two members is enough, and none is needed"));
                    skip_commas(stream);
                }
                comma_may_follow = false;
                continue;
            }
            if self.recover_member(stream, limit, body) {
                comma_may_follow = true;
            } else {
                resume(stream, body, token);
                comma_may_follow = true;
                self.docs.forget(stream.last_end());
                self.boundary = stream.last_end();
            }
        }
    }

    /// Whether a definition begins here that stands deeper in its line than the one whose body this is: a brace is not missing.
    fn is_nested(&self, stream: &mut Stream<'t>, body: &Body, opener: Token) -> bool {
        let indent = |at: u32| {
            let line = self.text[..at as usize].rfind('\n').map_or(0, |end| end + 1);
            self.text[line..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
        };
        let token = stream.peek(0);
        token.is_word() && next_definition_begins(stream, body) && indent(token.span.start) > indent(opener.span.start)
    }

    /// Reports and passes a definition inside of another.
    fn pass_nested(&mut self, stream: &mut Stream<'t>) {
        let keyword = stream.take();
        let message = format!("a `{}` inside of another definition", stream.text(keyword));
        let problem = self.report.problem(codes::UNEXPECTED, keyword.span, message);
        self.report.push(problem.with_help("definitions stand on their own, outside of braces"));
        while stream.peek(0).kind.is_some() && !stream.peek(0).first_on_line && !stream.peek(0).is(b'{') {
            stream.take();
        }
        if stream.peek(0).is(b'{') && !stream.pass_braces() {
            stream.take();
        }
        self.docs.forget(stream.last_end());
        self.boundary = stream.last_end();
    }

    /// Reads one member; `false` where it holds an error, which is reported.
    fn recover_member(&mut self, stream: &mut Stream<'t>, limit: Limit, body: &mut Body) -> bool {
        let start = stream.peek(0).span.start;
        let is_reserved = stream.at_reserved();
        let checked = if is_reserved { stream.reserved() } else { member(stream, body) };
        if let Err(fault) = checked {
            fault.report(&mut self.report);
            return false;
        }
        let rule = match body {
            _ if is_reserved => Rule::reserved,
            Body::Fields(_) => Rule::field,
            Body::Enum(_) | Body::Union(_) => Rule::variant,
            Body::Service(_) => Rule::service_member,
        };
        let tree = match Tree::read(rule, self.text, Span::new(start, limit.at)) {
            Ok(tree) => tree,
            Err(stuck) => {
                self.report_stuck(stuck);
                return false;
            }
        };
        let builder = self.builder(tree);
        let end = if is_reserved {
            let built = builder.build(Builder::reserved);
            body.reserved().push(built.node);
            built.end
        } else {
            match body {
                Body::Fields(fields) => {
                    let built = builder.build(Builder::field);
                    fields.fields.push(built.node);
                    built.end
                }
                Body::Enum(variants) | Body::Union(variants) => {
                    let built = builder.build(Builder::variant);
                    variants.variants.push(built.node);
                    built.end
                }
                Body::Service(service) => {
                    let built = builder.build(Builder::service_member);
                    service.push(built.node);
                    built.end
                }
            }
        };
        if end != stream.last_end() {
            stream.move_to(end);
        }
        self.boundary = end;
        true
    }

    /// Where the grammar fails and the checks do not; they are meant to agree.
    pub(super) fn report_stuck(&mut self, at: u32) {
        let end = self.next_lexeme(at).map_or(at, |(_, span)| span.end);
        let problem = self.report.problem(codes::UNEXPECTED, Span::new(at, end), "this cannot be read");
        self.report.push(problem);
    }
}

fn member(stream: &mut Stream<'_>, body: &Body) -> Check {
    let first = stream.peek(0);
    stream.annotations()?;
    let token = stream.peek(0);
    let annotated = first.span.start != token.span.start;
    if annotated && (token.kind.is_none() || token.is(b'}') || stream.at_reserved()) {
        return Err(dangling(stream, first));
    }
    match body {
        Body::Fields(_) => stream.field("a field or `}`"),
        Body::Enum(_) | Body::Union(_) => stream.variant(),
        Body::Service(_) => stream.service_member(),
    }
}

/// The fault of annotations from `first` on that annotate nothing.
pub(super) fn dangling(stream: &Stream<'_>, first: Token) -> Fault {
    if stream.stop() == Stop::Barrier {
        return Fault::reported();
    }
    let span = Span::new(first.span.start, stream.last_end());
    Fault::new(codes::DANGLING_ANNOTATION, span, "this annotates nothing")
        .with_help("an annotation stands before what it annotates")
}

fn skip_commas(stream: &mut Stream<'_>) {
    while stream.peek(0).is(b',') {
        stream.take();
    }
}

/// Passes tokens up to the next that can begin a member, or the brace that closes the body.
fn resume(stream: &mut Stream<'_>, body: &Body, first: Token) {
    let is_passed = stream.peek(0).is(b'{') && stream.pass_braces();
    if !is_passed && stream.peek(0).span.start == first.span.start && !stream.peek(0).is(b'}') {
        stream.take();
    }
    let mut depth = 0_u32;
    loop {
        let token = stream.peek(0);
        if token.kind.is_none() || (depth == 0 && token.is(b'}')) || next_definition_begins(stream, body) {
            return;
        }
        if begins_member(stream, body, token) && (depth == 0 || !body.is_variants()) {
            return;
        }
        if token.is(b'{') && stream.pass_braces() {
            continue;
        }
        stream.take();
        match token.kind {
            _ if token.is(b'{') => depth += 1,
            _ if token.is(b'}') => depth -= 1,
            _ => {}
        }
    }
}

/// Whether a member of such a body stands at the beginning of the line at hand.
pub(super) fn holds_member(stream: &mut Stream<'_>, body: &Body) -> bool {
    let mut ahead = stream.clone();
    if !ahead.peek(0).first_on_line || ahead.annotations().is_err() || next_definition_begins(&mut ahead, body) {
        return false;
    }
    let token = ahead.peek(0);
    match body {
        Body::Enum(_) => token.is_word() && (ahead.peek(1).is(b',') || ahead.peek(1).first_on_line),
        _ => begins_member(&mut ahead, body, token),
    }
}

fn begins_member(stream: &mut Stream<'_>, body: &Body, token: Token) -> bool {
    if (token.is(b'@') && token.first_on_line) || stream.at_reserved() {
        return true;
    }
    match body {
        Body::Fields(_) => token.is_word() && stream.peek(1).is(b':'),
        Body::Enum(_) | Body::Union(_) => token.is(b',') || token.first_on_line,
        Body::Service(_) => {
            let is_keyword = token.is_word() && matches!(stream.text(token), "procedure" | "topic" | "oneway");
            is_keyword && stream.peek(1).is_word()
        }
    }
}

/// Whether a definition begins here, at the start of a line, that no member can be.
fn next_definition_begins(stream: &mut Stream<'_>, body: &Body) -> bool {
    let token = stream.peek(0);
    if !token.first_on_line {
        return false;
    }
    if token.is(b'@') {
        return stream.stop() == Stop::Definition && annotates_next_definition(stream);
    }
    let at = usize::from(stream.is_at(0, "open"));
    let keyword = stream.peek(at);
    if !keyword.is_word() || !stream.peek(at + 1).is_word() || !DEFINITIONS.contains(&stream.text(keyword)) {
        return false;
    }
    let behind = stream.peek(at + 2);
    match stream.text(keyword) {
        "type" => behind.is(b'='),
        "const" => behind.is(b':') && !body.is_variants(),
        "exception" => behind.is(b'{') || behind.is(b'('),
        _ => behind.is(b'{'),
    }
}

/// Whether the annotations here are the last thing before the definition that ends what may be read.
fn annotates_next_definition(stream: &Stream<'_>) -> bool {
    let mut ahead = stream.clone();
    ahead.annotations().is_ok() && ahead.peek(0).kind.is_none()
}
