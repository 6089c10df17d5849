//! One connection of a script: bytes to the broker, frames from it, compressed where the broker said so.
//!
//! Compression here is the blocking one of the crates themselves, not the one that the transport and the embedded
//! broker share.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread;

use flate2::write::{DeflateDecoder, DeflateEncoder};
use snap::read::FrameDecoder;
use snap::write::FrameEncoder;

/// What came over a connection.
pub(super) enum Arrival {
    Frame(i32, Vec<u8>),
    /// It was closed, or reset.
    Closed,
}

/// The sending half of a connection.
pub(super) struct Connection {
    stream: TcpStream,
    writer: Box<dyn Write + Send>,
}

impl Connection {
    /// Connects. What the broker sends goes to `arrivals`, with the connection's name.
    pub(super) fn open(broker: SocketAddr, name: &str, arrivals: &mpsc::Sender<(String, Arrival)>) -> io::Result<Self> {
        let stream = TcpStream::connect(broker)?;
        stream.set_nodelay(true)?;
        let (reader, arrivals, name) = (stream.try_clone()?, arrivals.clone(), name.to_owned());
        thread::spawn(move || receive(reader, &name, &arrivals));
        Ok(Self { writer: Box::new(stream.try_clone()?), stream })
    }

    pub(super) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.write_all(bytes)?;
        self.writer.flush()
    }

    /// Goes on as the broker has said in this answer, if it has.
    pub(super) fn answered(&mut self, data: &[u8]) -> io::Result<()> {
        match Compression::granted(data) {
            None => return Ok(()),
            Some(Compression::Snappy) => self.writer = Box::new(FrameEncoder::new(self.stream.try_clone()?)),
            Some(Compression::Deflate) => {
                let level = flate2::Compression::default();
                self.writer = Box::new(DeflateEncoder::new(self.stream.try_clone()?, level));
            }
        }
        Ok(())
    }

    pub(super) fn shut_down(&self, how: Shutdown) -> io::Result<()> {
        self.stream.shutdown(how)
    }
}

enum Compression {
    Snappy,
    Deflate,
}

impl Compression {
    fn granted(answer: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(answer).ok()?;
        match text {
            _ if text.contains(r#""snappy":true"#) => Some(Self::Snappy),
            _ if text.contains(r#""deflate":true"#) => Some(Self::Deflate),
            _ => None,
        }
    }
}

/// Reads a deflate stream and has no more in hand than it gave: flate2's own readers wait for input while they still
/// hold output.
struct Inflating {
    stream: TcpStream,
    inflated: DeflateDecoder<Vec<u8>>,
    given: usize,
}

impl Inflating {
    fn new(stream: TcpStream) -> Self {
        Self { stream, inflated: DeflateDecoder::new(Vec::new()), given: 0 }
    }
}

impl Read for Inflating {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut piece = [0; 4096];
        while self.given == self.inflated.get_ref().len() {
            self.inflated.get_mut().clear();
            self.given = 0;
            let read = self.stream.read(&mut piece)?;
            if read == 0 {
                return Ok(0);
            }
            self.inflated.write_all(&piece[..read])?;
            self.inflated.flush()?;
        }
        let read = (&self.inflated.get_ref()[self.given..]).read(out)?;
        self.given += read;
        Ok(read)
    }
}

/// Reads frames until the connection ends.
fn receive(stream: TcpStream, name: &str, arrivals: &mpsc::Sender<(String, Arrival)>) {
    let mut raw = Some(stream.try_clone().expect("a second handle"));
    let mut reader: Box<dyn Read> = Box::new(stream);
    loop {
        let frame = frame(&mut *reader);
        let ended = frame.is_none();
        if let Some((0, data)) = &frame
            && let Some(compression) = Compression::granted(data)
            && let Some(stream) = raw.take()
        {
            reader = match compression {
                Compression::Snappy => Box::new(FrameDecoder::new(stream)),
                Compression::Deflate => Box::new(Inflating::new(stream)),
            };
        }
        let arrival = frame.map_or(Arrival::Closed, |(kind, data)| Arrival::Frame(kind, data));
        // The script may be over.
        if arrivals.send((name.to_owned(), arrival)).is_err() || ended {
            return;
        }
    }
}

fn frame(stream: &mut dyn Read) -> Option<(i32, Vec<u8>)> {
    let mut header = [0; 8];
    stream.read_exact(&mut header).ok()?;
    let size = u32::from_be_bytes(header[..4].try_into().ok()?);
    let kind = i32::from_be_bytes(header[4..].try_into().ok()?);
    let mut data = Vec::new();
    let length = u64::from(size.checked_sub(4)?);
    stream.take(length).read_to_end(&mut data).ok()?;
    (data.len() as u64 == length).then_some((kind, data))
}
