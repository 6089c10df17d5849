use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json, json};

use super::contract::{Members, info, tags};
use super::full_name;
use super::schema::{Dialect, Schemas, description};
use crate::model::{ExceptionPayload, Model, Payload, Procedure, Reply};

/// The procedures of a contract over HTTP as one OpenAPI 3.1 document, written while it is serialized.
///
/// A procedure is `POST /PREPATH/PROCEDURE`: its address, the last dot a slash. The body is its payload, the answer's body its
/// reply. See `codegen/docs/export.md` for statuses, streams and credentials.
#[derive(Debug)]
pub struct OpenApi<'a> {
    model: &'a Model,
}

/// What every procedure may answer beside its reply: name of the response, status, what it means.
const FAILURES: [(&str, &str, &str); 6] = [
    ("InvalidPayload", "400", "`rpc_invalid_payload`: the body is not what the contract says."),
    ("Unauthorized", "401", "`rpc_unauthorized`: no credential, or one without a scope that is asked for."),
    ("NotFound", "404", "`not_found`: no such procedure is offered here."),
    ("Failed", "500", "`InternalError` or `rpc_invalid_return`: the service failed."),
    ("NotExecuted", "503", "`rpc_overloaded` or `not_executed`: the call did not run, and may be sent again."),
    ("OutcomeUnknown", "504", "`outcome_unknown`: no reply came in time; whether the call ran is not known."),
];

impl<'a> OpenApi<'a> {
    /// The document of a contract.
    #[must_use]
    pub fn new(model: &'a Model) -> Self {
        Self { model }
    }

    fn paths(&self, schemas: &Schemas<'a>) -> impl Iterator<Item = (String, Json)> {
        let mut paths: Vec<(String, &'a Procedure, Option<&'a str>)> = Vec::new();
        for (_, procedure) in self.model.procedures.iter() {
            paths.push((path_of(&procedure.uri), procedure, None));
            if let Some(uri) = &procedure.versioned_uri {
                let version = self.model.services[procedure.service].version.as_deref();
                paths.push((path_of(uri), procedure, version));
            }
        }
        paths.sort_unstable_by(|(left, ..), (right, ..)| left.cmp(right));
        let operation =
            |(path, procedure, version)| (path, json!({ "post": self.operation(schemas, procedure, version) }));
        paths.into_iter().map(operation)
    }

    fn operation(&self, schemas: &Schemas<'a>, it: &Procedure, version: Option<&str>) -> Json {
        let service = &self.model.services[it.service];
        let name = schemas.procedure_name(it);
        let mut operation = json!({
            "operationId": version.map_or_else(|| name.clone(), |version| format!("{name}@{version}")),
            "summary": version.map_or_else(|| it.meta.name.to_string(), |version| format!("{} of version {version}", it.meta.name)),
            "tags": [full_name(self.model, service.namespace, &service.meta)],
            "responses": self.responses(schemas, it),
            "x-almanet": about(it),
        });
        if let Some(text) = description(&it.meta) {
            operation["description"] = json!(text);
        }
        if it.meta.deprecated.is_some() {
            operation["deprecated"] = json!(true);
        }
        if !matches!(it.payload, Payload::Null) {
            let schema = schemas.reference(&schemas.payload_name(it));
            operation["requestBody"] =
                json!({ "required": true, "content": { "application/json": { "schema": schema } } });
        }
        if let Some(scopes) = &it.auth {
            operation["security"] = json!([{ "bearer": scopes }]);
        }
        operation
    }

