//! Values as the JSON that travels.

use serde_json::Value as Json;

use crate::export;
use crate::model::{Model, Value};

/// On one line, a text without its quotes.
pub(super) fn line(model: &Model, value: &Value) -> String {
    match export::value(model, value) {
        Json::String(text) => text,
        other => other.to_string(),
    }
}

/// As it is, for a default.
pub(super) fn literal(model: &Model, value: &Value) -> String {
    export::value(model, value).to_string()
}

/// Over several lines, for people.
pub(super) fn pretty(model: &Model, value: &Value) -> String {
    format!("{:#}\n", export::value(model, value))
}

/// As it is.
pub(super) fn value_of(model: &Model, value: &Value) -> Json {
    export::value(model, value)
}
