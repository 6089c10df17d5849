use std::sync::Arc;

use super::{Definition, Ident, Path, StringLiteral};
use crate::source::Span;

/// A parsed file. Definitions that hold a syntax error are there, with what could be read of them.
#[derive(Debug)]
pub struct File {
    /// The text that every span points into.
    pub text: Arc<str>,
    /// `//!` lines at the head, without their marker's span being cut: one span a line, marker included.
    pub docs: Vec<Span>,
    /// `namespace a.b`, absent where it is missing or broken (which is a problem of its own).
    pub namespace: Option<Path>,
    /// Whether something before the definitions could not be read: names may come from what it was meant to be.
    pub is_head_broken: bool,
    /// Imports in order.
    pub imports: Vec<Import>,
    /// Definitions in order.
    pub definitions: Vec<Definition>,
    /// Every comment that documents nothing, in order: `//`, `/* */`, `////`, and misplaced docs.
    pub comments: Vec<Comment>,
}

impl File {
    /// The text of a span.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// The text of an identifier.
    #[must_use]
    pub fn name(&self, ident: Ident) -> &str {
        self.slice(ident.span)
    }
}

/// A comment, markers included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its place.
    pub span: Span,
    /// What it is.
    pub kind: CommentKind,
}

/// What a comment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentKind {
    /// `//` to the end of the line.
    Line,
    /// `/* */`.
    Block,
    /// `///` or `//!` where it documents nothing.
    MisplacedDoc,
}

/// `import "path" as alias`.
#[derive(Clone, Debug)]
pub struct Import {
    /// The whole.
    pub span: Span,
    /// The path, a string literal.
    pub path: StringLiteral,
    /// The name behind `as`.
    pub alias: Option<Ident>,
}
