//! Schema documents, as services answer them to introspection.

use super::ImportError;
use super::json::Json;

/// What one document says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Document {
    /// One procedure, with the schemas of its payload and its reply.
    Procedure(Box<Described>),
    /// All addresses that a session serves, with their channels.
    Routes(Vec<(String, String)>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Described {
    pub(super) uri: String,
    pub(super) channel: String,
    pub(super) validate: bool,
    pub(super) tags: Vec<String>,
    pub(super) description: Option<String>,
    pub(super) payload: Option<Json>,
    pub(super) reply: Option<Json>,
}

/// The documents of a text: one, an array of them, or several, one behind the other.
pub(super) fn read(origin: &str, text: &str) -> Result<Vec<Document>, ImportError> {
    let mut documents = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Json>() {
        let value = value.map_err(|error| ImportError::Json { origin: origin.to_owned(), why: error.to_string() })?;
        match value {
            Json::Array(items) => {
                for item in &items {
                    documents.push(document(origin, item)?);
                }
            }
            value => documents.push(document(origin, &value)?),
        }
    }
    if documents.is_empty() {
        return Err(ImportError::Json { origin: origin.to_owned(), why: "there is no document in it".to_owned() });
    }
    Ok(documents)
}

/// A document, perhaps inside of the reply that brought it, perhaps as a text.
pub(super) fn document(origin: &str, value: &Json) -> Result<Document, ImportError> {
    let wrong = |why: &str| ImportError::Document { origin: origin.to_owned(), why: why.to_owned() };
    if let Json::String(text) = value {
        let inner = serde_json::from_str::<Json>(text);
        let inner = inner.map_err(|error| ImportError::Json { origin: origin.to_owned(), why: error.to_string() })?;
        return match inner {
            Json::Object(_) => document(origin, &inner),
            _ => Err(wrong("a text in it holds no object")),
        };
    }
    if let (Some(_), Some(payload)) = (value.get("call_id"), value.get("payload")) {
        if value.is_true("is_exception") {
            return Err(wrong("it is an exception that was answered"));
        }
        return document(origin, payload);
    }
    if let Some(uri) = value.text("uri") {
        let present = |key: &str| value.get(key).filter(|schema| **schema != Json::Null).cloned();
        return Ok(Document::Procedure(Box::new(Described {
            uri: uri.to_owned(),
            channel: value.text("channel").ok_or_else(|| wrong("it has a `uri` and no `channel`"))?.to_owned(),
            validate: value.get("validate") != Some(&Json::Bool(false)),
            tags: value.texts("tags"),
            description: value.text("description").map(clean),
            payload: present("payload"),
            reply: present("return"),
        })));
    }
    if value.get("routes").is_some() {
        let route = |route: String| {
            let (uri, channel) = route.split_once(':').ok_or_else(|| wrong("a route has no `:`"))?;
            Ok((uri.to_owned(), channel.to_owned()))
        };
        return value.texts("routes").into_iter().map(route).collect::<Result<_, _>>().map(Document::Routes);
    }
    Err(wrong("it has neither `uri` nor `routes`, as what `_schema_` answers has"))
}

/// A docstring without the indentation that its lines share.
pub(super) fn clean(docstring: &str) -> String {
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let shared = docstring.lines().skip(1).filter(|line| !line.trim().is_empty()).map(|line| indent(&line)).min();
    let lines: Vec<&str> = docstring
        .lines()
        .enumerate()
        .map(
            |(index, line)| {
                if index == 0 { line.trim() } else { line.get(shared.unwrap_or(0)..).unwrap_or("").trim_end() }
            },
        )
        .collect();
    lines.join("\n").trim().to_owned()
}
