//! What a value looks like in JSON.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::ast::{DefinitionKind, ExceptionBody, Field, Parameters, Type, TypeKind};
use crate::ide::declared::{self, Declared, Node, annotation_text};
use crate::ide::document::Document;
use crate::ide::known::{Known, expand};
use crate::ide::names::View;

/// So deep are records shown inside records.
const DEPTH: u32 = 3;

/// A value of what is declared, indented; nothing for what is no value.
pub(super) fn sample(view: &View<'_>, document: &Arc<Document>, declared: Declared) -> Option<String> {
    let value = match declared.node(document)? {
        Node::Definition(definition) => match &definition.kind {
            // A constant's value stands in its declaration.
            DefinitionKind::Service(_) | DefinitionKind::Const { .. } => return None,
            DefinitionKind::Exception(ExceptionBody::Null) => Value::Null,
            DefinitionKind::Exception(ExceptionBody::Payload(_, ty)) => of_type(view, document, ty, DEPTH),
            DefinitionKind::Alias(ty) => of_type(view, document, ty.as_ref()?, DEPTH),
            _ => of_definition(view, document, declared.definition, DEPTH),
        },
        Node::Procedure(procedure) => match &procedure.parameters {
            Parameters::None => Value::Null,
            Parameters::Unnamed(_, ty) => of_type(view, document, ty, DEPTH),
            Parameters::Named(fields) => object(view, document, fields, DEPTH),
        },
        Node::Field(field) => of_type(view, document, &field.ty, DEPTH),
        Node::Topic(topic) => of_type(view, document, &topic.ty, DEPTH),
        Node::Variant(variant) => {
            let wire = declared::wire_name(document, Node::Variant(variant)).into_owned();
            let whole = &document.tree().definitions[declared.definition];
            if matches!(whole.kind, DefinitionKind::Enum { .. }) {
                Value::String(wire)
            } else {
                let tag = annotation_text(document, &whole.head, "tag");
                tagged(view, document, &wire, variant.ty.as_ref(), tag, DEPTH)
            }
        }
    };
    serde_json::to_string_pretty(&value).ok()
}

fn of_type(view: &View<'_>, document: &Arc<Document>, ty: &Type, depth: u32) -> Value {
    match expand(view, document, ty) {
        Some(Known::Declared(of, declared)) => of_definition(view, &of, declared.definition, depth),
        Some(Known::BuiltIn(of, ty)) => built_in(view, &of, &ty, depth),
        None => Value::Null,
    }
}

fn built_in(view: &View<'_>, document: &Arc<Document>, ty: &Type, depth: u32) -> Value {
    match &ty.kind {
        TypeKind::Generic(name, arguments) => {
            let mut items = arguments.iter().map(|ty| of_type(view, document, ty, depth.saturating_sub(1)));
            match document.slice(name.span) {
                "map" => {
                    let key = items.next().unwrap_or_default();
                    let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
                    json!({ key: items.next() })
                }
                _ => Value::Array(items.collect()),
            }
        }
        TypeKind::Name(path) => match document.slice(path.span) {
            "bool" => json!(true),
            "string" => json!("text"),
            "bytes" => json!("Ynl0ZXM="),
            "uuid" => json!("6f1c8a52-3b0e-4d5f-9c57-2d1f6f0a7b11"),
            "timestamp" => json!("2026-01-31T12:30:00Z"),
            "datetime" => json!("2026-01-31T12:30:00"),
            "date" => json!("2026-01-31"),
            "time" => json!("12:30:00"),
            "duration" => json!("PT5S"),
            "decimal" => json!("12.50"),
            "float32" | "float64" => json!(1.5),
            name if name.contains("int") => json!(1),
            _ => Value::Null,
        },
        TypeKind::Optional(inner) => of_type(view, document, inner, depth),
    }
}

fn of_definition(view: &View<'_>, document: &Arc<Document>, index: usize, depth: u32) -> Value {
    let definition = &document.tree().definitions[index];
    match &definition.kind {
        DefinitionKind::Record(body) | DefinitionKind::Exception(ExceptionBody::Fields(body)) => {
            if depth == 0 {
                json!({})
            } else {
                object(view, document, &body.fields, depth - 1)
            }
        }
        DefinitionKind::Enum { body, .. } => {
            let first =
                body.variants.first().map(|variant| declared::wire_name(document, Node::Variant(variant)).into_owned());
            first.map_or(Value::Null, Value::String)
        }
        DefinitionKind::Union { body, .. } => {
            let Some(first) = body.variants.first() else { return Value::Null };
            let wire = declared::wire_name(document, Node::Variant(first));
            let tag = annotation_text(document, &definition.head, "tag");
            tagged(view, document, &wire, first.ty.as_ref(), tag, depth.saturating_sub(1))
        }
        _ => Value::Null,
    }
}

fn object(view: &View<'_>, document: &Arc<Document>, fields: &[Field], depth: u32) -> Value {
    let entry = |field: &Field| {
        (declared::wire_name(document, Node::Field(field)).into_owned(), of_type(view, document, &field.ty, depth))
    };
    Value::Object(fields.iter().map(entry).collect())
}

fn tagged(
    view: &View<'_>,
    document: &Arc<Document>,
    wire: &str,
    ty: Option<&Type>,
    tag: Option<&str>,
    depth: u32,
) -> Value {
    let value = ty.map(|ty| if depth == 0 { json!({}) } else { of_type(view, document, ty, depth) });
    let Some(tag) = tag else {
        return match value {
            Some(value) => json!({ "kind": wire, "value": value }),
            None => json!({ "kind": wire }),
        };
    };
    let mut inside = Map::new();
    inside.insert(tag.to_owned(), json!(wire));
    if let Some(Value::Object(fields)) = value {
        inside.extend(fields);
    }
    Value::Object(inside)
}
