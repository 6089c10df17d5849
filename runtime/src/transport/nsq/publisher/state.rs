//! What waits for one broker, what is on its way to it, and what came of it.

use std::{
    collections::VecDeque,
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use almanet_nsq::{
    connection::{Connection, Event, Fate},
    error::{BrokerError, ErrorCode},
};

use super::super::{
    alarm::now,
    batch,
    config::NsqConfig,
    io::{Flushed, Reader, flush},
    message::{Batch, Done, Endings, Publish, cost_of},
};
use crate::transport::{net::Writer, publish::PublishError};

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) phase: Phase,
    pub(super) queue: VecDeque<Publish>,
    /// What was refused together and is tried again one by one, before the queue.
    again: VecDeque<Publish>,
    /// The cost of everything that was taken and has not ended.
    pub(super) held: usize,
    /// How long one message has followed another.
    pub(super) row: Row,
    /// Nothing more is taken, and what is not acknowledged by then is given up.
    pub(super) close_by: Option<Instant>,
    /// When the broker was last asked for an answer of which the time says how far it is.
    pub(super) asked_at: Option<Instant>,
    /// What the last such answer took.
    pub(super) answered_within: Option<Duration>,
}

#[derive(Debug, Default)]
pub(super) enum Phase {
    /// The first attempt, or the one right after a loss: publishes wait for its outcome.
    #[default]
    Connecting,
    Up(Box<Link>),
    /// The last attempt failed, for this reason, and another will follow: publishes fail at once.
    Down(String),
    Closed,
}

#[derive(Debug)]
pub(super) struct Link {
    pub(super) connection: Connection<Batch>,
    pub(super) writer: Arc<Writer>,
    pub(super) rest: Option<Rest>,
}

/// The reading half of a connection whose task does not watch it.
#[derive(Debug)]
pub(super) struct Rest {
    pub(super) reader: Reader,
    /// Whether anything was published since the task last asked.
    pub(super) is_used: bool,
    pub(super) is_over: bool,
    pub(super) lost: Option<Lost>,
}

/// Messages in a row of which each was acknowledged before the next one came, and nobody waited for that.
#[derive(Debug, Default)]
pub(super) struct Row(u32);

impl Row {
    pub(super) fn add(&mut self) {
        self.0 = self.0.saturating_add(1);
    }

    pub(super) fn end(&mut self) {
        self.0 = 0;
    }

    pub(super) fn is_longer_than(&self, messages: u32) -> bool {
        self.0 >= messages
    }
}

/// How a connection was lost.
#[derive(Debug)]
pub(super) struct Lost {
    pub(super) why: String,
    /// All that was wrong is a message that the broker does not take.
    pub(super) is_one_message: bool,
}

impl Lost {
    pub(super) fn by(why: String) -> Self {
        Self { why, is_one_message: false }
    }
}

impl State {
    pub(super) fn is_closing(&self) -> bool {
        self.close_by.is_some()
    }

    /// Nothing is on its way: waiting for more would only delay the one that is there.
    pub(super) fn is_lone(&self) -> bool {
        match &self.phase {
            Phase::Up(link) => {
                // During a rest, the last message's acknowledgement was not looked for yet.
                let awaited = usize::from(link.rest.is_some());
                self.queue.len() == 1 && link.connection.awaited() <= awaited && link.connection.output().is_empty()
            }
            _ => false,
        }
    }

    /// A lone message is about to be written: what its answer takes says how far the broker is.
    pub(super) fn take_time(&mut self) {
        if matches!(&self.phase, Phase::Up(link) if link.connection.awaited() == 0) {
            self.asked_at = Some(now());
        }
    }

    /// Moves what waits into the connection and writes what the socket takes.
    pub(super) fn pump(&mut self, config: &NsqConfig) -> io::Result<Flushed> {
        let Phase::Up(link) = &mut self.phase else { return Ok(Flushed::Wholly) };
        loop {
            if link.connection.is_ready() && link.connection.output().len() < OUTPUT_FULL {
                batch::request(&mut self.queue, &mut link.connection, config.max_body_size);
            }
            let flushed = flush(&mut link.connection, &link.writer)?;
            if flushed == Flushed::Partly || self.queue.is_empty() || !link.connection.is_ready() {
                return Ok(flushed);
            }
        }
    }

