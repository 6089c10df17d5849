//! The bare program that the runtime is measured against: blocking sockets, bodies of the protocol's size, nothing parsed
//! that need not be. A service FINs after its reply's OK; what one read brought leaves in one MPUB.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::report;

pub(crate) const CALL_TOPIC: &str = "_rpc_.bench.raw";
pub(crate) const REPLY_TOPIC: &str = "_rpc_._reply_.0123456789abcdef0123456789abcdef#ephemeral";
const ID_DIGITS: usize = 32;

/// Answers every invocation until the broker closes the connection.
pub(crate) fn serve(address: &str, in_flight: usize) -> io::Result<()> {
    let mut calls = Connection::consume(address, CALL_TOPIC, "almanet.python", in_flight)?;
    let mut replies = Connection::open(address)?;
    println!("ready");
    let mut bodies = Vec::new();
    loop {
        let messages = calls.read_messages()?;
        bodies.clear();
        bodies.extend(messages.iter().map(reply));
        replies.publish(REPLY_TOPIC, &bodies)?;
        calls.finish(&messages)?;
    }
}

/// Makes `calls` calls, `in_flight` at a time, and prints what they took.
pub(crate) fn call(address: &str, in_flight: usize, calls: usize) -> io::Result<()> {
    let mut replies = Connection::consume(address, REPLY_TOPIC, "almanet.rust#ephemeral", in_flight)?;
    let mut publisher = Connection::open(address)?;
    let mut sent_at = Vec::with_capacity(calls);
    let mut latencies = Vec::with_capacity(calls);
    let mut bodies = Vec::new();
    let started = Instant::now();
    while latencies.len() < calls {
        let outstanding = sent_at.len() - latencies.len();
        let room = (in_flight - outstanding).min(calls - sent_at.len());
        bodies.clear();
        for _ in 0..room {
            bodies.push(invocation(sent_at.len()));
            sent_at.push(Instant::now());
        }
        publisher.send_publish(CALL_TOPIC, &bodies)?;
        let messages = replies.read_messages()?;
        for message in &messages {
            latencies.push(sent_at[sequence(&message.body)?].elapsed());
        }
        replies.finish(&messages)?;
        publisher.read_ok_but(0)?;
    }
    report::print(latencies, started.elapsed());
    Ok(())
}

