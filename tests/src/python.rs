//! The Python library almanet 1.3.4 at the other end, driven by JSON lines (`tests/python/peer.py`).

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::{Mutex as AsyncMutex, oneshot};

type Pending = Arc<Mutex<HashMap<u64, oneshot::Sender<Value>>>>;

/// A running Python peer with a session of its own. Dropping it kills the process.
#[derive(Debug)]
pub struct Peer {
    _process: Child,
    requests: AsyncMutex<ChildStdin>,
    pending: Pending,
    next: AtomicU64,
}

impl Peer {
    /// Starts the interpreter that `PYTHON` names, and waits until its session has joined the broker at `address`.
    ///
    /// # Panics
    ///
    /// Without `PYTHON`, or where the peer does not start: `./tests/run python` sets both up.
    pub async fn start(address: &str) -> Self {
        Self::start_script("peer.py", address, &[]).await
    }

    /// The same with another script of `tests/python`, which takes the address and further arguments.
    ///
    /// # Panics
    ///
    /// As [`Peer::start`].
    pub async fn start_script(script: &str, address: &str, arguments: &[&Path]) -> Self {
        let python =
            std::env::var_os("PYTHON").expect("PYTHON names a Python with almanet: ./tests/run python sets it");
        Self::start_in(&python, script, address, arguments).await
    }

    /// The same in an interpreter that has what the script needs.
    ///
    /// # Panics
    ///
    /// Where the peer does not start.
    pub async fn start_in(python: &OsStr, script: &str, address: &str, arguments: &[&Path]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(script);
        let mut process = Command::new(python)
            .arg(script)
            .arg(address)
            .args(arguments)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("PYTHON starts");
        let requests = process.stdin.take().expect("standard input is piped");
        let mut answers = BufReader::new(process.stdout.take().expect("standard output is piped")).lines();
        let joined =
            answers.next_line().await.expect("the peer's output can be read").expect("the peer joins the broker");
        assert!(joined.contains("session"), "the peer said {joined}");
        let pending = Pending::default();
        let waiting = Arc::clone(&pending);
        tokio::spawn(async move {
            while let Ok(Some(line)) = answers.next_line().await {
                let answer: Value = serde_json::from_str(&line).expect("the peer answers in JSON");
                let id = answer["id"].as_u64().expect("an answer has the id of its request");
                if let Some(sender) = waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&id) {
                    drop(sender.send(answer));
                }
            }
            // The process ended: whoever waits learns it by a closed channel.
            waiting.lock().unwrap_or_else(PoisonError::into_inner).clear();
        });
        Self { _process: process, requests: AsyncMutex::new(requests), pending, next: AtomicU64::new(1) }
    }

    /// Sends one operation, and waits for its answer. Dropping the future leaves the operation running.
    ///
    /// # Panics
    ///
    /// Where the peer has ended, or the operation failed in it.
    pub async fn ask(&self, operation: &str, arguments: Value) -> Value {
        let answer = self.attempt(operation, arguments).await;
        assert!(answer.get("error").is_none(), "{operation} failed in the peer: {answer}");
        answer
    }

    /// The same, where the operation may fail: the answer's `error` says how.
    ///
    /// # Panics
    ///
    /// Where the peer has ended.
    pub async fn attempt(&self, operation: &str, mut arguments: Value) -> Value {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        arguments["id"] = json!(id);
        arguments["op"] = json!(operation);
        let (sender, receiver) = oneshot::channel();
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).insert(id, sender);
        let line = format!("{arguments}\n");
        self.requests.lock().await.write_all(line.as_bytes()).await.expect("the peer reads its input");
        receiver.await.expect("the peer runs until it has answered")
    }
}
