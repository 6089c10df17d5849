//! A real nsqd, on ports that it chose itself, with its data in a temporary folder.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A running nsqd. Dropping it kills the process and removes its data.
#[derive(Debug)]
pub struct Nsqd {
    process: Child,
    tcp: SocketAddr,
    http: SocketAddr,
    log: Option<JoinHandle<()>>,
    _data: TempDir,
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
        let data = tempfile::tempdir().expect("a temporary folder");
        Self::launch(data, ["127.0.0.1:0".to_owned(), "127.0.0.1:0".to_owned()], arguments)
    }

    fn launch(data: TempDir, [tcp, http]: [String; 2], arguments: &[&str]) -> Self {
        let program = std::env::var_os("NSQD").expect("NSQD names an nsqd: ./tests/run nsqd sets it");
        let mut process = Command::new(program)
            .arg(format!("--tcp-address={tcp}"))
            .arg(format!("--http-address={http}"))
            .arg(format!("--data-path={}", Path::display(data.path())))
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("NSQD starts");
        let mut log = BufReader::new(process.stderr.take().expect("standard error is piped"));
        let (mut tcp, mut http) = (None, None);
        let mut line = String::new();
        while tcp.is_none() || http.is_none() {
            line.clear();
            let read = log.read_line(&mut line).expect("nsqd's log can be read");
            assert!(read > 0, "nsqd ended before it listened");
            if let Some((_, address)) = line.split_once("TCP: listening on ") {
                tcp = address.trim().parse().ok();
            } else if let Some((_, address)) = line.split_once("HTTP: listening on ") {
                http = address.trim().parse().ok();
            }
        }
        // Its log must be read to the end, or nsqd blocks on a full pipe.
        let log = std::thread::spawn(move || drop(std::io::copy(&mut log, &mut std::io::sink())));
        let [tcp, http] = [tcp, http].map(|address: Option<SocketAddr>| address.expect("the loop ended with both"));
        Self { process, tcp, http, log: Some(log), _data: data }
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

    /// Waits until so many clients have subscribed to a channel.
    ///
    /// # Panics
    ///
    /// Where they have not within 30 seconds.
    pub fn await_clients(&self, topic: &str, channel: &str, clients: usize) {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let stats = self.stats(topic);
            let found = stats["topics"][0]["channels"].as_array().into_iter().flatten();
            let counted =
                found.filter(|each| each["channel_name"] == channel).find_map(|each| each["client_count"].as_u64());
            if counted.is_some_and(|counted| counted >= clients as u64) {
                return;
            }
            assert!(Instant::now() < deadline, "{topic}/{channel} has no {clients} clients: {stats}");
            std::thread::sleep(Duration::from_millis(10));
        }
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
        drop(self.process.kill());
        drop(self.process.wait());
        if let Some(log) = self.log.take() {
            drop(log.join());
        }
    }
}
