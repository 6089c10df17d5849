//! From what the grammar accepted to the tree.

mod definition;
mod literal;
mod service;
mod ty;

use super::docs::Docs;
use super::grammar::Rule;
use super::report::Report;
use super::tree::Tree;
use crate::ast::{Annotation, Field, Head, Ident, Path, Reserved};
use crate::source::Span;

/// Builds nodes of one accepted rule.
pub(super) struct Builder<'a, 't> {
    text: &'t str,
    tree: Tree<'t>,
    docs: &'a mut Docs,
    report: &'a mut Report,
    /// Docs before this offset cannot belong to the next node.
    boundary: u32,
    /// Whether something was refused that the grammar lets through.
    broken: bool,
}

/// A node with the end of its last token.
pub(super) struct Built<T> {
    pub(super) node: T,
    pub(super) end: u32,
}

impl<'a, 't> Builder<'a, 't> {
    pub(super) fn new(
        text: &'t str,
        tree: Tree<'t>,
        docs: &'a mut Docs,
        report: &'a mut Report,
        boundary: u32,
    ) -> Self {
        Self { text, tree, docs, report, boundary, broken: false }
    }

    /// Builds the one node that was read.
    pub(super) fn build<T>(mut self, node: impl FnOnce(&mut Self) -> T) -> Built<T> {
        let node = node(&mut self);
        Built { node, end: self.tree.last_end() }
    }

    /// `namespace a.b`.
    pub(super) fn namespace(&mut self) -> Path {
        self.tree.enter(Rule::namespace);
        self.path()
    }

    /// `import "path" as alias`.
    pub(super) fn import(&mut self) -> crate::ast::Import {
        let start = self.tree.enter(Rule::import);
        let path = self.string();
        let alias = self.tree.at(Rule::ident).then(|| self.ident());
        crate::ast::Import { span: self.since(start), path, alias }
    }

    fn since(&self, start: u32) -> Span {
        Span::new(start, self.tree.last_end())
    }

    fn ident(&mut self) -> Ident {
        Ident { span: self.tree.leaf(Rule::ident) }
    }

    fn path(&mut self) -> Path {
        let span = self.tree.leaf(Rule::path);
        let mut start = span.start;
        let dots = self.text[span.range()].bytes().filter(|byte| *byte == b'.').count();
        let mut segments = Vec::with_capacity(dots + 1);
        for part in self.text[span.range()].split('.') {
            let end = start + part.len() as u32;
            segments.push(Ident { span: Span::new(start, end) });
            start = end + 1;
        }
        Path { span, segments }
    }

    fn annotations(&mut self) -> Vec<Annotation> {
        let mut annotations = Vec::new();
        while self.tree.at(Rule::annotation) {
            let start = self.tree.enter(Rule::annotation) - 1;
            let name = self.path();
            let arguments = self.tree.at(Rule::arguments).then(|| self.arguments());
            self.tree.leave_loose();
            annotations.push(Annotation { span: self.since(start), name, arguments });
        }
        annotations
    }

    /// Docs and annotations before the next token, with where all of it starts.
    fn head(&mut self) -> (u32, Head) {
        let annotations = self.annotations();
        let token = self.tree.position();
        let docs = self.docs.take(self.boundary, token, &annotations);
        let first = annotations.first().map_or(token, |one| one.span.start);
        let start = docs.first().map_or(first, |line| line.start.min(first));
        (start, Head { docs, annotations })
    }

    fn end_member(&mut self) {
        self.boundary = self.tree.last_end();
    }

    /// `name: T = default`.
    pub(super) fn field(&mut self) -> Field {
        self.tree.enter(Rule::field);
        let (start, head) = self.head();
        let name = self.ident();
        let ty = self.ty();
        let default = self.tree.peek().is_some().then(|| self.literal());
        self.tree.leave_loose();
        self.end_member();
        Field { span: self.since(start), head, name, ty, default }
    }

    fn field_list(&mut self) -> Vec<Field> {
        let mut fields = Vec::new();
        while self.tree.at(Rule::field) {
            fields.push(self.field());
        }
        fields
    }

    /// `reserved "a", "b"`.
    pub(super) fn reserved(&mut self) -> Reserved {
        let start = self.tree.enter(Rule::reserved);
        let mut names = Vec::new();
        while self.tree.at(Rule::string) {
            names.push(self.string());
        }
        self.tree.leave_loose();
        self.docs.pass(start);
        self.end_member();
        Reserved { span: self.since(start), names }
    }

    /// Enters a bracketed node; docs behind its bracket belong to what it holds.
    fn enter_bracket(&mut self, rule: Rule) -> u32 {
        self.boundary = self.tree.enter(rule);
        self.boundary
    }

    fn leave_bracket(&mut self) {
        self.boundary = self.tree.leave();
    }
}