    pub(super) fn receive(&mut self, reader: &mut Reader, endings: &mut Endings) -> Result<(), Lost> {
        let Phase::Up(link) = &mut self.phase else { return Ok(()) };
        let now = now();
        loop {
            match link.connection.receive(reader.input(), now).map_err(|error| Lost::by(error.to_string()))? {
                None => return Ok(()),
                Some(Event::Answered { token: batch, .. }) => {
                    self.held -= cost_of(&batch);
                    self.answered_within = self.asked_at.take().map(|asked_at| now.duration_since(asked_at));
                    match &batch[..] {
                        [publish] if !publish.done.is_awaited() => self.row.add(),
                        _ => self.row.end(),
                    }
                    endings.add(batch, Ok(()));
                }
                Some(Event::Refused { token, error }) => {
                    if let Some(batch) = token {
                        self.refuse(batch, &error, endings);
                    }
                    let why = format!("the broker refused a command: {error}");
                    return Err(Lost { why, is_one_message: is_messages_fault(&error) });
                }
                Some(Event::Heartbeat) => {
                    reader.shrink();
                    self.queue.shrink_to_fit();
                }
                Some(_) => {}
            }
        }
    }

    /// Ends the messages of a refused command. Where only one of several can be at fault, none of them went, and each
    /// is tried again by itself.
    fn refuse(&mut self, batch: Batch, error: &BrokerError, endings: &mut Endings) {
        if batch.len() > 1 && is_messages_fault(error) {
            self.again.extend(batch.into_iter().map(|publish| Publish { is_alone: true, ..publish }));
            return;
        }
        let is_unknown = batch.len() > 1 || error.code == ErrorCode::MpubFailed;
        self.held -= cost_of(&batch);
        let outcome = match is_unknown {
            true => PublishError::Unknown(error.text.clone()),
            false => PublishError::Refused { code: error.code_text().to_owned(), text: error.detail().to_owned() },
        };
        endings.add(batch, Err(outcome));
    }

    /// The connection is gone: ends what nobody knows of, and queues the rest again in its old order.
    pub(super) fn lose(&mut self, why: &str) -> Endings {
        let mut endings = Endings::default();
        let Phase::Up(mut link) = std::mem::replace(&mut self.phase, Phase::Connecting) else { return endings };
        self.asked_at = None;
        let mut again = std::mem::take(&mut self.again);
        for (batch, fate) in link.connection.abandon() {
            match fate {
                Fate::NotWritten | Fate::NotRun => again.extend(batch),
                Fate::Unknown => {
                    self.held -= cost_of(&batch);
                    endings.add(batch, Err(PublishError::Unknown(why.to_owned())));
                }
            }
        }
        again.append(&mut self.queue);
        self.queue = again;
        endings
    }

    /// Takes back the message that this is true of, where no byte of it was written: it will never be.
    pub(super) fn recall(&mut self, is_wanted: impl Fn(&Done) -> bool) -> Option<Publish> {
        let is_wanted = |publish: &Publish| is_wanted(&publish.done);
        if let Phase::Up(link) = &mut self.phase
            && link.connection.unwritten().flatten().any(&is_wanted)
        {
            // What shares a command with it goes back, and so does what follows, in its order.
            for publish in link.connection.take_back().into_iter().rev().flat_map(|batch| batch.into_iter().rev()) {
                self.queue.push_front(publish);
            }
        }
        let recalled = [&mut self.queue, &mut self.again].into_iter().find_map(|queue| {
            let at = queue.iter().position(&is_wanted)?;
            queue.remove(at)
        })?;
        self.held -= recalled.cost();
        Some(recalled)
    }

    pub(super) fn fail_queue(&mut self, why: &str) -> Endings {
        let mut endings = Endings::default();
        let batch: Batch = self.queue.drain(..).collect();
        self.held -= cost_of(&batch);
        endings.add(batch, Err(PublishError::NotSent(why.to_owned())));
        endings
    }
}

/// Whether a message is at fault, and none of the command's went.
fn is_messages_fault(error: &BrokerError) -> bool {
    matches!(error.code, ErrorCode::BadMessage | ErrorCode::BadBody)
}

/// Bytes in the output above which messages are left in the queue, where they may share an MPUB.
const OUTPUT_FULL: usize = 256 * 1024;
