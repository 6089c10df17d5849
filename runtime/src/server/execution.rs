//! One call, from its delivery to the acknowledgement of its reply.

use std::{
    future::Future,
    pin::pin,
    sync::{Arc, OnceLock},
    time::Duration,
};

use almanet_nsq::name::TopicName;
use bytes::Bytes;
use tokio::time::{Instant, sleep, sleep_until};
use tracing::{debug, error, warn};

use super::{
    context::Context,
    core::Core,
    handler::Outcome,
    internal::{chain, internal_error},
    line::Line,
    memory::{Key, Known, Number},
    route::{Answers, Served},
};
use crate::{
    scope::CallInfo,
    session::Safeguard,
    transport::{Delivery, Publishing, Route, finish_all},
    wire::{Exception, Id, Invocation, MAX_TIMEOUT, Reply, ReplyTo},
};

/// How long a call is remembered after its deadline.
const REMEMBERED_FOR: Duration = Duration::from_secs(60);
/// How long a reply that could not be published waits before it is tried again: at first, and at most.
pub(super) const REPLY_BACKOFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(500));

/// What is to be done with a delivery.
pub(super) enum Begun {
    /// Nothing more.
    Settled,
    /// The call is to be run.
    Run(Box<Execution>, Context, Payload),
    /// The call ran before, and this was its reply.
    Again(Box<Execution>, Bytes),
}

/// The payload's JSON.
pub(super) type Payload = String;

/// A delivered call that has not been acknowledged. Dropped without an end, it goes back to the broker.
pub(super) struct Execution {
    core: Arc<Core>,
    served: Arc<Served>,
    delivery: Delivery,
    number: Number,
    call: Id,
    reply_to: ReplyTo,
    /// Where a stream is wanted, how many values there is room for.
    stream: Option<u64>,
    deadline: Instant,
    touch_at: Instant,
    settled: bool,
}

impl Execution {
    /// Reads a delivery, whose age is `age` by now, and decides what becomes of it.
    pub(super) fn begin(
        core: &Arc<Core>,
        served: &Arc<Served>,
        mut delivery: Delivery,
        age: Duration,
        now: Instant,
    ) -> Begun {
        if delivery.oversized.is_some() {
            core.session.counters().oversized.add();
            delivery.finish();
            return Begun::Settled;
        }
        let body = std::mem::take(&mut delivery.body);
        let invocation = match Invocation::decode(&body) {
            Ok(invocation) => invocation,
            Err(error) => {
                core.session.counters().reject(&error, "call");
                delivery.finish();
                return Begun::Settled;
            }
        };
        let Some(remaining) = invocation.lifetime.duration().checked_sub(age).filter(|left| !left.is_zero()) else {
            core.session.counters().expired.add();
            delivery.finish();
            return Begun::Settled;
        };
        let deadline = now + remaining.min(MAX_TIMEOUT);
        let is_remembered = core.session.has(Safeguard::Deduplication);
        let call = if is_remembered { invocation.id } else { Id::random() };
        let key = Key { route: served.index, caller: invocation.caller_id, call };
        let (attempts, known) = (delivery.attempts, core.memory().enter(key, delivery, now, deadline + REMEMBERED_FOR));
        // Boxed, because it goes through several hands before it is settled.
        let execution = |delivery, number| {
            Box::new(Self {
                core: core.clone(),
                served: served.clone(),
                delivery,
                number,
                call: invocation.id,
                reply_to: invocation.reply_to,
                stream: invocation.stream,
                deadline,
                touch_at: now + core.touch_every,
                settled: false,
            })
        };
        match known {
            Known::New(delivery, number) => {
                let context = Context::new(CallInfo {
                    session: core.session.clone(),
                    uri: served.route.uri.clone(),
                    channel: served.route.channel.clone(),
                    id: invocation.id,
                    caller_id: invocation.caller_id,
                    attempts,
                    deadline,
                    headers: invocation.headers,
                    principal: OnceLock::new(),
                    stop: core.stop.clone(),
                    wants_stream: invocation.stream.is_some() && invocation.reply_to.is_session(),
                });
                Begun::Run(execution(delivery, number), context, invocation.payload.into_owned())
            }
            Known::Running => {
                core.session.counters().duplicates.add();
                Begun::Settled
            }
            Known::Finished(delivery, number, reply) => {
                core.session.counters().duplicates.add();
                match reply {
                    Some(reply) => Begun::Again(execution(delivery, number), reply),
                    None => {
                        delivery.finish();
                        Begun::Settled
                    }
                }
            }
        }
    }

