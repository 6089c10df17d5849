//! A call that many answer.

use std::{collections::HashSet, pin::pin};

use almanet_nsq::name::ChannelName;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::{
    publish::{BACKOFF, publish_until},
    request::Request,
    response::RawReply,
};
use crate::{
    error::{CallError, NotExecuted, OutcomeUnknown},
    session::{Safeguard, Session},
    transport::{Delivery, SubscribeError, SubscribeOptions, Subscription},
    wire::{Id, Lifetime, REPLY_CHANNEL, ReplyTo, call_id_of},
};

/// How many replies may be on their way without an acknowledgement.
const IN_FLIGHT: usize = 256;

/// Publishes the call once, and gathers replies on a topic of its own until the window closes or there are enough.
pub(super) async fn gather(
    session: &Session,
    request: &Request,
    enough: Option<usize>,
) -> Result<Vec<RawReply>, CallError> {
    request.lifetime().map_err(CallError::NotExecuted)?;
    let deadline = Instant::now() + request.timeout;
    let id = Id::random();
    let reply_to = ReplyTo::Gathering(Id::random());
    let mut subscription = subscribe(session, reply_to, deadline).await.map_err(CallError::NotExecuted)?;
    let rest = Lifetime::new(deadline - Instant::now());
    let mut replies = Replies { session, id, channels: HashSet::new(), taken: Vec::new() };
    let mut doubt = None;
    {
        let mut publishing = pin!(publish_until(session, request, (id, reply_to), rest, deadline));
        let (mut is_published, mut over) = (false, pin!(sleep_until(deadline)));
        // Where none is waited for, the call is sent all the same.
        while enough.is_none_or(|enough| replies.taken.len() < enough || (enough == 0 && !is_published)) {
            tokio::select! {
                biased;
                delivery = subscription.recv() => match delivery {
                    Some(delivery) => {
                        replies.take(&delivery);
                        delivery.finish();
                    }
                    None => {
                        doubt = Some(OutcomeUnknown::Closed);
                        break;
                    }
                },
                published = &mut publishing, if !is_published => match published {
                    // It may have been taken all the same, and be answered.
                    Err(CallError::OutcomeUnknown(why)) => (is_published, doubt) = (true, Some(why)),
                    published => {
                        published?;
                        is_published = true;
                    }
                },
                () = &mut over => break,
            }
        }
    }
    match doubt {
        Some(why) if replies.taken.is_empty() => Err(CallError::OutcomeUnknown(why)),
        _ => Ok(replies.taken),
    }
}

/// Listens for the replies, as soon as a broker can be reached.
async fn subscribe(session: &Session, reply_to: ReplyTo, deadline: Instant) -> Result<Subscription, NotExecuted> {
    let topic = reply_to.topic().expect("a gathering call's replies have a topic");
    let channel = ChannelName::new(REPLY_CHANNEL).expect("the channel of replies is a name");
    let options = SubscribeOptions::new(topic, channel, IN_FLIGHT);
    let mut why = "no broker confirmed in its time that it is listened to for replies".to_owned();
    let mut backoff = BACKOFF.0;
    loop {
        match timeout_at(deadline, session.transport().subscribe(options.clone())).await {
            Ok(Ok(subscription)) => return Ok(subscription),
            Ok(Err(SubscribeError::Unreachable(error))) => why = error,
            Ok(Err(SubscribeError::Closed)) => return Err(NotExecuted::Closed),
            Ok(Err(error)) => return Err(NotExecuted::NotSent(error.to_string())),
            Err(_) => return Err(NotExecuted::NotSent(why)),
        }
        sleep_until(deadline.min(Instant::now() + backoff)).await;
        backoff = (backoff * 2).min(BACKOFF.1);
    }
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
        if delivery.oversized.is_some() {
            return self.session.counters().oversized.add();
        }
        match call_id_of(&delivery.body) {
            Ok(id) if id == self.id => {}
            Ok(_) => return self.session.counters().unclaimed_replies.add(),
            Err(error) => return self.session.counters().reject(&error, "reply"),
        }
        let Ok(reply) = RawReply::decode(&delivery.body) else {
            return self.session.counters().malformed.add();
        };
        let is_first = reply.channel.clone().is_none_or(|channel| self.channels.insert(channel));
        if is_first || !self.session.has(Safeguard::Channels) {
            self.taken.push(reply);
        }
    }
}
