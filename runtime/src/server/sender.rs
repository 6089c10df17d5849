//! Sends a stream: no faster than its receiver takes it, and only while the receiver is there.

use std::{
    future::{pending, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::Poll,
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream::FuturesUnordered};
use tokio::{
    task::coop,
    time::{Instant, sleep, sleep_until},
};
use tracing::{debug, error, warn};

use super::{
    execution::{Execution, REPLY_BACKOFF},
    handler::{Outcome, OutcomeStream},
    handling::panicked,
    internal::internal_error,
    limits::Place,
    line::Line,
};
use crate::{
    codec::to_json,
    session::Inlet,
    transport::{BoxFuture, PublishError, Publishing},
    wire::{Exception, INTERRUPTED, Id, Reply, STREAM_ALIVE, STREAM_CREDIT, STREAM_SILENCE, StreamPart},
};

/// Answers a call with a stream, and returns when that is over. The call keeps its place until then.
pub(super) async fn send(execution: Execution, outcomes: OutcomeStream, place: Place) {
    let Some((line, credit)) = execution.line() else { return execution.settle(None) };
    let run = Id::random();
    let inlet = line.session().enter_stream(run);
    let begun = line.encode(false, "null", alive(&inlet, run, 0));
    let publishing = execution.publish(&begun);
    let now = Instant::now();
    // From here on the receiver may have heard of it, whatever is known of the acknowledgement.
    let mut sending = Sending {
        line: Arc::new(line),
        inlet,
        run,
        credit,
        sent: 0,
        under_way: FuturesUnordered::new(),
        heard_at: now,
        spoke_at: now,
        is_over: false,
        is_held_up: false,
    };
    if !execution.deliver(begun, publishing).await {
        sending.is_over = true;
        return;
    }
    sending.heard_at = Instant::now();
    sending.spoke_at = sending.heard_at;
    sending.send(outcomes).await;
    drop(place);
}

fn alive(inlet: &Inlet, run: Id, sent: u64) -> StreamPart {
    StreamPart::Alive { id: run, session: inlet.session().id(), sent }
}

/// A stream that has begun. Dropped before its end, it tells its receiver that it was interrupted.
struct Sending {
    line: Arc<Line>,
    inlet: Inlet,
    run: Id,
    /// The first number that may not be sent.
    credit: u64,
    sent: u64,
    /// Messages that the broker has not acknowledged, each with what came of its publish.
    under_way: FuturesUnordered<BoxFuture<'static, (Bytes, Result<(), PublishError>)>>,
    heard_at: Instant,
    spoke_at: Instant,
    /// Nothing more is to be told to the receiver.
    is_over: bool,
    /// The broker has acknowledged nothing since it failed to.
    is_held_up: bool,
}

/// The receiver needs nothing more.
struct Over;

impl Sending {
    async fn send(mut self, outcomes: OutcomeStream) {
        let mut outcomes = Some(outcomes);
        while outcomes.is_some() || !self.under_way.is_empty() {
            if self.step(&mut outcomes).await.is_err() {
                self.is_over = true;
                return;
            }
            // A handler that always has a value leaves room for others on its thread, whatever it was granted.
            coop::consume_budget().await;
        }
    }

    /// Waits for one thing to happen.
    async fn step(&mut self, outcomes: &mut Option<OutcomeStream>) -> Result<(), Over> {
        let has_room = self.sent < self.credit && self.under_way.len() < STREAM_CREDIT as usize;
        let wake_at = (self.heard_at + STREAM_SILENCE).min(self.spoke_at + STREAM_ALIVE);
        tokio::select! {
            biased;
            message = self.inlet.recv() => match message {
                Some(message) => self.hear(&message.body)?,
                None if self.is_over => return Err(Over),
                None => {
                    self.interrupt();
                    return Err(Over);
                }
            },
            Some((body, outcome)) = self.under_way.next(), if !self.under_way.is_empty() => {
                if self.published(body, outcome)? {
                    *outcomes = None;
                }
            }
            outcome = next(outcomes.as_mut()), if has_room => {
                if self.take(outcome) {
                    *outcomes = None;
                }
            }
            () = sleep_until(wake_at) => self.look(Instant::now())?,
        }
        Ok(())
    }

    /// Reads what the receiver has to say.
    fn hear(&mut self, body: &[u8]) -> Result<(), Over> {
        match Reply::decode(body).map(|reply| reply.stream) {
            Ok(Some(StreamPart::Credit(credit))) => {
                self.heard_at = Instant::now();
                self.credit = self.credit.max(credit);
                Ok(())
            }
            Ok(Some(StreamPart::Cancel)) => Err(Over),
            Ok(_) => Ok(()),
            Err(error) => {
                self.inlet.session().counters().reject(&error, "message of a stream");
                Ok(())
            }
        }
    }

    /// Sends what the handler's stream yielded. True where that was the last.
    fn take(&mut self, outcome: Option<Outcome>) -> bool {
        let (is_exception, payload) = match outcome {
            None => (false, "null".to_owned()),
            Some(Outcome::Returned(payload)) => {
                let body = self.line.encode(false, &payload, StreamPart::Item { id: self.run, seq: self.sent });
                if self.line.fits(&body) {
                    self.sent += 1;
                    self.publish(body);
                    return false;
                }
                (true, internal_error())
            }
            Some(outcome) => (true, self.line.exception(outcome)),
        };
        let mut body = self.line.encode(is_exception, &payload, self.end());
        if !self.line.fits(&body) {
            body = self.line.encode(true, &internal_error(), self.end());
        }
        self.publish(body);
        self.is_over = true;
        true
    }

    fn end(&self) -> StreamPart {
        StreamPart::End { id: self.run, seq: self.sent }
    }

    fn publish(&mut self, body: Bytes) {
        self.spoke_at = Instant::now();
        match self.line.publish(&body) {
            Publishing::Ready(Some(Ok(()))) => {}
            publishing => self.under_way.push(Box::pin(async move { (body, publishing.await) })),
        }
    }

    /// Publishes again what was not acknowledged. True where it was a value that the broker does not take, in the place of
    /// which the stream ends; a message without a value that it does not take leaves nothing to say.
    fn published(&mut self, body: Bytes, outcome: Result<(), PublishError>) -> Result<bool, Over> {
        let Err(error) = outcome else {
            self.is_held_up = false;
            return Ok(false);
        };
        if error.is_final() {
            error!(uri = self.line.uri(), run = %self.run, size = body.len(), %error, "a message of a stream was refused");
            let Ok(Some(StreamPart::Item { seq, .. })) = Reply::decode(&body).map(|reply| reply.stream) else {
                return Err(Over);
            };
            self.sent = seq;
            self.publish(self.line.encode(true, &internal_error(), self.end()));
            self.is_over = true;
            return Ok(true);
        }
        if !std::mem::replace(&mut self.is_held_up, true) {
            warn!(uri = self.line.uri(), run = %self.run, %error, "messages of a stream are published again");
        }
        let line = self.line.clone();
        self.under_way.push(Box::pin(async move {
            sleep(REPLY_BACKOFF.0).await;
            let outcome = line.publish(&body).await;
            (body, outcome)
        }));
        Ok(false)
    }

    /// Does what its time has come for.
    fn look(&mut self, now: Instant) -> Result<(), Over> {
        if self.heard_at + STREAM_SILENCE <= now {
            debug!(uri = self.line.uri(), run = %self.run, "the receiver of a stream is gone");
            return Err(Over);
        }
        if self.spoke_at + STREAM_ALIVE <= now {
            self.spoke_at = now;
            if !self.is_over {
                let body = self.line.encode(false, "null", alive(&self.inlet, self.run, self.sent));
                self.publish(body);
            }
        }
        Ok(())
    }

    /// Tells the receiver that there will be no more, as well as that can be done at once.
    fn interrupt(&mut self) {
        self.is_over = true;
        let text = to_json(&"the service stopped".to_owned()).expect("a string has a JSON form");
        let text = String::from_utf8(text).expect("the encoder writes UTF-8");
        let exception = Exception { name: INTERRUPTED.into(), payload: text.into() };
        drop(self.line.publish(&self.line.encode(true, &exception.encode(), self.end())));
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        if !self.is_over {
            self.interrupt();
        }
        self.line.note_use();
    }
}

/// The next outcome of a handler's stream, a panic being one. Pending for ever without a stream.
async fn next(outcomes: Option<&mut OutcomeStream>) -> Option<Outcome> {
    let Some(outcomes) = outcomes else { return pending().await };
    poll_fn(|cx| {
        catch_unwind(AssertUnwindSafe(|| Pin::new(&mut *outcomes).poll_next(cx)))
            .unwrap_or_else(|panic| Poll::Ready(Some(panicked(panic))))
    })
    .await
}