    pub(super) fn served(&self) -> &Arc<Served> {
        &self.served
    }

    /// How long the caller goes on waiting.
    pub(super) fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Whether somebody learns what comes of the call.
    pub(super) fn is_answered(&self) -> bool {
        self.reply_to != ReplyTo::Nobody && self.served.route.answers == Answers::Replies
    }

    /// The way to the receiver of a stream, and how many values it has room for; `None` where there is none.
    pub(super) fn line(&self) -> Option<(Line, u64)> {
        let credit = self.stream.filter(|_| self.is_answered() && self.reply_to.is_session())?;
        let topic = self.core.reply_topics.topic(self.reply_to, self.delivery.broker, Instant::now())?;
        let (core, served) = (self.core.clone(), self.served.clone());
        let (call, reply_to, broker) = (self.call, self.reply_to, self.delivery.broker);
        Some((Line { core, served, call, reply_to, topic, broker }, credit))
    }

    /// Gives the call back to the broker, which keeps it for `delay`.
    pub(super) fn give_back(mut self, delay: Duration) {
        self.release(delay);
    }

    fn release(&mut self, delay: Duration) {
        self.settled = true;
        let joined = self.core.memory().abandon(self.number);
        self.delivery.requeue(delay);
        joined.iter().for_each(|delivery| delivery.requeue(delay));
    }

    /// The reply to an outcome; `None` where none is to leave. What the caller must not learn goes to the log.
    pub(super) fn reply(&self, outcome: Outcome, now: Instant) -> Option<Bytes> {
        let (is_exception, payload) = match outcome {
            Outcome::Returned(payload) => (false, payload),
            Outcome::Exception { name, payload } => (true, Exception { name, payload: payload.into() }.encode()),
            Outcome::Failed(error) => {
                error!(uri = %self.served.route.uri, call = %self.call, error = chain(error), "a call failed");
                (true, internal_error())
            }
            Outcome::Stream(_) => (true, internal_error()),
        };
        if !self.is_answered() {
            return None;
        }
        if now >= self.deadline {
            self.report_expired();
            return None;
        }
        let body = self.encode(is_exception, &payload);
        let (size, limit) = (body.len(), self.core.session.transport().max_message_size());
        if size <= limit {
            return Some(body);
        }
        error!(
            uri = %self.served.route.uri, call = %self.call, size, limit,
            "a reply is larger than what the broker takes: return less, or raise the broker's -max-msg-size and the \
             URL's max_msg_size"
        );
        Some(self.encode(true, &internal_error()))
    }

    fn encode(&self, is_exception: bool, payload: &str) -> Bytes {
        let channel = Some(self.served.route.channel.as_str().into());
        Reply { call_id: self.call, is_exception, payload: payload.into(), channel, stream: None }.to_body()
    }

    /// Hands a reply to the broker that delivered the call.
    pub(super) fn publish(&self, reply: &Bytes) -> Publishing {
        match self.way(Instant::now()) {
            Some((route, topic)) => self.core.session.transport().publish(route, &topic, reply.clone(), None),
            None => Publishing::ready(Ok(())),
        }
    }

    /// Where a reply goes.
    pub(super) fn way(&self, now: Instant) -> Option<(Route, TopicName)> {
        let broker = self.delivery.broker;
        Some((Route::Broker(broker), self.core.reply_topics.topic(self.reply_to, broker, now)?))
    }

