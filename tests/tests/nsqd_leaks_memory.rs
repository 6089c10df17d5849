//! What calls in flight take: alone in this file, because it measures its process.
#![cfg(feature = "nsqd")]

mod faults;

use std::time::Duration;

use almanet_runtime::{Server, Session};
use almanet_tests::nsqd::Nsqd;
use almanet_tests::process;
use faults::{Effects, ProbeClient, probe, session};

const CALLS: usize = 10_000;
const LIMIT: u64 = 64 * 1024 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_calls_in_flight_stay_under_64_mib_above_idle() {
    // So that a service may hold all of them.
    let nsqd = Nsqd::with(&["--max-rdy-count=10000"]);
    let effects = Effects::default();
    // The service is here too, and what it holds counts as well.
    let serving = session(&nsqd.url()).await;
    let server = Server::new(&serving).add(probe::service(effects.clone())).concurrency(CALLS);
    let _running = server.start().await.expect("the service starts");
    let sessions: [Session; 2] = [session(&nsqd.url()).await, session(&nsqd.url()).await];
    ProbeClient::new(&sessions[0]).once("first").await.expect("an answer");
    let idle = process::resident(std::process::id());

    let calls: Vec<_> = (0..CALLS)
        .map(|number| {
            let client = ProbeClient::new(&sessions[number % 2]);
            // Long enough for all of them to be in flight at once.
            let call = client.once(format!("{number}")).millis(20_000).timeout(Duration::from_secs(120));
            tokio::spawn(async move { call.await })
        })
        .collect();
    effects.until_all(CALLS + 1).await;
    for call in calls {
        call.await.expect("no panic").expect("an answer");
    }
    let most = process::most_resident(std::process::id()).saturating_sub(idle);
    println!("{CALLS} calls in flight: {most} bytes above {idle}");
    assert!(most < LIMIT, "{most} bytes above idle");
}
