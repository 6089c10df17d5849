//! JSON Schema, as pydantic and this project's services write it, to the types of a contract.

mod object;
mod scalar;
mod union;

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Body, Definition, Head, Name, Part, Ty, Typed};
use super::json::Json;
use super::names::{Scope, joined};
use super::python::Raised;
use super::write::quoted;

/// The definitions of one namespace, as schemas of its procedures bring them in.
#[derive(Debug, Default)]
pub(super) struct Schemas {
    names: Scope,
    definitions: Vec<Definition>,
    /// The definition that each schema became, by its text with that of all that it refers to.
    known: BTreeMap<String, String>,
    /// Records that are variants of tagged unions, with the field that is the tag.
    tags: BTreeMap<String, String>,
}

/// One document: its `$defs`, and what is said about the place where a schema stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) definitions: Option<&'a Json>,
    /// What a nameless type there is called like.
    pub(super) hint: &'a str,
}

impl<'a> Place<'a> {
    fn at(self, hint: &'a str) -> Self {
        Self { hint, ..self }
    }
}

impl Schemas {
    /// The definitions, in the order in which they were met.
    pub(super) fn finish(mut self) -> Vec<Definition> {
        for definition in &mut self.definitions {
            let Some(tag) = self.tags.get(&definition.name) else { continue };
            if let Body::Record { fields, .. } = &mut definition.body {
                fields.retain(|field| field.name.wire != *tag);
            }
        }
        self.definitions
    }

    /// A payload or a reply. What has a title is a definition; members of an object without one are parameters.
    pub(super) fn part(&mut self, schema: Option<&Json>, hint: &str) -> Part {
        let Some(schema) = schema.filter(|schema| **schema != Json::Null) else {
            return Part::Bare(Typed::unknown("it has no annotation there, so anything may come"));
        };
        if schema.text("type") == Some("null") {
            return Part::Null;
        }
        let place = Place { definitions: schema.get("$defs"), hint };
        let is_named = schema.get("properties").is_some_and(|properties| !properties.members().is_empty())
            && schema.get("title").is_none()
            && schema.get("additionalProperties").is_none();
        if is_named { Part::Named(self.fields(schema, place)) } else { Part::Bare(self.typed(schema, place)) }
    }

    /// The name of an exception; `None` for those of the protocol, which every procedure may raise.
    pub(super) fn exception(&mut self, raised: &Raised) -> Option<String> {
        if raised.name.starts_with("rpc_") || raised.name == "InternalError" {
            return None;
        }
        let whole = format!("exception {raised:?}");
        if let Some(known) = self.known.get(&whole) {
            return Some(known.clone());
        }
        let name = self.names.definition(&raised.name);
        self.known.insert(whole, name.clone());
        let head = Head { docs: raised.docs.clone(), ..Head::default() };
        let place = self.definitions.len();
        let payload = match self.part(raised.payload.as_ref(), &joined(&[&name, "payload"])) {
            Part::Null => None,
            Part::Bare(typed) => Some(typed),
            Part::Named(_) => None,
        };
        let body = Body::Exception(raised.name.clone(), payload);
        self.definitions.insert(place, Definition { name: name.clone(), head, body });
        Some(name)
    }

    /// The type of a schema.
    pub(super) fn typed(&mut self, schema: &Json, place: Place<'_>) -> Typed {
        if let Some(reference) = schema.text("$ref") {
            return self.reference(reference, place);
        }
        // What the reader of Python modules could not tell.
        if let Some(why) = schema.text("x-todo") {
            return Typed::unknown(why);
        }
        if let Some(note) = schema.text("x-note") {
            let rest = schema.members().iter().filter(|(key, _)| key != "x-note").cloned().collect();
            return self.typed(&Json::Object(rest), place).noting(note);
        }
        if let Some([only]) = schema.get("allOf").map(Json::items) {
            return self.typed(only, place);
        }
        if let Some(parts) = schema.get("allOf") {
            return self.typed(&merged(parts.items()), place);
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(choices) = schema.get(key) {
                return self.choice(schema, choices.items(), place);
            }
        }
        if let Some(values) = schema.get("enum") {
            return self.enumeration(schema, values.items(), place);
        }
        if let Some(value) = schema.get("const") {
            return self.enumeration(schema, std::slice::from_ref(value), place);
        }
        match schema.get("type") {
            Some(Json::String(name)) => match name.as_str() {
                "object" => self.object(schema, place),
                "array" => self.array(schema, place),
                "null" => Typed::unknown("it is always null there"),
                name => scalar::scalar(name, schema),
            },
            Some(Json::Array(types)) => {
                let choices: Vec<Json> =
                    types.iter().map(|name| Json::Object(vec![("type".to_owned(), name.clone())])).collect();
                self.choice(schema, &choices, place)
            }
            _ if schema.members().iter().all(|(key, _)| REMARKS.contains(&&**key)) => Typed::new(Ty::Plain("any")),
            _ => Typed::unknown(format!("its schema there is {}", shortened(schema))),
        }
    }