    /// Tells the broker that the call is being worked on, where it is time to. False where the call's time is over.
    pub(super) fn keep(&mut self, now: Instant) -> bool {
        if now >= self.touch_at && now < self.deadline {
            self.touch_at = now + self.core.touch_every;
            self.delivery.touch();
            self.core.memory().joined(self.number).iter().for_each(Delivery::touch);
        }
        now < self.deadline
    }

    /// Waits until a reply is acknowledged, publishing it again where it was not, and ends the call. One that the broker
    /// does not take becomes an internal error. False where the broker did not take the reply.
    pub(super) async fn deliver(mut self, mut reply: Bytes, publishing: Publishing) -> bool {
        let mut is_taken = true;
        let mut publishing = Some(publishing);
        let mut backoff = REPLY_BACKOFF.0;
        loop {
            let mut publishing = publishing.take().unwrap_or_else(|| self.publish(&reply));
            let outcome = self.until_deadline(&mut publishing).await;
            match outcome.or_else(|| publishing.give_up().ok().map(Ok)) {
                Some(Ok(())) => {
                    self.settle(Some(reply));
                    return is_taken;
                }
                Some(Err(error)) if error.is_final() => {
                    error!(
                        uri = %self.served.route.uri, call = %self.call, size = reply.len(), %error,
                        "a reply was refused: where it is too large, return less, or raise the broker's -max-msg-size"
                    );
                    if !std::mem::replace(&mut is_taken, false) {
                        self.settle(Some(reply));
                        return false;
                    }
                    reply = self.encode(true, &internal_error());
                    continue;
                }
                // The call goes back to its broker, and comes to another instance.
                Some(Err(_)) if self.core.session.is_closed() => return false,
                // What goes on for as long as a broker is away is said once.
                Some(Err(error)) if backoff == REPLY_BACKOFF.0 => {
                    warn!(uri = %self.served.route.uri, call = %self.call, %error, "a reply is published again");
                }
                Some(Err(error)) => {
                    debug!(uri = %self.served.route.uri, call = %self.call, %error, "a reply is published once more");
                }
                None => break,
            }
            if self.until_deadline(sleep(backoff)).await.is_none() {
                break;
            }
            backoff = (backoff * 2).min(REPLY_BACKOFF.1);
        }
        self.expire();
        false
    }

    /// Polls `future` until the deadline, and tells the broker in the meantime that the call is being worked on.
    pub(super) async fn until_deadline<F: Future>(&mut self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        loop {
            tokio::select! {
                biased;
                output = &mut future => return Some(output),
                () = sleep_until(self.touch_at.min(self.deadline)) => {}
            }
            if !self.keep(Instant::now()) {
                return None;
            }
        }
    }

    /// Ends a call whose time is over.
    pub(super) fn expire(self) {
        self.report_expired();
        self.settle(None);
    }

    fn report_expired(&self) {
        self.core.session.counters().expired.add();
        warn!(uri = %self.served.route.uri, call = %self.call, "a call was not answered in its time");
    }

    /// Ends the call: it is remembered with its reply, and does not come again.
    pub(super) fn settle(mut self, reply: Option<Bytes>) {
        self.settled = true;
        let joined = self.core.memory().finish(self.number, reply);
        self.delivery.finish();
        joined.iter().for_each(Delivery::finish);
    }
}

/// Ends calls of one server whose replies the broker has.
pub(super) fn settle_all(ended: &mut Vec<(Box<Execution>, Bytes)>) {
    let Some((first, _)) = ended.first() else { return };
    let core = first.core.clone();
    let mut joined = Vec::new();
    let mut memory = core.memory();
    for (execution, reply) in &mut *ended {
        execution.settled = true;
        joined.extend(memory.finish(execution.number, Some(std::mem::take(reply))));
    }
    drop(memory);
    finish_all(&joined);
    finish_all(ended.iter().map(|(execution, _)| &execution.delivery));
    ended.clear();
}

impl Drop for Execution {
    fn drop(&mut self) {
        if !self.settled {
            self.release(Duration::ZERO);
        }
    }
}
