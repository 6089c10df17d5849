//! The receiving end: a subscriber, its deliveries, and what acknowledges them.

use std::{
    collections::VecDeque,
    fmt,
    future::Future,
    ops::ControlFlow,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    task::coop::poll_proceed,
    time::{Instant, Sleep},
};

use crate::{
    error::NotInFlight,
    options::SubscriberOptions,
    queue::{Message, Seat, Topic, Wait},
    topics::Topics,
};

/// One consumer of a channel. Dropping it unsubscribes: what is in flight to it comes back to the channel when its
/// time is over, as with nsqd. An ephemeral channel dies with its last subscriber.
///
/// It has no task of its own. Who waits in [`recv`](Self::recv) also sees to it that messages of the channel time out
/// and that deferred ones become due, so it needs a tokio runtime with time enabled.
pub struct Subscriber {
    control: Control,
    sample_rate: u8,
    timer: Option<Pin<Box<Sleep>>>,
    /// Empty but while messages are handed over.
    taken: VecDeque<Message>,
}

impl Subscriber {
    pub(crate) fn new(topics: Arc<Topics>, topic: Arc<Topic>, seat: Seat, options: &SubscriberOptions) -> Self {
        let limits = topics.options();
        let timeout = options.message_timeout.unwrap_or(limits.message_timeout).min(limits.max_message_timeout);
        let place = Place { topics, topic, seat, timeout };
        Self {
            control: Control(Arc::new(place)),
            sample_rate: options.sample_rate,
            timer: None,
            taken: VecDeque::new(),
        }
    }

    /// The next message, as soon as there is one and fewer than RDY are in flight. `None` once the stream was
    /// [closed](Control::close).
    ///
    /// Cancel safe: where the future is dropped, no message was taken.
    pub async fn recv(&mut self) -> Option<Delivery> {
        Recv { subscriber: self, waits: false }.await
    }

    /// Polls for the next message. A waker that is left behind counts as waiting: poll again when it is called, or
    /// call [`stop_waiting`](Self::stop_waiting), or a message stays here that others of the channel could take.
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<Delivery>> {
        let goes_on = self.poll_take(1, cx);
        match self.taken.pop_front() {
            Some(message) => Poll::Ready(Some(self.delivery(message))),
            None => goes_on.map(|_| None),
        }
    }

    /// Polls for all messages that are there, `limit` at most, and hands them over. Pending where there are no more: then
    /// a waker is left behind, as by [`poll_recv`](Self::poll_recv). Breaks once the stream was [closed](Control::close).
    pub fn poll_recv_all(
        &mut self,
        limit: usize,
        cx: &mut Context<'_>,
        mut take: impl FnMut(Delivery),
    ) -> Poll<ControlFlow<()>> {
        let goes_on = self.poll_take(limit, cx);
        while let Some(message) = self.taken.pop_front() {
            take(self.delivery(message));
        }
        goes_on
    }

    fn poll_take(&mut self, limit: usize, cx: &mut Context<'_>) -> Poll<ControlFlow<()>> {
        // A consumer that always finds a message must leave the others of its thread their turn.
        let turn = ready!(poll_proceed(cx));
        let place = &*self.control.0;
        let rate = u32::from(self.sample_rate);
        loop {
            // nsqd's own way to sample, off by one as it is.
            let sample = || rate == 0 || fastrand::u32(0..100) <= rate;
            let wait = place.topic.take(place.seat, place.timeout, sample, limit, &mut self.taken, cx.waker());
            if !self.taken.is_empty() {
                turn.made_progress();
            }
            match wait {
                Ok(()) => return Poll::Ready(ControlFlow::Continue(())),
                Err(Wait::Ended) => return Poll::Ready(ControlFlow::Break(())),
                Err(Wait::Until(None)) => return Poll::Pending,
                Err(Wait::Until(Some(at))) => {
                    if !poll_timer(&mut self.timer, at, cx) {
                        return Poll::Pending;
                    }
                }
            }
        }
    }

    fn delivery(&self, message: Message) -> Delivery {
        Delivery::new(message, self.control.clone())
    }

    /// Takes back what a pending [`poll_recv`](Self::poll_recv) left behind.
    pub fn stop_waiting(&mut self) {
        let place = &*self.control.0;
        place.topic.stop_waiting(place.seat);
    }

    /// What steers this subscriber from elsewhere.
    #[must_use]
    pub fn control(&self) -> &Control {
        &self.control
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        let place = &*self.control.0;
        if place.topic.leave(place.seat) {
            place.topics.forget(&place.topic);
        }
    }
}

impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscriber").field("topic", &self.control.0.topic.name).finish_non_exhaustive()
    }
}

