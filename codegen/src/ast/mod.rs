//! One file's lossless tree: every node has a span, every comment is kept, and the text is there to read them from.

use std::sync::Arc;

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

/// One identifier; its text is the span's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ident {
    /// Its place.
    pub span: Span,
}

/// Identifiers with dots between them; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The whole.
    pub span: Span,
    /// Its identifiers in order.
    pub segments: Vec<Ident>,
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

/// A JSON string: its place (quotes included) and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StringLiteral {
    /// Quotes included.
    pub span: Span,
    /// Unescaped.
    pub value: Box<str>,
}

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
