//! The types of a contract as JSON Schemas, one definition for each name.
//!
//! A schema takes what peers write, and refuses what they refuse as far as JSON Schema can say it. What it cannot say: that
//! `1.0` is no integer, which keys of an object stand twice or are equal, the range of decimals and durations, the exact
//! length of bytes, and how deep `any` goes. A set with repeats, which decoders merge, is refused.

mod definition;
mod integers;
mod text;
mod union;

use std::cell::Cell;

use serde_json::{Map, Value as Json, json};

use super::full_name;
use super::value::value;
use crate::model::{
    Alias, Constraints, Enum, Exception, Field, FloatType, IntType, Meta, Model, NamespaceId, Procedure, Record, Topic,
    Type, TypeId, Union, Value,
};
use integers::pattern_of_integers;
use text::Text;

/// The least number that is rounded to no finite `float32`: half a step above the greatest, 2^128 - 2^103.
const TOO_LARGE: f64 = 340_282_356_779_733_661_637_539_395_458_142_568_448.0;

/// Which document a schema stands in: where definitions are, and what its readers know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// JSON Schema 2020-12.
    JsonSchema,
    /// The same with formats of OpenAPI's registry.
    OpenApi,
    /// JSON Schema draft 7, which AsyncAPI builds on: a `$ref` stands alone, tuples are `items`.
    AsyncApi,
}

/// Makes the schemas of one contract.
pub(super) struct Schemas<'a> {
    model: &'a Model,
    dialect: Dialect,
    /// Built-in types that were referred to, a bit for each.
    texts: Cell<u8>,
}