/// Whether the time has come; otherwise the task is woken at it.
fn poll_timer(timer: &mut Option<Pin<Box<Sleep>>>, at: Instant, cx: &mut Context<'_>) -> bool {
    let timer = timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(at)));
    if timer.deadline() != at {
        timer.as_mut().reset(at);
    }
    timer.as_mut().poll(cx).is_ready()
}

/// Waits for a message, and says so when it no longer does.
struct Recv<'a> {
    subscriber: &'a mut Subscriber,
    waits: bool,
}

impl Future for Recv<'_> {
    type Output = Option<Delivery>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = self.subscriber.poll_recv(cx);
        self.waits = polled.is_pending();
        polled
    }
}

impl Drop for Recv<'_> {
    fn drop(&mut self) {
        if self.waits {
            self.subscriber.stop_waiting();
        }
    }
}

/// Steers a subscriber and acknowledges its messages, from any task. It may outlive the subscriber: messages that did
/// not time out can still be acknowledged as long as the channel lives.
#[derive(Clone)]
pub struct Control(Arc<Place>);

struct Place {
    topics: Arc<Topics>,
    topic: Arc<Topic>,
    seat: Seat,
    timeout: Duration,
}

impl Control {
    /// Sets how many messages may be in flight (RDY). It is a ceiling that stays until it is set again.
    pub fn set_ready(&self, ready: u32) {
        self.0.topic.set_ready(self.0.seat, Some(ready));
    }

    /// Ends the stream (CLS): no further message is taken. Those in flight can still be finished.
    pub fn close(&self) {
        self.0.topic.set_ready(self.0.seat, None);
    }

    /// Finishes a message (FIN).
    ///
    /// # Errors
    /// Where it is not in flight to this subscriber.
    pub fn finish(&self, id: u64) -> Result<(), NotInFlight> {
        self.0.topic.finish(self.0.seat, id)
    }

    /// Finishes messages, and says which are not in flight to this subscriber. All of them went with the channel where that
    /// is gone.
    pub fn finish_all(&self, ids: impl IntoIterator<Item = u64>) -> Vec<(u64, NotInFlight)> {
        self.0.topic.finish_all(self.0.seat, ids)
    }

    /// Gives a message back (REQ), to be delivered again after `delay`, which is cut to
    /// [`Options::max_requeue_timeout`](crate::Options::max_requeue_timeout).
    ///
    /// # Errors
    /// Where it is not in flight to this subscriber.
    pub fn requeue(&self, id: u64, delay: Duration) -> Result<(), NotInFlight> {
        self.0.topic.requeue(self.0.seat, id, delay)
    }

    /// Starts a message's timeout again (TOUCH), up to
    /// [`Options::max_message_timeout`](crate::Options::max_message_timeout) after its delivery.
    ///
    /// # Errors
    /// Where it is not in flight to this subscriber.
    pub fn touch(&self, id: u64) -> Result<(), NotInFlight> {
        self.touch_for(id, self.0.timeout)
    }

    pub(crate) fn touch_for(&self, id: u64, timeout: Duration) -> Result<(), NotInFlight> {
        self.0.topic.touch(self.0.seat, id, timeout)
    }

    /// Gives up what has timed out by now.
    pub(crate) fn expire(&self) {
        self.0.topic.expire(self.0.seat);
    }

    /// Whether fewer messages are in flight than may be.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.0.topic.is_ready(self.0.seat)
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control").field("topic", &self.0.topic.name).finish_non_exhaustive()
    }
}

/// One message as it was delivered. It comes again after the message timeout unless it is finished or requeued;
/// dropping it does neither.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// What was published.
    pub body: Bytes,
    /// When it was published: nanoseconds since 1970.
    pub timestamp_nanos: i64,
    /// How many times it was delivered, this one included.
    pub attempts: u16,
    /// The topic's name for it; [`MessageId::from_number`](almanet_nsq::message::MessageId::from_number) writes it as nsqd
    /// does.
    pub id: u64,
    control: Control,
}

impl Delivery {
    fn new(message: Message, control: Control) -> Self {
        let Message { id, timestamp, attempts, body } = message;
        Self { body, timestamp_nanos: timestamp, attempts, id, control }
    }

    /// Finishes the message: see [`Control::finish`].
    ///
    /// # Errors
    /// Where it is no longer in flight.
    pub fn finish(&self) -> Result<(), NotInFlight> {
        self.control.finish(self.id)
    }

    /// Gives the message back: see [`Control::requeue`].
    ///
    /// # Errors
    /// Where it is no longer in flight.
    pub fn requeue(&self, delay: Duration) -> Result<(), NotInFlight> {
        self.control.requeue(self.id, delay)
    }

    /// Starts the message's timeout again: see [`Control::touch`].
    ///
    /// # Errors
    /// Where it is no longer in flight.
    pub fn touch(&self) -> Result<(), NotInFlight> {
        self.control.touch(self.id)
    }
}
