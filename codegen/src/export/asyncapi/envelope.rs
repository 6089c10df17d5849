//! The bodies that travel, as the reference of the wire (`runtime/docs/wire.md`) describes them.

use serde_json::{Value as Json, json};

use crate::export::schema::Schemas;
use crate::model::Reply;

/// Names of exceptions that are the protocol's own.
pub(super) const FAILURES: [&str; 6] = [
    "InternalError",
    "rpc_interrupted",
    "rpc_invalid_payload",
    "rpc_invalid_return",
    "rpc_overloaded",
    "rpc_unauthorized",
];

const HEX: &str = "^[0-9a-f]{32}$";
const REPLY_TOPIC: &str = "^(_rpc_\\._(reply|replies)_\\.[0-9a-f]{32}#ephemeral)?$";

/// What the text of a reply's payload holds.
pub(super) enum Embedded {
    Value(Json),
    ValueOrNull(Json),
}

/// The schemas that all messages build on. A contract's definitions have a dot in their names.
pub(super) fn schemas() -> impl Iterator<Item = (String, Json)> {
    let invocation = json!({
        "type": "object",
        "description": "A call.",
        "properties": {
            "id": { "type": "string", "pattern": HEX, "description": "Names the call, the same in every retry." },
            "caller_id": { "type": "string", "pattern": HEX, "description": "The session that calls." },
            "payload": { "type": "string", "contentMediaType": "application/json" },
            "reply_topic": {
                "type": "string",
                "pattern": REPLY_TOPIC,
                "description": "Where the reply goes; empty where none is wanted.",
            },
            "expires": {
                "type": "integer",
                "minimum": 0,
                "default": 60,
                "description": "Whole seconds after the broker's timestamp.",
            },
            "headers": { "type": "object", "additionalProperties": { "type": "string" }, "maxProperties": 32 },
        },
        "required": ["id", "caller_id", "payload", "reply_topic"],
    });
    let reply = json!({
        "type": "object",
        "description": "An answer to a call.",
        "properties": {
            "call_id": { "type": "string", "pattern": HEX },
            "is_exception": { "type": "boolean" },
            "payload": { "type": "string", "contentMediaType": "application/json" },
            "channel": { "type": "string", "description": "Where the call was consumed." },
            "stream": { "type": "object", "description": "Which part of a stream this is." },
        },
        "required": ["call_id", "is_exception", "payload"],
    });
    [("invocation".to_owned(), invocation), ("reply".to_owned(), reply)].into_iter()
}

/// A call whose payload's text holds JSON of a schema.
pub(super) fn invocation_of(schemas: &Schemas<'_>, payload: &Json, reply: &Reply) -> Json {
    let mut own = json!({
        "allOf": [schemas.reference("invocation")],
        "properties": { "payload": { "contentSchema": payload } },
    });
    match reply {
        Reply::Stream(..) => {
            let credit = json!({ "type": "integer", "minimum": 1, "description": "How many values may be sent." });
            own["properties"]["stream"] =
                json!({ "type": "object", "properties": { "credit": credit }, "required": ["credit"] });
            own["required"] = json!(["stream"]);
        }
        Reply::Oneway => own["properties"]["reply_topic"] = json!({ "const": "" }),
        Reply::Null | Reply::Bare(..) | Reply::Named(_) => {}
    }
    own
}

/// A reply whose payload's text holds JSON of a schema.
pub(super) fn reply_of(schemas: &Schemas<'_>, payload: Embedded) -> Json {
    let payload = match payload {
        Embedded::Value(schema) => schema,
        Embedded::ValueOrNull(schema) => json!({ "anyOf": [schema, { "type": "null" }] }),
    };
    json!({
        "allOf": [schemas.reference("reply")],
        "properties": { "is_exception": { "const": false }, "payload": { "contentSchema": payload } },
    })
}

/// A reply that is an exception of a name, whose own payload is text once more; without a schema any text at all.
pub(super) fn exception_of(schemas: &Schemas<'_>, name: &Json, payload: Option<Json>) -> Json {
    let text = match payload {
        Some(schema) => {
            json!({ "type": "string", "contentMediaType": "application/json", "contentSchema": schema })
        }
        None => json!({ "type": "string" }),
    };
    let exception = json!({
        "type": "object",
        "properties": { "name": name, "payload": text },
        "required": ["name", "payload"],
    });
    json!({
        "allOf": [schemas.reference("reply")],
        "properties": { "is_exception": { "const": true }, "payload": { "contentSchema": exception } },
    })
}

/// A whole call with this payload.
pub(super) fn example(payload: &Json, reply: &Reply) -> Json {
    let caller = "3a7b7ba35c32452ca838943ddb55f00e";
    let reply_topic = match reply {
        Reply::Oneway => String::new(),
        _ => format!("_rpc_._reply_.{caller}#ephemeral"),
    };
    let mut body = json!({
        "id": "71bdd253d07a4bd2b7bf7e41815bada0",
        "caller_id": caller,
        "payload": payload.to_string(),
        "reply_topic": reply_topic,
        "expires": 60,
    });
    if let Reply::Stream(..) = reply {
        body["stream"] = json!({ "credit": 32 });
    }
    body
}
