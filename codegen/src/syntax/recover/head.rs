//! The namespace and the imports, each a line.

use super::fault::Check;
use super::stream::Stream;
use super::words::begins_item;
use crate::ast::{self, Ident};
use crate::diagnostic::code::syntax as codes;
use crate::source::Span;
use crate::syntax::file::{FileParser, Limit};
use crate::syntax::lexeme::LexemeKind;

impl<'t> FileParser<'t> {
    /// Reports what is wrong with a `namespace`; answers where to go on.
    pub(in crate::syntax) fn recover_namespace(&mut self, at: u32, limit: Limit) -> u32 {
        self.recover_line(at, limit, |stream| {
            let token = stream.peek(0);
            if token.first_on_line && begins_item(stream.text(token)) {
                return Err(stream.unexpected(token, "a name such as `net.example`"));
            }
            stream.path("a name such as `net.example`")
        })
    }

    /// Reads what begins the file in the place of `namespace`, and says so; answers where to go on.
    pub(in crate::syntax) fn recover_namespace_word(&mut self, word: Span) -> u32 {
        self.has_namespace = true;
        let problem = self.report.problem(codes::MISSING_NAMESPACE, word, "this file has no namespace");
        self.report.push(problem.with_help("did you mean `namespace`?"));
        let limit = self.limit(word.start);
        let mut stream = Stream::new(self.text, word.end, limit);
        let mut segments = Vec::new();
        while stream.peek(0).is_word() && !stream.peek(0).first_on_line {
            segments.push(Ident { span: stream.take().span });
            if stream.peek(0).is(b'.') {
                stream.take();
            }
        }
        match (segments.first(), segments.last()) {
            (Some(first), Some(last)) => {
                self.namespace = Some(ast::Path { span: first.span.to(last.span), segments });
            }
            _ => self.is_head_broken = true,
        }
        self.pass_line(stream, limit)
    }

    /// Reports what is wrong with an `import`; answers where to go on.
    pub(in crate::syntax) fn recover_import(&mut self, at: u32, limit: Limit) -> u32 {
        self.recover_line(at, limit, |stream| {
            let path = stream.peek(0);
            if path.kind != Some(LexemeKind::String) {
                let fault = stream.unexpected(path, "a path in quotes");
                let is_name = path.is_word();
                return Err(if is_name {
                    fault.with_help("files are imported, not names: `import \"a/b.almanet\"`")
                } else {
                    fault
                });
            }
            stream.take();
            if stream.is_at(0, "as") {
                stream.take();
                return stream.name("the name that the import goes by");
            }
            let behind = stream.peek(0);
            if behind.is_word() && !behind.first_on_line {
                let help = format!("another name for it stands behind `as`: `as {}`", stream.text(behind));
                return Err(stream.unexpected(behind, "the end of the line").with_help(help));
            }
            Ok(())
        })
    }

    fn recover_line(&mut self, at: u32, limit: Limit, check: impl FnOnce(&mut Stream<'t>) -> Check) -> u32 {
        let mut stream = Stream::new(self.text, at, limit);
        stream.take();
        let result = check(&mut stream).and_then(|()| {
            let token = stream.peek(0);
            if token.first_on_line || token.kind.is_none() {
                Ok(())
            } else {
                let fault = stream.unexpected(token, "the end of the line");
                Err(fault.with_some_help(token.is(b'{').then_some("a namespace is the whole file's: it has no braces")))
            }
        });
        if let Err(fault) = result {
            // A brace behind a namespace leaves its name as it is.
            self.is_head_broken |= !stream.peek(0).is(b'{');
            self.report(fault);
        }
        self.pass_line(stream, limit)
    }

    fn pass_line(&mut self, mut stream: Stream<'t>, limit: Limit) -> u32 {
        while stream.peek(0).kind.is_some() && !stream.peek(0).first_on_line {
            stream.take();
        }
        self.end(&mut stream, limit)
    }
}
