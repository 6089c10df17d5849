//! Where a daemon of NSQ listens, as its log says.

use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::process::Child;
use std::thread::{self, JoinHandle};

/// The ports of a daemon, and the thread that reads the rest of its log.
pub(crate) struct Listening {
    pub(crate) tcp: SocketAddr,
    pub(crate) http: SocketAddr,
    /// Ends with the process. Unread, the log would fill its pipe and stop the daemon.
    pub(crate) log: JoinHandle<()>,
}

impl Listening {
    /// Waits until a daemon whose standard error is piped listens. `None` where it ends before.
    pub(crate) fn of(process: &mut Child) -> Option<Self> {
        let mut log = BufReader::new(process.stderr.take().expect("standard error is piped"));
        let (mut tcp, mut http) = (None, None);
        let mut line = String::new();
        loop {
            if let (Some(tcp), Some(http)) = (tcp, http) {
                let log = thread::spawn(move || drop(io::copy(&mut log, &mut io::sink())));
                return Some(Self { tcp, http, log });
            }
            line.clear();
            if log.read_line(&mut line).expect("a daemon's log can be read") == 0 {
                return None;
            }
            if let Some((_, address)) = line.split_once("TCP: listening on ") {
                tcp = address.trim().parse().ok();
            } else if let Some((_, address)) = line.split_once("HTTP: listening on ") {
                http = address.trim().parse().ok();
            }
        }
    }
}
