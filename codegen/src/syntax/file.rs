//! The file as a whole: docs, the namespace, imports, definitions, in that order.

use std::sync::Arc;

use super::build::{Builder, Built};
use super::docs::Docs;
use super::grammar::Rule;
use super::lexeme::{LexemeKind, Lexemes, line_end};
use super::recover::words::begins_item;
use super::report::Report;
use super::scan::{Barrier, BarrierKind, MAX_DEPTH, Scan, scan};
use super::tree::Tree;
use crate::ast::{Comment, CommentKind, Definition, File, Import, Path};
use crate::diagnostic::code::{lints, syntax as codes};
use crate::diagnostic::{Label, Problem};
use crate::source::{FileId, Span};

/// Bytes of lines with errors of which each definition is read by the grammar; beyond, one for each line.
const MAX_COPIED: u32 = 1 << 20;

/// Parses one file.
pub(super) struct FileParser<'t> {
    pub(super) text: &'t str,
    pub(super) scan: Scan,
    pub(super) docs: Docs,
    pub(super) report: Report,
    /// Docs before this offset cannot belong to the next definition.
    pub(super) boundary: u32,
    /// Where the grammar is not asked again: from a place where it failed to the end of a long line.
    failed: Span,
    /// Bytes of lines that pest copied into its errors.
    copied: u32,
    pub(super) namespace: Option<Path>,
    /// Whether a `namespace` was seen, readable or not.
    pub(super) has_namespace: bool,
    /// Whether something before the definitions could not be read.
    pub(super) is_head_broken: bool,
    imports: Vec<Import>,
    pub(super) definitions: Vec<Definition>,
}

/// How far one definition can reach, and what stands there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub(super) at: u32,
    pub(super) stop: Stop,
}

/// What ends the text that a definition is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The end of the file.
    End,
    /// The next definition.
    Definition,
    /// What has its own error already.
    Barrier,
}

impl<'t> FileParser<'t> {
    pub(super) fn new(file: FileId, text: &'t str) -> Self {
        let mut scan = scan(text);
        let docs = Docs::new(std::mem::take(&mut scan.docs));
        Self {
            text,
            scan,
            docs,
            report: Report::new(file),
            boundary: 0,
            failed: Span::default(),
            copied: 0,
            namespace: None,
            has_namespace: false,
            is_head_broken: false,
            imports: Vec::new(),
            definitions: Vec::new(),
        }
    }

    pub(super) fn parse(mut self, text: Arc<str>) -> (File, Vec<Problem>) {
        self.report_scan();
        let first = self.next_token(0).map_or(self.text.len() as u32, |(at, _)| at);
        self.items();
        if !self.has_namespace {
            self.report_missing_namespace(first);
        }
        let (file_docs, misplaced) = self.split_file_docs(first);
        self.docs.pass(u32::MAX);
        let comments = self.comments(&misplaced);
        let file = File {
            text,
            docs: file_docs,
            namespace: self.namespace,
            is_head_broken: self.is_head_broken,
            imports: self.imports,
            definitions: self.definitions,
            comments,
        };
        (file, self.report.into_problems())
    }

    fn report_scan(&mut self) {
        for Barrier { at, kind } in std::mem::take(&mut self.scan.barriers) {
            let problem = match kind {
                BarrierKind::TooDeep(opener) => self
                    .report
                    .problem(
                        codes::TOO_DEEP,
                        Span::new(opener, opener + 1),
                        format!("nested deeper than {MAX_DEPTH} levels"),
                    )
                    .with_help("give an inner part a name of its own: a `type`, a `record` or a `const`"),
                BarrierKind::UnclosedComment => self
                    .report
                    .problem(codes::UNCLOSED_COMMENT, Span::new(at, at + 2), "this comment is never closed")
                    .with_help("close it with `*/`; comments nest, so each `/*` takes its own"),
            };
            self.report.push(problem);
            self.scan.barriers.push(Barrier { at, kind });
        }
        if let Some(at) = self.scan.semicolon {
            let problem = self
                .report
                .problem(codes::SEMICOLON, Span::new(at, at + 1), "`;` stands nowhere in a contract")
                .with_help("leave it out, or write `,`; the file's other `;` are not reported");
            self.report.push(problem);
        }
    }

    fn report_missing_namespace(&mut self, first: u32) {
        let end = self.next_token(first).map_or(first, |(_, end)| end);
        let problem = self
            .report
            .problem(codes::MISSING_NAMESPACE, Span::new(first, end), "this file has no namespace")
            .with_help("begin it with `namespace your.name`");
        self.report.push(problem);
    }

