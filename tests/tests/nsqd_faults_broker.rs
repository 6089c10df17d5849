//! Brokers that are killed, stopped, silent, full or slow, under load.
#![cfg(feature = "nsqd")]

mod faults;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use almanet_runtime::{CallError, NotExecuted, Session};
use almanet_tests::nsqd::Nsqd;
use almanet_tests::proxy::{Action, Direction, Proxy};
use faults::{AGAIN, CHANNEL, Effects, ONCE, ProbeClient, promised, serve, session, until};
use tokio::task::JoinHandle;

/// Settings under which a silent broker is noticed after 2.4 s.
const QUICK: &str = "?heartbeat=1s&connect_timeout=1s";
const SECOND: Duration = Duration::from_secs(1);

/// Calls that go on until they are told to stop, eight at a time, each held to its promise.
struct Load {
    stop: Arc<AtomicBool>,
    tally: Arc<Tally>,
    callers: Vec<JoinHandle<()>>,
}

/// How calls ended.
#[derive(Debug, Default)]
struct Tally {
    results: AtomicUsize,
    not_executed: AtomicUsize,
    unknown: AtomicUsize,
}

impl Tally {
    fn results(&self) -> usize {
        self.results.load(Ordering::Relaxed)
    }
}

impl Load {
    fn start(session: &Session, effects: &Effects, timeout: Duration) -> Self {
        let (stop, tally) = (Arc::<AtomicBool>::default(), Arc::<Tally>::default());
        let callers = (0..8)
            .map(|caller| {
                let (stop, tally, effects) = (Arc::clone(&stop), Arc::clone(&tally), effects.clone());
                let client = ProbeClient::new(session);
                tokio::spawn(async move {
                    let mut number = 0;
                    while !stop.load(Ordering::Relaxed) {
                        number += 1;
                        let text = format!("{caller}/{number}");
                        let call = client.once(text.clone()).timeout(timeout);
                        let kind = match promised(timeout, &effects, &text, async { call.await }).await {
                            Ok(_) => &tally.results,
                            Err(CallError::NotExecuted(_)) => &tally.not_executed,
                            Err(_) => &tally.unknown,
                        };
                        kind.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        Self { stop, tally, callers }
    }

    /// Waits until so many more calls brought their results.
    async fn results(&self, more: usize) {
        let wanted = self.tally.results() + more;
        let reached = async {
            while self.tally.results() < wanted {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(60), reached).await;
        assert!(waited.is_ok(), "calls do not go through: {:?}", self.tally);
    }

    async fn end(self) -> Arc<Tally> {
        self.stop.store(true, Ordering::Relaxed);
        for caller in self.callers {
            caller.await.expect("every call kept its promise");
        }
        self.tally
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_killed_and_restarted_under_load_fails_no_call_late_and_serves_the_next() {
    let mut nsqd = Nsqd::start();
    let effects = Effects::default();
    let (caller, service) = (session(&nsqd.url()).await, session(&nsqd.url()).await);
    let _running = serve(&service, &effects).await;
    let load = Load::start(&caller, &effects, SECOND);
    load.results(100).await;
    for _ in 0..3 {
        nsqd = nsqd.killed_and_restarted();
        load.results(100).await;
    }
    let tally = load.end().await;
    let failed = tally.unknown.load(Ordering::Relaxed) + tally.not_executed.load(Ordering::Relaxed);
    assert!(failed > 0, "calls were under way when it was killed: {tally:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_while_the_broker_is_down_is_not_executed_and_one_that_waits_for_it_brings_its_result() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let (caller, service) = (session(&nsqd.url()).await, session(&nsqd.url()).await);
    let _running = serve(&service, &effects).await;
    let client = ProbeClient::new(&caller);
    client.once("before").await.expect("it is up");
    let down = nsqd.killed();
    let call = client.once("during").timeout(SECOND);
    let outcome = promised(SECOND, &effects, "during", async { call.await }).await;
    // The first one may be what finds the connection broken.
    assert!(matches!(outcome, Err(CallError::NotExecuted(_) | CallError::OutcomeUnknown(_))), "{outcome:?}");
    let call = client.once("still down").timeout(SECOND);
    let outcome = promised(SECOND, &effects, "still down", async { call.await }).await;
    assert!(matches!(outcome, Err(CallError::NotExecuted(NotExecuted::NotSent(_)))), "{outcome:?}");
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.again("waiting").timeout(Duration::from_secs(60)).await }
    });
    let _nsqd = down.restart();
    assert_eq!(waiting.await.expect("no panic").as_deref(), Ok("waiting"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_broker_holds_no_call_longer_than_its_deadline_and_goes_on_where_it_was() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let url = format!("{}{QUICK}", nsqd.url());
    let (caller, service) = (session(&url).await, session(&url).await);
    let _running = serve(&service, &effects).await;
    let load = Load::start(&caller, &effects, SECOND);
    load.results(50).await;
    nsqd.pause();
    let before = load.tally.results();
    // Longer than a silent connection is kept.
    tokio::time::sleep(3 * SECOND).await;
    assert!(load.tally.results() < before + 50, "it was stopped");
    nsqd.resume();
    load.results(100).await;
    load.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_open_connection_is_noticed_and_replaced() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let proxy = Proxy::start(nsqd.tcp_address()).await;
    let (caller, service) = (session(&format!("{}{QUICK}", proxy.url())).await, session(&nsqd.url()).await);
    let _running = serve(&service, &effects).await;
    let client = ProbeClient::new(&caller);
    client.once("before").await.expect("it is whole");
    let before = proxy.counts().connections;
    proxy.stall();
    let call = client.once("into the void").timeout(SECOND);
    let outcome = promised(SECOND, &effects, "into the void", async { call.await }).await;
    assert!(matches!(outcome, Err(CallError::OutcomeUnknown(_))), "{outcome:?}");
    assert_eq!(effects.of("into the void"), 0);
    proxy.until(|counts| counts.connections == before + 2).await;
    assert!(proxy.counts().faults > 0, "the silence was felt");
    let call = client.again("after").timeout(Duration::from_secs(30));
    assert_eq!(call.await.as_deref(), Ok("after"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_accepts_and_says_nothing_is_an_error_in_time() {
    let nsqd = Nsqd::start();
    let proxy = Proxy::start(nsqd.tcp_address()).await;
    proxy.decide(|_| Action::Stall);
    let error = Session::connect(&format!("{}{QUICK}", proxy.url())).await.expect_err("nothing answers");
    assert!(error.to_string().contains("no answer within 1s"), "{error}");
    proxy.until(|counts| counts.faults > 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_refuses_for_a_while_is_tried_again() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let proxy = Proxy::start(nsqd.tcp_address()).await;
    let (caller, service) = (session(&proxy.url()).await, session(&nsqd.url()).await);
    let _running = serve(&service, &effects).await;
    proxy.refuse();
    proxy.cut();
    proxy.until(|counts| counts.refused >= 4).await;
    let call = ProbeClient::new(&caller).once("refused").timeout(SECOND / 2);
    let outcome = promised(SECOND / 2, &effects, "refused", async { call.await }).await;
    assert!(matches!(outcome, Err(CallError::NotExecuted(_))), "{outcome:?}");
    proxy.admit();
    let call = ProbeClient::new(&caller).again("admitted").timeout(Duration::from_secs(60));
    assert_eq!(call.await.as_deref(), Ok("admitted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_network_delays_calls_and_loses_none() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let proxy = Proxy::start(nsqd.tcp_address()).await;
    let (caller, service) = (session(&proxy.url()).await, session(&nsqd.url()).await);
    let _running = serve(&service, &effects).await;
    proxy.decide(|unit| match unit.direction {
        Direction::ToBroker => Action::Delay(Duration::from_millis(20)),
        Direction::FromBroker => Action::Pass,
    });
    let client = ProbeClient::new(&caller);
    let calls = (0..50).map(|number| {
        let client = client.clone();
        tokio::spawn(async move { client.once(format!("slow {number}")).timeout(Duration::from_secs(60)).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.expect("no panic").expect("it is only slow");
    }
    assert_eq!(effects.all(), 50);
    assert!(proxy.counts().faults > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_calls_before_they_run_and_an_emptied_one_takes_them() {
    let data = tempfile::tempdir().expect("a temporary folder");
    // What nsqd would write goes where every write fails for want of space.
    let queue = data.path().join(format!("{ONCE}.diskqueue.000000.dat"));
    std::os::unix::fs::symlink(Path::new("/dev/full"), &queue).expect("a link");
    let nsqd = Nsqd::over(data, &["--mem-queue-size=0"]);
    let effects = Effects::default();
    let (caller, service) = (session(&nsqd.url()).await, session(&nsqd.url()).await);
    let _running = serve(&service, &effects).await;
    let client = ProbeClient::new(&caller);
    let call = client.once("full").timeout(SECOND);
    let outcome = promised(SECOND, &effects, "full", async { call.await }).await;
    let Err(CallError::NotExecuted(NotExecuted::NotSent(why))) = outcome else { panic!("{outcome:?}") };
    assert!(why.contains("no space left on device"), "{why}");
    assert!(nsqd.stats(ONCE)["topics"][0]["message_count"] == 0, "nothing was taken");
    std::fs::remove_file(queue).expect("room is made");
    let call = client.once("emptied").timeout(Duration::from_secs(30));
    assert_eq!(call.await.as_deref(), Ok("emptied"));
}

#[tokio::test(flavor = "multi_thread")]
async fn brokers_restarted_in_turn_leave_calls_a_way() {
    let mut nsqds = [Nsqd::start(), Nsqd::start()];
    let addresses = nsqds.each_ref().map(|nsqd| nsqd.tcp_address().to_string()).join(",");
    let url = format!("nsq://{addresses}{QUICK}");
    let effects = Effects::default();
    let (caller, service) = (session(&url).await, session(&url).await);
    let _running = serve(&service, &effects).await;
    let load = Load::start(&caller, &effects, SECOND);
    load.results(50).await;
    for nsqd in &mut nsqds {
        let gone = std::mem::replace(nsqd, Nsqd::start()).killed();
        // One is left: calls go through it while the other one is away.
        load.results(50).await;
        *nsqd = gone.restart();
        nsqd.await_clients(ONCE, CHANNEL, 1);
        load.results(50).await;
    }
    for nsqd in &nsqds {
        until(|| nsqd.stats(ONCE), |stats| stats["topics"][0]["message_count"].as_u64() > Some(0)).await;
    }
    load.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotent_call_survives_a_broker_that_is_killed_while_it_waits_for_its_reply() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let (caller, service) = (session(&nsqd.url()).await, session(&nsqd.url()).await);
    let _running = serve(&service, &effects).await;
    nsqd.await_clients(AGAIN, CHANNEL, 1);
    let client = ProbeClient::new(&caller);
    let call = tokio::spawn(async move { client.again("survivor").millis(200).timeout(Duration::from_secs(9)).await });
    effects.until("survivor", 1).await;
    let _nsqd = nsqd.killed_and_restarted();
    assert_eq!(call.await.expect("no panic").as_deref(), Ok("survivor"));
}
