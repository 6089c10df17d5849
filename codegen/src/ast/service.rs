use super::{Field, Head, Ident, Path, Reserved, Type};
use crate::source::Span;

/// Members of a service.
#[derive(Clone, Debug, Default)]
pub struct ServiceBody {
    /// Procedures in order.
    pub procedures: Vec<Procedure>,
    /// Topics in order.
    pub topics: Vec<Topic>,
    /// `reserved` members in order.
    pub reserved: Vec<Reserved>,
}

/// `procedure p(…) -> R raises e`.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// The whole, docs and annotations included.
    pub span: Span,
    /// Docs and annotations.
    pub head: Head,
    /// Span of `oneway`, where it stands.
    pub oneway: Option<Span>,
    /// Its name.
    pub name: Ident,
    /// What stands in the parentheses.
    pub parameters: Parameters,
    /// What stands behind `->`.
    pub returns: Returns,
    /// What stands behind `raises`.
    pub raises: Vec<Path>,
}

/// What a procedure takes.
#[derive(Clone, Debug)]
pub enum Parameters {
    /// `()`.
    None,
    /// `(T)`: one unnamed payload, with its docs and annotations.
    Unnamed(Head, Type),
    /// `(a: A, b: B = …)`.
    Named(Vec<Field>),
}

/// What a procedure answers.
#[derive(Clone, Debug)]
pub enum Returns {
    /// No `->`.
    None,
    /// `-> T`.
    Unnamed(Head, Type),
    /// `-> (x: X, y: Y)`; the span of the parentheses, for `-> ()`.
    Named(Span, Vec<Field>),
    /// `-> stream T`.
    Stream(Head, Type),
}

/// `topic t: T`.
#[derive(Clone, Debug)]
pub struct Topic {
    /// The whole, docs and annotations included.
    pub span: Span,
    /// Docs and annotations.
    pub head: Head,
    /// Its name.
    pub name: Ident,
    /// What its messages are.
    pub ty: Type,
}