    /// Where the next token begins and ends.
    fn next_token(&self, from: u32) -> Option<(u32, u32)> {
        self.next_lexeme(from).map(|(_, span)| (span.start, span.end))
    }

    pub(super) fn next_lexeme(&self, from: u32) -> Option<(LexemeKind, Span)> {
        Lexemes::between(self.text, from, self.text.len() as u32)
            .find(|lexeme| !lexeme.kind.is_trivia())
            .map(|lexeme| (lexeme.kind, lexeme.span))
    }

    fn items(&mut self) {
        let mut at = 0;
        while let Some((kind, span)) = self.next_lexeme(at) {
            let end = match (kind, &self.text[span.range()]) {
                (LexemeKind::Word, "namespace") => self.read_namespace(span.start),
                (LexemeKind::Word, word) if self.is_meant_as_namespace(word) => self.recover_namespace_word(span),
                (LexemeKind::Word, "import") => self.read_import(span.start),
                (LexemeKind::Mark(b';'), _) => span.end,
                (LexemeKind::Word | LexemeKind::Mark(b'@'), _) => self.read_definition(span.start),
                _ => self.recover_stray(span.start),
            };
            at = end.max(span.end);
            self.boundary = at;
        }
    }

    fn read_namespace(&mut self, at: u32) -> u32 {
        let first_of_its_kind = !self.has_namespace;
        self.has_namespace = true;
        let limit = self.limit(at);
        let Ok(tree) = Tree::read(Rule::namespace, self.text, Span::new(at, limit.at)) else {
            return self.recover_namespace(at, limit);
        };
        let goes_on = self.goes_on(tree.end());
        let Built { node, mut end } = self.builder(tree).build(Builder::namespace);
        let is_import = self.text[node.span.range()] == *"import"
            && self.text.as_bytes()[at as usize..node.span.start as usize].contains(&b'\n');
        if is_import {
            return self.recover_namespace(at, limit);
        }
        self.docs.pass(end);
        if goes_on {
            end = self.recover_namespace(at, limit);
        }
        if let Some(name) = node.segments.get(MAX_DEPTH as usize) {
            let message = format!("a namespace has {MAX_DEPTH} names at most");
            let problem = self.report.problem(codes::TOO_DEEP, name.span, message);
            self.report.push(problem.with_help("targets make a module of each; leave some out"));
        }
        if let Some(first) = &self.namespace {
            let mut problem =
                self.report.problem(codes::REPEATED_NAMESPACE, node.span, "a second namespace in one file");
            let message = "the file's namespace is declared here".to_owned();
            problem.labels.push(Label { location: self.report.location(first.span), message });
            self.report
                .push(problem.with_help("a file belongs to one namespace; move what follows into a file of its own"));
            return end;
        }
        if !self.imports.is_empty() || !self.definitions.is_empty() {
            let what = if self.definitions.is_empty() { "imports" } else { "definitions" };
            let message = format!("the namespace stands behind {what}");
            let problem = self.report.problem(codes::OUT_OF_ORDER, Span::new(at, end), message);
            self.report.push(problem.with_help("first the namespace, then imports, then definitions"));
        }
        // What goes on is another namespace, whose name nobody knows.
        if first_of_its_kind && !self.is_head_broken {
            self.namespace = Some(node);
        }
        end
    }

    /// Whether this begins the file in the place of `namespace`.
    fn is_meant_as_namespace(&self, word: &str) -> bool {
        let is_head = !self.has_namespace && self.imports.is_empty() && self.definitions.is_empty();
        is_head && (matches!(word, "package" | "module") || word.eq_ignore_ascii_case("namespace"))
    }

    fn read_import(&mut self, at: u32) -> u32 {
        let limit = self.limit(at);
        let Ok(tree) = Tree::read(Rule::import, self.text, Span::new(at, limit.at)) else {
            return self.recover_import(at, limit);
        };
        let behind = tree.end();
        let Built { node, mut end } = self.builder(tree).build(Builder::import);
        self.docs.pass(end);
        let is_unaliased = node.alias.is_none() && self.goes_on_unaliased(end);
        if is_unaliased || self.goes_on(behind) {
            end = self.recover_import(at, limit);
        }
        if let Some(definition) = self.definitions.first() {
            let location = self.report.location(definition.name.span);
            let problem = self
                .report
                .problem(codes::OUT_OF_ORDER, node.span, "an import stands behind a definition")
                .with_label(location, "definitions begin here")
                .with_help("first the namespace, then imports, then definitions");
            self.report.push(problem);
        }
        self.imports.push(node);
        end
    }

