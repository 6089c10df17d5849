//! Defaults as the language writes them.

use super::draft::{Body, Definition, Ty};
use super::json::Json;

/// A JSON value as a literal of a type; `None` where it is none.
pub(super) fn literal(value: &Json, ty: &Ty, definitions: &[Definition]) -> Option<String> {
    match (ty, value) {
        (Ty::Optional(_), Json::Null) => Some("null".to_owned()),
        // An optional field takes no other default.
        (Ty::Optional(_), _) => None,
        (Ty::Plain("bool"), Json::Bool(_)) => Some(value.to_string()),
        (Ty::Plain("float32" | "float64"), Json::Number(_)) => Some(value.to_string()),
        (Ty::Plain("decimal"), Json::Number(number)) => Some(format!("\"{number}\"")),
        (Ty::Plain("any"), _) => Some(value.to_string()),
        (Ty::Plain(name), Json::Number(number)) if is_integer(name) => {
            (number.is_i64() || number.is_u64()).then(|| number.to_string())
        }
        (Ty::Plain(name), Json::String(_)) if *name != "bool" && !name.contains("int") && !name.contains("float") => {
            Some(value.to_string())
        }
        (Ty::List(item) | Ty::Set(item), Json::Array(items)) => {
            let items: Option<Vec<String>> = items.iter().map(|value| literal(value, item, definitions)).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        (Ty::Tuple(parts), Json::Array(items)) if parts.len() == items.len() => {
            let items: Option<Vec<String>> =
                items.iter().zip(parts).map(|(value, ty)| literal(value, ty, definitions)).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        (Ty::Map(..), Json::Object(_)) => Some(value.to_string()),
        (Ty::Named(name), _) => match &definitions.iter().find(|definition| definition.name == *name)?.body {
            Body::Enum { variants, .. } => {
                let wire = value.as_str()?;
                variants.iter().find(|variant| variant.wire == wire).map(|variant| variant.name.clone())
            }
            Body::Alias(typed) => literal(value, &typed.ty, definitions),
            Body::Record { .. } | Body::Union { .. } if matches!(value, Json::Object(_)) => Some(value.to_string()),
            _ => None,
        },
        _ => None,
    }
}

fn is_integer(name: &str) -> bool {
    name.starts_with("int") || name.starts_with("uint")
}