/// The reply to an invocation, as short as the service that it stands for would make it.
pub(crate) fn reply(message: &Message) -> Vec<u8> {
    let mut body = Vec::with_capacity(128);
    body.extend_from_slice(br#"{"call_id":""#);
    body.extend_from_slice(&message.body[7..7 + ID_DIGITS]);
    body.extend_from_slice(br#"","is_exception":false,"payload":"\"Hello, Aidar!\""}"#);
    body
}

pub(crate) fn invocation(sequence: usize) -> Vec<u8> {
    format!(
        r#"{{"id":"{sequence:032x}","caller_id":"0123456789abcdef0123456789abcdef","payload":"\"Aidar\"","reply_topic":"{REPLY_TOPIC}","expires":60}}"#
    )
    .into_bytes()
}

/// Which of our invocations a reply answers.
pub(crate) fn sequence(reply: &[u8]) -> io::Result<usize> {
    std::str::from_utf8(&reply[12..12 + ID_DIGITS])
        .ok()
        .and_then(|text| usize::from_str_radix(text, 16).ok())
        .ok_or_else(|| io::Error::other("a reply without one of our ids"))
}

pub(crate) struct Message {
    id: [u8; 16],
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// Out of a frame: a time, a count of attempts, an id, and the body.
    pub(crate) fn parse(frame: &[u8]) -> io::Result<Self> {
        let id = frame[10..26].try_into().map_err(io::Error::other)?;
        Ok(Self { id, body: frame[26..].to_vec() })
    }

    pub(crate) fn fin(&self) -> [u8; 21] {
        let mut command = *b"FIN 0123456789abcdef\n";
        command[4..20].copy_from_slice(&self.id);
        command
    }
}

pub(crate) struct Connection {
    stream: TcpStream,
    input: Vec<u8>,
    taken: usize,
    output: Vec<u8>,
    owed: usize,
}

impl Connection {
    pub(crate) fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let mut connection = Self { stream, input: Vec::new(), taken: 0, output: Vec::new(), owed: 1 };
        let identify = br#"{"output_buffer_size":16384,"output_buffer_timeout":25,"heartbeat_interval":60000}"#;
        connection.output.extend_from_slice(b"  V2IDENTIFY\n");
        connection.output.extend_from_slice(&(identify.len() as u32).to_be_bytes());
        connection.output.extend_from_slice(identify);
        connection.flush()?;
        connection.read_ok_but(0)?;
        Ok(connection)
    }

    /// Its socket, after a handshake behind which nothing has come.
    pub(crate) fn into_stream(self) -> TcpStream {
        self.stream
    }

    /// The same connection, to write on while another thread reads.
    pub(crate) fn writer(&self) -> io::Result<Self> {
        Ok(Self { stream: self.stream.try_clone()?, input: Vec::new(), taken: 0, output: Vec::new(), owed: 0 })
    }

    pub(crate) fn consume(address: &str, topic: &str, channel: &str, ready: usize) -> io::Result<Self> {
        let mut connection = Self::open(address)?;
        connection.output.extend_from_slice(format!("SUB {topic} {channel}\n").as_bytes());
        connection.owed = 1;
        connection.flush()?;
        connection.read_ok_but(0)?;
        connection.output.extend_from_slice(format!("RDY {ready}\n").as_bytes());
        connection.flush()?;
        Ok(connection)
    }

    pub(crate) fn publish(&mut self, topic: &str, bodies: &[Vec<u8>]) -> io::Result<()> {
        self.send_publish(topic, bodies)?;
        self.read_ok_but(0)
    }

    pub(crate) fn send_publish(&mut self, topic: &str, bodies: &[Vec<u8>]) -> io::Result<()> {
        self.queue_publish(topic, bodies);
        self.flush()
    }

    pub(crate) fn queue_publish(&mut self, topic: &str, bodies: &[Vec<u8>]) {
        match bodies {
            [] => return,
            [body] => {
                self.output.extend_from_slice(format!("PUB {topic}\n").as_bytes());
                self.output.extend_from_slice(&(body.len() as u32).to_be_bytes());
                self.output.extend_from_slice(body);
            }
            _ => {
                let size: usize = 4 + bodies.iter().map(|body| 4 + body.len()).sum::<usize>();
                self.output.extend_from_slice(format!("MPUB {topic}\n").as_bytes());
                self.output.extend_from_slice(&(size as u32).to_be_bytes());
                self.output.extend_from_slice(&(bodies.len() as u32).to_be_bytes());
                for body in bodies {
                    self.output.extend_from_slice(&(body.len() as u32).to_be_bytes());
                    self.output.extend_from_slice(body);
                }
            }
        }
        self.owed += 1;
    }

    pub(crate) fn finish(&mut self, messages: &[Message]) -> io::Result<()> {
        self.output.extend(messages.iter().flat_map(Message::fin));
        self.flush()
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if !self.output.is_empty() {
            self.stream.write_all(&self.output)?;
            self.output.clear();
        }
        Ok(())
    }

    /// Reads until no more than so many OKs are still to come.
    pub(crate) fn read_ok_but(&mut self, left: usize) -> io::Result<()> {
        while self.owed > left {
            match self.next_frame() {
                Some((0, body)) if body == b"_heartbeat_" => self.stream.write_all(b"NOP\n")?,
                Some((0, _)) => self.owed -= 1,
                Some((_, body)) => return Err(io::Error::other(String::from_utf8_lossy(&body).into_owned())),
                None => self.read_more()?,
            }
        }
        Ok(())
    }

    /// Every message that one read brought, at least one.
    pub(crate) fn read_messages(&mut self) -> io::Result<Vec<Message>> {
        let mut messages = Vec::new();
        loop {
            while let Some((kind, body)) = self.next_frame() {
                match kind {
                    0 if body == b"_heartbeat_" => self.stream.write_all(b"NOP\n")?,
                    2 => messages.push(Message::parse(&body)?),
                    _ => return Err(io::Error::other(String::from_utf8_lossy(&body).into_owned())),
                }
            }
            if !messages.is_empty() {
                return Ok(messages);
            }
            self.read_more()?;
        }
    }

    fn next_frame(&mut self) -> Option<(u32, Vec<u8>)> {
        let input = &self.input[self.taken..];
        let size = u32::from_be_bytes(input.get(..4)?.try_into().ok()?) as usize;
        let frame = input.get(4..4 + size)?;
        let kind = u32::from_be_bytes(frame.get(..4)?.try_into().ok()?);
        let body = frame[4..].to_vec();
        self.taken += 4 + size;
        Some((kind, body))
    }

    fn read_more(&mut self) -> io::Result<()> {
        self.input.drain(..self.taken);
        self.taken = 0;
        let mut chunk = [0; 65536];
        let read = self.stream.read(&mut chunk)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.input.extend_from_slice(&chunk[..read]);
        Ok(())
    }
}
