//! One call after another on tokio, and nothing else: what its way of waiting takes, beside the bare program's blocking
//! sockets. Nobody watches for the acknowledgement of a call.

use std::io::{self, Write as _};
use std::net::TcpStream as Blocking;
use std::time::Instant;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::runtime::Builder;

use crate::raw::{CALL_TOPIC, Connection, Message, REPLY_TOPIC, invocation, reply};
use crate::report;

/// Answers every invocation until the broker closes the connection.
pub(crate) fn serve(address: &str) -> io::Result<()> {
    let calls = Connection::consume(address, CALL_TOPIC, "almanet.python", 1)?;
    let replies = Connection::open(address)?;
    Builder::new_current_thread().enable_io().build()?.block_on(async {
        let (mut calls, mut replies) = (Socket::watch(calls)?, Socket::watch(replies)?);
        println!("ready");
        loop {
            let message = calls.message().await?;
            replies.write(&publish(REPLY_TOPIC, &reply(&message)))?;
            replies.frame().await?;
            calls.write(&message.fin())?;
        }
    })
}

/// Makes one call after another, and prints what they took.
pub(crate) fn call(address: &str, calls: usize) -> io::Result<()> {
    let replies = Connection::consume(address, REPLY_TOPIC, "almanet.rust#ephemeral", 1)?;
    let mut publisher = Connection::open(address)?;
    Builder::new_current_thread().enable_io().build()?.block_on(async {
        let mut replies = Socket::watch(replies)?;
        let mut latencies = Vec::with_capacity(calls);
        let started = Instant::now();
        for sequence in 0..calls {
            let sent_at = Instant::now();
            publisher.send_publish(CALL_TOPIC, &[invocation(sequence)])?;
            let message = replies.message().await?;
            latencies.push(sent_at.elapsed());
            replies.write(&message.fin())?;
            publisher.read_ok_but(0)?;
        }
        report::print(latencies, started.elapsed());
        Ok(())
    })
}

fn publish(topic: &str, body: &[u8]) -> Vec<u8> {
    let mut command = format!("PUB {topic}\n").into_bytes();
    command.extend_from_slice(&(body.len() as u32).to_be_bytes());
    command.extend_from_slice(body);
    command
}

/// A connection whose handshake is over, as tokio watches it.
struct Socket {
    reader: TcpStream,
    writer: Blocking,
    input: Vec<u8>,
}

impl Socket {
    fn watch(connection: Connection) -> io::Result<Self> {
        let writer = connection.into_stream();
        writer.set_nonblocking(true)?;
        let reader = TcpStream::from_std(writer.try_clone()?)?;
        Ok(Self { reader, writer, input: Vec::with_capacity(16 * 1024) })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.write_all(bytes)
    }

    /// The next message; whatever else comes is dropped.
    async fn message(&mut self) -> io::Result<Message> {
        loop {
            if let (2, body) = self.frame().await? {
                return Message::parse(&body);
            }
        }
    }

    async fn frame(&mut self) -> io::Result<(u32, Vec<u8>)> {
        loop {
            if let Some(size) = self.input.first_chunk().map(|size| u32::from_be_bytes(*size) as usize)
                && let Some(frame) = self.input.get(4..4 + size)
                && let Some((kind, body)) = frame.split_first_chunk()
            {
                let frame = (u32::from_be_bytes(*kind), body.to_vec());
                self.input.drain(..4 + size);
                return Ok(frame);
            }
            if self.reader.read_buf(&mut self.input).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}
