//! Takes the calls of one subscription, and ends in order.

use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context as TaskContext, Poll, Waker},
    time::Duration,
};

use almanet_nsq::clock;
use bytes::Bytes;
use tokio::{
    task::{JoinSet, coop},
    time::{Instant, Sleep, sleep_until},
};
use tracing::{Instrument, Span, warn};

use super::{
    context::Context,
    core::Core,
    execution::{Begun, Execution, Payload, settle_all},
    handler::Outcome,
    handling::Handling,
    limits::{Entry, Place, Queued},
    outbox::{Failed, Outbox, Sent},
    route::Served,
    sender,
};
use crate::observe;
use crate::session::Safeguard;
use crate::sync::Said;
use crate::transport::{Delivery, Publishing, Subscription};

/// How many deliveries are taken before the subscription looks whether it is to stop.
const TOGETHER: usize = 64;
/// How often the calls whose replies are on their way are looked at.
const SWEEP: Duration = Duration::from_millis(500);

/// How long a subscription must be silent, after the broker was asked to stop, to be taken as empty.
const SILENCE: Duration = Duration::from_millis(200);
/// How long the broker keeps a call that nobody waits for, where there is no room for it.
const OVERLOADED_DELAY: Duration = Duration::from_millis(500);

/// Why a worker stops taking calls for a moment, or for good.
enum Next {
    /// When everything has to be over, where the server said so.
    Stop(Option<Instant>),
    /// Replies have to be published again.
    Failed,
    /// The replies on their way are to be looked at.
    Sweep,
    More,
}

/// One subscription at work.
pub(super) struct Worker {
    core: Arc<Core>,
    served: Arc<Served>,
    /// Calls that did not end at once.
    tasks: JoinSet<()>,
    outbox: Arc<Outbox>,
    skew: Skew,
    subscription: Subscription,
    /// What is taken at the moment; its memory is kept.
    taken: Vec<Delivery>,
    /// When the clock was looked at: before what was taken, and after each handler that ran at once.
    now: Instant,
    /// Calls of those that were taken whose replies the broker has.
    ended: Vec<(Box<Execution>, Bytes)>,
}

impl Worker {
    pub(super) fn new(core: Arc<Core>, served: Arc<Served>, subscription: Subscription) -> Self {
        Self {
            core,
            served,
            tasks: JoinSet::new(),
            outbox: Arc::default(),
            skew: Skew::default(),
            subscription,
            taken: Vec::new(),
            now: Instant::now(),
            ended: Vec::new(),
        }
    }

    /// Works until `stop` says when everything has to be over, and then until everything is.
    pub(super) async fn run(mut self, stop: Said<Instant>) {
        let give_up = {
            let mut stopped = pin!(stop.heard());
            let mut sweep = pin!(sleep_until(Instant::now() + SWEEP));
            loop {
                match poll_fn(|cx| self.poll_next(stopped.as_mut(), sweep.as_mut(), cx)).await {
                    Next::Stop(until) => break until,
                    Next::Failed => self.publish_again(),
                    Next::Sweep => {
                        let now = Instant::now();
                        self.outbox.sweep(self.core.session.transport(), now);
                        sweep.as_mut().reset(now + SWEEP);
                    }
                    // A busy subscription leaves room for others on its thread.
                    Next::More => coop::consume_budget().await,
                }
            }
        };
        self.drain(give_up.unwrap_or_else(Instant::now)).await;
    }

