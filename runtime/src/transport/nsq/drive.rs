//! Drives one subscribed connection until it ends.
//!
//! Its reasons to wake are polled by hand, not selected from: each of them stands for as long as the connection, so that
//! nothing is set up anew for a message.

use std::{
    future::{Future, poll_fn},
    io,
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use tokio::{sync::watch, task::yield_now};

use super::{
    alarm::{Alarm, now},
    failure::Failure,
    feed::{FeedState, Turn},
    io::Flushed,
    line::{Line, Subscriber, Wish},
    load::Buffer,
};
use crate::transport::delivery::Delivery;

/// Why a connection is not driven any more.
pub(super) enum Ended {
    Lost(Failure),
    Wanted,
    /// The load wants one with another buffer.
    Outgrown(Buffer),
    /// Another one takes over, and the broker sends nothing more through this one.
    Retired,
}

/// A connection at work.
pub(super) struct Driver<'a> {
    subscriber: &'a Subscriber,
    line: &'a mut Line,
    wished: watch::Receiver<Wish>,
    wish: Wish,
    stage: Stage,
    end_by: Option<Instant>,
    /// When nothing comes any more, unless something does before: the broker has confirmed that it sends no more.
    silent_at: Option<Instant>,
    alarm: Alarm,
    /// When to look whether the broker is silent.
    check_at: Instant,
    deliveries: Vec<Delivery>,
    is_bulk: bool,
    /// Whether what there is to write waits for the next publish, until the next reason to wake.
    is_put_off: bool,
    /// Whether the others have just had their turn.
    has_paused: bool,
}

/// How far another connection has taken over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Alone,
    /// The broker is asked to send nothing more.
    Retiring,
    /// What was delivered is to be acknowledged.
    Retired,
}

/// Why the driver stops polling.
enum Step {
    /// The others have their turn first: those that were just handed something, and those that are about to acknowledge
    /// more.
    Pause,
    Ended(Ended),
}

impl From<Failure> for Step {
    fn from(failure: Failure) -> Self {
        Self::Ended(Ended::Lost(failure))
    }
}

impl From<io::Error> for Step {
    fn from(error: io::Error) -> Self {
        Failure::Lost(error.to_string()).into()
    }
}

impl<'a> Driver<'a> {
    pub(super) fn new(subscriber: &'a Subscriber, line: &'a mut Line) -> Self {
        let mut wished = subscriber.wish.clone();
        let wish = *wished.borrow_and_update();
        let mut driver = Self {
            subscriber,
            line,
            wished,
            wish,
            stage: Stage::Alone,
            end_by: None,
            silent_at: None,
            alarm: Alarm::new(),
            check_at: now(),
            deliveries: Vec::new(),
            is_bulk: false,
            is_put_off: false,
            has_paused: false,
        };
        driver.heed();
        driver
    }

    /// Asks the broker to send nothing more, because another connection takes over.
    pub(super) fn retire(&mut self, next: &Line) {
        self.stage = Stage::Retiring;
        self.line.feed.with(|state| {
            state.retire();
            next.feed.with(|next| next.flow.succeed(&state.flow));
        });
    }

    /// Drives a connection that was replaced.
    pub(super) fn retired(subscriber: &'a Subscriber, line: &'a mut Line) -> Self {
        Self { stage: Stage::Retired, ..Self::new(subscriber, line) }
    }

    /// Does without another buffer for a while.
    pub(super) fn put_off(&mut self) {
        self.line.feed.with(|state| state.load.put_off(now()));
    }

