//! Parts that schemas are put together of.

use super::super::json::Json;

/// An object of these members.
pub(super) fn object(members: impl IntoIterator<Item = (&'static str, Json)>) -> Json {
    Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

pub(super) fn text(text: &str) -> Json {
    Json::String(text.to_owned())
}

pub(super) fn of(name: &str) -> Json {
    object([("type", text(name))])
}

pub(super) fn formatted(format: &str) -> Json {
    object([("type", text("string")), ("format", text(format))])
}

/// A schema that says what it cannot say.
pub(super) fn unknown(why: impl Into<String>) -> Json {
    object([("x-todo", Json::String(why.into()))])
}

/// The schema with a member more; without a value, as it is.
pub(super) fn with(schema: Json, key: &str, value: Option<Json>) -> Json {
    let (Json::Object(mut members), Some(value)) = (schema.clone(), value) else { return schema };
    members.push((key.to_owned(), value));
    Json::Object(members)
}

/// A constraint on the value of an optional type is one on the type.
pub(super) fn with_inner(schema: Json, key: &str, value: Option<Json>) -> Json {
    match schema.get("anyOf").map(Json::items) {
        Some([inner, null]) if null.text("type") == Some("null") => {
            let inner = with(inner.clone(), key, value);
            object([("anyOf", Json::Array(vec![inner, null.clone()]))])
        }
        _ => with(schema, key, value),
    }
}

/// The schema with a remark, behind those that it has.
pub(super) fn noting(schema: Json, note: &str) -> Json {
    let note = schema.text("x-note").map_or_else(|| note.to_owned(), |before| format!("{before}; {note}"));
    let Json::Object(mut members) = schema else { return schema };
    members.retain(|(key, _)| key != "x-note");
    with(Json::Object(members), "x-note", Some(Json::String(note)))
}

pub(super) fn json_text() -> Json {
    noting(of("string"), "a text there that holds JSON")
}

pub(super) fn has_to_be_run() -> Json {
    unknown("its annotation there is an expression that has to be run")
}

pub(super) fn any() -> Json {
    Json::Object(Vec::new())
}

pub(super) fn bounded(name: &'static str, bound: &'static str, number: &str) -> Json {
    let number = serde_json::from_str(number).map_or(Json::Null, Json::Number);
    object([("type", text(name)), (bound, number)])
}

pub(super) fn any_of(choices: Vec<Json>) -> Json {
    object([("anyOf", Json::Array(choices))])
}
