//! What type a part of a literal has: a variant's bare name means nothing without it.

use std::sync::Arc;

use super::declared::{self, Declared, Member, Node};
use super::document::Document;
use super::literals::{Base, Context, Step};
use super::names::View;
use crate::ast::{DefinitionKind, ExceptionBody, Parameters, Type, TypeKind};

/// A type that was looked up.
#[derive(Clone, Debug)]
pub(super) enum Known {
    /// A definition that is no alias, or a procedure.
    Declared(Arc<Document>, Declared),
    /// A built-in type, perhaps a generic one, as it is written in a document.
    BuiltIn(Arc<Document>, Type),
}

impl Context<'_> {
    /// The type that stands there.
    pub(super) fn known(&self, view: &View<'_>, document: &Arc<Document>) -> Option<Known> {
        let whole = match self.base {
            Base::Type(ty) => expand(view, document, ty)?,
            Base::Declared(declared) => of_declared(view, document, declared)?,
            Base::Nothing => return None,
        };
        self.steps.iter().try_fold(whole, |known, step| step_into(view, &known, *step))
    }
}

/// The type behind names of aliases and `?`.
pub(super) fn expand(view: &View<'_>, document: &Arc<Document>, ty: &Type) -> Option<Known> {
    // An alias cycle is somebody else's error.
    let (mut document, mut ty) = (Arc::clone(document), ty.clone());
    for _ in 0..64 {
        match &ty.kind {
            TypeKind::Optional(inner) => ty = (**inner).clone(),
            TypeKind::Generic(..) => return Some(Known::BuiltIn(document, ty)),
            TypeKind::Name(path) => {
                let Some((found, index)) = view.find_type(&document, document.slice(path.span)) else {
                    return Some(Known::BuiltIn(document, ty));
                };
                match &found.tree().definitions[index].kind {
                    DefinitionKind::Alias(Some(of)) => {
                        let of = of.clone();
                        (document, ty) = (found, of);
                    }
                    _ => return Some(Known::Declared(found, Declared::of_definition(index))),
                }
            }
        }
    }
    None
}

fn of_declared(view: &View<'_>, document: &Arc<Document>, declared: Declared) -> Option<Known> {
    match declared.node(document)? {
        Node::Definition(definition) => match &definition.kind {
            DefinitionKind::Alias(Some(ty)) | DefinitionKind::Exception(ExceptionBody::Payload(_, ty)) => {
                expand(view, document, ty)
            }
            _ => Some(Known::Declared(Arc::clone(document), declared)),
        },
        Node::Procedure(procedure) => match &procedure.parameters {
            Parameters::Unnamed(_, ty) => expand(view, document, ty),
            _ => Some(Known::Declared(Arc::clone(document), declared)),
        },
        Node::Field(field) => expand(view, document, &field.ty),
        Node::Topic(topic) => expand(view, document, &topic.ty),
        Node::Variant(_) => None,
    }
}

fn step_into(view: &View<'_>, known: &Known, step: Step<'_>) -> Option<Known> {
    match (known, step) {
        (Known::BuiltIn(document, ty), Step::Item(index)) => {
            let TypeKind::Generic(name, arguments) = &ty.kind else { return None };
            let at = if document.slice(name.span) == "tuple" { index } else { 0 };
            expand(view, document, arguments.get(at)?)
        }
        (Known::BuiltIn(document, ty), Step::Key(_)) => match &ty.kind {
            TypeKind::Generic(name, arguments) if document.slice(name.span) == "map" => {
                expand(view, document, arguments.get(1)?)
            }
            _ => None,
        },
        (Known::Declared(document, declared), Step::Key(key)) => {
            let field = member_of_key(document, *declared, key)?;
            expand(view, document, field.node(document)?.ty()?)
        }
        (Known::Declared(..), Step::Item(_)) => None,
    }
}

/// The field or parameter that a key of an object names.
pub(super) fn member_of_key(document: &Document, whole: Declared, key: &str) -> Option<Declared> {
    let candidates: Vec<Declared> = match whole.node(document)? {
        Node::Definition(definition) => {
            let count = declared::fields(definition)?.len();
            (0..count).map(|index| whole.member(Member::Field(index))).collect()
        }
        Node::Procedure(procedure) => {
            let (Parameters::Named(fields), Some(Member::Procedure(index))) = (&procedure.parameters, whole.member)
            else {
                return None;
            };
            (0..fields.len()).map(|field| whole.member(Member::Parameter(index, field))).collect()
        }
        _ => return None,
    };
    candidates
        .into_iter()
        .find(|field| field.node(document).is_some_and(|node| declared::wire_name(document, node) == key))
}

/// What a map's keys are.
pub(super) fn key_of_map(view: &View<'_>, document: &Arc<Document>, ty: &Type) -> Option<Known> {
    match &ty.kind {
        TypeKind::Generic(name, arguments) if document.slice(name.span) == "map" => {
            expand(view, document, arguments.first()?)
        }
        _ => None,
    }
}

/// The key that tells which variant of a union an object is.
pub(super) fn tag(known: &Known) -> Option<&str> {
    let Known::Declared(document, declared) = known else { return None };
    let definition = document.tree().definitions.get(declared.definition)?;
    matches!(definition.kind, DefinitionKind::Union { .. })
        .then(|| declared::annotation_text(document, &definition.head, "tag").unwrap_or("kind"))
}
