//! What calls in flight take: alone in this file, because it measures its process.
#![cfg(feature = "nsqd")]

mod faults;

use std::time::Duration;

use almanet_runtime::{Context, Failure, Server, Session};
use almanet_tests::nsqd::Nsqd;
use almanet_tests::process;
use faults::probe::{self, AgainError, LargeError, OnceError, Probe, ProbeClient};
use faults::session;
use tokio::sync::watch;

const CALLS: usize = 10_000;
const LIMIT: u64 = 64 * 1024 * 1024;

/// Lets nobody go before everybody is there.
#[derive(Clone, Default)]
struct Gate(watch::Sender<usize>);

impl Probe for Gate {
    async fn once(&self, _cx: Context, text: String, _millis: i64) -> Result<String, Failure<OnceError>> {
        self.0.send_modify(|calls| *calls += 1);
        drop(self.0.subscribe().wait_for(|calls| *calls == CALLS).await);
        Ok(text)
    }

    async fn again(&self, _cx: Context, text: String, _millis: i64) -> Result<String, Failure<AgainError>> {
        Ok(text)
    }

    async fn note(&self, _cx: Context, _text: String) -> Result<(), Failure> {
        Ok(())
    }

    async fn large(&self, _cx: Context, _bytes: i64) -> Result<String, Failure<LargeError>> {
        Ok(String::new())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_calls_in_flight_stay_under_64_mib_above_idle() {
    // So that a service may hold all of them.
    let nsqd = Nsqd::with(&["--max-rdy-count=10000"]);
    // The service is here too, and what it holds counts as well.
    let serving = session(&nsqd.url()).await;
    let server = Server::new(&serving).add(probe::service(Gate::default())).concurrency(CALLS);
    let _running = server.start().await.expect("the service starts");
    let sessions: [Session; 2] = [session(&nsqd.url()).await, session(&nsqd.url()).await];
    for session in &sessions {
        ProbeClient::new(session).again("first").await.expect("an answer");
    }
    let idle = process::resident(std::process::id());

    let calls: Vec<_> = (0..CALLS)
        .map(|number| {
            let client = ProbeClient::new(&sessions[number % 2]);
            let call = client.once(format!("{number}")).timeout(Duration::from_secs(120));
            tokio::spawn(async move { call.await })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("an answer");
    }
    let most = process::most_resident(std::process::id()).saturating_sub(idle);
    println!("{CALLS} calls in flight: {most} bytes above {idle}");
    assert!(most < LIMIT, "{most} bytes above idle");
}
