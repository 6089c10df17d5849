//! The half of a connection that writes: answers, messages and heartbeats.

use std::{future::pending, io, time::Duration};

use almanet_nsq::{
    frame::{Frame, HEARTBEAT},
    message::{Message, MessageId},
};
use bytes::{Bytes, BytesMut};
use tokio::{
    io::{AsyncWriteExt, WriteHalf},
    sync::mpsc,
    time::{Instant, Interval, MissedTickBehavior, interval_at, timeout},
};

use super::{reader::Event, settings::Settings, upgrade::Io};
use crate::subscriber::{Delivery, Subscriber};

type Write = WriteHalf<Box<dyn Io>>;

/// Writes to one client.
///
/// Messages are collected and written together: when the buffer is full, when its time is over, when the client can be
/// given no more for now, and before every answer and heartbeat, because those are written at once.
pub(super) struct Pump {
    out: BytesMut,
    buffer_size: usize,
    /// How long the client may leave a write waiting.
    patience: Option<Duration>,
    heartbeats: Option<Interval>,
    flushes: Option<Interval>,
    identified: bool,
    subscriber: Option<Subscriber>,
}

impl Pump {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            out: BytesMut::new(),
            buffer_size: settings.buffer_size,
            patience: settings.heartbeat,
            heartbeats: settings.heartbeat.map(every),
            flushes: settings.buffer_timeout.map(every),
            identified: false,
            subscriber: None,
        }
    }

    /// Writes until the reader has nothing more to say, or the client cannot be written to.
    pub(super) async fn run(&mut self, write: &mut Write, mut answers: mpsc::Receiver<Event>) -> io::Result<()> {
        loop {
            let ready = self.subscriber.as_ref().is_some_and(|subscriber| subscriber.control().is_ready());
            if !ready {
                self.flush(write).await?;
            }
            let buffered = !self.out.is_empty();
            tokio::select! {
                biased;
                event = answers.recv() => {
                    let Some(event) = event else { return self.flush(write).await };
                    self.answer(event);
                    // What else is there goes out in the same write.
                    while let Ok(event) = answers.try_recv() {
                        self.answer(event);
                    }
                    self.flush(write).await?;
                }
                message = next(&mut self.subscriber) => match message {
                    Some(message) => {
                        self.deliver(message);
                        if self.out.len() >= self.buffer_size {
                            self.flush(write).await?;
                        }
                    }
                    // CLS: the place in the channel is kept for what is in flight, but nothing more comes.
                    None => self.drain(write, &mut answers).await?,
                },
                () = tick(&mut self.flushes), if buffered => self.flush(write).await?,
                () = tick(&mut self.heartbeats) => {
                    Frame::Response(Bytes::from_static(HEARTBEAT)).encode(&mut self.out);
                    self.flush(write).await?;
                }
            }
        }
    }

    /// After CLS there are only answers and heartbeats.
    async fn drain(&mut self, write: &mut Write, answers: &mut mpsc::Receiver<Event>) -> io::Result<()> {
        loop {
            self.flush(write).await?;
            tokio::select! {
                biased;
                event = answers.recv() => match event {
                    Some(event) => self.answer(event),
                    None => return Ok(()),
                },
                () = tick(&mut self.heartbeats) => {
                    Frame::Response(Bytes::from_static(HEARTBEAT)).encode(&mut self.out);
                }
            }
        }
    }

    fn answer(&mut self, event: Event) {
        let frame = match event {
            Event::Answer(frame) => frame,
            Event::Identified(settings, frame) => {
                self.identified(settings);
                frame
            }
            Event::Subscribed(subscriber, frame) => {
                self.subscriber = Some(subscriber);
                frame
            }
        };
        frame.encode(&mut self.out);
    }

    /// nsqd takes the times of the first IDENTIFY alone, and the buffer's size of each.
    fn identified(&mut self, settings: Settings) {
        self.buffer_size = settings.buffer_size;
        self.patience = settings.heartbeat;
        if !self.identified {
            self.identified = true;
            self.heartbeats = settings.heartbeat.map(every);
            self.flushes = settings.buffer_timeout.map(every);
        }
    }

    fn deliver(&mut self, delivery: Delivery) {
        let message = Message {
            timestamp_nanos: delivery.timestamp_nanos,
            attempts: delivery.attempts,
            id: MessageId::from_number(delivery.id),
            body: delivery.body,
        };
        Frame::Message(message).encode(&mut self.out);
    }

    async fn flush(&mut self, write: &mut Write) -> io::Result<()> {
        if self.out.is_empty() {
            return Ok(());
        }
        let write = async {
            write.write_all_buf(&mut self.out).await?;
            write.flush().await
        };
        match self.patience {
            Some(patience) => timeout(patience, write).await?,
            None => write.await,
        }
    }
}

async fn next(subscriber: &mut Option<Subscriber>) -> Option<Delivery> {
    match subscriber {
        Some(subscriber) => subscriber.recv().await,
        None => pending().await,
    }
}

async fn tick(interval: &mut Option<Interval>) {
    match interval {
        Some(interval) => {
            interval.tick().await;
        }
        None => pending().await,
    }
}

fn every(period: Duration) -> Interval {
    let mut interval = interval_at(Instant::now() + period, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Skip);
    interval
}
