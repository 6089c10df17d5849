//! One stream as it arrives: put in order, granted, watched, ended once.

use std::{
    future::pending,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use futures_util::Stream;
use tokio::{
    sync::{Notify, mpsc},
    time::{Instant, sleep_until},
};
use tracing::debug;

use super::{
    super::response::RawReply,
    order::{Excess, Order},
    places::Places,
};
use crate::{
    error::{CallError, Interruption, OutcomeUnknown},
    session::{Inlet, Peer},
    transport::{Delivery, Oversized, PublishError, Publishing},
    wire::{Id, Reply, STREAM_ALIVE, STREAM_CREDIT, STREAM_GAP, STREAM_SILENCE, StreamPart},
};

/// How long a message that the broker did not take waits before it is sent again.
const SPEAK_AGAIN: Duration = Duration::from_millis(100);

/// How a stream hands out: values, and at most one failure, which is the last thing.
type Handed = Result<RawReply, CallError>;

/// Values of a stream as its user takes them. Dropping it cancels the stream.
pub(super) struct Receiver {
    values: mpsc::Receiver<Handed>,
    taken: Arc<Taken>,
}

/// How much the user has taken.
#[derive(Debug, Default)]
struct Taken {
    count: AtomicU64,
    /// Rung whenever half of the credit was taken.
    half: Notify,
}

impl Receiver {
    /// Receives the stream whose messages come through `inlet`, in a task of its own.
    pub(super) fn start(inlet: Inlet, places: Places) -> Self {
        let taken = Arc::<Taken>::default();
        // What is granted fits, and the end.
        let (sender, values) = mpsc::channel(STREAM_CREDIT as usize + 1);
        let now = Instant::now();
        let task = Task {
            inlet,
            values: sender,
            taken: taken.clone(),
            order: Order::new(STREAM_CREDIT),
            run: None,
            peer: None,
            end: None,
            heard_at: now,
            speak_at: now + STREAM_ALIVE,
            speaking: None,
            missing_since: None,
            is_over: false,
            _places: places,
        };
        tokio::spawn(task.run());
        Self { values, taken }
    }
}

impl Stream for Receiver {
    type Item = Handed;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Handed>> {
        let handed = self.values.poll_recv(cx);
        if let Poll::Ready(Some(Ok(_))) = handed {
            let count = self.taken.count.fetch_add(1, Ordering::Relaxed) + 1;
            if count.is_multiple_of(STREAM_CREDIT / 2) {
                self.taken.half.notify_one();
            }
        }
        handed
    }
}

struct Task {
    inlet: Inlet,
    values: mpsc::Sender<Handed>,
    taken: Arc<Taken>,
    order: Order<RawReply>,
    /// The run that was heard first.
    run: Option<Id>,
    /// Its sender, once it has said where it is.
    peer: Option<Peer>,
    /// How many values there were, and the exception that ended them.
    end: Option<(u64, Option<RawReply>)>,
    heard_at: Instant,
    /// When to give the next sign of life.
    speak_at: Instant,
    /// The last message on its way to the broker.
    speaking: Option<Publishing>,
    missing_since: Option<Instant>,
    /// What there is to tell the user was told.
    is_over: bool,
    _places: Places,
}

/// Why a stream ends before its end.
enum Stop {
    /// Nobody takes its values any more.
    Dropped,
    /// The session is closed.
    Closed,
    Broken(Interruption),
}

impl Task {
    async fn run(mut self) {
        let Err(stop) = self.receive().await else { return };
        let is_gone = matches!(stop, Stop::Broken(Interruption::Silent(_)));
        self.break_off(stop);
        if let Some(peer) = self.peer.take_if(|_| is_gone) {
            self.inlet.clear_up(&peer).await;
        }
    }

    /// Ends before the end: tells the sender, unless that is gone, and the user.
    fn break_off(&mut self, stop: Stop) {
        self.is_over = true;
        let is_gone = matches!(stop, Stop::Broken(Interruption::Silent(_)));
        if !is_gone && self.end.is_none() {
            self.tell(StreamPart::Cancel);
        }
        let unknown = match stop {
            Stop::Dropped => return,
            Stop::Closed => OutcomeUnknown::Closed,
            Stop::Broken(why) => OutcomeUnknown::Interrupted(why),
        };
        debug!(why = %unknown, "a stream broke off");
        self.hand(Err(CallError::OutcomeUnknown(unknown)));
    }

    /// Receives until the end was handed out.
    async fn receive(&mut self) -> Result<(), Stop> {
        loop {
            let wake_at = self.wake_at();
            tokio::select! {
                biased;
                () = self.values.closed() => return Err(Stop::Dropped),
                message = self.inlet.recv() => self.take(&message.ok_or(Stop::Closed)?)?,
                () = self.taken.half.notified() => self.grant(),
                outcome = spoken(&mut self.speaking) => if outcome.is_err() {
                    self.speak_at = Instant::now() + SPEAK_AGAIN;
                },
                () = sleep_until(wake_at) => self.look(Instant::now())?,
            }
            self.hand_out();
            if self.is_over() {
                return Ok(());
            }
        }
    }

    fn take(&mut self, message: &Delivery) -> Result<(), Stop> {
        if let Some(Oversized { size, limit }) = message.oversized {
            return Err(Stop::Broken(Interruption::TooLarge { size, limit }));
        }
        let reply = match Reply::decode(&message.body) {
            Ok(reply) => reply,
            Err(error) => {
                self.inlet.session().counters().reject(&error, "message of a stream");
                return Ok(());
            }
        };
        // What has no part is the answer of another instance, which refused the call.
        let Some(part) = reply.stream else { return Ok(()) };
        let (StreamPart::Alive { id, .. } | StreamPart::Item { id, .. } | StreamPart::End { id, .. }) = part else {
            return Ok(());
        };
        if *self.run.get_or_insert(id) != id {
            if let StreamPart::Alive { session, .. } = part {
                let other = Peer::new(id, session, message.broker);
                drop(other.tell(self.inlet.session().transport(), StreamPart::Cancel));
            }
            return Ok(());
        }
        self.heard_at = Instant::now();
        match part {
            StreamPart::Alive { session, sent, .. } => {
                self.peer.get_or_insert_with(|| Peer::new(id, session, message.broker));
                self.order.know(sent);
            }
            StreamPart::Item { seq, .. } => {
                let value = RawReply::of(reply).map_err(|_| Stop::Broken(Interruption::Malformed))?;
                self.order.put(seq, value).map_err(|Excess| Stop::Broken(Interruption::Excess))?;
            }
            StreamPart::End { seq, .. } if self.end.is_none() => {
                let exception = reply.is_exception.then(|| RawReply::of(reply)).transpose();
                self.end = Some((seq, exception.map_err(|_| Stop::Broken(Interruption::Malformed))?));
                self.order.know(seq);
            }
            _ => {}
        }
        Ok(())
    }

    /// Hands out what has its turn.
    fn hand_out(&mut self) {
        let before = self.order.next();
        while let Some(value) = self.order.take() {
            self.hand(Ok(value));
        }
        if !self.order.is_missing() {
            self.missing_since = None;
        } else if self.missing_since.is_none() || self.order.next() > before {
            self.missing_since = Some(Instant::now());
        }
    }

    /// Hands out the end, where everything before it was.
    fn is_over(&mut self) -> bool {
        match &mut self.end {
            Some((values, exception)) if *values <= self.order.next() => {
                if let Some(exception) = exception.take() {
                    self.hand(Ok(exception));
                }
                self.is_over = true;
                true
            }
            _ => false,
        }
    }

    fn hand(&self, handed: Handed) {
        // There is room for what was granted and for the end, and whoever is gone needs neither.
        let _ = self.values.try_send(handed);
    }

    /// Grants what was taken out.
    fn grant(&mut self) {
        self.order.grant(self.taken.count.load(Ordering::Relaxed) + STREAM_CREDIT);
        if self.end.is_none() {
            self.tell(StreamPart::Credit(self.order.limit()));
        }
    }

    /// Does what its time has come for.
    fn look(&mut self, now: Instant) -> Result<(), Stop> {
        if self.missing_since.is_some_and(|since| since + STREAM_GAP <= now) {
            return Err(Stop::Broken(Interruption::Gap(self.order.next())));
        }
        if self.heard_at + STREAM_SILENCE <= now {
            return Err(Stop::Broken(Interruption::Silent(STREAM_SILENCE)));
        }
        if self.speak_at <= now {
            self.speak_at = now + STREAM_ALIVE;
            self.grant();
        }
        Ok(())
    }

    fn wake_at(&self) -> Instant {
        let watched = (self.heard_at + STREAM_SILENCE).min(self.speak_at);
        self.missing_since.map_or(watched, |since| watched.min(since + STREAM_GAP))
    }

    fn tell(&mut self, part: StreamPart) {
        if let Some(peer) = &self.peer {
            self.speaking = Some(peer.tell(self.inlet.session().transport(), part));
            self.speak_at = Instant::now() + STREAM_ALIVE;
        }
    }
}

/// The task's runtime may be shut down before the stream is over: what was handed out so far is not all.
impl Drop for Task {
    fn drop(&mut self) {
        if !self.is_over {
            self.break_off(Stop::Broken(Interruption::ShutDown));
        }
    }
}

/// What becomes of a message on its way. Pending for ever where there is none.
async fn spoken(speaking: &mut Option<Publishing>) -> Result<(), PublishError> {
    let Some(publishing) = speaking else { return pending().await };
    let outcome = publishing.await;
    *speaking = None;
    outcome
}