    /// Takes what was delivered. It is polled by hand, so that a call costs one look and nothing that is made anew.
    fn poll_next(
        &mut self,
        stopped: Pin<&mut impl Future<Output = Instant>>,
        sweep: Pin<&mut Sleep>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Next> {
        let taken = self.take_all(cx);
        if let Poll::Ready(until) = stopped.poll(cx) {
            return Poll::Ready(Next::Stop(Some(until)));
        }
        if self.outbox.poll_changed(cx).is_ready() {
            return Poll::Ready(Next::Failed);
        }
        if self.outbox.is_waiting() && sweep.poll(cx).is_ready() {
            return Poll::Ready(Next::Sweep);
        }
        taken
    }

    /// Takes a batch at most. Pending where nothing is left.
    fn take_all(&mut self, cx: &mut TaskContext<'_>) -> Poll<Next> {
        while self.tasks.try_join_next().is_some() {}
        let mut taken = std::mem::take(&mut self.taken);
        let goes_on = self.subscription.poll_recv_all(TOGETHER, &mut taken, cx);
        if !taken.is_empty() {
            let came = Came { at: Instant::now(), since_1970: clock::since_1970() };
            self.now = came.at;
            taken.drain(..).for_each(|delivery| self.take(delivery, came));
        }
        self.taken = taken;
        settle_all(&mut self.ended);
        goes_on.map(|goes_on| if goes_on.is_continue() { Next::More } else { Next::Stop(None) })
    }

    fn take(&mut self, delivery: Delivery, came: Came) {
        // A clock that is behind makes nothing older.
        let age = self.skew.age(&delivery, came).unwrap_or_else(|by| match self.core.session.has(Safeguard::Clocks) {
            true => Duration::ZERO,
            false => by,
        });
        match Execution::begin(&self.core, &self.served, delivery, age + (self.now - came.at), self.now) {
            Begun::Settled => {}
            Begun::Run(execution, context, payload) => self.start(execution, context, payload),
            Begun::Again(execution, reply) => self.publish(execution, reply),
        }
    }

    /// Runs a call at once as far as it goes, and the rest in a task of its own.
    fn start(&mut self, execution: Box<Execution>, context: Context, payload: Payload) {
        let span = observe::handling(context.call());
        let place = match self.served.gate.admit(|| execution.remaining()) {
            Entry::Place(place) => place,
            Entry::Queued(place) => return self.spawn(queued(execution, context, payload, place), span),
            Entry::Full => return self.refuse(execution),
        };
        let entered = span.enter();
        let mut handling = Handling::start(&self.served, context, &payload);
        // Whoever takes the handler over polls it again, so nobody needs to be woken from here.
        let mut nobody = TaskContext::from_waker(Waker::noop());
        let polled = Pin::new(&mut handling).poll(&mut nobody);
        drop(entered);
        self.now = Instant::now();
        match polled {
            Poll::Ready(Outcome::Stream(outcomes)) => self.spawn(sender::send(*execution, outcomes, place), span),
            Poll::Ready(outcome) => match execution.reply(outcome, self.now) {
                Some(reply) => self.publish(execution, reply),
                None => execution.settle(None),
            },
            Poll::Pending => self.spawn(handle(execution, handling, place), span),
        }
    }

    /// Ends a call that there is no room for. One that nobody waits for is left to another instance, or to later.
    fn refuse(&mut self, execution: Box<Execution>) {
        if !execution.is_answered() {
            return execution.give_back(OVERLOADED_DELAY);
        }
        self.core.session.counters().overloaded.add();
        let outcome = Outcome::overloaded("it runs as many calls as it can, and no more may wait");
        match execution.reply(outcome, self.now) {
            Some(reply) => self.publish(execution, reply),
            None => execution.settle(None),
        }
    }

    /// Ends a call with a reply.
    fn publish(&mut self, execution: Box<Execution>, reply: Bytes) {
        match self.outbox.publish(self.core.session.transport(), execution, reply, self.now) {
            Sent::Watched => {}
            Sent::Ended(execution, reply) => self.ended.push((execution, reply)),
            Sent::Failed(failed) => self.deliver(failed),
        }
    }

    fn publish_again(&mut self) {
        self.outbox.take_failed().into_iter().for_each(|failed| self.deliver(failed));
    }

    fn deliver(&mut self, Failed { execution, reply, publishing }: Failed) {
        self.spawn(answer(execution, reply, publishing), Span::none());
    }

    fn spawn(&mut self, task: impl Future<Output = ()> + Send + 'static, span: Span) {
        self.tasks.spawn(task.instrument(span));
    }

    /// Leaves a call to another instance.
    fn give_back(&self, delivery: &Delivery) {
        match self.core.session.has(Safeguard::Handback) {
            true => delivery.requeue(Duration::ZERO),
            false => delivery.finish(),
        }
    }

    /// Asks for no more, gives back what comes all the same, and waits for what is running.
    async fn drain(mut self, give_up: Instant) {
        self.subscription.stop();
        let outbox = self.outbox.clone();
        outbox.drain();
        let mut silent_at = Instant::now() + SILENCE;
        let mut sweep_at = Instant::now();
        let mut open = true;
        while open || !self.tasks.is_empty() || outbox.is_waiting() {
            let is_idle = self.tasks.is_empty() && !outbox.is_waiting();
            tokio::select! {
                biased;
                delivery = self.subscription.recv(), if open => match delivery {
                    Some(delivery) => {
                        self.give_back(&delivery);
                        silent_at = Instant::now() + SILENCE;
                    }
                    // Nothing is waited for through a session that is closed: no reply can leave any more.
                    None if self.core.session.is_closed() => break,
                    None => open = false,
                },
                Some(_) = self.tasks.join_next() => {}
                () = outbox.changed() => self.publish_again(),
                () = sleep_until(silent_at.min(give_up)), if open && is_idle => open = false,
                () = sleep_until(give_up) => break,
                () = sleep_until(sweep_at), if outbox.is_waiting() => {
                    sweep_at = Instant::now() + SWEEP;
                    outbox.sweep(self.core.session.transport(), Instant::now());
                }
            }
        }
        if !self.tasks.is_empty() {
            warn!(uri = %self.served.route.uri, calls = self.tasks.len(), "calls did not end in time, and are given back, or interrupted where they are streams");
            self.tasks.shutdown().await;
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.outbox.close();
    }
}

/// Waits for a place among the running calls.
async fn queued(mut execution: Box<Execution>, context: Context, payload: Payload, place: Queued) {
    match execution.until_deadline(place.place()).await {
        Some(place) if !execution.remaining().is_zero() => {
            let handling = Handling::start(execution.served(), context, &payload);
            handle(execution, handling, place).await;
        }
        _ => execution.expire(),
    }
}

async fn handle(mut execution: Box<Execution>, handling: Handling, place: Place) {
    let Some(outcome) = execution.until_deadline(handling).await else { return execution.expire() };
    if let Outcome::Stream(outcomes) = outcome {
        return sender::send(*execution, outcomes, place).await;
    }
    drop(place);
    match execution.reply(outcome, Instant::now()) {
        Some(reply) => {
            let publishing = execution.publish(&reply);
            answer(execution, reply, publishing).await;
        }
        None => execution.settle(None),
    }
}

/// Ends a call, whatever becomes of its reply.
async fn answer(execution: Box<Execution>, reply: Bytes, publishing: Publishing) {
    execution.deliver(reply, publishing).await;
}

/// When deliveries were taken, by both clocks.
#[derive(Clone, Copy, Debug)]
struct Came {
    at: Instant,
    since_1970: Duration,
}

/// Compares the broker's clock with this machine's.
#[derive(Debug)]
struct Skew {
    smallest: Duration,
    first_deliveries: u32,
    warn_at: Option<Instant>,
}

impl Skew {
    /// Among how many first deliveries the smallest age says something.
    const MANY: u32 = 100;
    const SUSPICIOUS: Duration = Duration::from_secs(1);
    const WARN_EVERY: Duration = Duration::from_secs(60);

    /// How long ago the broker took a message; how long from now, where it is so.
    fn age(&mut self, delivery: &Delivery, came: Came) -> Result<Duration, Duration> {
        let taken = Duration::from_nanos(u64::try_from(delivery.timestamp_nanos).unwrap_or(0));
        let Some(age) = came.since_1970.checked_sub(taken) else {
            self.warn("behind", taken - came.since_1970);
            return Err(taken - came.since_1970);
        };
        if delivery.attempts == 1 {
            self.smallest = self.smallest.min(age);
            self.first_deliveries += 1;
            if self.first_deliveries == Self::MANY {
                if self.smallest > Self::SUSPICIOUS {
                    self.warn("ahead of", self.smallest);
                }
                (self.smallest, self.first_deliveries) = (Duration::MAX, 0);
            }
        }
        Ok(age)
    }

    fn warn(&mut self, how: &str, by: Duration) {
        let now = Instant::now();
        if self.warn_at.is_none_or(|at| at <= now) {
            self.warn_at = Some(now + Self::WARN_EVERY);
            warn!("this machine's clock is {how} the broker's by about {by:?}: calls expire too early or too late");
        }
    }
}

impl Default for Skew {
    fn default() -> Self {
        Self { smallest: Duration::MAX, first_deliveries: 0, warn_at: None }
    }
}
