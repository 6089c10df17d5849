//! What is declared in a file: definitions and their members, by their places in the tree.

use std::borrow::Cow;

use super::document::Document;
use crate::ast::{
    Definition, DefinitionKind, EnumBody, ExceptionBody, Field, Head, Ident, LiteralKind, Parameters, Procedure,
    Returns, ServiceBody, Topic, Type, Variant,
};
use crate::source::Span;

/// Something that has a name, in one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Declared {
    /// The definition, by its place in the file.
    pub(super) definition: usize,
    /// A member of it; the definition itself without one.
    pub(super) member: Option<Member>,
}

/// A member of a definition, by its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Member {
    Field(usize),
    Variant(usize),
    Procedure(usize),
    Parameter(usize, usize),
    Result(usize, usize),
    Topic(usize),
}

/// The node behind a [`Declared`].
#[derive(Clone, Copy, Debug)]
pub(super) enum Node<'d> {
    Definition(&'d Definition),
    Field(&'d Field),
    Variant(&'d Variant),
    Procedure(&'d Procedure),
    Topic(&'d Topic),
}

impl Declared {
    pub(super) fn of_definition(definition: usize) -> Self {
        Self { definition, member: None }
    }

    pub(super) fn member(self, member: Member) -> Self {
        Self { member: Some(member), ..self }
    }

    /// The node, where the document still has it.
    pub(super) fn node(self, document: &Document) -> Option<Node<'_>> {
        let definition = document.tree().definitions.get(self.definition)?;
        Some(match self.member {
            None => Node::Definition(definition),
            Some(Member::Field(index)) => Node::Field(fields(definition)?.get(index)?),
            Some(Member::Variant(index)) => Node::Variant(variants(definition)?.variants.get(index)?),
            Some(Member::Procedure(index)) => Node::Procedure(service(definition)?.procedures.get(index)?),
            Some(Member::Topic(index)) => Node::Topic(service(definition)?.topics.get(index)?),
            Some(Member::Parameter(procedure, index)) => {
                match &service(definition)?.procedures.get(procedure)?.parameters {
                    Parameters::Named(fields) => Node::Field(fields.get(index)?),
                    _ => return None,
                }
            }
            Some(Member::Result(procedure, index)) => match &service(definition)?.procedures.get(procedure)?.returns {
                Returns::Named(_, fields) => Node::Field(fields.get(index)?),
                _ => return None,
            },
        })
    }

    /// What it is called in messages.
    pub(super) fn kind_name(self, document: &Document) -> &'static str {
        match self.member {
            Some(Member::Field(_)) => "field",
            Some(Member::Variant(_)) => "variant",
            Some(Member::Procedure(_)) => "procedure",
            Some(Member::Parameter(..)) => "parameter",
            Some(Member::Result(..)) => "result",
            Some(Member::Topic(_)) => "topic",
            None => match self.node(document) {
                Some(Node::Definition(definition)) => keyword(&definition.kind),
                _ => "definition",
            },
        }
    }
}

impl<'d> Node<'d> {
    pub(super) fn name(self) -> Ident {
        match self {
            Self::Definition(node) => node.name,
            Self::Field(node) => node.name,
            Self::Variant(node) => node.name,
            Self::Procedure(node) => node.name,
            Self::Topic(node) => node.name,
        }
    }

    pub(super) fn head(self) -> &'d Head {
        match self {
            Self::Definition(node) => &node.head,
            Self::Field(node) => &node.head,
            Self::Variant(node) => &node.head,
            Self::Procedure(node) => &node.head,
            Self::Topic(node) => &node.head,
        }
    }

    /// The whole, docs and annotations included.
    pub(super) fn span(self) -> Span {
        match self {
            Self::Definition(node) => node.span,
            Self::Field(node) => node.span,
            Self::Variant(node) => node.span,
            Self::Procedure(node) => node.span,
            Self::Topic(node) => node.span,
        }
    }

    /// The type that stands behind its name, where one does.
    pub(super) fn ty(self) -> Option<&'d Type> {
        match self {
            Self::Definition(node) => match &node.kind {
                DefinitionKind::Alias(ty) | DefinitionKind::Const { ty, .. } => ty.as_ref(),
                _ => None,
            },
            Self::Field(node) => Some(&node.ty),
            Self::Variant(node) => node.ty.as_ref(),
            Self::Procedure(_) => None,
            Self::Topic(node) => Some(&node.ty),
        }
    }

    /// The whole without its docs and annotations.
    pub(super) fn bare_span(self) -> Span {
        let head = self.head();
        let annotations = head.annotations.iter().map(|annotation| annotation.span.end);
        let behind = head.docs.iter().map(|line| line.end).chain(annotations).max();
        Span::new(behind.unwrap_or(self.span().start), self.span().end)
    }
}

