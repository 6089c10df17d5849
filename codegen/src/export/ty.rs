use serde_json::{Value as Json, json};

use super::full_name;
use crate::model::{Model, Type, TypeId};

/// A type: a string for a built-in one without parts, `{"list": T}` and the like, `{"record": "full.Name"}` by name.
pub(super) fn ty(model: &Model, id: TypeId) -> Json {
    let inner = |id| ty(model, id);
    match &model.types[id] {
        Type::Bool => json!("bool"),
        Type::Int(int) => json!(int.name()),
        Type::Float(float) => json!(float.name()),
        Type::String => json!("string"),
        Type::Bytes => json!("bytes"),
        Type::Uuid => json!("uuid"),
        Type::Timestamp => json!("timestamp"),
        Type::DateTime => json!("datetime"),
        Type::Date => json!("date"),
        Type::Time => json!("time"),
        Type::Duration => json!("duration"),
        Type::Decimal => json!("decimal"),
        Type::Any => json!("any"),
        Type::List(item) => json!({ "list": inner(*item) }),
        Type::Set(item) => json!({ "set": inner(*item) }),
        Type::Map(key, value) => json!({ "map": [inner(*key), inner(*value)] }),
        Type::Tuple(items) => json!({ "tuple": items.iter().map(|item| inner(*item)).collect::<Vec<_>>() }),
        Type::Optional(item) => json!({ "optional": inner(*item) }),
        Type::Record(id) => {
            json!({ "record": full_name(model, model.records[*id].namespace, &model.records[*id].meta) })
        }
        Type::Enum(id) => json!({ "enum": full_name(model, model.enums[*id].namespace, &model.enums[*id].meta) }),
        Type::Union(id) => json!({ "union": full_name(model, model.unions[*id].namespace, &model.unions[*id].meta) }),
        Type::Alias(id) => json!({ "alias": full_name(model, model.aliases[*id].namespace, &model.aliases[*id].meta) }),
    }
}
