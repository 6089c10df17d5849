use serde_json::{Map, Value as Json, json};

use super::definition::titled;
use super::{Dialect, Schemas, describe};
use crate::model::{Openness, Type, Union, UnionTag};

impl Schemas<'_> {
    pub(super) fn union(&self, it: &Union) -> Json {
        let tag = tag_of(it);
        let mut variants: Vec<Json> =
            (0..it.variants.len()).map(|at| self.reference(&self.variant_name(it, at))).collect();
        let mut schema = Map::new();
        match it.openness {
            Openness::Closed if self.dialect() == Dialect::OpenApi => {
                let mapping = it.variants.iter().zip(&variants);
                let mapping: Map<String, Json> =
                    mapping.map(|(variant, schema)| (variant.wire_name.to_string(), schema["$ref"].clone())).collect();
                schema.insert("discriminator".to_owned(), json!({ "propertyName": tag, "mapping": mapping }));
            }
            Openness::Closed => {}
            Openness::Open => {
                let known: Vec<&str> = it.variants.iter().map(|variant| &*variant.wire_name).collect();
                let other = json!({ "type": "string", "not": { "enum": known } });
                variants.push(json!({ "type": "object", "properties": { tag: other }, "required": [tag] }));
            }
        }
        schema.insert("oneOf".to_owned(), Json::Array(variants));
        self.examples(&mut schema, &it.examples);
        titled(schema, &it.meta)
    }

    pub(super) fn variant(&self, union: &Union, at: usize) -> Json {
        let model = self.model;
        let variant = &union.variants[at];
        let tag = tag_of(union);
        let tagged = json!({ "const": variant.wire_name });
        let mut beside = Map::new();
        describe(&mut beside, &variant.meta);
        let schema = match (&union.tag, variant.ty) {
            (UnionTag::Beside, Some(ty)) => {
                // Null is a value of these, and an absent member means it.
                let may_be_absent = matches!(model.shape(ty), Type::Optional(_) | Type::Any);
                let required = if may_be_absent { json!(["kind"]) } else { json!(["kind", "value"]) };
                json!({
                    "type": "object",
                    "properties": { "kind": tagged, "value": self.ty(ty) },
                    "required": required,
                })
            }
            (UnionTag::Inside(_), Some(ty)) => match model.shape(ty) {
                Type::Record(id) if model.records[*id].closed => {
                    // The record alone would refuse the tag.
                    let mut schema = self.object(&model.records[*id].fields);
                    if let Some(properties) = schema.get_mut("properties") {
                        properties[tag] = tagged;
                    }
                    let required = schema.entry("required").or_insert_with(|| json!([]));
                    if let Json::Array(required) = required {
                        required.insert(0, json!(tag));
                    }
                    schema.insert("additionalProperties".to_owned(), json!(false));
                    Json::Object(schema)
                }
                _ => {
                    beside.insert("properties".to_owned(), json!({ tag: tagged }));
                    beside.insert("required".to_owned(), json!([tag]));
                    self.ty(ty)
                }
            },
            (_, None) => json!({ "type": "object", "properties": { tag: tagged }, "required": [tag] }),
        };
        self.with(schema, beside)
    }
}

fn tag_of(union: &Union) -> &str {
    match &union.tag {
        UnionTag::Beside => "kind",
        UnionTag::Inside(tag) => tag,
    }
}