    /// Runs until there is something to decide. Cancel safe.
    pub(super) async fn drive(&mut self) -> Ended {
        loop {
            match poll_fn(|cx| self.poll(cx)).await {
                Step::Pause => {
                    self.has_paused = true;
                    yield_now().await;
                }
                Step::Ended(ended) => return ended,
            }
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Step> {
        match self.go_on(cx) {
            Ok(Asleep) => Poll::Pending,
            Err(step) => Poll::Ready(step),
        }
    }

    /// Does what there is to do. What comes is read and handed over before it is said how much more is wanted.
    fn go_on(&mut self, cx: &mut Context<'_>) -> Result<Asleep, Step> {
        let bell = Arc::clone(self.line.feed.bell());
        self.is_put_off = false;
        let has_paused = std::mem::take(&mut self.has_paused);
        if bell.answer() && self.is_bulk && !has_paused {
            return Err(Step::Pause);
        }
        if has_paused {
            // A flood of messages does not hold back what is said of them.
            self.turn()?;
        }
        loop {
            let has_read = self.read(cx)?.is_ready();
            if self.wished.has_changed().unwrap_or(false) {
                self.wish = *self.wished.borrow_and_update();
                self.heed();
            }
            let turn = self.turn()?;
            if has_read {
                continue;
            }
            if turn.flushed == Flushed::Partly && self.line.writer.poll_writable(cx)?.is_ready() {
                continue;
            }
            if self.poll_alarm(cx, &turn)?.is_ready() {
                continue;
            }
            if bell.poll_rung(cx).is_pending() {
                return Ok(Asleep);
            }
            if self.is_bulk {
                return Err(Step::Pause);
            }
        }
    }

    /// Does what the subscription's holder wants.
    fn heed(&mut self) {
        if self.wish > Wish::Run {
            self.line.feed.with(FeedState::stop);
        }
        if self.wish == Wish::End {
            self.give_back();
            self.end_by.get_or_insert(now() + FAREWELL);
        }
    }

    /// Writes what there is to write.
    fn turn(&mut self) -> Result<Turn, Step> {
        let turn = self
            .line
            .feed
            .turn(self.subscriber.inbox.is_full(), self.is_put_off)
            .ok_or(Step::Ended(Ended::Wanted))??;
        if self.end_by.is_some_and(|end_by| turn.may_end() || turn.now >= end_by) {
            return Err(Step::Ended(Ended::Wanted));
        }
        self.is_bulk = turn.is_bulk;
        if self.wish == Wish::Stop && turn.is_stopped && turn.now >= *self.silent_at.get_or_insert(turn.now + SILENCE) {
            self.subscriber.leave();
        }
        match (self.stage, turn.wants) {
            (Stage::Alone, Some(buffer)) if self.wish == Wish::Run => Err(Step::Ended(Ended::Outgrown(buffer))),
            (Stage::Retiring, _) if turn.is_stopped => {
                self.stage = Stage::Retired;
                Err(Step::Ended(Ended::Retired))
            }
            (Stage::Retired, _) if turn.is_done() => Err(Step::Ended(Ended::Wanted)),
            _ => Ok(turn),
        }
    }

    /// Reads once. Ready where something came.
    fn read(&mut self, cx: &mut Context<'_>) -> Result<Poll<()>, Step> {
        let filled = match pin!(self.line.reader.fill()).poll(cx) {
            Poll::Ready(filled) => filled?,
            Poll::Pending => return Ok(Poll::Pending),
        };
        if filled == 0 {
            return Err(Failure::Lost("the broker closed the connection".to_owned()).into());
        }
        let Self { subscriber, line: Line { feed, reader, .. }, deliveries, .. } = self;
        let round_trip = subscriber.node.connections.quickest();
        feed.receive(reader, deliveries, round_trip, |oversized| subscriber.report(oversized))?;
        if !self.deliveries.is_empty() {
            self.silent_at = None;
            self.hand_over()?;
        }
        Ok(Poll::Ready(()))
    }

    fn hand_over(&mut self) -> Result<(), Step> {
        match &self.subscriber.options.sink {
            // Nobody is there any more to take them.
            _ if self.wish == Wish::End => {
                self.deliveries.drain(..).for_each(|delivery| delivery.requeue(Duration::ZERO));
            }
            Some(sink) => {
                self.line.feed.hand_over(&mut self.deliveries, &**sink);
                // Who got a reply may have something to say, which comes before its acknowledgement.
                if !self.line.feed.may_put_off() {
                    return Err(Step::Pause);
                }
                self.subscriber.node.connections.put_off(&self.line.feed);
                // Whoever published in the meantime did not see it.
                self.is_put_off = self.line.feed.may_put_off();
            }
            None => self.subscriber.inbox.push(&mut self.deliveries),
        }
        Ok(())
    }

    /// Sets the alarm, and looks whether the broker is silent when it rings. Ready where it rang.
    fn poll_alarm(&mut self, cx: &mut Context<'_>, turn: &Turn) -> Result<Poll<()>, Step> {
        let waited_for = [self.end_by, self.silent_at.filter(|silent_at| *silent_at > turn.now)].into_iter().flatten();
        let look_again = waited_for.fold(turn.look_again, Instant::min).min(self.check_at);
        if self.alarm.poll_by(look_again, cx).is_pending() {
            return Ok(Poll::Pending);
        }
        let now = now();
        if now >= self.check_at || now >= turn.silent_at {
            if self.line.feed.is_silent(now) {
                let silence = self.subscriber.config.read_timeout();
                return Err(Failure::Lost(format!("the broker was silent for {silence:?}")).into());
            }
            self.check_at = now + self.subscriber.config.heartbeat;
        }
        Ok(Poll::Ready(()))
    }

    /// Requeues what nobody will take, so that others need not wait for the broker's timeout.
    fn give_back(&self) {
        for delivery in self.subscriber.inbox.take_of(self.subscriber.node.id) {
            delivery.requeue(Duration::ZERO);
        }
    }
}

/// There is nothing to do, and something will wake the task.
struct Asleep;

/// How long nothing must have come, after the broker has confirmed that it sends no more: it may send one more all the same.
const SILENCE: Duration = Duration::from_millis(200);

/// How long the end of a subscription waits for the broker to confirm that it sends no more.
const FAREWELL: Duration = Duration::from_millis(500);
