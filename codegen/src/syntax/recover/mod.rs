//! After a syntax error: the exact place, what was expected there, and where to go on.

mod body;
mod check;
mod fault;
mod head;
mod member;
mod number;
mod stream;
pub(super) mod words;

use body::{Body, dangling};
use check::List;
use fault::{Check, Fault};
use stream::{Stream, Token};
use words::{BODY_HABITS, DEFINITION_ALIASES, DEFINITIONS, HEAD_HABITS, habit, nearest};

use super::file::{FileParser, Limit, Stop};
use crate::ast::{Definition, DefinitionKind, EnumBody, ExceptionBody, Fields, Head, Ident, ServiceBody};
use crate::diagnostic::code::syntax as codes;
use crate::source::Span;

impl<'t> FileParser<'t> {
    /// Passes what begins no definition; answers where to go on.
    pub(super) fn recover_stray(&mut self, at: u32) -> u32 {
        let limit = self.limit(at);
        let mut stream = Stream::new(self.text, at, limit);
        let token = stream.peek(0);
        let is_closer = |token: Token| [b'}', b')', b']', b'>'].iter().any(|mark| token.is(*mark));
        if is_closer(token) {
            let message = format!("this `{}` closes nothing", stream.text(token));
            self.report(Fault::new(codes::STRAY_BRACKET, token.span, message));
            while is_closer(stream.peek(0)) {
                stream.take();
            }
            return stream.last_end();
        }
        if token.is(b',') {
            let fault = Fault::new(codes::STRAY_COMMA, token.span, "this comma follows nothing");
            self.report(fault.with_help("definitions stand without commas between them"));
            while stream.peek(0).is(b',') {
                stream.take();
            }
            return stream.last_end();
        }
        let fault = stream.unexpected(token, "a definition");
        self.report(fault);
        self.is_head_broken |= self.definitions.is_empty();
        stream.take();
        self.skip_to_definition(stream, limit)
    }

    /// Reads a definition that holds an error, member by member; answers where to go on.
    pub(super) fn recover_definition(&mut self, at: u32, limit: Limit) -> u32 {
        if let Some(end) = self.recover_annotated_head(at, limit) {
            return end;
        }
        let mut stream = Stream::new(self.text, at, limit);
        match self.recover_head(&mut stream) {
            Ok(Some(found)) => self.recover_found(stream, limit, found),
            Ok(None) => self.skip_to_definition(stream, limit),
            Err(fault) => {
                self.report(fault);
                self.skip_to_definition(stream, limit)
            }
        }
    }

    /// Annotations before the file's namespace or an import, which take none.
    fn recover_annotated_head(&mut self, at: u32, limit: Limit) -> Option<u32> {
        let mut stream = Stream::new(self.text, at, limit);
        let first = stream.peek(0);
        let is_head = first.is(b'@')
            && stream.annotations().is_ok()
            && (stream.is_at(0, "namespace") || stream.is_at(0, "import"));
        is_head.then(|| {
            self.report(dangling(&stream, first));
            stream.last_end()
        })
    }

    fn report(&mut self, fault: Fault) {
        fault.report(&mut self.report);
    }

    /// Where reading goes on behind what a stream has taken.
    fn end(&mut self, stream: &mut Stream<'t>, limit: Limit) -> u32 {
        self.docs.forget(stream.last_end());
        if limit.stop != Stop::Barrier || stream.peek(0).kind.is_some() {
            // Docs between here and the next definition are its own.
            return stream.last_end();
        }
        let at = self.scan.keyword_line_from(limit.at).unwrap_or(self.text.len() as u32);
        self.docs.forget(at);
        at
    }

