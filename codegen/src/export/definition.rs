use serde_json::{Map, Value as Json, json};

use super::full_name;
use super::ty::ty;
use super::value::value;
use crate::model::{
    Alias, Constant, Constraints, Enum, Exception, ExceptionPayload, Field, Meta, Model, Openness, Payload, Procedure,
    Record, Reply, Service, Topic, TypeId, Union, UnionTag, Value,
};

/// Definitions to JSON. What is absent, false or empty is left out.
pub(super) struct Exporter<'a> {
    model: &'a Model,
}

/// An object under construction.
struct Object(Map<String, Json>);

impl Object {
    fn new(meta: &Meta) -> Self {
        let custom = meta.custom.iter().map(|custom| json!({ "name": custom.name, "arguments": custom.arguments }));
        Self(Map::new())
            .with("docs", &meta.docs)
            .with("deprecated", &meta.deprecated)
            .flag("unstable", meta.unstable)
            .list("annotations", custom.collect())
    }

    /// `null` is left out.
    fn with(mut self, key: &str, value: impl serde::Serialize) -> Self {
        let value = json!(value);
        if !value.is_null() {
            self.0.insert(key.to_owned(), value);
        }
        self
    }

    fn flag(self, key: &str, is_set: bool) -> Self {
        if is_set { self.with(key, true) } else { self }
    }

    fn list(self, key: &str, items: Vec<Json>) -> Self {
        if items.is_empty() { self } else { self.with(key, items) }
    }

    fn names(self, key: &str, names: &[Box<str>]) -> Self {
        self.list(key, names.iter().map(|name| json!(name)).collect())
    }

    fn done(self) -> Json {
        Json::Object(self.0)
    }
}

impl<'a> Exporter<'a> {
    pub(super) fn new(model: &'a Model) -> Self {
        Self { model }
    }

    pub(super) fn record(&self, it: &Record) -> Json {
        Object::new(&it.meta)
            .flag("closed", it.closed)
            .with("fields", self.fields(&it.fields))
            .names("reserved", &it.reserved)
            .list("examples", self.values(&it.examples))
            .done()
    }

    pub(super) fn enumeration(&self, it: &Enum) -> Json {
        let variants = it.variants.iter().map(|variant| {
            Object::new(&variant.meta).with("name", &variant.meta.name).with("wire_name", &variant.wire_name).done()
        });
        Object::new(&it.meta)
            .flag("open", it.openness == Openness::Open)
            .with("variants", variants.collect::<Vec<_>>())
            .names("reserved", &it.reserved)
            .list("examples", self.values(&it.examples))
            .done()
    }

    pub(super) fn union(&self, it: &Union) -> Json {
        let variants = it.variants.iter().map(|variant| {
            Object::new(&variant.meta)
                .with("name", &variant.meta.name)
                .with("wire_name", &variant.wire_name)
                .with("type", variant.ty.map(|id| self.ty(id)))
                .done()
        });
        let tag = match &it.tag {
            UnionTag::Beside => None,
            UnionTag::Inside(tag) => Some(tag),
        };
        Object::new(&it.meta)
            .flag("open", it.openness == Openness::Open)
            .with("tag", tag)
            .with("variants", variants.collect::<Vec<_>>())
            .names("reserved", &it.reserved)
            .list("examples", self.values(&it.examples))
            .done()
    }

    pub(super) fn alias(&self, it: &Alias) -> Json {
        Object::new(&it.meta)
            .with("type", self.ty(it.ty))
            .with("constraints", self.constraints(&it.constraints))
            .list("examples", self.values(&it.examples))
            .done()
    }

    pub(super) fn constant(&self, it: &Constant) -> Json {
        let object = Object::new(&it.meta).with("type", self.ty(it.ty));
        self.with_value(object, "value", &it.value).done()
    }

    pub(super) fn exception(&self, it: &Exception) -> Json {
        let payload = match &it.payload {
            ExceptionPayload::Fields(fields) => json!({ "fields": self.fields(fields) }),
            ExceptionPayload::Bare(ty, constraints) => self.bare(*ty, constraints),
            ExceptionPayload::Null => json!("null"),
        };
        Object::new(&it.meta)
            .with("wire_name", &it.wire_name)
            .with("payload", payload)
            .names("reserved", &it.reserved)
            .list("examples", self.values(&it.examples))
            .done()
    }

