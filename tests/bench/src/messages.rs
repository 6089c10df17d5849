//! Messages of a topic, in both directions, through the runtime and bare.

use std::io;
use std::time::{Duration, Instant};

use almanet_runtime::{Session, Topic};
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use crate::raw::Connection;
use crate::report;

/// Without a channel and without a disk: nsqd takes what it is sent, and no more.
const PRODUCED: &str = "bench_produced#ephemeral";
const CONSUMED: &str = "bench_consumed";
const CHANNEL: &str = "bench";
const BODY: &str = "\"Hello, Aidar! This is what a message of a topic may look like.\"";
/// Messages of one MPUB of the bare program.
const TOGETHER: usize = 512;
/// Messages that are on their way to a consumer, which is the most that nsqd allows.
const READY: usize = 2_500;

/// Publishes with two MPUBs under way.
pub(crate) fn produce_bare(address: &str, messages: usize) -> io::Result<()> {
    let mut connection = Connection::open(address)?;
    let bodies = vec![BODY.as_bytes().to_vec(); TOGETHER];
    let started = Instant::now();
    connection.send_publish(PRODUCED, &bodies)?;
    for _ in 1..messages / TOGETHER {
        connection.send_publish(PRODUCED, &bodies)?;
        connection.read_ok_but(1)?;
    }
    connection.read_ok_but(0)?;
    report::rate(messages / TOGETHER * TOGETHER, started.elapsed());
    Ok(())
}

/// Publishes as many messages at a time as the bare program has under way, each awaited by itself.
pub(crate) fn produce(address: &str, messages: usize) -> io::Result<()> {
    block_on(async {
        let session = session(address).await?;
        let started = Instant::now();
        let mut producers = JoinSet::new();
        let each = messages / (2 * TOGETHER);
        for _ in 0..2 * TOGETHER {
            let topic: Topic<String> = session.topic(PRODUCED);
            producers.spawn(async move {
                let text = BODY.trim_matches('"').to_owned();
                for _ in 0..each {
                    topic.produce(&text).await.map_err(io::Error::other)?;
                }
                io::Result::Ok(())
            });
        }
        for done in producers.join_all().await {
            done?;
        }
        report::rate(each * 2 * TOGETHER, started.elapsed());
        Ok(())
    })
}

/// Puts messages into a channel, for consumers to come.
pub(crate) fn fill(address: &str, messages: usize) -> io::Result<()> {
    drop(Connection::consume(address, CONSUMED, CHANNEL, 0)?);
    let mut connection = Connection::open(address)?;
    let bodies = vec![BODY.as_bytes().to_vec(); TOGETHER];
    for _ in 0..messages.div_ceil(TOGETHER) {
        connection.send_publish(CONSUMED, &bodies)?;
        connection.read_ok_but(0)?;
    }
    println!("{{}}");
    Ok(())
}

/// Consumes, and finishes what one read brought together.
pub(crate) fn consume_bare(address: &str, messages: usize) -> io::Result<()> {
    let mut connection = Connection::consume(address, CONSUMED, CHANNEL, READY)?;
    let started = Instant::now();
    let mut taken = 0;
    while taken < messages {
        let read = connection.read_messages()?;
        connection.finish(&read)?;
        taken += read.len();
    }
    report::rate(taken, started.elapsed());
    Ok(())
}

/// Consumes, reads and finishes one message after another.
pub(crate) fn consume(address: &str, messages: usize) -> io::Result<()> {
    block_on(async {
        let session = session(address).await?;
        let topic: Topic<String> = session.topic(CONSUMED);
        let mut consumer = topic.consume(CHANNEL).max_in_flight(READY).await.map_err(io::Error::other)?;
        let started = Instant::now();
        for _ in 0..messages {
            let message = consumer.next().await.ok_or_else(|| io::Error::other("the subscription ended"))?;
            message.finish().map_err(io::Error::other)?;
        }
        report::rate(messages, started.elapsed());
        // What was finished last is still to be written.
        tokio::time::sleep(Duration::from_millis(50)).await;
        Ok(())
    })
}

fn block_on(future: impl Future<Output = io::Result<()>>) -> io::Result<()> {
    Builder::new_current_thread().enable_all().build()?.block_on(future)
}

async fn session(address: &str) -> io::Result<Session> {
    Session::connect(&format!("nsq://{address}")).await.map_err(io::Error::other)
}
