//! A real nsqd, on ports that it chose itself, with its data in a temporary folder.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::certificates::Identity;
use crate::listening::Listening;

/// A running nsqd. Dropping it kills the process and removes its data.
#[derive(Debug)]
pub struct Nsqd {
    process: Child,
    tcp: SocketAddr,
    http: SocketAddr,
    log: Option<JoinHandle<()>>,
    arguments: Vec<String>,
    /// `None` where another process goes on over it.
    data: Option<TempDir>,
}

impl Nsqd {
    /// Starts the nsqd that `NSQD` names with its defaults.
    ///
    /// # Panics
    ///
    /// Without `NSQD`, or where it does not start: `./tests/run nsqd` sets it up.
    #[must_use]
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// Starts the nsqd that `NSQD` names with further arguments.
    ///
    /// # Panics
    ///
    /// As [`Nsqd::start`].
    #[must_use]
    pub fn with(arguments: &[&str]) -> Self {
        Self::over(tempfile::tempdir().expect("a temporary folder"), arguments)
    }

    /// Starts the nsqd that `NSQD` names, which shows this certificate, with these arguments besides.
    ///
    /// # Panics
    ///
    /// As [`with`](Self::with) does.
    pub fn secured(identity: &Identity, more: &[&str]) -> Self {
        let own = identity.nsqd_arguments();
        Self::with(&[&own.each_ref().map(String::as_str), more].concat())
    }

    /// Starts the nsqd that `NSQD` names over data that is there already.
    ///
    /// # Panics
    ///
    /// As [`Nsqd::start`].
    #[must_use]
    pub fn over(data: TempDir, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Self::launch(data, ["127.0.0.1:0".to_owned(), "127.0.0.1:0".to_owned()], arguments)
            .unwrap_or_else(|_| panic!("nsqd ended before it listened"))
    }

    /// Kills the process (-9) and starts another one on the same ports, over the same data.
    ///
    /// # Panics
    ///
    /// Where the new one does not start.
    #[must_use]
    pub fn killed_and_restarted(self) -> Self {
        self.killed().restart()
    }

    /// Kills the process (-9): its ports are closed until [`Killed::restart`].
    #[must_use]
    pub fn killed(mut self) -> Killed {
        self.end();
        Killed {
            ports: [self.tcp.to_string(), self.http.to_string()],
            arguments: std::mem::take(&mut self.arguments),
            data: self.data.take().expect("it is given away once"),
        }
    }

    /// Stops the process where it is (SIGSTOP): its connections stay open, and nothing comes from them.
    ///
    /// # Panics
    ///
    /// Where it has ended.
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    /// Lets a paused process go on.
    ///
    /// # Panics
    ///
    /// Where it has ended.
    pub fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").arg(signal).arg(self.process.id().to_string()).status();
        assert!(sent.expect("kill runs").success(), "{signal} reaches nsqd");
    }

    fn end(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
        if let Some(log) = self.log.take() {
            drop(log.join());
        }
    }

    /// Gives everything back where it ended before it listened, because somebody has its ports.
    fn launch(data: TempDir, [tcp, http]: [String; 2], arguments: Vec<String>) -> Result<Self, (TempDir, Vec<String>)> {
        let program = std::env::var_os("NSQD").expect("NSQD names an nsqd: ./tests/run nsqd sets it");
        let mut process = Command::new(program)
            .arg(format!("--tcp-address={tcp}"))
            .arg(format!("--http-address={http}"))
            .arg(format!("--data-path={}", Path::display(data.path())))
            .args(&arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("NSQD starts");
        let Some(Listening { tcp, http, log }) = Listening::of(&mut process) else {
            drop(process.wait());
            return Err((data, arguments));
        };
        Ok(Self { process, tcp, http, log: Some(log), arguments, data: Some(data) })
    }

    /// The process, for `/proc`.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Where clients connect.
    #[must_use]
    pub fn tcp_address(&self) -> SocketAddr {
        self.tcp
    }

    /// Where `/stats` is.
    #[must_use]
    pub fn http_address(&self) -> SocketAddr {
        self.http
    }

    /// Waits until so many clients have subscribed to a channel, or more.
    ///
    /// # Panics
    ///
    /// Where they have not within 30 seconds.
    pub fn await_clients(&self, topic: &str, channel: &str, clients: usize) {
        self.await_count(topic, channel, |counted| counted >= clients as u64, clients);
    }

    /// Waits until so many clients are subscribed to a channel, and no more.
    ///
    /// # Panics
    ///
    /// Where they are not within 30 seconds.
    pub fn await_exactly(&self, topic: &str, channel: &str, clients: usize) {
        self.await_count(topic, channel, |counted| counted == clients as u64, clients);
    }

    fn await_count(&self, topic: &str, channel: &str, is_reached: impl Fn(u64) -> bool, clients: usize) {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let found = self.channel(topic, channel);
            if found["client_count"].as_u64().is_some_and(&is_reached) {
                return;
            }
            assert!(Instant::now() < deadline, "{topic}/{channel} has no {clients} clients: {found}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What `/stats` says of one channel; null where it is not there.
    ///
    /// # Panics
    ///
    /// Where nsqd does not answer.
    #[must_use]
    pub fn channel(&self, topic: &str, channel: &str) -> Value {
        let mut stats = self.stats(topic);
        let channels = stats.pointer_mut("/topics/0/channels").and_then(Value::as_array_mut);
        channels.into_iter().flatten().map(Value::take).find(|each| each["channel_name"] == channel).unwrap_or_default()
    }

    /// What `/stats` says of one topic.
    ///
    /// # Panics
    ///
    /// Where nsqd does not answer.
    #[must_use]
    pub fn stats(&self, topic: &str) -> Value {
        let mut stream = TcpStream::connect(self.http).expect("nsqd listens");
        let topic = topic.replace('#', "%23");
        write!(stream, "GET /stats?format=json&topic={topic} HTTP/1.0\r\n\r\n").expect("nsqd reads the request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("nsqd answers");
        let (_, body) = answer.split_once("\r\n\r\n").expect("an answer has a head and a body");
        serde_json::from_str(body).expect("the statistics are JSON")
    }

    /// The broker's URL for a session.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nsq://{}", self.tcp)
    }
}

impl Drop for Nsqd {
    fn drop(&mut self) {
        self.end();
    }
}

/// An nsqd that was killed: its ports and its data.
#[derive(Debug)]
pub struct Killed {
    ports: [String; 2],
    arguments: Vec<String>,
    data: TempDir,
}

impl Killed {
    /// Starts another one on the same ports, over the same data.
    ///
    /// # Panics
    ///
    /// Where it does not start within 30 seconds.
    #[must_use]
    pub fn restart(self) -> Nsqd {
        let Self { ports, mut arguments, mut data } = self;
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            // Somebody's outgoing connection may have one of the ports for a moment.
            match Nsqd::launch(data, ports.clone(), arguments) {
                Ok(nsqd) => return nsqd,
                Err(back) => (data, arguments) = back,
            }
            assert!(Instant::now() < deadline, "no nsqd starts on {ports:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
