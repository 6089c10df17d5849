use super::{Literal, Path};
use crate::source::Span;

/// What stands before a definition, member, variant or parameter.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// `///` lines, one span a line, marker included.
    pub docs: Vec<Span>,
    /// `@name(args)` in order.
    pub annotations: Vec<Annotation>,
}

/// `@name(args)`.
#[derive(Clone, Debug)]
pub struct Annotation {
    /// The whole, `@` included.
    pub span: Span,
    /// The name, which may have dots.
    pub name: Path,
    /// What stands in the parentheses; `None` without them.
    pub arguments: Option<Vec<Literal>>,
}
