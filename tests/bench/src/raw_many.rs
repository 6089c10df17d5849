//! The bare program where there are many procedures, each with a topic and a connection of its own.
//!
//! A thread reads each connection; one thread answers, so that what all of them have brought leaves in one MPUB.

use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use crate::raw::{Connection, Message, REPLY_TOPIC, invocation, reply, sequence};
use crate::report;
use crate::runtime::MANY;

fn topic(number: usize) -> String {
    format!("_rpc_.bench.raw_many.p{number:02}")
}

/// Answers every invocation until the broker closes the connection.
pub(crate) fn serve(address: &str) -> io::Result<()> {
    let (sender, calls) = mpsc::channel::<(usize, Vec<Message>)>();
    let mut writers = Vec::new();
    for number in 0..MANY {
        let mut reader = Connection::consume(address, &topic(number), "almanet.python", 1)?;
        writers.push(reader.writer()?);
        let sender = sender.clone();
        thread::spawn(move || {
            while let Ok(messages) = reader.read_messages() {
                if sender.send((number, messages)).is_err() {
                    return;
                }
            }
        });
    }
    let mut replies = Connection::open(address)?;
    println!("ready");
    while let Ok(first) = calls.recv() {
        let taken: Vec<_> = std::iter::once(first).chain(calls.try_iter()).collect();
        let bodies: Vec<_> = taken.iter().flat_map(|(_, messages)| messages).map(reply).collect();
        replies.publish(REPLY_TOPIC, &bodies)?;
        for (number, messages) in &taken {
            writers[*number].finish(messages)?;
        }
    }
    Ok(())
}

/// Each caller calls its own procedure, one call after another; what can leave together does.
pub(crate) fn call(address: &str, calls: usize) -> io::Result<()> {
    let mut replies = Connection::consume(address, REPLY_TOPIC, "almanet.rust#ephemeral", MANY)?;
    let mut publisher = Connection::open(address)?;
    let topics: Vec<_> = (0..MANY).map(topic).collect();
    let (mut sent_at, mut latencies) = (Vec::with_capacity(calls), Vec::with_capacity(calls));
    let mut idle: Vec<usize> = (0..MANY).collect();
    let started = Instant::now();
    while latencies.len() < calls {
        for caller in idle.drain(..) {
            if sent_at.len() < calls {
                publisher.queue_publish(&topics[caller], &[invocation(sent_at.len())]);
                sent_at.push((caller, Instant::now()));
            }
        }
        publisher.flush()?;
        let messages = replies.read_messages()?;
        for message in &messages {
            let (caller, at) = sent_at[sequence(&message.body)?];
            latencies.push(at.elapsed());
            idle.push(caller);
        }
        replies.finish(&messages)?;
        publisher.read_ok_but(0)?;
    }
    report::print(latencies, started.elapsed());
    Ok(())
}
