mod envelope;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json, json};

use super::contract::{Members, info, tags};
use super::full_name;
use super::schema::{Dialect, Schemas, description};
use super::value::value;
use crate::model::{Meta, Model, Procedure, Reply, ServiceId};
use envelope::{Embedded, exception_of, invocation_of, reply_of};

/// The topics and procedures of a contract over NSQ as one AsyncAPI 3 document, written while it is serialized.
///
/// It speaks for the services: they receive invocations and reply, and send what topics carry. Messages are the envelopes that
/// travel, whose `payload` is a string of JSON; its schema stands beside as `contentSchema`.
#[derive(Debug)]
pub struct AsyncApi<'a> {
    model: &'a Model,
}

/// One address that a procedure answers at.
struct Place<'a> {
    /// The channel's and the operation's key.
    key: String,
    uri: &'a str,
    procedure: &'a Procedure,
}

impl<'a> AsyncApi<'a> {
    /// The document of a contract.
    #[must_use]
    pub fn new(model: &'a Model) -> Self {
        Self { model }
    }

    fn places(&self, schemas: &Schemas<'a>) -> Vec<Place<'a>> {
        let mut places = Vec::new();
        for (_, procedure) in self.model.procedures.iter() {
            let name = schemas.procedure_name(procedure);
            if let Some(uri) = &procedure.versioned_uri {
                // The last segment but one: `v1_2_0`.
                let version = uri.rsplit('.').nth(1).unwrap_or_default();
                places.push(Place { key: format!("{name}-{version}"), uri, procedure });
            }
            places.push(Place { key: name, uri: &procedure.uri, procedure });
        }
        places.sort_unstable_by(|left, right| left.key.cmp(&right.key));
        places
    }

    fn channels(&self, schemas: &Schemas<'a>) -> impl Iterator<Item = (String, Json)> {
        let calls = self.places(schemas).into_iter().map(|place| {
            let name = schemas.procedure_name(place.procedure);
            let channel = json!({
                "address": format!("_rpc_.{}", place.uri),
                "messages": { "invocation": message(&format!("{name}-invocation")) },
                "x-nsq-channel": place.procedure.channel,
            });
            (place.key, described(channel, &place.procedure.meta))
        });
        let answered = self.model.procedures.iter().map(|(_, it)| it).filter(|it| !matches!(it.reply, Reply::Oneway));
        let replies = answered.map(|it| {
            let name = schemas.procedure_name(it);
            let mut messages = Map::new();
            messages.insert("reply".to_owned(), message(&format!("{name}-reply")));
            for id in &it.raises {
                let exception = &self.model.exceptions[*id];
                let full = full_name(self.model, exception.namespace, &exception.meta);
                messages.insert(full.clone(), message(&format!("{full}-exception")));
            }
            messages.insert("failure".to_owned(), message("failure"));
            (format!("{name}-replies"), json!({ "address": null, "messages": messages }))
        });
        let topics = self.model.topics.iter().map(|(_, it)| {
            let name = schemas.topic_name(it);
            let mut channel = json!({
                "address": it.uri,
                "messages": { "message": message(&schemas.message_name(it)) },
            });
            if let Some(consumers) = &it.channel {
                channel["x-nsq-channel"] = json!(consumers);
            }
            (name, described(channel, &it.meta))
        });
        calls.chain(replies).chain(topics)
    }

    fn operations(&self, schemas: &Schemas<'a>) -> impl Iterator<Item = (String, Json)> {
        let calls = self.places(schemas).into_iter().map(|place| {
            let channel = format!("#/channels/{}", place.key);
            let mut operation = json!({
                "action": "receive",
                "channel": { "$ref": channel },
                "messages": [{ "$ref": format!("{channel}/messages/invocation") }],
                "tags": self.tags(place.procedure.service),
            });
            if !matches!(place.procedure.reply, Reply::Oneway) {
                let replies = format!("#/channels/{}-replies", schemas.procedure_name(place.procedure));
                operation["reply"] = json!({
                    "address": { "location": "$message.payload#/reply_topic" },
                    "channel": { "$ref": replies },
                });
            }
            (place.key, described(operation, &place.procedure.meta))
        });
        let topics = self.model.topics.iter().map(|(_, it)| {
            let name = schemas.topic_name(it);
            let operation = json!({
                "action": "send",
                "channel": { "$ref": format!("#/channels/{name}") },
                "tags": self.tags(it.service),
            });
            (name, described(operation, &it.meta))
        });
        calls.chain(topics)
    }

    fn tags(&self, service: ServiceId) -> Json {
        let service = &self.model.services[service];
        json!([{ "name": full_name(self.model, service.namespace, &service.meta) }])
    }

    fn messages(&self, schemas: &Schemas<'a>) -> impl Iterator<Item = (String, Json)> {
        let invocations = self.model.procedures.iter().map(|(_, it)| {
            let name = format!("{}-invocation", schemas.procedure_name(it));
            (name.clone(), self.invocation(schemas, it, &name))
        });
        let answered = self.model.procedures.iter().map(|(_, it)| it).filter(|it| !matches!(it.reply, Reply::Oneway));
        let replies = answered.map(|it| {
            let embedded = match it.reply {
                // How it begins, and how it ends.
                Reply::Stream(..) => Embedded::ValueOrNull(schemas.reference(&schemas.reply_name(it))),
                _ => Embedded::Value(schemas.reference(&schemas.reply_name(it))),
            };
            let name = format!("{}-reply", schemas.procedure_name(it));
            (name.clone(), answer(&name, &reply_of(schemas, embedded)))
        });
        let exceptions = self.model.exceptions.iter().map(|(_, it)| {
            let full = full_name(self.model, it.namespace, &it.meta);
            let name = format!("{full}-exception");
            let payload = exception_of(schemas, &json!({ "const": it.wire_name }), Some(schemas.reference(&full)));
            (name.clone(), described(answer(&name, &payload), &it.meta))
        });
        let failure = std::iter::once_with(|| {
            let names = json!({ "enum": envelope::FAILURES });
            let mut message = answer("failure", &exception_of(schemas, &names, None));
            message["summary"] = json!("A failure that no contract declares.");
            ("failure".to_owned(), message)
        });
        let topics = self.model.topics.iter().map(|(_, it)| {
            let name = schemas.message_name(it);
            let payload = schemas.reference(&name);
            (name.clone(), described(json!({ "name": name, "payload": payload }), &it.meta))
        });
        invocations.chain(replies).chain(exceptions).chain(failure).chain(topics)
    }

    fn invocation(&self, schemas: &Schemas<'a>, it: &Procedure, name: &str) -> Json {
        let payload = invocation_of(schemas, &schemas.reference(&schemas.payload_name(it)), &it.reply);
        let mut message = json!({
            "name": name,
            "correlationId": { "location": "$message.payload#/id" },
            "payload": payload,
        });
        let examples: Vec<Json> = it
            .examples
            .iter()
            .map(|example| json!({ "payload": envelope::example(&value(self.model, example), &it.reply) }))
            .collect();
        if !examples.is_empty() {
            message["examples"] = json!(examples);
        }
        described(message, &it.meta)
    }
}

impl Serialize for AsyncApi<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let schemas = Schemas::new(self.model, Dialect::AsyncApi);
        let mut info = info(self.model);
        info["tags"] = json!(tags(self.model));
        let mut document = serializer.serialize_map(None)?;
        document.serialize_entry("asyncapi", "3.0.0")?;
        document.serialize_entry("info", &info)?;
        document.serialize_entry("defaultContentType", "application/json")?;
        document.serialize_entry("channels", &Members(|| self.channels(&schemas)))?;
        document.serialize_entry("operations", &Members(|| self.operations(&schemas)))?;
        document.serialize_entry("components", &Components { document: self })?;
        document.end()
    }
}

struct Components<'a> {
    document: &'a AsyncApi<'a>,
}

impl Serialize for Components<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let new = || Schemas::new(self.document.model, Dialect::AsyncApi);
        let schemas = new();
        let mut components = serializer.serialize_map(None)?;
        components.serialize_entry("messages", &Members(|| self.document.messages(&schemas)))?;
        components.serialize_entry("schemas", &Members(|| new().into_all().chain(envelope::schemas())))?;
        components.end()
    }
}

fn message(name: &str) -> Json {
    json!({ "$ref": format!("#/components/messages/{name}") })
}

fn answer(name: &str, payload: &Json) -> Json {
    json!({
        "name": name,
        "correlationId": { "location": "$message.payload#/call_id" },
        "payload": payload,
    })
}

fn described(mut object: Json, meta: &Meta) -> Json {
    if let Some(text) = description(meta) {
        object["description"] = json!(text);
    }
    object
}
