//! What a server shows of its contracts, in the form in which the Python library shows its own.

use std::sync::Arc;

use almanet_nsq::name::{ChannelName, TopicName};
use tracing::warn;

use super::{
    handler::{Handler, Outcome},
    limits::Limits,
    route::{Answers, Route},
};
use crate::{
    codec::to_json,
    contract::{Procedure, ServiceInfo},
    session::Session,
    wire::{MAIN_SCHEMA_URI, private_channel, schema_uri},
};

/// The version that the protocol's sessions say they have.
const SESSION_VERSION: &str = "0.1";
/// The tag of what has none, as the Python library has it.
const DEFAULT_TAG: &str = "default";

/// Collects what is exposed.
pub(super) struct Schemas {
    session: String,
    channel: ChannelName,
    served: Vec<String>,
    exposed: bool,
    routes: Vec<Route>,
}

impl Schemas {
    pub(super) fn new(session: &Session) -> Self {
        let channel = private_channel(session.id());
        Self { session: session.id().to_string(), channel, served: Vec::new(), exposed: false, routes: Vec::new() }
    }

    /// Shows a procedure at the first address where it is answered, as far as its contract exposes it.
    pub(super) fn add(&mut self, info: &ServiceInfo, procedure: &Procedure, addresses: &[Route]) {
        let Some(route) = addresses.iter().find(|route| route.answers == Answers::Replies) else { return };
        if info.exposed {
            self.exposed = true;
            self.served.push(format!("{}:{}", route.uri, route.channel));
        }
        let Some(document) = self.document(info, procedure, route) else { return };
        self.push(&schema_uri(&route.uri, route.channel.as_str()), route.channel.clone(), document);
    }

    /// The routes that answer what was collected.
    pub(super) fn routes(mut self) -> Vec<Route> {
        if self.exposed {
            let served = list(self.served.iter().map(String::as_str));
            let document = format!("{{{},\"routes\":{served}}}", self.head());
            self.push(MAIN_SCHEMA_URI, self.channel.clone(), document);
        }
        self.routes
    }

    fn head(&self) -> String {
        format!("\"session_id\":\"{}\",\"session_version\":{SESSION_VERSION}", self.session)
    }

    fn document(&self, info: &ServiceInfo, procedure: &Procedure, route: &Route) -> Option<String> {
        let schema = procedure.schema?;
        let mut tags: Vec<_> = info.tags.iter().chain(procedure.tags).copied().collect();
        tags.sort_unstable();
        tags.dedup();
        if tags.is_empty() {
            tags.push(DEFAULT_TAG);
        }
        Some(format!(
            "{{{head},\"uri\":{uri},\"channel\":{channel},\"validate\":{validated},\"tags\":{tags},\"name\":{name},\
             \"description\":{description},\"payload\":{payload},\"return\":{result}}}",
            head = self.head(),
            uri = quoted(&route.uri),
            channel = quoted(route.channel.as_str()),
            validated = procedure.validated,
            tags = list(tags.into_iter()),
            name = quoted(procedure.name),
            description = procedure.description.map_or_else(|| "null".into(), quoted),
            payload = schema.payload,
            result = schema.result,
        ))
    }

    fn push(&mut self, uri: &str, channel: ChannelName, document: String) {
        let topic = match TopicName::new(format!("_rpc_.{uri}")) {
            Ok(topic) => topic,
            Err(error) => return warn!(uri, %error, "a schema cannot be offered at its address"),
        };
        let handler: Handler = Arc::new(move |_, _| Box::pin(std::future::ready(Outcome::Returned(document.clone()))));
        let answers = Answers::Replies;
        self.routes.push(Route {
            uri: uri.into(),
            topic,
            channel,
            answers,
            handler,
            procedure: None,
            limits: Limits::new(),
        });
    }
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<_> = texts.map(quoted).collect();
    format!("[{}]", quoted.join(","))
}

fn quoted(text: &str) -> String {
    let json = to_json(&text.to_owned()).expect("a string has a JSON form");
    String::from_utf8(json).expect("the encoder writes UTF-8")
}
