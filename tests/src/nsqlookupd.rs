//! A real nsqlookupd on ports that it chose itself, and ports that are none.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::listening::Listening;
use crate::nsqd::Nsqd;

/// How long an [`Impostor`] that drips waits after each byte.
const DRIP: Duration = Duration::from_millis(20);

/// A running nsqlookupd. Dropping it kills the process.
#[derive(Debug)]
pub struct Nsqlookupd {
    process: Child,
    tcp: SocketAddr,
    http: SocketAddr,
    log: Option<JoinHandle<()>>,
}

impl Nsqlookupd {
    /// Starts the nsqlookupd that `NSQLOOKUPD` names.
    ///
    /// # Panics
    ///
    /// Without `NSQLOOKUPD`, or where it does not start: `./tests/run nsqd` sets it up.
    #[must_use]
    pub fn start() -> Self {
        let program = std::env::var_os("NSQLOOKUPD").expect("NSQLOOKUPD names one: ./tests/run nsqd sets it");
        let mut process = Command::new(program)
            .args(["--tcp-address=127.0.0.1:0", "--http-address=127.0.0.1:0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("NSQLOOKUPD starts");
        let listening = Listening::of(&mut process).expect("nsqlookupd does not end before it listens");
        let Listening { tcp, http, log } = listening;
        Self { process, tcp, http, log: Some(log) }
    }

    /// Where clients ask.
    #[must_use]
    pub fn http_address(&self) -> SocketAddr {
        self.http
    }

    /// An nsqd that registers here. It may be running before it is registered.
    ///
    /// # Panics
    ///
    /// As [`Nsqd::start`].
    #[must_use]
    pub fn nsqd(&self) -> Nsqd {
        self.nsqd_with(&[])
    }

    /// An nsqd that registers here, with further arguments.
    ///
    /// # Panics
    ///
    /// As [`Nsqd::start`].
    #[must_use]
    pub fn nsqd_with(&self, arguments: &[&str]) -> Nsqd {
        let lookupd = format!("--lookupd-tcp-address={}", self.tcp);
        Nsqd::with(&[&[&*lookupd, "--broadcast-address=127.0.0.1"], arguments].concat())
    }
}

impl Drop for Nsqlookupd {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
        if let Some(log) = self.log.take() {
            drop(log.join());
        }
    }
}

/// Something on a port that answers every request with the same bytes, and then no more. Its thread ends with the
/// process.
#[derive(Debug)]
pub struct Impostor {
    address: SocketAddr,
}

impl Impostor {
    /// Answers with these bytes, so many times or as long as somebody reads.
    ///
    /// # Panics
    ///
    /// Where no port is free.
    #[must_use]
    pub fn start(answer: &[u8], times: usize) -> Self {
        Self::serving(answer, move |stream, answer| write_all(stream, answer, times))
    }

    fn serving(answer: &[u8], write: impl Fn(&mut TcpStream, &[u8]) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let answer = answer.to_vec();
        std::thread::spawn(move || {
            let mut open = Vec::new();
            for mut stream in listener.incoming().flatten() {
                if !answer.is_empty() {
                    await_request(&mut stream);
                    write(&mut stream, &answer);
                }
                open.push(stream);
            }
        });
        Self { address }
    }

    /// Answers with these bytes, one by one and slowly.
    ///
    /// # Panics
    ///
    /// As [`Impostor::start`].
    #[must_use]
    pub fn dripping(answer: &[u8]) -> Self {
        Self::serving(answer, |stream, answer| {
            for byte in answer.chunks(1) {
                if stream.write_all(byte).is_err() {
                    return;
                }
                std::thread::sleep(DRIP);
            }
        })
    }

    /// Takes connections and never says a word.
    #[must_use]
    pub fn silent() -> Self {
        Self::start(b"", 1)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

fn await_request(stream: &mut TcpStream) {
    let mut lines = BufReader::new(stream).lines();
    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
}

fn write_all(stream: &mut TcpStream, answer: &[u8], times: usize) {
    for _ in 0..times {
        // Whoever asked has heard enough.
        if stream.write_all(answer).is_err() {
            return;
        }
    }
}
