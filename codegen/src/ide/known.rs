//! What type a part of a literal has: a variant's bare name means nothing without it.

use std::sync::Arc;

use super::declared::{self, Declared, Member, Node};
use super::document::Document;
use super::literals::{Base, Context, Entries, Step, text_at};
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
        (Known::BuiltIn(document, ty), Step::Key(..)) => match &ty.kind {
            TypeKind::Generic(name, arguments) if document.slice(name.span) == "map" => {
                expand(view, document, arguments.get(1)?)
            }
            _ => None,
        },
        (Known::Declared(document, declared), Step::Key(key, entries)) => {
            if let Some(Tagged { tag: None, value }) = tagged(view, known, entries) {
                return (key == "value").then_some(value);
            }
            let (document, field) = member_of_key(view, document, *declared, key, entries)?;
            expand(view, &document, field.node(&document)?.ty()?)
        }
        (Known::Declared(..), Step::Item(_)) => None,
    }
}

/// The field or parameter that a key of an object names. Of a union whose tag sits inside, the object tells the record.
pub(super) fn member_of_key(
    view: &View<'_>,
    document: &Arc<Document>,
    whole: Declared,
    key: &str,
    entries: &Entries,
) -> Option<(Arc<Document>, Declared)> {
    let known = Known::Declared(Arc::clone(document), whole);
    let (document, whole) = match tagged(view, &known, entries) {
        Some(Tagged { tag: Some(tag), value: Known::Declared(of, record) }) if tag != key => (of, record),
        Some(_) => return None,
        None => (Arc::clone(document), whole),
    };
    let is_named =
        |member: &Declared| member.node(&document).is_some_and(|node| declared::wire_name(&document, node) == key);
    let member = members(&document, whole).into_iter().find(is_named)?;
    Some((document, member))
}

/// The fields of a record or an exception, the parameters of a procedure: what the keys of an object name.
pub(super) fn members(document: &Document, whole: Declared) -> Vec<Declared> {
    match whole.node(document) {
        Some(Node::Definition(definition)) => {
            let count = declared::fields(definition).map_or(0, <[_]>::len);
            (0..count).map(|index| whole.member(Member::Field(index))).collect()
        }
        Some(Node::Procedure(procedure)) => match (&procedure.parameters, whole.member) {
            (Parameters::Named(fields), Some(Member::Procedure(index))) => {
                (0..fields.len()).map(|field| whole.member(Member::Parameter(index, field))).collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// What an object holds that stands for a union.
pub(super) struct Tagged<'d> {
    /// The key that tells the variant, where it sits inside of the variant's record.
    pub(super) tag: Option<&'d str>,
    /// The type of what the variant holds.
    pub(super) value: Known,
}

/// What the variant holds that an object says it is; nothing where no union is meant, or a variant without a type.
pub(super) fn tagged<'d>(view: &View<'_>, known: &'d Known, entries: &Entries) -> Option<Tagged<'d>> {
    let Known::Declared(document, declared) = known else { return None };
    let wire = text_at(entries, tag(known)?)?;
    let definition = document.tree().definitions.get(declared.definition)?;
    let mut variants = declared::variants(definition)?.variants.iter();
    let variant = variants.find(|variant| declared::wire_name(document, Node::Variant(variant)) == wire)?;
    let value = expand(view, document, variant.ty.as_ref()?)?;
    Some(Tagged { tag: declared::annotation_text(document, &definition.head, "tag"), value })
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
