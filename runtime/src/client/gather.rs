//! A call that many answer.

use std::collections::HashSet;

use almanet_nsq::name::ChannelName;
use tokio::time::{Instant, timeout_at};

use super::{
    request::{RawReply, Request},
    run::{encode, publish_until},
};
use crate::{
    error::{CallError, NotExecuted},
    session::Session,
    transport::{Delivery, SubscribeOptions},
    wire::{Id, REPLY_CHANNEL, ReplyTo, call_id_of},
};

/// How many replies may be on their way without an acknowledgement.
const IN_FLIGHT: usize = 256;

/// Publishes the call once, and gathers replies on a topic of its own until the window closes or there are enough.
pub(super) async fn gather(
    session: &Session,
    request: &Request,
    enough: Option<usize>,
) -> Result<Vec<RawReply>, CallError> {
    let lifetime = request.lifetime().map_err(CallError::NotExecuted)?;
    let id = Id::random();
    let reply_to = ReplyTo::Gathering(Id::random());
    let topic = reply_to.topic().expect("a gathering call's replies have a topic");
    let channel = ChannelName::new(REPLY_CHANNEL).expect("the channel of replies is a name");
    let body = encode(session, request, id, reply_to, lifetime)?;
    let mut subscription = session
        .transport()
        .subscribe(SubscribeOptions::new(topic, channel, IN_FLIGHT))
        .await
        .map_err(|error| CallError::NotExecuted(NotExecuted::NotSent(error.to_string())))?;
    let deadline = Instant::now() + request.timeout;
    publish_until(session, request, body, None, deadline).await?;
    let mut replies = Replies { session, id, channels: HashSet::new(), taken: Vec::new() };
    while enough.is_none_or(|enough| replies.taken.len() < enough) {
        let Ok(Some(delivery)) = timeout_at(deadline, subscription.recv()).await else { break };
        replies.take(&delivery);
        delivery.finish();
    }
    Ok(replies.taken)
}

struct Replies<'a> {
    session: &'a Session,
    id: Id,
    channels: HashSet<String>,
    taken: Vec<RawReply>,
}

impl Replies<'_> {
    /// Keeps a reply to this call: one for each channel, and every one that comes without, as Python's do.
    fn take(&mut self, delivery: &Delivery) {
        match call_id_of(&delivery.body) {
            Ok(id) if id == self.id => {}
            Ok(_) => return self.session.counters().unclaimed_replies.add(),
            Err(error) => return self.session.counters().reject(&error, "reply"),
        }
        let Ok(reply) = RawReply::decode(&delivery.body) else {
            return self.session.counters().malformed.add();
        };
        if reply.channel.clone().is_none_or(|channel| self.channels.insert(channel)) {
            self.taken.push(reply);
        }
    }
}
