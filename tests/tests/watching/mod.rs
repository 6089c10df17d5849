//! A service of streams, and what its callers see, over whatever broker: the golden `streams`, implemented.

#[path = "../../../codegen/tests/golden/streams/rust/mod.rs"]
mod contract;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use almanet_runtime::types::Timestamp;
use almanet_runtime::{CallError, Context, Failure, Running, Server, Session, StreamOf};
pub(crate) use contract::streams::watcher::{self, WatcherClient};
use contract::streams::watcher::{
    FollowError, LinesError, MaybeError, PairsError, RollsError, TicksError, WatchError, Watcher,
};
use contract::streams::{Line, NothingThere, Reading, TooLate};
use futures_util::{StreamExt, TryStreamExt};
use tokio::sync::Notify;

/// A time that only a hung test exceeds.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// What the service did.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// How many ticks were made.
    pub(crate) ticks: AtomicU64,
    /// How many streams of ticks there are.
    pub(crate) open: AtomicU64,
    /// Rung when a stream of ticks is dropped.
    pub(crate) dropped: Notify,
}

#[derive(Debug, Default)]
pub(crate) struct Watching(Arc<Log>);

/// Rings when the stream that holds it is dropped.
struct Rings(Arc<Log>);

impl Rings {
    fn new(log: &Arc<Log>) -> Self {
        log.open.fetch_add(1, Ordering::Relaxed);
        Self(log.clone())
    }
}

impl Drop for Rings {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
        self.0.dropped.notify_one();
    }
}

fn reading(sensor: &str, celsius: f64) -> Reading {
    Reading { sensor: sensor.to_owned(), celsius }
}

impl Watcher for Watching {
    async fn ticks(&self, _: Context) -> Result<StreamOf<u64, TicksError>, Failure<TicksError>> {
        let rings = Rings::new(&self.0);
        Ok(StreamOf::of((0..).inspect(move |_| {
            rings.0.ticks.fetch_add(1, Ordering::Relaxed);
        })))
    }

    async fn watch(&self, _: Context, since: Timestamp) -> Result<StreamOf<Reading, WatchError>, Failure<WatchError>> {
        if since > Timestamp::UNIX_EPOCH {
            return Err(NothingThere.into());
        }
        Ok(StreamOf::write(async move |mut readings| {
            readings.write(reading("a", 20.5)).await?;
            readings.write(reading("b", 21.5)).await?;
            Err(TooLate { since }.into())
        }))
    }

    async fn follow(&self, _: Context, sensor: String) -> Result<StreamOf<Reading, FollowError>, Failure<FollowError>> {
        let celsius = if sensor == "sun" { [20.0, 5500.0, 20.0] } else { [20.0, 20.5, 21.0] };
        Ok(StreamOf::of(celsius.map(|celsius| reading(&sensor, celsius))))
    }

    async fn lines(
        &self,
        _: Context,
        path: String,
        most: Option<u32>,
        reverse: bool,
    ) -> Result<StreamOf<Line, LinesError>, Failure<LinesError>> {
        let mut lines: Vec<_> = path.split('/').map(str::to_owned).collect();
        if reverse {
            lines.reverse();
        }
        let most = most.map_or(usize::MAX, |most| most as usize);
        Ok(StreamOf::of(lines.into_iter().take(most)))
    }

    async fn rolls(&self, _: Context, sides: u8) -> Result<StreamOf<u8, RollsError>, Failure<RollsError>> {
        Ok(StreamOf::of([1, sides, sides + 1]))
    }

    async fn pairs(
        &self,
        _: Context,
        names: Vec<String>,
    ) -> Result<StreamOf<BTreeMap<String, Option<Reading>>, PairsError>, Failure<PairsError>> {
        Ok(StreamOf::of(names.into_iter().map(|name| BTreeMap::from([(name.clone(), Some(reading(&name, 1.0)))]))))
    }

    async fn maybe(&self, _: Context) -> Result<StreamOf<Option<String>, MaybeError>, Failure<MaybeError>> {
        Ok(StreamOf::of([None, Some(String::new())]))
    }
}

/// A service on a session of its own.
pub(crate) async fn serve(session: &Session) -> (Arc<Log>, Running) {
    let watching = Watching::default();
    let log = watching.0.clone();
    let running = Server::new(session).add(watcher::service(watching)).start().await.expect("it serves");
    (log, running)
}

