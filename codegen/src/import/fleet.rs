//! What the services of a running fleet answer to introspection, over their broker.
//!
//! The Python library answers with an object where a reply has a text, which the runtime's own calls refuse: these go
//! through its transport instead.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use almanet_nsq::name::{ChannelName, TopicName};
use almanet_runtime::transport::{Route, SubscribeOptions, Subscription, Transport, open};
use almanet_runtime::wire::{
    Headers, Id, Invocation, Lifetime, MAIN_SCHEMA_URI, REPLY_CHANNEL, ReplyTo, call_topic, schema_uri,
};
use bytes::Bytes;
use tokio::time::{Instant, timeout_at};

use super::ImportError;
use super::document::{Document, document};
use super::json::Json;

/// How many replies may be on their way without an acknowledgement.
const IN_FLIGHT: usize = 64;

/// As many routes are asked for what they take; a fleet that lists more is read in part.
const MAX_ROUTES: usize = 10_000;

/// The documents of every service that can be found behind a broker's URL within this time, and then within the same time
/// again of every procedure: those that services list, and these.
pub(super) fn read(url: &str, wait: Duration, addresses: &[(String, String)]) -> Result<Vec<Document>, ImportError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| ImportError::Broker(error.to_string()))?;
    runtime.block_on(async {
        let transport = open(url).await.map_err(|error| ImportError::Broker(error.to_string()))?;
        let documents = documents(&transport, wait, addresses).await;
        transport.close().await;
        documents
    })
}

async fn documents(
    transport: &Arc<dyn Transport>,
    wait: Duration,
    addresses: &[(String, String)],
) -> Result<Vec<Document>, ImportError> {
    let mut asking = Asking::new(transport, wait).await?;
    let everybody = call_topic(MAIN_SCHEMA_URI).map_err(|error| ImportError::Broker(error.to_string()))?;
    let sessions = asking.ask(vec![(MAIN_SCHEMA_URI.to_owned(), everybody)], Answers::AsManyAsCome).await?;
    let listed = sessions.iter().flat_map(|document| match document {
        Document::Routes(routes) => routes.clone(),
        Document::Procedure(_) => Vec::new(),
    });
    let mut questions = BTreeMap::new();
    for (uri, channel) in listed.chain(addresses.iter().cloned()).take(MAX_ROUTES) {
        let uri = schema_uri(&uri, &channel);
        // An address that is too long to be asked is known by its route alone.
        if let Ok(topic) = TopicName::new(format!("_rpc_.{uri}")) {
            questions.insert(uri, topic);
        }
    }
    let procedures = asking.ask(questions.into_iter().collect(), Answers::OneEach).await?;
    let documents: Vec<Document> = sessions.into_iter().chain(procedures).collect();
    if documents.is_empty() { Err(ImportError::Silent { wait }) } else { Ok(documents) }
}

/// When there are enough answers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answers {
    OneEach,
    AsManyAsCome,
}

/// A reply topic of its own, and how long to wait on it.
struct Asking<'a> {
    transport: &'a Arc<dyn Transport>,
    reply_to: ReplyTo,
    replies: Subscription,
    wait: Duration,
}

impl<'a> Asking<'a> {
    async fn new(transport: &'a Arc<dyn Transport>, wait: Duration) -> Result<Self, ImportError> {
        let broken = |why: String| ImportError::Broker(why);
        let reply_to = ReplyTo::Gathering(Id::random());
        let topic = reply_to.topic().ok_or_else(|| broken("a reply topic has no name".to_owned()))?;
        let channel = ChannelName::new(REPLY_CHANNEL).map_err(|error| broken(error.to_string()))?;
        let replies = transport.subscribe(SubscribeOptions::new(topic, channel, IN_FLIGHT)).await;
        let replies = replies.map_err(|error| broken(error.to_string()))?;
        Ok(Self { transport, reply_to, replies, wait })
    }

    /// The documents that answer these questions, each an address with its topic.
    async fn ask(
        &mut self,
        questions: Vec<(String, TopicName)>,
        answers: Answers,
    ) -> Result<Vec<Document>, ImportError> {
        let mut waiting = BTreeMap::new();
        for (uri, topic) in questions {
            let id = Id::random();
            let mut body = Vec::new();
            let invocation = Invocation {
                id,
                caller_id: Id::random(),
                payload: "null".into(),
                reply_to: self.reply_to,
                lifetime: Lifetime::new(self.wait),
                headers: Headers::default(),
                stream: None,
            };
            invocation.encode(&mut body);
            let published = self.transport.publish(Route::Any, &topic, Bytes::from(body), None).await;
            published.map_err(|error| ImportError::Broker(error.to_string()))?;
            waiting.insert(id.hex().to_vec(), uri);
        }
        let deadline = Instant::now() + self.wait;
        let mut documents = Vec::new();
        while answers == Answers::AsManyAsCome || !waiting.is_empty() {
            let Ok(Some(delivery)) = timeout_at(deadline, self.replies.recv()).await else { break };
            delivery.finish();
            let Ok(reply) = serde_json::from_slice::<Json>(&delivery.body) else { continue };
            let call = reply.text("call_id").unwrap_or_default().as_bytes();
            let Some(uri) = waiting.get(call) else { continue };
            documents.push(document(uri, &reply)?);
            if answers == Answers::OneEach {
                waiting.remove(call);
            }
        }
        Ok(documents)
    }
}
