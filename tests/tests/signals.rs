//! What a service does when its process is asked to end.

#![cfg(unix)]

use std::collections::HashSet;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use almanet_broker::{Broker, Listener};
use almanet_runtime::{CallError, Session};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

const URI: &str = "net.example.work.work";

fn broker() -> Listener {
    Broker::default().listen(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a free port")
}

fn url(broker: &Listener) -> String {
    format!("nsq://{}", broker.address())
}

/// A process that serves.
struct Serving {
    process: Child,
    /// The lines of its log: whoever does not read a pipe stops who writes it.
    log: UnboundedReceiver<String>,
}

impl Serving {
    async fn start(url: &str) -> Self {
        Self::until(url, "run").await
    }

    /// Serves until `Server::run` ends, or `shutdown::signal`.
    async fn until(url: &str, how: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_serving"))
            .arg(how)
            .env("ALMANET_URL", url)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the service starts");
        let mut lines = BufReader::new(process.stderr.take().expect("it is piped")).lines();
        let (sender, log) = unbounded_channel();
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                // The test may want no more of them.
                let _ = sender.send(line);
            }
        });
        let mut serving = Self { process, log };
        serving.says("serving").await;
        serving
    }

    fn id(&self) -> u32 {
        self.process.id().expect("it runs")
    }

    /// Waits for a line of the log.
    async fn says(&mut self, what: &str) {
        loop {
            let line = self.log.recv().await.expect("the service runs");
            if line.contains(what) {
                return;
            }
        }
    }

    /// Sends a signal, as `kill` knows it.
    async fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.id().to_string()]).status().await.expect("kill is there");
        assert!(sent.success());
    }

    /// Waits until it ended by itself, and says whether it was done with everything.
    async fn ends(mut self) -> bool {
        let mut output = self.process.stdout.take().expect("it is piped");
        let status = self.process.wait().await.expect("it can be waited for");
        assert!(status.success(), "{status}");
        let mut printed = String::new();
        output.read_to_string(&mut printed).await.expect("the output is text");
        printed.contains("drained")
    }
}

/// Calls one after the other until it is told to stop.
async fn caller(session: Session, stop: Arc<AtomicBool>, ended: UnboundedSender<Result<u32, CallError>>) {
    while !stop.load(Ordering::Relaxed) {
        let answer = session.call(URI, &20_u32).timeout(Duration::from_secs(20)).await;
        ended.send(answer).expect("the test listens");
    }
}

#[tokio::test]
async fn no_call_is_lost_where_one_of_two_instances_is_asked_to_end_under_load() {
    for (signal, how) in [("-TERM", "run"), ("-INT", "run"), ("-TERM", "signal"), ("-INT", "signal")] {
        let broker = broker();
        let leaving = Serving::until(&url(&broker), how).await;
        let staying = Serving::start(&url(&broker)).await;
        let (left, stayed) = (leaving.id(), staying.id());
        let session = Session::connect(&url(&broker)).await.expect("the broker listens");
        let stop = Arc::new(AtomicBool::new(false));
        let (sender, mut ended) = unbounded_channel();
        let callers: Vec<_> =
            (0..50).map(|_| tokio::spawn(caller(session.clone(), stop.clone(), sender.clone()))).collect();
        drop(sender);

        let mut seen = HashSet::new();
        while seen.len() < 2 {
            seen.insert(ended.recv().await.expect("calls are made").expect("no call is lost before the signal"));
        }
        assert_eq!(seen, HashSet::from([left, stayed]), "both serve");
        leaving.signal(signal).await;
        let mut leaving = std::pin::pin!(leaving.ends());
        let drained = loop {
            tokio::select! {
                drained = &mut leaving => break drained,
                answer = ended.recv() => drop(answer.expect("calls are made").expect("no call is lost while one leaves")),
            }
        };
        assert!(drained, "it was done with everything when it ended");
        // What comes from now on is all the other's.
        stop.store(true, Ordering::Relaxed);
        for caller in callers {
            caller.await.expect("callers do not panic");
        }
        while let Some(answer) = ended.recv().await {
            answer.expect("no call is lost after one left");
        }
        assert_eq!(session.call(URI, &1_u32).await, Ok(stayed));
        staying.signal(signal).await;
        assert!(staying.ends().await);
        session.close().await;
        broker.stop().await;
    }
}

#[tokio::test]
async fn a_second_signal_ends_at_once() {
    let broker = broker();
    let mut serving = Serving::start(&url(&broker)).await;
    let session = Session::connect(&url(&broker)).await.expect("the broker listens");
    let calling = session.clone();
    // It would work for ten minutes.
    let call =
        tokio::spawn(async move { calling.call::<u32>(URI, &600_000_u32).timeout(Duration::from_secs(800)).await });
    serving.says("working").await;
    serving.signal("-TERM").await;
    serving.says("draining").await;
    serving.signal("-TERM").await;
    assert!(serving.ends().await);
    call.abort();
    session.close().await;
    broker.stop().await;
}