    fn reference(&mut self, reference: &str, place: Place<'_>) -> Typed {
        let key = reference.strip_prefix("#/$defs/").map(|key| key.replace("~1", "/").replace("~0", "~"));
        let found = key.as_deref().and_then(|key| Some((key, place.definitions?.get(key)?)));
        let Some((key, schema)) = found else {
            return Typed::unknown(format!("it refers to {reference:?}, which is not in the document"));
        };
        Typed::new(Ty::Named(self.named(schema, key, place)))
    }

    /// The definition of a schema that has a name.
    fn named(&mut self, schema: &Json, name: &str, place: Place<'_>) -> String {
        let whole = whole(schema, name, place);
        if let Some(known) = self.known.get(&whole) {
            return known.clone();
        }
        let wanted = schema.text("title").filter(|title| super::names::is_identifier(title));
        let wanted =
            wanted.unwrap_or_else(|| name.rsplit(['.', '_']).next().filter(|_| name.contains("__")).unwrap_or(name));
        let name = self.names.definition(wanted);
        self.known.insert(whole, name.clone());
        // What it refers to stands behind it, and may refer to it.
        let index = self.definitions.len();
        let head = head(schema);
        self.definitions.push(Definition { name: name.clone(), head, body: Body::Alias(Typed::new(Ty::Plain("any"))) });
        let body = self.body(schema, place.at(&name));
        self.definitions[index].body = body;
        name
    }

    fn body(&mut self, schema: &Json, place: Place<'_>) -> Body {
        if schema.get("properties").is_some() && schema.text("type") == Some("object") {
            return self.record(schema, place);
        }
        if let Some(union) = self.tagged(schema, place) {
            return union;
        }
        let variants = match (schema.get("enum"), schema.get("const"), schema.text("type")) {
            (Some(values), ..) => Some((values.items().to_vec(), false)),
            (None, Some(value), _) => Some((vec![value.clone()], false)),
            // How this project writes an open enum.
            (None, None, Some("string")) if schema.members().iter().all(|(key, _)| OPEN_ENUM.contains(&&**key)) => {
                schema.get("examples").map(|values| (values.items().to_vec(), true))
            }
            _ => None,
        };
        if let Some((values, open)) = variants
            && let Some(variants) = variants_of(&values)
        {
            return Body::Enum { open, variants };
        }
        Body::Alias(self.typed(&without_name(schema), place))
    }

    /// A definition for what has no name there.
    fn define(&mut self, wanted: &str, body: Body) -> Ty {
        let name = self.names.definition(wanted);
        self.definitions.push(Definition { name: name.clone(), head: Head::default(), body });
        Ty::Named(name)
    }

    fn enumeration(&mut self, schema: &Json, values: &[Json], place: Place<'_>) -> Typed {
        let listed: Vec<String> = values.iter().map(ToString::to_string).collect();
        let listed = listed.join(", ");
        let Some(variants) = variants_of(values) else {
            let is_integer = values.iter().all(|value| matches!(value, Json::Number(number) if number.is_i64()));
            let ty = if is_integer && !values.is_empty() { "int64" } else { "any" };
            return Typed::new(Ty::Plain(ty)).noting(format!("only these values are taken there: {listed}"));
        };
        if schema.get("title").is_some_and(|title| title.as_str().is_some_and(super::names::is_identifier))
            && schema.get("enum").is_some()
            && place.definitions.is_none()
        {
            return Typed::new(Ty::Named(self.named(schema, schema.text("title").unwrap_or_default(), place)));
        }
        let whole = format!("enum {listed}");
        if let Some(known) = self.known.get(&whole) {
            return Typed::new(Ty::Named(known.clone()));
        }
        let ty = self.define(place.hint, Body::Enum { open: false, variants });
        if let Ty::Named(name) = &ty {
            self.known.insert(whole, name.clone());
        }
        Typed::new(ty)
    }

    fn array(&mut self, schema: &Json, place: Place<'_>) -> Typed {
        if let Some(parts) = schema.get("prefixItems") {
            let parts = parts.items();
            let is_fixed = schema.get("items").is_none_or(|items| *items == Json::Bool(false))
                && schema.get("maxItems").is_none_or(|most| most.to_string() == parts.len().to_string());
            if is_fixed && (2..=12).contains(&parts.len()) {
                let mut notes = Vec::new();
                let parts = parts.iter().enumerate().map(|(index, part)| {
                    let hint = joined(&[place.hint, &format!("item{}", index + 1)]);
                    self.inner(part, place.at(&hint), &mut notes)
                });
                let ty = Ty::Tuple(parts.collect());
                return Typed { ty, constraints: Vec::new(), notes };
            }
            return Typed::new(Ty::List(Box::new(Ty::Plain("any"))))
                .noting(format!("a tuple has 2 to 12 items here; its schema there is {}", shortened(schema)));
        }
        let mut notes = Vec::new();
        let item = match schema.get("items") {
            Some(items) => {
                let hint = joined(&[place.hint, "item"]);
                self.inner(items, place.at(&hint), &mut notes)
            }
            None => Ty::Plain("any"),
        };
        let constraints = scalar::length(schema, "minItems", "maxItems").into_iter().collect();
        let ty = if !schema.is_true("uniqueItems") {
            Ty::List(Box::new(item))
        } else if self.is_comparable(&item) {
            Ty::Set(Box::new(item))
        } else {
            notes.push("a set there; of such items this is a list, in which they may stand twice".to_owned());
            Ty::List(Box::new(item))
        };
        Typed { ty, constraints, notes }
    }

