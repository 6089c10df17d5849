//! A real nsqd, on ports that it chose itself, with its data in a temporary folder.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

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
