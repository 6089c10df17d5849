use super::declared::Declared;
use super::literals::{Context, Entries};
use crate::ast::{Annotation, Path, StringLiteral};
use crate::source::Span;

/// A place where a name stands.
#[derive(Clone, Debug)]
pub(super) struct Occurrence<'d> {
    pub(super) span: Span,
    pub(super) what: What<'d>,
}

/// What a name can mean where it stands.
#[derive(Clone, Debug)]
pub(super) enum What<'d> {
    /// The file's namespace.
    Namespace,
    /// The path of an import, quotes included.
    ImportPath(usize),
    /// The name behind `as`.
    ImportAlias(usize),
    /// The name of a definition or a member, where it is declared.
    Declaration(Declared),
    /// A type.
    Type(&'d Path),
    /// `list`, `map`: a built-in type that takes others.
    Generic,
    /// A name behind `raises`.
    Exception(&'d Path),
    /// The name of an annotation.
    Annotation(&'d Annotation),
    /// A variant or a constant, in a literal.
    Value { path: &'d Path, context: Context<'d> },
    /// A key of an object in a literal, with all that the object holds: the wire name of a field, where the type is a record,
    /// or of a variant, where it is a map of an enum's.
    Key { context: Context<'d>, key: &'d StringLiteral, entries: &'d Entries },
    /// A string in a literal: the wire name of a variant, where the type is an enum.
    Text { context: Context<'d>, text: &'d str },
}

impl Occurrence<'_> {
    /// What stands between its quotes.
    pub(super) fn inside(&self) -> Span {
        Span::new(self.span.start + 1, self.span.end - 1)
    }
}
