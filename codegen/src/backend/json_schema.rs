//! JSON Schemas (2020-12) of what travels, as introspection shows them: definitions by name under `$defs`, as pydantic has them.

use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json, json};

use crate::model::{
    Constraints, Enum, Field, FloatType, IntType, Meta, Model, NamespaceId, Openness, Payload, Procedure, Record,
    Reply, Type, TypeId, Union, UnionTag, Value,
};

/// Makes schemas of one contract.
pub(super) struct Schemas<'a> {
    model: &'a Model,
    /// How many definitions have a name, over all namespaces.
    names: FxHashMap<&'a str, u32>,
}

impl<'a> Schemas<'a> {
    pub(super) fn of(model: &'a Model) -> Self {
        let mut names: FxHashMap<&str, u32> = FxHashMap::default();
        let records = model.records.iter().map(|(_, item)| &*item.meta.name);
        let enums = model.enums.iter().map(|(_, item)| &*item.meta.name);
        let unions = model.unions.iter().map(|(_, item)| &*item.meta.name);
        records.chain(enums).chain(unions).for_each(|name| *names.entry(name).or_default() += 1);
        Self { model, names }
    }

    /// The schema of a procedure's payload.
    pub(super) fn payload(&self, procedure: &Procedure) -> Json {
        let mut document = Document { schemas: self, definitions: Map::new() };
        let schema = match &procedure.payload {
            Payload::Null => json!({"type": "null"}),
            Payload::Bare(ty, constraints) => document.constrained(*ty, constraints),
            Payload::Named(fields) => document.object(fields, None).into(),
        };
        document.finish(schema)
    }

    /// The schema of a procedure's reply.
    pub(super) fn reply(&self, procedure: &Procedure) -> Json {
        let mut document = Document { schemas: self, definitions: Map::new() };
        let schema = match &procedure.reply {
            Reply::Oneway | Reply::Null => json!({"type": "null"}),
            Reply::Bare(ty, constraints) | Reply::Stream(ty, constraints) => document.constrained(*ty, constraints),
            Reply::Named(fields) => document.object(fields, None).into(),
        };
        document.finish(schema)
    }
}

/// One schema with the definitions that it refers to.
struct Document<'a> {
    schemas: &'a Schemas<'a>,
    definitions: Map<String, Json>,
}

impl<'a> Document<'a> {
    fn finish(self, schema: Json) -> Json {
        let mut schema = schema;
        if let (Json::Object(members), false) = (&mut schema, self.definitions.is_empty()) {
            members.insert("$defs".to_owned(), Json::Object(self.definitions));
        }
        schema
    }

    fn ty(&mut self, id: TypeId) -> Json {
        let model = self.schemas.model;
        match &model.types[id] {
            Type::Bool => json!({"type": "boolean"}),
            Type::Int(int) => {
                let (least, greatest) = bounds(*int);
                json!({"type": "integer", "minimum": least, "maximum": greatest})
            }
            Type::Float(FloatType::Float32 | FloatType::Float64) => json!({"type": "number"}),
            Type::String => json!({"type": "string"}),
            Type::Bytes => json!({"type": "string", "contentEncoding": "base64"}),
            Type::Uuid => json!({"type": "string", "format": "uuid"}),
            Type::Timestamp => json!({"type": "string", "format": "date-time"}),
            Type::DateTime => json!({"type": "string", "format": "local-date-time"}),
            Type::Date => json!({"type": "string", "format": "date"}),
            Type::Time => json!({"type": "string", "format": "local-time"}),
            Type::Duration => json!({"type": "string", "format": "duration"}),
            Type::Decimal => json!({"type": "string", "format": "decimal"}),
            Type::Any => json!({}),
            Type::List(item) => json!({"type": "array", "items": self.ty(*item)}),
            Type::Set(item) => json!({"type": "array", "items": self.ty(*item), "uniqueItems": true}),
            Type::Map(key, value) => self.map(*key, *value),
            Type::Tuple(items) => {
                let schemas: Vec<Json> = items.iter().map(|item| self.ty(*item)).collect();
                json!({"type": "array", "prefixItems": schemas, "minItems": items.len(), "maxItems": items.len()})
            }
            Type::Optional(inner) => json!({"anyOf": [self.ty(*inner), {"type": "null"}]}),
            Type::Alias(alias) => {
                let alias = &model.aliases[*alias];
                self.constrained(alias.ty, &alias.constraints)
            }
            Type::Record(id) => {
                let item = &model.records[*id];
                self.reference(&item.meta, item.namespace, |document| document.record(item))
            }
            Type::Enum(id) => {
                let item = &model.enums[*id];
                self.reference(&item.meta, item.namespace, |_| enumeration(item))
            }
            Type::Union(id) => {
                let item = &model.unions[*id];
                self.reference(&item.meta, item.namespace, |document| document.union(item))
            }
        }
    }

