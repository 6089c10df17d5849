use crate::source::Span;

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