    fn read_definition(&mut self, at: u32) -> u32 {
        let limit = self.limit(at);
        if self.failed.range().contains(&(at as usize)) {
            return self.recover_definition(at, limit);
        }
        let tree = match Tree::read(Rule::definition, self.text, Span::new(at, limit.at)) {
            Ok(tree) => tree,
            Err(stuck) => {
                // pest copies the rest of the line into its error: errors without number on one long line would take
                // quadratic time.
                let rest = line_end(&self.text.as_bytes()[stuck as usize..limit.at as usize]) as u32;
                self.copied = self.copied.saturating_add(rest);
                if self.copied > MAX_COPIED {
                    self.failed = Span::new(stuck, stuck + rest);
                }
                return self.recover_definition(at, limit);
            }
        };
        // A body's bracket ends a definition for certain; what ends in a type or a literal may go on in a way that the
        // grammar does not know.
        if self.goes_on(tree.end()) {
            return self.recover_definition(at, limit);
        }
        let Built { node, end } = self.builder(tree).build(Builder::definition);
        self.definitions.push(node);
        end
    }

    /// Whether a name stands behind an import on its line that begins nothing else.
    fn goes_on_unaliased(&self, end: u32) -> bool {
        let Some((LexemeKind::Word, span)) = self.next_lexeme(end) else { return false };
        let word = &self.text[span.range()];
        let on_its_line = !self.text.as_bytes()[end as usize..span.start as usize].contains(&b'\n');
        word == "as" || on_its_line && !begins_item(word)
    }

    /// Whether something stands behind an item without a body that begins no other.
    fn goes_on(&self, end: u32) -> bool {
        let in_body = self.text.as_bytes()[end as usize - 1] == b'}';
        let ends = |(kind, _)| matches!(kind, LexemeKind::Word | LexemeKind::Mark(b'@' | b';' | b'}' | b','));
        !in_body && !self.next_lexeme(end).is_none_or(ends)
    }

    fn split_file_docs(&self, first: u32) -> (Vec<Span>, Vec<Span>) {
        self.scan.file_docs.iter().partition(|line| line.start < first)
    }

    /// All comments that document nothing, in order, each misplaced one with its lint.
    fn comments(&mut self, misplaced_file_docs: &[Span]) -> Vec<Comment> {
        let mut comments = std::mem::take(&mut self.scan.comments);
        let mut last_end = 0;
        for span in misplaced_file_docs {
            let is_next_line = last_end > 0 && self.text[last_end as usize..span.start as usize].trim().is_empty();
            last_end = span.end;
            if is_next_line {
                continue;
            }
            let problem = self
                .report
                .problem(lints::MISPLACED_FILE_DOCS, *span, "`//!` documents the file, and stands at its head alone")
                .with_help("move it before the namespace, or write `///` or `//`");
            self.report.push(problem);
        }
        for span in &self.docs.misplaced {
            let problem = self
                .report
                .problem(lints::MISPLACED_DOCS, *span, "these docs document nothing")
                .with_help("put them before a definition, member, variant or parameter, or write `//`");
            self.report.push(problem);
        }
        let misplaced = self.docs.misplaced.iter().chain(misplaced_file_docs);
        comments.extend(misplaced.map(|span| Comment { span: *span, kind: CommentKind::MisplacedDoc }));
        comments.sort_by_key(|comment| comment.span.start);
        comments
    }

    pub(super) fn builder<'a>(&'a mut self, tree: Tree<'t>) -> Builder<'a, 't> {
        Builder::new(self.text, tree, &mut self.docs, &mut self.report, self.boundary)
    }

    /// How far a definition that begins here can reach: the next one that begins a line closes it.
    pub(super) fn limit(&self, at: u32) -> Limit {
        let own = match self.text.as_bytes()[at as usize] {
            b'@' => self.scan.keyword_line_from(at),
            _ => self.scan.is_keyword_line(at).then_some(at),
        };
        let next = self.scan.keyword_line_from(own.map_or(at, |own| own + 1));
        let end = match next {
            Some(at) => Limit { at, stop: Stop::Definition },
            None => Limit { at: self.text.len() as u32, stop: Stop::End },
        };
        match self.scan.barrier_from(at) {
            Some(barrier) if barrier.at < end.at => Limit { at: barrier.at, stop: Stop::Barrier },
            _ => end,
        }
    }
}