    /// A type inside another one: constraints make an alias of it.
    fn inner(&mut self, schema: &Json, place: Place<'_>, notes: &mut Vec<String>) -> Ty {
        let mut typed = self.typed(schema, place);
        notes.append(&mut typed.notes);
        if typed.constraints.is_empty() {
            return typed.ty;
        }
        let whole = format!("alias {typed:?}");
        if let Some(known) = self.known.get(&whole) {
            return Ty::Named(known.clone());
        }
        let ty = self.define(place.hint, Body::Alias(typed));
        if let Ty::Named(name) = &ty {
            self.known.insert(whole, name.clone());
        }
        ty
    }

    /// Whether a set may hold such items.
    fn is_comparable(&self, item: &Ty) -> bool {
        match item {
            Ty::Plain(name) => !["any", "float32", "float64"].contains(name),
            Ty::Named(name) => self.definitions.iter().any(|definition| {
                definition.name == *name
                    && match &definition.body {
                        Body::Enum { .. } => true,
                        Body::Alias(typed) => self.is_comparable(&typed.ty),
                        _ => false,
                    }
            }),
            _ => false,
        }
    }
}

/// Members that say nothing about the values.
const REMARKS: &[&str] = &["title", "description", "default", "examples", "deprecated", "$defs", "x-alias"];

const OPEN_ENUM: &[&str] = &["type", "examples", "title", "description", "deprecated"];

/// What stands before a definition or a member.
fn head(schema: &Json) -> Head {
    Head {
        docs: schema.text("description").map(ToOwned::to_owned),
        notes: schema.text("x-remark").map(ToOwned::to_owned).into_iter().collect(),
        deprecated: schema.is_true("deprecated").then(|| "it is deprecated where it was imported from".to_owned()),
    }
}

/// Names for texts; `None` where a value is no text, or stands twice.
fn variants_of(values: &[Json]) -> Option<Vec<Name>> {
    let mut scope = Scope::default();
    let texts: Option<Vec<&str>> = values.iter().map(Json::as_str).collect();
    let texts = texts.filter(|texts| !texts.is_empty())?;
    let distinct: BTreeSet<&&str> = texts.iter().collect();
    (distinct.len() == texts.len() && !texts.contains(&"")).then(|| texts.iter().map(|text| scope.name(text)).collect())
}

/// A schema's text with those of everything that it refers to: two with the same are one definition.
fn whole(schema: &Json, name: &str, place: Place<'_>) -> String {
    let mut texts = BTreeMap::from([(name.to_owned(), without_definitions(schema).to_string())]);
    let mut waiting = references(schema);
    while let Some(reference) = waiting.pop() {
        let key = reference.trim_start_matches("#/$defs/");
        if texts.contains_key(key) {
            continue;
        }
        let found = place.definitions.and_then(|definitions| definitions.get(key));
        texts.insert(key.to_owned(), found.map_or_else(String::new, ToString::to_string));
        waiting.extend(found.map(references).unwrap_or_default());
    }
    format!("{name} {texts:?}")
}

fn references(schema: &Json) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![schema];
    while let Some(value) = waiting.pop() {
        found.extend(value.text("$ref").map(ToOwned::to_owned));
        waiting.extend(value.items());
        waiting.extend(value.members().iter().filter(|(key, _)| key != "$defs").map(|(_, value)| value));
    }
    found
}

fn without_definitions(schema: &Json) -> Json {
    Json::Object(schema.members().iter().filter(|(key, _)| key != "$defs").cloned().collect())
}

/// The schema as one that is no definition, so that it does not become its own alias.
fn without_name(schema: &Json) -> Json {
    Json::Object(schema.members().iter().filter(|(key, _)| key != "title").cloned().collect())
}

/// Schemas that all hold, as one.
fn merged(parts: &[Json]) -> Json {
    let mut members: Vec<(String, Json)> = Vec::new();
    for (key, value) in parts.iter().flat_map(Json::members) {
        members.retain(|(known, _)| known != key);
        members.push((key.clone(), value.clone()));
    }
    Json::Object(members)
}

/// A schema's beginning, for a remark.
fn shortened(schema: &Json) -> String {
    let text = schema.to_string();
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// `@name("…")`-like annotations are written elsewhere; this one is a constraint.
fn annotation(name: &str, text: &str) -> String {
    format!("@{name}({})", quoted(text))
}
