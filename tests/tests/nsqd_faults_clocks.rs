//! Peers whose wall clocks are an hour off, over a real nsqd. Alone in this file, because it replaces the clock.
#![cfg(feature = "nsqd")]

mod faults;

use std::cell::Cell;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use almanet_nsq::clock;
use almanet_runtime::{CallError, OutcomeUnknown, Statistics};
use almanet_tests::nsqd::Nsqd;
use faults::{CHANNEL, Effects, ONCE, ProbeClient, promised, serve, session};
use futures_util::future::join_all;
use tokio::sync::oneshot;

const HOUR: i64 = 3_600;
const TIMEOUT: Duration = Duration::from_secs(2);

thread_local! {
    /// How many seconds this thread's clock is ahead.
    static AHEAD: Cell<i64> = const { Cell::new(0) };
}

fn clock_of_this_thread() -> SystemTime {
    let ahead = AHEAD.get();
    let off = Duration::from_secs(ahead.unsigned_abs());
    if ahead < 0 { SystemTime::now() - off } else { SystemTime::now() + off }
}

/// Sets this thread's clock.
fn set_ahead(seconds: i64) {
    // All tests set the same one.
    let _ = clock::replace(clock_of_this_thread);
    AHEAD.set(seconds);
}

/// A service on a thread whose clock is off, and what it logs.
struct Service {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<Statistics>,
    log: Log,
}

impl Service {
    fn start(nsqd: &Nsqd, effects: &Effects, ahead: i64) -> Self {
        let (stop, stopped) = oneshot::channel();
        let (url, effects, log) = (nsqd.url(), effects.clone(), Log::default());
        let writer = log.clone();
        let thread = std::thread::spawn(move || {
            set_ahead(ahead);
            let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).finish();
            let _logged = tracing::subscriber::set_default(subscriber);
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let session = session(&url).await;
                let running = serve(&session, &effects).await;
                drop(stopped.await);
                running.drain().await;
                session.statistics()
            })
        });
        nsqd.await_clients(ONCE, CHANNEL, 1);
        Self { stop, thread, log }
    }

    /// What it counted, and what it logged.
    fn end(self) -> (Statistics, String) {
        drop(self.stop);
        let statistics = self.thread.join().expect("the service does not panic");
        let log = self.log.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (statistics, String::from_utf8(log).expect("text"))
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_service_whose_clock_is_an_hour_behind_answers_and_says_that_it_is() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let service = Service::start(&nsqd, &effects, -HOUR);
    let client = ProbeClient::new(session(&nsqd.url()).await);
    for number in 0..10 {
        let text = format!("{number}");
        assert_eq!(client.once(text.clone()).timeout(TIMEOUT).await, Ok(text));
    }
    let (statistics, log) = service.end();
    assert_eq!((effects.all(), statistics.expired), (10, 0));
    assert!(log.contains("this machine's clock is behind the broker's by about"), "{log}");
    assert_eq!(log.matches("clock is behind").count(), 1, "it is said once in a while");
}

#[tokio::test]
async fn a_service_whose_clock_is_an_hour_ahead_runs_nothing_and_says_why_and_calls_end_in_time() {
    const CALLS: usize = 120;
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let service = Service::start(&nsqd, &effects, HOUR);
    let client = ProbeClient::new(session(&nsqd.url()).await);
    let calls = (0..CALLS).map(|number| {
        let (client, effects, text) = (client.clone(), effects.clone(), format!("{number}"));
        async move {
            let call = client.once(text.clone()).timeout(TIMEOUT);
            let outcome = promised(TIMEOUT, &effects, &text, async { call.await }).await;
            let unknown = matches!(outcome, Err(CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(_))));
            assert!(unknown, "{text}: {outcome:?}");
        }
    });
    join_all(calls).await;
    let (statistics, log) = service.end();
    assert_eq!((effects.all(), statistics.expired), (0, CALLS as u64));
    assert!(log.contains("this machine's clock is ahead of the broker's by about 3600"), "{log}");
}

#[tokio::test]
async fn a_caller_whose_clock_is_an_hour_off_notices_nothing() {
    let nsqd = Nsqd::start();
    let effects = Effects::default();
    let _service = Service::start(&nsqd, &effects, 0);
    for ahead in [-HOUR, HOUR] {
        set_ahead(ahead);
        let client = ProbeClient::new(session(&nsqd.url()).await);
        let text = format!("{ahead}");
        assert_eq!(client.once(text.clone()).timeout(TIMEOUT).await, Ok(text));
        let late = client.once("late").millis(60_000).timeout(TIMEOUT);
        let outcome = promised(TIMEOUT, &effects, "late", async { late.await }).await;
        assert!(matches!(outcome, Err(CallError::OutcomeUnknown(_))), "{outcome:?}");
    }
}