    pub(super) fn service(&self, it: &Service) -> Json {
        let procedures = it.procedures.iter().map(|id| self.procedure(&self.model.procedures[*id]));
        let topics = it.topics.iter().map(|id| self.topic(&self.model.topics[*id]));
        Object::new(&it.meta)
            .with("prepath", &it.prepath)
            .with("version", &it.version)
            .flag("expose", it.expose)
            .names("tags", &it.tags)
            .list("procedures", procedures.collect())
            .list("topics", topics.collect())
            .names("reserved", &it.reserved)
            .done()
    }

    fn procedure(&self, it: &Procedure) -> Json {
        let payload = match &it.payload {
            Payload::Null => json!("null"),
            Payload::Bare(ty, constraints) => self.bare(*ty, constraints),
            Payload::Named(fields) => json!({ "fields": self.fields(fields) }),
        };
        let reply = match &it.reply {
            Reply::Oneway => json!("oneway"),
            Reply::Null => json!("null"),
            Reply::Bare(ty, constraints) => self.bare(*ty, constraints),
            Reply::Named(fields) => json!({ "fields": self.fields(fields) }),
            Reply::Stream(ty, constraints) => json!({ "stream": self.bare(*ty, constraints) }),
        };
        let raises = it.raises.iter().map(|id| {
            let exception = &self.model.exceptions[*id];
            json!(full_name(self.model, exception.namespace, &exception.meta))
        });
        Object::new(&it.meta)
            .with("name", &it.meta.name)
            .with("uri", &it.uri)
            .with("versioned_uri", &it.versioned_uri)
            .with("channel", &it.channel)
            .with("timeout_ms", it.timeout.map(|timeout| timeout.as_millis() as u64))
            .names("tags", &it.tags)
            .flag("expose", it.expose)
            .with("auth", &it.auth)
            .flag("idempotent", it.idempotent)
            .with("payload", payload)
            .with("reply", reply)
            .list("raises", raises.collect())
            .list("examples", self.values(&it.examples))
            .done()
    }

    fn topic(&self, it: &Topic) -> Json {
        Object::new(&it.meta)
            .with("name", &it.meta.name)
            .with("uri", &it.uri)
            .with("channel", &it.channel)
            .with("type", self.ty(it.ty))
            .with("constraints", self.constraints(&it.constraints))
            .done()
    }

    fn fields(&self, fields: &[Field]) -> Vec<Json> {
        let field = |field: &Field| {
            let object = Object::new(&field.meta)
                .with("name", &field.meta.name)
                .with("wire_name", &field.wire_name)
                .with("type", self.ty(field.ty));
            let object = match &field.default {
                Some(default) => self.with_value(object, "default", default),
                None => object,
            };
            object
                .with("constraints", self.constraints(&field.constraints))
                .list("examples", self.values(&field.examples))
                .done()
        };
        fields.iter().map(field).collect()
    }

    fn bare(&self, ty: TypeId, constraints: &Constraints) -> Json {
        Object(Map::new()).with("type", self.ty(ty)).with("constraints", self.constraints(constraints)).done()
    }

    fn constraints(&self, it: &Constraints) -> Option<Json> {
        if it.is_empty() {
            return None;
        }
        let length = it.length.as_deref().map(|(from, to)| json!([from, to]));
        let bound = |value: &Option<Value>| value.as_ref().map(|value| self.value(value));
        let range = it.range.as_ref().map(|range| json!([bound(&range.from), bound(&range.to)]));
        Some(Object(Map::new()).with("length", length).with("range", range).with("pattern", &it.pattern).done())
    }

    /// A value that may be `null` itself, and stands there then.
    fn with_value(&self, mut object: Object, key: &str, value: &Value) -> Object {
        object.0.insert(key.to_owned(), self.value(value));
        object
    }

    fn values(&self, values: &[Value]) -> Vec<Json> {
        values.iter().map(|value| self.value(value)).collect()
    }

    fn ty(&self, id: TypeId) -> Json {
        ty(self.model, id)
    }

    fn value(&self, of: &Value) -> Json {
        value(self.model, of)
    }
}
