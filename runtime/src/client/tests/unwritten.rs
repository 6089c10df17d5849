//! What becomes of messages that no broker reads: those that were never written are taken back, the others are unknown.

use std::{
    collections::BTreeSet,
    future::{Future, IntoFuture},
    ops::Range,
    sync::Arc,
};

use almanet_nsq::command::Command;
use tokio::{task::JoinSet, time::sleep};

use super::{super::call as call_of, *};
use crate::{
    contract::Procedure,
    transport::nsq::{
        NsqConfig,
        played::{Played, What},
    },
};

const TIMEOUT: Duration = Duration::from_secs(2);
const MOMENT: Duration = Duration::from_millis(1);
static REPEATABLE: Procedure = Procedure::new("b", "net.example.b").idempotent();

async fn session(played: &Played, config: NsqConfig) -> Session {
    let transport = played.connect_with(config).await.unwrap();
    Session::builder().over(Arc::new(transport)).await.unwrap()
}

fn at_a() -> NsqConfig {
    "nsq://a".parse().unwrap()
}

/// The payload of a call, from which its number can be read. A pipe holds three of them.
fn payload(number: usize) -> String {
    format!("{number:04}{}", "x".repeat(20_000))
}

async fn call(session: Session, uri: &'static str, number: usize) -> Result<String, CallError> {
    session.call(uri, &payload(number)).timeout(TIMEOUT).await
}

/// Calls under way.
#[derive(Default)]
struct Calls(JoinSet<(usize, Result<String, CallError>)>);

impl Calls {
    /// Starts numbered calls, all at once.
    async fn start<C>(&mut self, numbers: Range<usize>, call: impl Fn(usize) -> C)
    where
        C: Future<Output = Result<String, CallError>> + Send + 'static,
    {
        for number in numbers {
            let call = call(number);
            self.0.spawn(async move { (number, call.await) });
        }
        sleep(MOMENT).await;
    }

    /// Waits for the end of all. Gives the numbers of those that were not executed; of the others nobody knows.
    async fn not_executed(mut self) -> BTreeSet<usize> {
        let mut not_executed = BTreeSet::new();
        while let Some(ended) = self.0.join_next().await {
            match ended.unwrap() {
                (number, Err(CallError::NotExecuted(NotExecuted::NotSent(_) | NotExecuted::Closed))) => {
                    not_executed.insert(number);
                }
                (_, Err(CallError::OutcomeUnknown(_))) => {}
                other => panic!("{other:?}"),
            }
        }
        not_executed
    }
}

/// The numbers of the calls that the broker reads once it goes on, in order.
async fn read(played: &mut Played) -> Vec<usize> {
    played.resume("a");
    sleep(MOMENT).await;
    let bodies = played.seen_now().into_iter().flat_map(|seen| match seen.what {
        What::Sent(Command::Pub { body, .. } | Command::Dpub { body, .. }) => vec![body],
        What::Sent(Command::Mpub { bodies, .. }) => bodies,
        _ => Vec::new(),
    });
    bodies.map(|body| Invocation::decode(&body).unwrap().payload[1..5].parse().unwrap()).collect()
}

#[tokio::test(start_paused = true)]
async fn calls_that_were_never_written_are_not_executed_and_never_written_later() {
    for uris in [["net.example.a", "net.example.a"], ["net.example.a", "net.example.b"]] {
        let mut played = Played::new();
        let session = session(&played, at_a()).await;
        played.stall("a");
        let call = |number| call(session.clone(), uris[number % 2], number);
        let mut calls = Calls::default();
        // The first is written alone; what comes at once shares commands.
        calls.start(0..1, call).await;
        calls.start(1..10, call).await;
        calls.start(10..40, call).await;
        let not_executed = calls.not_executed().await;
        assert!((30..40).contains(&not_executed.len()), "{not_executed:?}");
        let unknown: Vec<_> = (0..40).filter(|number| !not_executed.contains(number)).collect();
        let mut was_read = read(&mut played).await;
        was_read.sort_unstable();
        assert_eq!(was_read, unknown, "what was begun is written to its end, and nothing else");
        let mut calls = Calls::default();
        calls.start(40..41, call).await;
        assert_eq!(read(&mut played).await, [40], "the connection goes on");
    }
}