    fn map(&mut self, key: TypeId, value: TypeId) -> Json {
        let mut schema = json!({"type": "object", "additionalProperties": self.ty(value)});
        let key = match self.schemas.model.shape(key) {
            Type::Int(_) => json!({"pattern": "^(0|-?[1-9][0-9]*)$"}),
            Type::Bool => json!({"enum": ["true", "false"]}),
            _ => self.ty(key),
        };
        if key != json!({"type": "string"}) {
            schema["propertyNames"] = key;
        }
        schema
    }

    fn reference(&mut self, meta: &Meta, namespace: NamespaceId, definition: impl FnOnce(&mut Self) -> Json) -> Json {
        let is_unique = self.schemas.names.get(&*meta.name).is_none_or(|count| *count == 1);
        let namespace = &self.schemas.model.namespaces[namespace].name;
        let name = if is_unique { meta.name.to_string() } else { format!("{namespace}.{}", meta.name) };
        if !self.definitions.contains_key(&name) {
            // First of all, for a type that holds itself.
            self.definitions.insert(name.clone(), Json::Null);
            let mut schema = definition(self);
            describe(&mut schema, meta);
            schema["title"] = json!(meta.name);
            self.definitions.insert(name.clone(), schema);
        }
        json!({"$ref": format!("#/$defs/{name}")})
    }

    fn record(&mut self, record: &Record) -> Json {
        let mut schema = self.object(&record.fields, None);
        if record.closed {
            schema.insert("additionalProperties".to_owned(), json!(false));
        }
        schema.into()
    }

    /// An object with these fields, and perhaps a tag of this name and value.
    fn object(&mut self, fields: &[Field], tag: Option<(&str, &str)>) -> Map<String, Json> {
        let model = self.schemas.model;
        let mut properties = Map::new();
        let mut required = Vec::new();
        if let Some((name, value)) = tag {
            properties.insert(name.to_owned(), json!({"const": value}));
            required.push(name.to_owned());
        }
        for field in fields {
            let mut schema = self.constrained(field.ty, &field.constraints);
            describe(&mut schema, &field.meta);
            match &field.default {
                Some(default) => schema["default"] = model.value_json(default, field.ty),
                None if model.is_optional(field.ty) => schema["default"] = Json::Null,
                None => required.push(field.wire_name.to_string()),
            }
            properties.insert(field.wire_name.to_string(), schema);
        }
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("properties".to_owned(), Json::Object(properties));
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        schema
    }

    fn union(&mut self, union: &Union) -> Json {
        let model = self.schemas.model;
        let mut variants = Vec::with_capacity(union.variants.len() + 1);
        let mut known = Vec::with_capacity(union.variants.len());
        let tag = match &union.tag {
            UnionTag::Beside => "kind",
            UnionTag::Inside(tag) => tag,
        };
        for variant in &union.variants {
            let name = &*variant.wire_name;
            known.push(name);
            let mut schema = match (&union.tag, variant.ty) {
                (UnionTag::Beside, Some(ty)) => json!({
                    "type": "object",
                    "properties": {"kind": {"const": name}, "value": self.ty(ty)},
                    "required": if model.is_optional(ty) { json!(["kind"]) } else { json!(["kind", "value"]) },
                }),
                (UnionTag::Inside(tag), Some(ty)) if let Type::Record(id) = model.shape(ty) => {
                    let record = &model.records[*id];
                    let mut schema = self.object(&record.fields, Some((tag, name)));
                    if record.closed {
                        schema.insert("additionalProperties".to_owned(), json!(false));
                    }
                    schema.into()
                }
                _ => json!({"type": "object", "properties": {tag: {"const": name}}, "required": [tag]}),
            };
            describe(&mut schema, &variant.meta);
            variants.push(schema);
        }
        if union.openness == Openness::Open {
            let other = json!({"type": "string", "not": {"enum": known}});
            variants.push(json!({"type": "object", "properties": {tag: other}, "required": [tag]}));
        }
        json!({"oneOf": variants})
    }

