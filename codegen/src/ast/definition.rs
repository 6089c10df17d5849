use super::{Head, Ident, Literal, ServiceBody, StringLiteral, Type};
use crate::source::Span;

/// A definition at the top of a file.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The whole, docs and annotations included.
    pub span: Span,
    /// Docs and annotations.
    pub head: Head,
    /// Its name.
    pub name: Ident,
    /// What it is.
    pub kind: DefinitionKind,
    /// Whether a syntax error was found inside: the name is known, the members are not to be relied on.
    pub broken: bool,
}

/// What a definition is.
#[derive(Clone, Debug)]
pub enum DefinitionKind {
    /// `record n { … }`.
    Record(Fields),
    /// `enum n { … }`, `open enum n { … }`.
    Enum {
        /// Span of `open`, where it stands.
        open: Option<Span>,
        /// Variants and reserved names.
        body: EnumBody,
    },
    /// `union n { … }`, `open union n { … }`.
    Union {
        /// Span of `open`, where it stands.
        open: Option<Span>,
        /// Variants and reserved names.
        body: EnumBody,
    },
    /// `type n = T`.
    Alias(Option<Type>),
    /// `const n: T = literal`.
    Const {
        /// The type.
        ty: Option<Type>,
        /// The value.
        value: Option<Literal>,
    },
    /// `exception n …`.
    Exception(ExceptionBody),
    /// `service n { … }`.
    Service(ServiceBody),
}

/// Fields and reserved names of a record or an exception.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// Fields in order.
    pub fields: Vec<Field>,
    /// `reserved` members in order.
    pub reserved: Vec<Reserved>,
}

/// What an exception carries.
#[derive(Clone, Debug)]
pub enum ExceptionBody {
    /// `{ fields }`.
    Fields(Fields),
    /// `(T)`, with docs and annotations of the payload.
    Payload(Head, Type),
    /// Nothing: null travels.
    Null,
}

/// `name: T = default`: a field, a parameter or a named result.
#[derive(Clone, Debug)]
pub struct Field {
    /// The whole, docs and annotations included.
    pub span: Span,
    /// Docs and annotations.
    pub head: Head,
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: Type,
    /// What stands behind `=`.
    pub default: Option<Literal>,
}

/// `reserved "a", "b"`.
#[derive(Clone, Debug)]
pub struct Reserved {
    /// The whole.
    pub span: Span,
    /// The names.
    pub names: Vec<StringLiteral>,
}

/// Variants and reserved names of an enum or a union.
#[derive(Clone, Debug, Default)]
pub struct EnumBody {
    /// Variants in order; those of an enum have no type.
    pub variants: Vec<Variant>,
    /// `reserved` members in order.
    pub reserved: Vec<Reserved>,
}

/// `name` or `name: T`.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The whole, docs and annotations included.
    pub span: Span,
    /// Docs and annotations.
    pub head: Head,
    /// Its name.
    pub name: Ident,
    /// Its type, in a union.
    pub ty: Option<Type>,
}
