use serde_json::{Map, Value as Json, json};

use super::{Definition, Dialect, Schemas, describe, full_name};
use crate::model::{
    Enum, EnumVariant, Exception, ExceptionPayload, Field, Meta, Openness, Payload, Procedure, Reply, Topic, Union,
};

impl<'a> Schemas<'a> {
    pub(super) fn definitions(&self) -> Vec<(String, Definition<'a>)> {
        let model = self.model;
        let full = |namespace, meta: &Meta| full_name(model, namespace, meta);
        let mut all = Vec::new();
        all.extend(model.records.iter().map(|(_, it)| (full(it.namespace, &it.meta), Definition::Record(it))));
        all.extend(model.enums.iter().map(|(_, it)| (full(it.namespace, &it.meta), Definition::Enum(it))));
        all.extend(model.aliases.iter().map(|(_, it)| (full(it.namespace, &it.meta), Definition::Alias(it))));
        all.extend(model.exceptions.iter().map(|(_, it)| (full(it.namespace, &it.meta), Definition::Exception(it))));
        for (_, union) in model.unions.iter() {
            all.push((full(union.namespace, &union.meta), Definition::Union(union)));
            let variants = 0..union.variants.len();
            all.extend(variants.map(|at| (self.variant_name(union, at), Definition::Variant(union, at))));
        }
        for (_, procedure) in model.procedures.iter() {
            all.push((self.payload_name(procedure), Definition::Payload(procedure)));
            if !matches!(procedure.reply, Reply::Oneway) {
                all.push((self.reply_name(procedure), Definition::Reply(procedure)));
            }
        }
        all.extend(model.topics.iter().map(|(_, it)| (self.message_name(it), Definition::Message(it))));
        all
    }

    pub(super) fn definition(&self, definition: Definition<'_>) -> Json {
        match definition {
            Definition::Record(it) => {
                let mut schema = self.object(&it.fields);
                if it.closed {
                    schema.insert("additionalProperties".to_owned(), json!(false));
                }
                self.examples(&mut schema, &it.examples);
                titled(schema, &it.meta)
            }
            Definition::Enum(it) => self.enumeration(it),
            Definition::Union(it) => self.union(it),
            Definition::Variant(union, at) => self.variant(union, at),
            Definition::Alias(it) => {
                let mut beside = self.rules(it.ty, &it.constraints);
                self.examples(&mut beside, &it.examples);
                title(&mut beside, &it.meta);
                self.with(self.ty(it.ty), beside)
            }
            Definition::Exception(it) => self.exception(it),
            Definition::Payload(it) => self.payload(it),
            Definition::Reply(it) => self.reply(it),
            Definition::Message(it) => self.constrained(it.ty, &it.constraints),
        }
    }

    /// An object with these fields.
    pub(super) fn object(&self, fields: &[Field]) -> Map<String, Json> {
        let is_required = |field: &&Field| field.default.is_none() && !self.model.is_optional(field.ty);
        let required: Vec<&str> = fields.iter().filter(is_required).map(|field| &*field.wire_name).collect();
        let properties: Map<String, Json> =
            fields.iter().map(|field| (field.wire_name.to_string(), self.field(field))).collect();
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("properties".to_owned(), Json::Object(properties));
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        schema
    }

    fn enumeration(&self, it: &Enum) -> Json {
        let names: Vec<&str> = it.variants.iter().map(|variant| &*variant.wire_name).collect();
        let has_more = |variant: &EnumVariant| variant.meta.docs.is_some() || variant.meta.deprecated.is_some();
        let known = if it.variants.iter().any(has_more) {
            let variant = |variant: &EnumVariant| {
                let mut schema = Map::new();
                schema.insert("const".to_owned(), json!(variant.wire_name));
                describe(&mut schema, &variant.meta);
                Json::Object(schema)
            };
            json!({ "oneOf": it.variants.iter().map(variant).collect::<Vec<_>>() })
        } else {
            json!({ "enum": names })
        };
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!("string"));
        match it.openness {
            Openness::Closed => schema.extend(known.as_object().cloned().unwrap_or_default()),
            // What is not known is kept.
            Openness::Open => {
                schema.insert("anyOf".to_owned(), json!([known, {}]));
            }
        }
        self.examples(&mut schema, &it.examples);
        titled(schema, &it.meta)
    }

    fn exception(&self, it: &Exception) -> Json {
        let schema = match &it.payload {
            ExceptionPayload::Fields(fields) => Json::Object(self.object(fields)),
            ExceptionPayload::Bare(ty, constraints) => self.constrained(*ty, constraints),
            ExceptionPayload::Null => json!({ "type": "null" }),
        };
        let mut beside = Map::new();
        self.examples(&mut beside, &it.examples);
        title(&mut beside, &it.meta);
        self.with(schema, beside)
    }

    fn payload(&self, it: &Procedure) -> Json {
        let schema = match &it.payload {
            Payload::Null => json!({ "type": "null" }),
            Payload::Bare(ty, constraints) => self.constrained(*ty, constraints),
            Payload::Named(fields) => Json::Object(self.object(fields)),
        };
        let mut beside = Map::new();
        self.examples(&mut beside, &it.examples);
        self.with(schema, beside)
    }

    fn reply(&self, it: &Procedure) -> Json {
        match &it.reply {
            Reply::Oneway | Reply::Null => json!({ "type": "null" }),
            Reply::Bare(ty, constraints) | Reply::Stream(ty, constraints) => self.constrained(*ty, constraints),
            Reply::Named(fields) => Json::Object(self.object(fields)),
        }
    }

    /// `NAMESPACE.SERVICE.MEMBER`.
    pub(in crate::export) fn procedure_name(&self, it: &Procedure) -> String {
        let service = &self.model.services[it.service];
        format!("{}.{}", full_name(self.model, service.namespace, &service.meta), it.meta.name)
    }

    /// The same of a topic.
    pub(in crate::export) fn topic_name(&self, it: &Topic) -> String {
        let service = &self.model.services[it.service];
        format!("{}.{}", full_name(self.model, service.namespace, &service.meta), it.meta.name)
    }

    // No identifier holds a hyphen, so these are never a definition's name.

    pub(in crate::export) fn payload_name(&self, it: &Procedure) -> String {
        format!("{}-payload", self.procedure_name(it))
    }

    /// What one reply holds; of a stream, one value.
    pub(in crate::export) fn reply_name(&self, it: &Procedure) -> String {
        let what = if matches!(it.reply, Reply::Stream(..)) { "value" } else { "reply" };
        format!("{}-{what}", self.procedure_name(it))
    }

    pub(in crate::export) fn message_name(&self, it: &Topic) -> String {
        format!("{}-message", self.topic_name(it))
    }

    pub(super) fn variant_name(&self, union: &Union, at: usize) -> String {
        format!("{}-{}", full_name(self.model, union.namespace, &union.meta), union.variants[at].meta.name)
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }
}

fn title(beside: &mut Map<String, Json>, meta: &Meta) {
    beside.insert("title".to_owned(), json!(meta.name));
    describe(beside, meta);
}

pub(super) fn titled(mut schema: Map<String, Json>, meta: &Meta) -> Json {
    title(&mut schema, meta);
    Json::Object(schema)
}