    fn constrained(&mut self, ty: TypeId, constraints: &Constraints) -> Json {
        let schema = self.ty(ty);
        if constraints.is_empty() {
            return schema;
        }
        let model = self.schemas.model;
        // A constraint on an optional value is one on the value.
        if let Type::Optional(inner) = model.shape(ty) {
            return json!({"anyOf": [self.constrained(*inner, constraints), {"type": "null"}]});
        }
        let mut rules = Map::new();
        if let Some((min, max)) = constraints.length.as_deref().copied() {
            let names = match model.shape(ty) {
                Type::String => Some(("minLength", "maxLength")),
                Type::List(_) | Type::Set(_) => Some(("minItems", "maxItems")),
                Type::Map(..) => Some(("minProperties", "maxProperties")),
                // The length of bytes is not that of their text.
                _ => None,
            };
            if let Some((least, greatest)) = names {
                rules.extend(min.map(|min| (least.to_owned(), json!(min))));
                rules.extend(max.map(|max| (greatest.to_owned(), json!(max))));
            }
        }
        if let (Some(range), Type::Int(_) | Type::Float(_)) = (&constraints.range, model.shape(ty)) {
            let bound = |bound: &Option<Value>| bound.as_ref().map(|bound| model.value_json(bound, ty));
            rules.extend(bound(&range.from).map(|from| ("minimum".to_owned(), from)));
            rules.extend(bound(&range.to).map(|to| ("maximum".to_owned(), to)));
        }
        rules.extend(constraints.pattern.as_deref().map(|pattern| ("pattern".to_owned(), json!(pattern))));
        match schema {
            // Those of an alias stay beside those of its use.
            Json::Object(members) if rules.keys().any(|rule| members.contains_key(rule) && !is_bound(rule)) => {
                json!({"allOf": [members, rules]})
            }
            Json::Object(mut members) => {
                members.extend(rules);
                members.into()
            }
            other => other,
        }
    }
}

/// An integer type has bounds of its own, which `@range` only narrows.
fn is_bound(rule: &str) -> bool {
    matches!(rule, "minimum" | "maximum")
}

fn enumeration(item: &Enum) -> Json {
    let names: Vec<&str> = item.variants.iter().map(|variant| &*variant.wire_name).collect();
    match item.openness {
        Openness::Closed => json!({"type": "string", "enum": names}),
        Openness::Open => json!({"type": "string", "examples": names}),
    }
}

fn describe(schema: &mut Json, meta: &Meta) {
    if let Some(docs) = &meta.docs {
        schema["description"] = json!(docs);
    }
    if meta.deprecated.is_some() {
        schema["deprecated"] = json!(true);
    }
}

fn bounds(int: IntType) -> (Json, Json) {
    match int {
        IntType::Int8 => (json!(i8::MIN), json!(i8::MAX)),
        IntType::Int16 => (json!(i16::MIN), json!(i16::MAX)),
        IntType::Int32 => (json!(i32::MIN), json!(i32::MAX)),
        IntType::Int64 => (json!(i64::MIN), json!(i64::MAX)),
        IntType::Uint8 => (json!(u8::MIN), json!(u8::MAX)),
        IntType::Uint16 => (json!(u16::MIN), json!(u16::MAX)),
        IntType::Uint32 => (json!(u32::MIN), json!(u32::MAX)),
        IntType::Uint64 => (json!(u64::MIN), json!(u64::MAX)),
    }
}
