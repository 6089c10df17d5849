use super::{Ident, Path};
use crate::source::Span;

/// A type as written.
#[derive(Clone, Debug)]
pub struct Type {
    /// The whole.
    pub span: Span,
    /// What it is.
    pub kind: TypeKind,
}

/// What a type is.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// `string`, `Person`, `common.Person`: built-in or not is for the resolver.
    Name(Path),
    /// `list<T>`, `map<K, V>`: the name and what stands between `<` and `>`.
    Generic(Ident, Vec<Type>),
    /// `T?`.
    Optional(Box<Type>),
}
