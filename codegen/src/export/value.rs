use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json, json};

use crate::model::{Model, UnionTag, Value};

/// A value as it travels.
pub(crate) fn value(model: &Model, of: &Value) -> Json {
    match of {
        Value::Null => Json::Null,
        Value::Bool(bool) => json!(bool),
        Value::Int(int) => match (i64::try_from(*int), u64::try_from(*int)) {
            (Ok(int), _) => json!(int),
            (_, Ok(int)) => json!(int),
            // No integer type holds it; a string loses nothing.
            _ => json!(int.to_string()),
        },
        Value::Float(float) => json!(float),
        Value::String(text) | Value::Text(text) | Value::UnknownVariant(_, text) => json!(text),
        Value::Bytes(bytes) => json!(STANDARD.encode(bytes)),
        Value::Any(any) => any.clone(),
        Value::Sequence(items) => items.iter().map(|item| value(model, item)).collect(),
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|(key, item)| (map_key(model, key), value(model, item))).collect())
        }
        Value::Record(id, fields) => {
            let named = model.records[*id].fields.iter().zip(fields);
            let present =
                named.filter_map(|(field, item)| Some((field.wire_name.to_string(), value(model, item.as_ref()?))));
            Json::Object(present.collect())
        }
        Value::Enum(id, variant) => json!(model.enums[*id].variants[*variant as usize].wire_name),
        Value::Union(id, variant, carried) => {
            let union = &model.unions[*id];
            let name = &union.variants[*variant as usize].wire_name;
            let carried = carried.as_ref().map(|carried| value(model, carried));
            let mut object = Map::new();
            match (&union.tag, carried) {
                (UnionTag::Beside, carried) => {
                    object.insert("kind".to_owned(), json!(name));
                    object.extend(carried.map(|carried| ("value".to_owned(), carried)));
                }
                (UnionTag::Inside(tag), carried) => {
                    object.insert(tag.to_string(), json!(name));
                    if let Some(Json::Object(fields)) = carried {
                        object.extend(fields);
                    }
                }
            }
            Json::Object(object)
        }
    }
}

/// A map's key as the name in an object.
fn map_key(model: &Model, key: &Value) -> String {
    match value(model, key) {
        Json::String(text) => text,
        other => other.to_string(),
    }
}