/// What has a schema of its own.
#[derive(Clone, Copy)]
pub(super) enum Definition<'a> {
    Record(&'a Record),
    Enum(&'a Enum),
    Union(&'a Union),
    /// One variant of a union, by index.
    Variant(&'a Union, usize),
    Alias(&'a Alias),
    Exception(&'a Exception),
    Payload(&'a Procedure),
    Reply(&'a Procedure),
    Message(&'a Topic),
}

impl<'a> Schemas<'a> {
    pub(super) fn new(model: &'a Model, dialect: Dialect) -> Self {
        Self { model, dialect, texts: Cell::new(0) }
    }

    /// All definitions by name, made one after the other; built-in types that they refer to come last.
    pub(super) fn into_all(self) -> impl Iterator<Item = (String, Json)> {
        let mut definitions = self.definitions();
        definitions.sort_unstable_by(|(left, _), (right, _)| left.cmp(right));
        let mut definitions = definitions.into_iter();
        let mut texts = Text::ALL.into_iter();
        std::iter::from_fn(move || match definitions.next() {
            Some((name, definition)) => Some((name, self.definition(definition))),
            None => {
                let met = texts.find(|text| self.texts.get() & text.bit() != 0)?;
                Some((met.name().to_owned(), met.schema(self.dialect)))
            }
        })
    }

    /// A reference to a definition.
    pub(super) fn reference(&self, name: &str) -> Json {
        let folder = match self.dialect {
            Dialect::JsonSchema => "#/$defs",
            Dialect::OpenApi | Dialect::AsyncApi => "#/components/schemas",
        };
        json!({ "$ref": format!("{folder}/{name}") })
    }

    fn named(&self, namespace: NamespaceId, meta: &Meta) -> Json {
        self.reference(&full_name(self.model, namespace, meta))
    }

    fn text(&self, text: Text) -> Json {
        self.texts.set(self.texts.get() | text.bit());
        self.reference(text.name())
    }

    /// The schema of a type, by reference where it has a name.
    fn ty(&self, id: TypeId) -> Json {
        let model = self.model;
        match &model.types[id] {
            Type::Bool => json!({ "type": "boolean" }),
            Type::Int(int) => self.integer(*int),
            Type::Float(float) => self.float(*float),
            Type::String => json!({ "type": "string" }),
            Type::Bytes => self.text(Text::Bytes),
            Type::Uuid => self.text(Text::Uuid),
            Type::Timestamp => self.text(Text::Timestamp),
            Type::DateTime => self.text(Text::DateTime),
            Type::Date => self.text(Text::Date),
            Type::Time => self.text(Text::Time),
            Type::Duration => self.text(Text::Duration),
            Type::Decimal => self.text(Text::Decimal),
            Type::Any => json!({}),
            Type::List(item) => json!({ "type": "array", "items": self.ty(*item) }),
            Type::Set(item) => json!({ "type": "array", "items": self.ty(*item), "uniqueItems": true }),
            Type::Map(key, item) => self.map(*key, *item),
            Type::Tuple(items) => self.tuple(items),
            Type::Optional(inner) => json!({ "anyOf": [self.ty(*inner), { "type": "null" }] }),
            Type::Record(id) => self.named(model.records[*id].namespace, &model.records[*id].meta),
            Type::Enum(id) => self.named(model.enums[*id].namespace, &model.enums[*id].meta),
            Type::Union(id) => self.named(model.unions[*id].namespace, &model.unions[*id].meta),
            Type::Alias(id) => self.named(model.aliases[*id].namespace, &model.aliases[*id].meta),
        }
    }

    fn integer(&self, int: IntType) -> Json {
        let (least, greatest) = int.bounds();
        let schema = json!({ "type": "integer", "minimum": number(least), "maximum": number(greatest) });
        self.formatted(schema, int.name())
    }

    fn float(&self, float: FloatType) -> Json {
        match float {
            FloatType::Float32 => {
                let schema = json!({ "type": "number", "exclusiveMinimum": -TOO_LARGE, "exclusiveMaximum": TOO_LARGE });
                self.formatted(schema, "float")
            }
            FloatType::Float64 => self.formatted(json!({ "type": "number" }), "double"),
        }
    }

    /// With a format that only OpenAPI's readers know.
    fn formatted(&self, mut schema: Json, format: &str) -> Json {
        if self.dialect == Dialect::OpenApi {
            schema["format"] = json!(format);
        }
        schema
    }

    fn tuple(&self, items: &[TypeId]) -> Json {
        let length = items.len();
        let items: Vec<Json> = items.iter().map(|item| self.ty(*item)).collect();
        let place = if self.dialect == Dialect::AsyncApi { "items" } else { "prefixItems" };
        json!({ "type": "array", place: items, "minItems": length, "maxItems": length })
    }

    fn map(&self, key: TypeId, item: TypeId) -> Json {
        let mut schema = json!({ "type": "object", "additionalProperties": self.ty(item) });
        match self.model.shape(key) {
            Type::Int(int) => {
                let (least, greatest) = self.bounds(key, *int);
                schema["propertyNames"] = json!({ "pattern": pattern_of_integers(least, greatest) });
            }
            Type::Bool => schema["propertyNames"] = json!({ "enum": ["true", "false"] }),
            _ if self.model.types[key] == Type::String => {}
            _ => schema["propertyNames"] = self.ty(key),
        }
        schema
    }

    /// The least and the greatest value of an integer type, or of an alias of one.
    fn bounds(&self, mut ty: TypeId, int: IntType) -> (i128, i128) {
        let (mut least, mut greatest) = int.bounds();
        while let Type::Alias(alias) = self.model.types[ty] {
            let alias = &self.model.aliases[alias];
            if let Some(range) = &alias.constraints.range {
                if let Some(Value::Int(from)) = range.from {
                    least = least.max(from);
                }
                if let Some(Value::Int(to)) = range.to {
                    greatest = greatest.min(to);
                }
            }
            ty = alias.ty;
        }
        (least, greatest)
    }

    /// A type with what must hold of its values beside.
    fn constrained(&self, ty: TypeId, constraints: &Constraints) -> Json {
        self.with(self.ty(ty), self.rules(ty, constraints))
    }

    /// Keywords that speak of values of one JSON type alone, and let a null pass.
    fn rules(&self, ty: TypeId, constraints: &Constraints) -> Map<String, Json> {
        let mut rules = Map::new();
        let shape = match self.model.shape(ty) {
            Type::Optional(inner) => self.model.shape(*inner),
            shape => shape,
        };
        if let Some((min, max)) = constraints.length.as_deref().copied() {
            let (least, greatest) = match shape {
                Type::List(_) | Type::Set(_) => ("minItems", "maxItems"),
                Type::Map(..) => ("minProperties", "maxProperties"),
                _ => ("minLength", "maxLength"),
            };
            let is_bytes = *shape == Type::Bytes;
            // The fewest digits are those without padding, the most those with it.
            let min = min.map(|min| if is_bytes { min.saturating_mul(4).div_ceil(3) } else { min });
            let max = max.map(|max| if is_bytes { max.div_ceil(3).saturating_mul(4) } else { max });
            rules.extend(min.map(|min| (least.to_owned(), json!(min))));
            rules.extend(max.map(|max| (greatest.to_owned(), json!(max))));
        }
        if let Some(range) = &constraints.range {
            let bound = |bound: &Option<Value>| bound.as_ref().map(|bound| value(self.model, bound));
            let (from, to) = (bound(&range.from), bound(&range.to));
            if matches!(shape, Type::Int(_) | Type::Float(_)) {
                rules.extend(from.map(|from| ("minimum".to_owned(), from)));
                rules.extend(to.map(|to| ("maximum".to_owned(), to)));
            } else {
                let text = |bound: Option<Json>| bound.as_ref().and_then(Json::as_str).unwrap_or_default().to_owned();
                rules.insert("$comment".to_owned(), json!(format!("in the range {}..{}", text(from), text(to))));
            }
        }
        rules.extend(constraints.pattern.as_deref().map(|pattern| ("pattern".to_owned(), json!(pattern))));
        rules
    }

    /// A field's schema: type, constraints, docs, default, examples.
    fn field(&self, field: &Field) -> Json {
        let mut beside = self.rules(field.ty, &field.constraints);
        describe(&mut beside, &field.meta);
        if let Some(default) = &field.default {
            beside.insert("default".to_owned(), value(self.model, default));
        }
        self.examples(&mut beside, &field.examples);
        self.with(self.ty(field.ty), beside)
    }

    fn examples(&self, beside: &mut Map<String, Json>, examples: &[Value]) {
        if !examples.is_empty() {
            let examples: Vec<Json> = examples.iter().map(|example| value(self.model, example)).collect();
            beside.insert("examples".to_owned(), Json::Array(examples));
        }
    }

    /// A schema with keywords beside, those of a range in place of the type's own bounds, which hold it.
    fn with(&self, schema: Json, beside: Map<String, Json>) -> Json {
        if beside.is_empty() {
            return schema;
        }
        match schema {
            Json::Object(members) if self.dialect == Dialect::AsyncApi && members.contains_key("$ref") => {
                let mut all = beside;
                all.insert("allOf".to_owned(), json!([members]));
                Json::Object(all)
            }
            Json::Object(mut members) => {
                members.extend(beside);
                Json::Object(members)
            }
            other => other,
        }
    }
}

/// Docs and deprecation.
fn describe(beside: &mut Map<String, Json>, meta: &Meta) {
    if let Some(text) = description(meta) {
        beside.insert("description".to_owned(), json!(text));
    }
    if meta.deprecated.is_some() {
        beside.insert("deprecated".to_owned(), json!(true));
    }
}

/// Docs, and what a reader should know of how long the thing lasts.
pub(super) fn description(meta: &Meta) -> Option<String> {
    let deprecated = meta.deprecated.as_ref().map(|why| format!("Deprecated: {why}"));
    let unstable = meta.unstable.then(|| "Unstable: it may still change.".to_owned());
    let parts: Vec<String> =
        meta.docs.as_deref().map(str::to_owned).into_iter().chain(deprecated).chain(unstable).collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

fn number(of: i128) -> Json {
    serde_json::Number::from_i128(of).map_or(Json::Null, Json::Number)
}