    /// Annotations, keyword and name; `None` where they do not tell what is defined.
    fn recover_head(&mut self, stream: &mut Stream<'t>) -> Result<Option<Found>, Fault> {
        let first = stream.peek(0);
        stream.annotations()?;
        let token = stream.peek(0);
        if token.kind.is_none() && stream.last_end() > first.span.start {
            return Err(dangling(stream, first));
        }
        let docs = self.docs.take(self.boundary, token.span.start, &[]);
        let start = docs.first().map_or(first.span.start, |line| line.start.min(first.span.start));
        let open = (stream.is_at(0, "open") && stream.peek(1).is_word()).then(|| stream.take().span);
        let keyword = stream.peek(0);
        if !keyword.is_word() {
            return Err(stream.unexpected(keyword, "a definition"));
        }
        let written = stream.text(keyword);
        let mut known = DEFINITIONS.iter().copied().find(|known| *known == written);
        if known.is_none() {
            let next = stream.peek(1);
            if next.is_word()
                && !next.first_on_line
                && DEFINITIONS.contains(&stream.text(next))
                && stream.peek(2).is_word()
            {
                let fault = stream.unexpected(keyword, "a definition");
                self.report(fault.with_help(format!(
                    "leave `{}` out: a definition begins with what it is",
                    fault::excerpt(written)
                )));
                stream.take();
                return self.recover_head(stream);
            }
            self.report_unknown(stream, keyword);
            self.is_head_broken |= self.definitions.is_empty();
            if !next.is_word() || next.first_on_line {
                stream.take();
                return Ok(None);
            }
            known = nearest(written, &DEFINITIONS, &DEFINITION_ALIASES);
        } else if open.is_some() && !matches!(written, "enum" | "union") {
            let fault = Fault::new(codes::UNEXPECTED, keyword.span, format!("a `{written}` cannot be open"));
            self.report(fault.with_help("only an `enum` or a `union` can"));
        }
        stream.take();
        let mut name = stream.peek(0);
        stream.name("the definition's name")?;
        if stream.peek(0).is_word() && stream.peek(1).is(b'{') {
            let help = (stream.text(name) == "open").then_some("`open` stands before `enum` and `union`");
            let fault = stream.unexpected(name, "the definition's name").with_some_help(help);
            self.report(fault);
            name = stream.take();
        }
        let head = Head { docs, annotations: Vec::new() };
        Ok(Some(Found { start, head, open, keyword: known, name: Ident { span: name.span } }))
    }

    fn report_unknown(&mut self, stream: &mut Stream<'t>, keyword: Token) {
        let written = stream.text(keyword);
        if matches!(written, "procedure" | "topic" | "oneway") {
            let fault =
                Fault::new(codes::UNKNOWN_DEFINITION, keyword.span, format!("a `{written}` outside of a service"));
            return self.report(fault.with_help("it belongs between the braces of a `service`"));
        }
        let message = format!("there is no definition `{}`", fault::excerpt(written));
        let fault = Fault::new(codes::UNKNOWN_DEFINITION, keyword.span, message);
        self.report(match (habit(written, &HEAD_HABITS), nearest(written, &DEFINITIONS, &DEFINITION_ALIASES)) {
            (Some(help), _) => fault.with_help(help),
            (None, Some(known)) => fault.with_help(format!("did you mean `{known}`?")),
            (None, None) => fault.with_help(format!("definitions are `{}`", DEFINITIONS.join("`, `"))),
        });
    }

    fn recover_found(&mut self, mut stream: Stream<'t>, limit: Limit, found: Found) -> u32 {
        let Some(keyword) = found.keyword else {
            if stream.peek(0).is(b'{') {
                let span = Span::new(found.start, stream.last_end());
                let kind = DefinitionKind::Record(Fields::default());
                self.definitions.push(Definition { span, head: found.head, name: found.name, kind, broken: true });
            }
            return self.skip_to_definition(stream, limit);
        };
        let kind = match keyword {
            "enum" => self.recover_braces(&mut stream, limit, Body::Enum(EnumBody::default())).into_kind(found.open),
            "union" => self.recover_braces(&mut stream, limit, Body::Union(EnumBody::default())).into_kind(found.open),
            "service" => self.recover_braces(&mut stream, limit, Body::Service(ServiceBody::default())).into_kind(None),
            "exception" => DefinitionKind::Exception(self.recover_exception(&mut stream, limit)),
            "type" => self.recover_tail(&mut stream, DefinitionKind::Alias(None), alias),
            "const" => self.recover_tail(&mut stream, DefinitionKind::Const { ty: None, value: None }, constant),
            _ => self.recover_braces(&mut stream, limit, Body::Fields(Fields::default())).into_kind(None),
        };
        let span = Span::new(found.start, stream.last_end());
        self.definitions.push(Definition { span, head: found.head, name: found.name, kind, broken: true });
        self.end(&mut stream, limit)
    }

    /// A body between braces; where something stands before them, it is reported and passed.
    fn recover_braces(&mut self, stream: &mut Stream<'t>, limit: Limit, mut body: Body) -> Body {
        let token = stream.peek(0);
        if !token.is(b'{') {
            let help = habit(stream.text(token), &BODY_HABITS);
            let fault = stream.unexpected(token, "`{`").with_some_help(help);
            self.report(fault);
            while !stream.peek(0).first_on_line && stream.peek(0).kind.is_some() && !stream.peek(0).is(b'{') {
                stream.take();
            }
            self.docs.forget(stream.last_end());
        }
        if stream.peek(0).is(b'{') {
            let opener = stream.take();
            self.recover_body(stream, limit, &mut body, Some(opener));
        } else if body::holds_member(stream, &body) {
            self.recover_body(stream, limit, &mut body, None);
        }
        body
    }