#[tokio::test(start_paused = true)]
async fn oneway_calls_are_taken_back_too() {
    let mut played = Played::new();
    let session = session(&played, at_a()).await;
    played.stall("a");
    let mut calls = Calls::default();
    for delay in [Duration::ZERO, Duration::from_secs(5)] {
        let first = calls.0.len();
        let call = |number| {
            let call = session.call::<String>("net.example.log", &payload(number)).delay(delay).timeout(TIMEOUT);
            async { call.await.map(|_| "accepted".to_owned()) }
        };
        calls.start(first..first + 10, call).await;
    }
    let not_executed = calls.not_executed().await;
    assert!((10..20).contains(&not_executed.len()), "{not_executed:?}");
    let unknown: Vec<_> = (0..20).filter(|number| !not_executed.contains(number)).collect();
    assert_eq!(read(&mut played).await, unknown);
}

#[tokio::test(start_paused = true)]
async fn calls_that_found_no_room_are_not_executed() {
    let mut played = Played::new();
    let session = session(&played, NsqConfig { max_pending: 1, ..at_a() }).await;
    played.stall("a");
    let mut calls = Calls::default();
    calls.start(0..5, |number| call(session.clone(), "net.example.a", number)).await;
    assert_eq!(calls.not_executed().await, BTreeSet::from([1, 2, 3, 4]));
    assert_eq!(read(&mut played).await, [0]);
}

#[tokio::test(start_paused = true)]
async fn calls_that_wait_for_a_connection_are_not_executed() {
    let mut played = Played::new();
    let session = session(&played, at_a()).await;
    // A connection that was good for so long is replaced at once when it is lost, and calls wait for that.
    sleep(2 * TIMEOUT).await;
    played.stall("a");
    played.cut_all("a");
    let mut calls = Calls::default();
    calls.start(0..3, |number| call(session.clone(), "net.example.a", number)).await;
    assert_eq!(calls.not_executed().await, BTreeSet::from([0, 1, 2]));
    assert_eq!(read(&mut played).await, [0; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_sent_again_leaves_the_queue_first() {
    let mut played = Played::new();
    let session = session(&played, at_a()).await;
    played.stall("a");
    let mut calls = Calls::default();
    calls.start(0..10, |number| call(session.clone(), "net.example.a", number)).await;
    // After a third of its time it is published anew.
    let repeatable =
        |number| call_of::<String, Never>(&Caller::from(&session), &REPEATABLE, &payload(number)).timeout(2 * TIMEOUT);
    calls.start(10..11, |number| repeatable(number).into_future()).await;
    sleep(TIMEOUT / 3 * 4).await;
    let read = read(&mut played).await;
    assert_eq!(read.iter().filter(|number| **number == 10).count(), 1, "{read:?}");
}

#[tokio::test(start_paused = true)]
async fn closing_takes_back_the_calls_that_were_never_written() {
    let mut played = Played::new();
    let session = session(&played, at_a()).await;
    played.stall("a");
    let mut calls = Calls::default();
    calls.start(0..1, |number| call(session.clone(), "net.example.a", number)).await;
    calls.start(1..10, |number| call(session.clone(), "net.example.b", number)).await;
    calls.start(10..20, |number| call(session.clone(), "net.example.c", number)).await;
    let closing = tokio::spawn(async move { session.close().await });
    assert_eq!(calls.not_executed().await, (10..20).collect());
    assert_eq!(read(&mut played).await, (0..10).collect::<Vec<_>>());
    closing.await.unwrap();
}
