use base64::Engine as _;
use serde_json::{Map, Number, Value as Json};

use super::{Model, Type, TypeId, UnionTag, Value};

impl Model {
    /// A value as it travels.
    ///
    /// # Panics
    ///
    /// Where the value is none of the type, which the resolver never makes.
    #[must_use]
    pub fn value_json(&self, value: &Value, ty: TypeId) -> Json {
        match (value, self.shape(ty)) {
            (Value::Null, _) => Json::Null,
            (value, Type::Optional(inner)) => self.value_json(value, *inner),
            (Value::Bool(value), _) => Json::Bool(*value),
            (Value::Int(value), _) => Number::from_i128(*value).map_or(Json::Null, Json::Number),
            (Value::Float(value), _) => Number::from_f64(*value).map_or(Json::Null, Json::Number),
            (Value::String(text) | Value::Text(text) | Value::UnknownVariant(_, text), _) => {
                Json::String(text.to_string())
            }
            (Value::Bytes(bytes), _) => Json::String(base64::engine::general_purpose::STANDARD.encode(bytes)),
            (Value::Any(json), _) => json.clone(),
            (Value::Sequence(items), Type::List(item) | Type::Set(item)) => {
                Json::Array(items.iter().map(|value| self.value_json(value, *item)).collect())
            }
            (Value::Sequence(items), Type::Tuple(types)) => {
                Json::Array(items.iter().zip(types).map(|(value, ty)| self.value_json(value, *ty)).collect())
            }
            (Value::Map(entries), Type::Map(key, item)) => {
                let entry = |(name, value): &(Value, Value)| (self.key_text(name, *key), self.value_json(value, *item));
                Json::Object(entries.iter().map(entry).collect())
            }
            (Value::Record(id, values), _) => {
                let fields = self.records[*id].fields.iter().zip(values);
                let present = fields.filter_map(|(field, value)| {
                    value.as_ref().map(|value| (field.wire_name.to_string(), self.value_json(value, field.ty)))
                });
                Json::Object(present.collect())
            }
            (Value::Enum(id, variant), _) => {
                Json::String(self.enums[*id].variants[*variant as usize].wire_name.to_string())
            }
            (Value::Union(id, variant, inner), _) => {
                let union = &self.unions[*id];
                let variant = &union.variants[*variant as usize];
                let name = Json::String(variant.wire_name.to_string());
                let inner = inner.as_deref().zip(variant.ty).map(|(inner, ty)| self.value_json(inner, ty));
                let mut object = Map::new();
                match &union.tag {
                    UnionTag::Beside => {
                        object.insert("kind".into(), name);
                        object.extend(inner.map(|inner| ("value".to_owned(), inner)));
                    }
                    UnionTag::Inside(tag) => {
                        object.insert(tag.to_string(), name);
                        if let Some(Json::Object(fields)) = inner {
                            object.extend(fields);
                        }
                    }
                }
                Json::Object(object)
            }
            (Value::Sequence(_) | Value::Map(_), other) => panic!("no value of {other:?}"),
        }
    }

    /// A key of a map as the string that it is in JSON.
    #[must_use]
    pub fn key_text(&self, key: &Value, ty: TypeId) -> String {
        match self.value_json(key, ty) {
            Json::String(text) => text,
            other => other.to_string(),
        }
    }
}