    fn recover_exception(&mut self, stream: &mut Stream<'t>, limit: Limit) -> ExceptionBody {
        if stream.peek(0).is(b'{') {
            let mut body = Body::Fields(Fields::default());
            let opener = stream.take();
            self.recover_body(stream, limit, &mut body, Some(opener));
            if let Body::Fields(fields) = body {
                return ExceptionBody::Fields(fields);
            }
        }
        self.recover_tail(stream, DefinitionKind::Exception(ExceptionBody::Null), payload);
        ExceptionBody::Null
    }

    /// What follows the name of a definition without braces.
    fn recover_tail(
        &mut self,
        stream: &mut Stream<'t>,
        kind: DefinitionKind,
        check: fn(&mut Stream<'t>) -> Check,
    ) -> DefinitionKind {
        let result = check(stream).and_then(|()| {
            let token = stream.peek(0);
            match token.kind {
                None => Ok(()),
                _ if at_item(stream) => Ok(()),
                _ => Err(stream.unexpected(token, "the next definition")),
            }
        });
        if let Err(fault) = result {
            self.report(fault);
            pass_item(stream);
        }
        kind
    }

    fn skip_to_definition(&mut self, mut stream: Stream<'t>, limit: Limit) -> u32 {
        pass_item(&mut stream);
        self.end(&mut stream, limit)
    }
}

/// What could be told of a definition that holds an error.
struct Found {
    start: u32,
    head: Head,
    open: Option<Span>,
    keyword: Option<&'static str>,
    name: Ident,
}

fn alias(stream: &mut Stream<'_>) -> Check {
    let behind = stream.peek(0);
    if !behind.is(b'=') {
        let fault = stream.unexpected(behind, "`=` and a type");
        return Err(fault.with_help("a type is written `type Name = T`"));
    }
    stream.take();
    stream.ty()
}

fn constant(stream: &mut Stream<'_>) -> Check {
    let behind = stream.peek(0);
    if !behind.is(b':') {
        let fault = stream.unexpected(behind, "`:` and a type");
        return Err(fault.with_help("a constant is written `const name: T = value`"));
    }
    stream.take();
    stream.ty()?;
    stream.expect(b'=', "`=` and a value")?;
    stream.literal()
}

fn payload(stream: &mut Stream<'_>) -> Check {
    let opener = stream.peek(0);
    if !opener.is(b'(') {
        return if opener.first_on_line || opener.kind.is_none() || at_item(stream) {
            Ok(())
        } else {
            let help = opener.is(b':').then_some("a payload stands between parentheses: `exception name(T)`");
            let fault = stream.unexpected(opener, "`{` and fields, `(` and a payload, or the next definition");
            Err(fault.with_some_help(help))
        };
    }
    let mut seen = false;
    stream.list(&List { close: b')', item: "the payload" }, |stream| {
        let token = stream.peek(0);
        if seen {
            let fault = stream.unexpected(token, "`)`: an exception has one payload");
            return Err(fault.with_help("several values are fields: `exception name { a: A, b: B }`"));
        }
        seen = true;
        stream.annotations()?;
        let token = stream.peek(0);
        if token.is_word() && stream.peek(1).is(b':') {
            let fault = stream.unexpected(token, "a type");
            return Err(fault.with_help("fields stand between braces: `exception name { a: A }`"));
        }
        stream.ty()
    })?;
    if seen {
        return Ok(());
    }
    let span = Span::new(opener.span.start, stream.last_end());
    let fault = Fault::new(codes::UNEXPECTED, span, "expected a payload between the parentheses");
    Err(fault.with_help("an exception without one is written without parentheses"))
}

/// Passes tokens up to the next that begins a line and a definition, outside of braces.
fn pass_item(stream: &mut Stream<'_>) {
    let mut depth = 0_u32;
    loop {
        let token = stream.peek(0);
        if token.kind.is_none() || (depth == 0 && token.first_on_line && at_item(stream)) {
            return;
        }
        stream.take();
        if token.is(b'{') {
            depth += 1;
        } else if token.is(b'}') {
            if depth <= 1 {
                return;
            }
            depth -= 1;
        }
    }
}

fn at_item(stream: &mut Stream<'_>) -> bool {
    let token = stream.peek(0);
    if token.is(b'@') {
        return true;
    }
    if !token.is_word() {
        return false;
    }
    match stream.text(token) {
        "import" => stream.peek(1).is_string(),
        "namespace" | "open" => stream.peek(1).is_word(),
        word => DEFINITIONS.contains(&word) && stream.peek(1).is_word(),
    }
}