/// Every procedure, and every way to end.
pub(crate) async fn every_kind(client: &WatcherClient) {
    let past = Timestamp::UNIX_EPOCH;
    let mut readings = client.watch(past).await.expect("there is something");
    assert_eq!(readings.next().await, Some(Ok(reading("a", 20.5))));
    assert_eq!(readings.next().await, Some(Ok(reading("b", 21.5))));
    let late = CallError::Remote(WatchError::TooLate(TooLate { since: past }));
    assert_eq!(readings.next().await, Some(Err(late)));
    assert_eq!(readings.next().await, None);
    let nothing = client.watch(Timestamp::now()).timeout(LONG).await.expect_err("nothing is there");
    assert_eq!(nothing, CallError::Remote(WatchError::NothingThere(NothingThere)));

    let followed = client.follow("porch").await.expect("it begins").map_ok(|reading| reading.celsius);
    assert_eq!(followed.try_collect::<Vec<_>>().await, Ok(vec![20.0, 20.5, 21.0]));
    let mut sun = client.follow("sun").await.expect("it begins");
    assert_eq!(sun.next().await, Some(Ok(reading("sun", 20.0))));
    assert!(matches!(sun.next().await, Some(Err(CallError::InvalidReturn(text))) if text.contains("celsius")));
    assert_eq!(sun.next().await, None);

    let lines = client.lines("a/b/c").reverse(true).most(2).await.expect("it begins");
    assert_eq!(lines.try_collect::<Vec<_>>().await, Ok(vec!["c".to_owned(), "b".to_owned()]));
    let mut lines = client.lines("a/").header("a", "b").await.expect("it begins");
    assert_eq!(lines.next().await, Some(Ok("a".to_owned())));
    assert!(matches!(lines.next().await, Some(Err(CallError::InvalidReturn(_)))));
    assert!(matches!(client.lines("a").most(0).await, Err(CallError::InvalidPayload(_))));

    let rolls: Vec<_> = client.rolls(6).await.expect("it begins").collect().await;
    assert!(matches!(rolls[..], [Ok(1), Ok(6), Err(CallError::InvalidReturn(_))]), "{rolls:?}");
    assert!(matches!(client.rolls(7).await, Err(CallError::InvalidPayload(_))));

    #[expect(deprecated, reason = "it is tried, too")]
    let none: Vec<_> = client.pairs(Vec::new()).await.expect("it begins").collect().await;
    assert_eq!(none, []);
    let maybe = client.version("2.0.0").maybe().await.expect("it begins").try_collect::<Vec<_>>().await;
    assert_eq!(maybe, Ok(vec![None, Some(String::new())]));
}

/// So many ticks in order; then the stream is dropped, and so is the service's.
pub(crate) async fn many(client: &WatcherClient, log: &Log, count: u64) -> Duration {
    let mut ticks = client.ticks().await.expect("it begins");
    let began = std::time::Instant::now();
    for number in 0..count {
        assert_eq!(ticks.next().await, Some(Ok(number)));
    }
    let took = began.elapsed();
    drop(ticks);
    tokio::time::timeout(LONG, log.dropped.notified()).await.expect("the service drops its stream");
    took
}

/// A receiver that stops reading holds the service up, whatever time passes.
pub(crate) async fn unread(client: &WatcherClient, log: &Log) {
    let before = log.ticks.load(Ordering::Relaxed);
    let mut ticks = client.ticks().await.expect("it begins");
    assert_eq!(ticks.next().await, Some(Ok(0)));
    let made = || log.ticks.load(Ordering::Relaxed) - before;
    tokio::time::timeout(LONG, async {
        while made() < 32 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("what was granted is sent");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(made(), 32, "no more than was granted is made");
    drop(ticks);
    tokio::time::timeout(LONG, log.dropped.notified()).await.expect("the service drops its stream");
}

/// Many streams at a time, each in order.
pub(crate) async fn side_by_side(client: &WatcherClient) {
    let streams = (0..50).map(|_| async {
        let ticks = client.ticks().timeout(LONG).await.expect("it begins");
        ticks.take(500).try_collect::<Vec<_>>().await
    });
    for ticks in futures_util::future::join_all(streams).await {
        assert_eq!(ticks, Ok((0..500).collect()));
    }
}

/// Thousands of streams that come and go, some read to their end, some dropped in between, some before they begin.
pub(crate) async fn coming_and_going(client: &WatcherClient, log: &Log) {
    for round in 0..40 {
        let streams = (0..100).map(|number| async move {
            match (round + number) % 4 {
                0 => drop(client.ticks().await.expect("it begins")),
                1 => {
                    let ticks = client.ticks().await.expect("it begins");
                    assert_eq!(ticks.take(number).count().await, number);
                }
                2 => drop(tokio::time::timeout(Duration::from_micros(number as u64), client.ticks()).await),
                _ => assert_eq!(client.follow("porch").await.expect("it begins").count().await, 3),
            }
        });
        futures_util::future::join_all(streams).await;
    }
    tokio::time::timeout(LONG, async {
        while log.open.load(Ordering::Relaxed) > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .expect("the service drops all its streams");
}