/// The one string of an annotation: `x` of `@name("x")`.
pub(super) fn annotation_text<'d>(document: &'d Document, head: &'d Head, name: &str) -> Option<&'d str> {
    let annotation = head.annotations.iter().find(|annotation| document.slice(annotation.name.span) == name)?;
    match &annotation.arguments.as_deref()?.first()?.kind {
        LiteralKind::String(text) => Some(text),
        _ => None,
    }
}

/// Whether an annotation stands there.
pub(super) fn has_annotation(document: &Document, head: &Head, name: &str) -> bool {
    head.annotations.iter().any(|annotation| document.slice(annotation.name.span) == name)
}

/// The name that travels.
pub(super) fn wire_name<'d>(document: &'d Document, node: Node<'d>) -> Cow<'d, str> {
    let written = annotation_text(document, node.head(), "name");
    Cow::Borrowed(written.unwrap_or_else(|| document.slice(node.name().span)))
}

/// The keyword of a definition.
pub(super) fn keyword(kind: &DefinitionKind) -> &'static str {
    match kind {
        DefinitionKind::Record(_) => "record",
        DefinitionKind::Enum { .. } => "enum",
        DefinitionKind::Union { .. } => "union",
        DefinitionKind::Alias(_) => "type",
        DefinitionKind::Const { .. } => "const",
        DefinitionKind::Exception(_) => "exception",
        DefinitionKind::Service(_) => "service",
    }
}

/// Whether a definition is a type.
pub(super) fn is_type(kind: &DefinitionKind) -> bool {
    use DefinitionKind as K;
    matches!(kind, K::Record(_) | K::Enum { .. } | K::Union { .. } | K::Alias(_))
}

/// The fields of a record or an exception.
pub(super) fn fields(definition: &Definition) -> Option<&[Field]> {
    match &definition.kind {
        DefinitionKind::Record(body) | DefinitionKind::Exception(ExceptionBody::Fields(body)) => Some(&body.fields),
        _ => None,
    }
}

/// The body of an enum or a union.
pub(super) fn variants(definition: &Definition) -> Option<&EnumBody> {
    match &definition.kind {
        DefinitionKind::Enum { body, .. } | DefinitionKind::Union { body, .. } => Some(body),
        _ => None,
    }
}

/// The body of a service.
pub(super) fn service(definition: &Definition) -> Option<&ServiceBody> {
    match &definition.kind {
        DefinitionKind::Service(body) => Some(body),
        _ => None,
    }
}

/// Every definition and member of a document, a member behind what holds it.
pub(super) fn all(document: &Document) -> Vec<Declared> {
    let mut all = Vec::new();
    for (index, definition) in document.tree().definitions.iter().enumerate() {
        let whole = Declared::of_definition(index);
        all.push(whole);
        let count = fields(definition).map_or(0, <[Field]>::len);
        all.extend((0..count).map(|field| whole.member(Member::Field(field))));
        let count = variants(definition).map_or(0, |body| body.variants.len());
        all.extend((0..count).map(|variant| whole.member(Member::Variant(variant))));
        let Some(body) = service(definition) else { continue };
        for (procedure, written) in body.procedures.iter().enumerate() {
            all.push(whole.member(Member::Procedure(procedure)));
            if let Parameters::Named(fields) = &written.parameters {
                all.extend((0..fields.len()).map(|field| whole.member(Member::Parameter(procedure, field))));
            }
            if let Returns::Named(_, fields) = &written.returns {
                all.extend((0..fields.len()).map(|field| whole.member(Member::Result(procedure, field))));
            }
        }
        all.extend((0..body.topics.len()).map(|topic| whole.member(Member::Topic(topic))));
    }
    all
}
