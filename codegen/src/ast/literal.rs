use super::Path;
use crate::source::Span;

/// A JSON string: its place (quotes included) and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StringLiteral {
    /// Quotes included.
    pub span: Span,
    /// Unescaped.
    pub value: Box<str>,
}

/// A literal as written.
#[derive(Clone, Debug)]
pub struct Literal {
    /// The whole.
    pub span: Span,
    /// What it is.
    pub kind: LiteralKind,
}

/// What a literal is.
#[derive(Clone, Debug)]
pub enum LiteralKind {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A JSON number, as written (the literal's span).
    Number,
    /// A JSON string, unescaped.
    String(Box<str>),
    /// `5s`, `-250ms`, as written (the literal's span).
    Duration,
    /// `1..64`, `1..`, `..64`.
    Range(Option<Box<Literal>>, Option<Box<Literal>>),
    /// `[…]`.
    List(Vec<Literal>),
    /// `{"key": …}`.
    Object(Vec<(StringLiteral, Literal)>),
    /// A variant's or a constant's name.
    Name(Path),
}
