//! Objects: records and maps.

use super::super::draft::{Body, Field, Name, Ty, Typed};
use super::super::json::Json;
use super::super::names::{Scope, is_identifier, joined};
use super::{Place, Schemas, head, scalar};

impl Schemas {
    /// An object: a record where it has fields, a map where its keys are not known.
    pub(super) fn object(&mut self, schema: &Json, place: Place<'_>) -> Typed {
        if schema.get("properties").is_some() {
            let title = schema.text("title").filter(|title| is_identifier(title)).unwrap_or(place.hint);
            return Typed::new(Ty::Named(self.named(schema, title, place)));
        }
        let mut notes = Vec::new();
        let patterns = schema.get("patternProperties").map_or(&[][..], Json::members);
        let value = match (schema.get("additionalProperties"), patterns) {
            (None | Some(Json::Bool(_)), [(pattern, value)]) => {
                notes.push(format!("its keys there match {pattern:?}"));
                Some(value)
            }
            (Some(value @ Json::Object(_)), _) => Some(value),
            _ => None,
        };
        let value = match value {
            Some(value) => {
                let hint = joined(&[place.hint, "value"]);
                self.inner(value, place.at(&hint), &mut notes)
            }
            None => Ty::Plain("any"),
        };
        let key = match schema.get("propertyNames") {
            Some(names) => self.key(names, place, &mut notes),
            None => Ty::Plain("string"),
        };
        let constraints = scalar::length(schema, "minProperties", "maxProperties").into_iter().collect();
        Typed { ty: Ty::Map(Box::new(key), Box::new(value)), constraints, notes }
    }

    fn key(&mut self, schema: &Json, place: Place<'_>, notes: &mut Vec<String>) -> Ty {
        // As this project writes keys that are no texts.
        if schema.text("pattern") == Some("^(0|-?[1-9][0-9]*)$") {
            return Ty::Plain("int64");
        }
        if schema.texts("enum") == ["true", "false"] {
            return Ty::Plain("bool");
        }
        let hint = joined(&[place.hint, "key"]);
        let key = self.inner(schema, place.at(&hint), notes);
        let is_key = match &key {
            Ty::Plain(name) => name.contains("int") || ["string", "bool", "uuid", "date"].contains(name),
            Ty::Named(_) => self.is_comparable(&key),
            _ => false,
        };
        if is_key {
            return key;
        }
        notes.push("its keys there are of a type that no map has here".to_owned());
        Ty::Plain("string")
    }

    /// A record of an object with fields.
    pub(super) fn record(&mut self, schema: &Json, place: Place<'_>) -> Body {
        let closed = schema.get("additionalProperties") == Some(&Json::Bool(false));
        Body::Record { closed, fields: self.fields(schema, place) }
    }

    /// The fields of an object, in the order of the source.
    pub(super) fn fields(&mut self, schema: &Json, place: Place<'_>) -> Vec<Field> {
        let mut scope = Scope::default();
        let required = schema.texts("required");
        let properties = schema.get("properties").map_or(&[][..], Json::members);
        let field = |(wire, schema): &(String, Json)| {
            let hint = joined(&[place.hint, wire]);
            let typed = self.typed(schema, place.at(&hint));
            let is_required = required.contains(wire);
            let field = Field {
                head: if schema.get("$ref").is_some() { super::Head::default() } else { head(schema) },
                name: match schema.text("x-name") {
                    // What the module calls it, which whoever uses it goes on doing.
                    Some(name) => Name { wire: wire.clone(), ..scope.name(name) },
                    None => scope.name(wire),
                },
                typed,
                default: schema.get("default").filter(|_| !is_required).cloned(),
            };
            presence(field, is_required)
        };
        properties.iter().map(field).collect()
    }
}

/// What may be absent, and what then stands for it.
pub(in crate::import) fn presence(mut field: Field, is_required: bool) -> Field {
    let is_optional = matches!(field.typed.ty, Ty::Optional(_));
    match (&field.default, is_required) {
        (_, true) if is_optional => {
            field.typed.notes.push("it may be null there, and yet not be left out, as callers from here do".to_owned());
        }
        (_, true) | (Some(Json::Null), false) if is_optional => {}
        // Nothing but null stands for an `any` that is absent.
        (Some(Json::Null), false) if field.typed.ty == Ty::Plain("any") => {}
        (Some(Json::Null), false) => {
            field.typed.ty = field.typed.ty.optional();
            field.typed.notes.push("its default there is null, which it does not take itself".to_owned());
        }
        (None, false) if !is_optional => {
            field.default = match field.typed.ty {
                Ty::List(_) | Ty::Set(_) => Some(Json::Array(Vec::new())),
                Ty::Map(..) => Some(Json::Object(Vec::new())),
                _ => None,
            };
            match &field.default {
                Some(_) => {
                    let note =
                        "it may be left out there, for a default that is computed or for none; taken to be empty";
                    field.typed.notes.push(note.to_owned());
                }
                None => {
                    field.typed.ty = field.typed.ty.optional();
                    let note = "it may be left out there, for a default that is computed or for none";
                    field.typed.notes.push(note.to_owned());
                }
            }
        }
        _ => {}
    }
    field
}