    fn responses(&self, schemas: &Schemas<'a>, it: &Procedure) -> Json {
        let mut responses = Map::new();
        let schema = schemas.reference(&schemas.reply_name(it));
        let (status, response) = match &it.reply {
            Reply::Oneway => ("202", json!({ "description": "The broker has the call; nobody answers it." })),
            Reply::Stream(..) => ("200", Self::stream(&schema, it)),
            Reply::Null | Reply::Bare(..) | Reply::Named(_) => {
                ("200", json!({ "description": "The reply.", "content": { "application/json": { "schema": schema } } }))
            }
        };
        responses.insert(status.to_owned(), response);
        if !it.raises.is_empty() {
            let raised: Vec<Json> = it.raises.iter().map(|id| self.raised(schemas, *id)).collect();
            let names: Vec<String> =
                it.raises.iter().map(|id| format!("`{}`", self.model.exceptions[*id].wire_name)).collect();
            let schema = json!({ "oneOf": raised });
            responses.insert(
                "422".to_owned(),
                json!({
                    "description": format!("An exception that the procedure declares: {}.", names.join(", ")),
                    "content": { "application/json": { "schema": schema } },
                }),
            );
        }
        for (name, status, _) in FAILURES {
            if name != "Unauthorized" || it.auth.is_some() {
                responses.insert(status.to_owned(), json!({ "$ref": format!("#/components/responses/{name}") }));
            }
        }
        Json::Object(responses)
    }

    /// `text/event-stream`, which OpenAPI 3.1 has no words for beside a text.
    fn stream(value: &Json, it: &Procedure) -> Json {
        let exceptions = if it.raises.is_empty() { "" } else { ", or `exception` with what a 422 would hold" };
        json!({
            "description": format!("Server-sent events: a `value` for each value of the stream, its data JSON on one line; then `end`{exceptions}."),
            "content": { "text/event-stream": {
                "schema": { "type": "string", "contentMediaType": "text/event-stream" },
                "x-almanet-value": value,
            } },
        })
    }

    fn raised(&self, schemas: &Schemas<'a>, id: crate::model::ExceptionId) -> Json {
        let exception = &self.model.exceptions[id];
        let payload = schemas.reference(&full_name(self.model, exception.namespace, &exception.meta));
        let required = match exception.payload {
            ExceptionPayload::Null => json!(["name"]),
            _ => json!(["name", "payload"]),
        };
        json!({
            "type": "object",
            "properties": { "name": { "const": exception.wire_name }, "payload": payload },
            "required": required,
        })
    }
}

impl Serialize for OpenApi<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let schemas = Schemas::new(self.model, Dialect::OpenApi);
        let mut document = serializer.serialize_map(None)?;
        document.serialize_entry("openapi", "3.1.0")?;
        document.serialize_entry("info", &info(self.model))?;
        document.serialize_entry("tags", &tags(self.model))?;
        document.serialize_entry("paths", &Members(|| self.paths(&schemas)))?;
        document.serialize_entry("components", &Components { model: self.model })?;
        document.end()
    }
}

struct Components<'a> {
    model: &'a Model,
}

impl Serialize for Components<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut components = serializer.serialize_map(None)?;
        if self.model.procedures.iter().any(|(_, procedure)| procedure.auth.is_some()) {
            components
                .serialize_entry("securitySchemes", &json!({ "bearer": { "type": "http", "scheme": "bearer" } }))?;
        }
        if !self.model.procedures.is_empty() {
            components.serialize_entry("responses", &failures())?;
        }
        components.serialize_entry("schemas", &Members(|| Schemas::new(self.model, Dialect::OpenApi).into_all()))?;
        components.end()
    }
}

fn failures() -> Json {
    let content = json!({ "application/json": { "schema": {
        "type": "object",
        "properties": { "name": { "type": "string" }, "payload": { "type": "string" } },
        "required": ["name"],
    } } });
    let failure =
        |(name, _, text): (&str, _, &str)| (name.to_owned(), json!({ "description": text, "content": content }));
    FAILURES.into_iter().map(failure).collect::<Map<_, _>>().into()
}

/// `net.example.greeting.greet` → `/net.example.greeting/greet`.
fn path_of(uri: &str) -> String {
    match uri.rsplit_once('.') {
        Some((prepath, name)) => format!("/{prepath}/{name}"),
        None => format!("/{uri}"),
    }
}

/// What HTTP has no word for.
fn about(it: &Procedure) -> Json {
    let mut about = json!({ "uri": it.uri, "channel": it.channel, "idempotent": it.idempotent });
    if let Some(timeout) = it.timeout {
        about["timeout_ms"] = json!(timeout.as_millis() as u64);
    }
    if !it.tags.is_empty() {
        about["tags"] = json!(it.tags);
    }
    about
}
