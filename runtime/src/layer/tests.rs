//! What layers do to calls, on a clock that only moves when everything waits.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{task::JoinHandle, time::Instant};
use tower::{ServiceBuilder, retry::budget::TpsBudget};

use super::*;
use crate::{
    client::{self, Caller, Request},
    contract::{Procedure, ServiceInfo},
    error::{CallError, Failure, Never, NotExecuted, OutcomeUnknown, Refused},
    server::{self, Incoming, Server},
    session::Session,
    transport::scripted::{Published, Script},
    wire::{Exception, Invocation, OVERLOADED, Reply},
};

static ONCE: Procedure = Procedure::new("once", "net.example.once").timeout_millis(10_000);
static TWICE: Procedure = Procedure::new("twice", "net.example.twice").timeout_millis(10_000).idempotent();

async fn connected(script: &Script) -> Session {
    Session::builder().over(script.transport.clone()).await.unwrap()
}

fn calling(caller: &Caller, procedure: &'static Procedure) -> JoinHandle<Result<String, CallError>> {
    let call = client::call::<String, Never>(caller, procedure, &"x".to_owned());
    tokio::spawn(async move { call.await })
}

fn answer(script: &Script, published: &Published, outcome: Result<&str, &str>) {
    let Invocation { id, caller_id, .. } = Invocation::decode(&published.body).unwrap();
    let payload = match outcome {
        Ok(text) => format!("\"{text}\""),
        Err(name) => Exception { name: name.into(), payload: "\"no\"".into() }.encode(),
    };
    let mut body = Vec::new();
    let reply =
        Reply { call_id: id, is_exception: outcome.is_err(), payload: payload.into(), channel: None, stream: None };
    reply.encode(&mut body);
    script.deliver(&format!("_rpc_._reply_.{caller_id}#ephemeral"), body);
}

fn retrying(session: &Session, retry: Retry) -> Caller {
    Caller::from_service(ServiceBuilder::new().layer(retry.layer()).service(session.clone()))
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_refused_as_overloaded_is_made_again() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let began = Instant::now();
    let call = calling(&retrying(&session, Retry::new()), &ONCE);
    let mut ids = Vec::new();
    for outcome in [Err(OVERLOADED), Err(OVERLOADED), Ok("done")] {
        let published = script.published().await;
        ids.push(Invocation::decode(&published.body).unwrap().id);
        answer(&script, &published, outcome);
    }
    assert_eq!(call.await.unwrap(), Ok("done".into()));
    assert!(began.elapsed() >= Duration::from_millis(100), "{:?}", began.elapsed());
    ids.dedup();
    assert_eq!(ids.len(), 3, "each attempt is a call of its own, or a service would answer as before");
}

#[tokio::test(start_paused = true)]
async fn attempts_end() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let call = calling(&retrying(&session, Retry::new().attempts(2)), &ONCE);
    for _ in 0..2 {
        let published = script.published().await;
        answer(&script, &published, Err(OVERLOADED));
    }
    assert_eq!(call.await.unwrap(), Err(CallError::Overloaded("no".into())));
    assert!(script.published_now().is_none());
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_an_answer() {
    let mut script = Script::new();
    let session = connected(&script).await;
    for name in ["InternalError", "rpc_unauthorized", "declared"] {
        let call = calling(&retrying(&session, Retry::new()), &TWICE);
        let published = script.published().await;
        answer(&script, &published, Err(name));
        call.await.unwrap().unwrap_err();
        assert!(script.published_now().is_none(), "{name}");
    }
}

/// A second for each attempt.
fn hurried(session: &Session) -> Caller {
    let stack = ServiceBuilder::new().layer(Retry::new().layer()).map_request(|mut request: Request| {
        request.set_timeout(Duration::from_secs(1));
        request
    });
    Caller::from_service(stack.service(session.clone()))
}

#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_is_only_tried_again_where_that_is_safe() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let outcome = calling(&hurried(&session), &ONCE).await.unwrap();
    assert!(matches!(outcome, Err(CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(_)))), "{outcome:?}");
    script.published().await;
    assert!(script.published_now().is_none());

    let call = calling(&hurried(&session), &TWICE);
    let first = Invocation::decode(&script.published().await.body).unwrap().id;
    loop {
        let published = script.published().await;
        // The session itself sends an idempotent call again after a third of its time, under its id.
        if Invocation::decode(&published.body).unwrap().id != first {
            break answer(&script, &published, Ok("done"));
        }
    }
    assert_eq!(call.await.unwrap(), Ok("done".into()));
}

#[tokio::test(start_paused = true)]
async fn retries_end_with_the_calls_own_deadline() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let wait = Duration::from_secs(6);
    let began = Instant::now();
    let call = calling(&retrying(&session, Retry::new().attempts(9).backoff(wait, wait)), &ONCE);
    let published = script.published().await;
    answer(&script, &published, Err(OVERLOADED));
    let published = script.published().await;
    let left = Invocation::decode(&published.body).unwrap().lifetime.duration();
    assert!(left + began.elapsed() <= Duration::from_millis(10_001), "{left:?} after {:?}", began.elapsed());
    answer(&script, &published, Err(OVERLOADED));
    assert_eq!(call.await.unwrap(), Err(CallError::Overloaded("no".into())));
    assert!(began.elapsed() <= Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn a_budget_that_is_spent_ends_retries_of_all() {
    let mut script = Script::new();
    let session = connected(&script).await;
    // One retry in ten seconds, whatever is called.
    let retry = Retry::new().budget(Arc::new(TpsBudget::new(Duration::from_secs(10), 0, 0.1)));
    let caller = retrying(&session, retry);
    for _ in 0..10 {
        let call = calling(&caller, &ONCE);
        let published = script.published().await;
        answer(&script, &published, Ok("done"));
        call.await.unwrap().unwrap();
    }
    let mut sent = 0;
    for _ in 0..3 {
        let call = calling(&caller, &ONCE);
        while !call.is_finished() {
            match script.published_now() {
                Some(published) => {
                    sent += 1;
                    answer(&script, &published, Err(OVERLOADED));
                }
                None => tokio::time::sleep(Duration::from_millis(1)).await,
            }
        }
    }
    assert_eq!(sent, 4, "three calls, and one retry for them together");
}

fn breaking(session: &Session, open_for: Duration) -> Caller {
    let settings =
        CircuitBreakerLayer::builder().failure_rate_threshold(0.5).sliding_window_size(4).minimum_number_of_calls(4);
    let breaker = CircuitBreaker::new(settings, open_for).unwrap();
    let stack = ServiceBuilder::new().layer(breaker).service(session.clone());
    Caller::from_service(stack)
}

async fn calls_end(script: &mut Script, caller: &Caller, outcomes: [Result<&str, &str>; 4]) {
    for outcome in outcomes {
        let call = calling(caller, &ONCE);
        let published = script.published().await;
        answer(script, &published, outcome);
        let _ = call.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn an_open_circuit_sends_nothing() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let caller = breaking(&session, Duration::from_secs(3_600));
    calls_end(&mut script, &caller, [Ok("a"), Ok("b"), Err("InternalError"), Err(OVERLOADED)]).await;
    let outcome = calling(&caller, &ONCE).await.unwrap();
    assert!(
        matches!(&outcome, Err(CallError::NotExecuted(NotExecuted::NotSent(why))) if why.contains("open")),
        "{outcome:?}"
    );
    assert!(script.published_now().is_none());
}

#[tokio::test(start_paused = true)]
async fn answers_keep_a_circuit_closed() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let caller = breaking(&session, Duration::from_secs(3_600));
    calls_end(&mut script, &caller, [Err("declared"), Err("rpc_invalid_payload"), Err("a"), Err("b")]).await;
    calls_end(&mut script, &caller, [Ok("a"); 4]).await;
}

#[tokio::test(start_paused = true)]
async fn a_circuit_is_tried_again_after_its_time_and_closes_when_a_call_succeeds() {
    const OPEN_FOR: Duration = Duration::from_secs(30);
    let mut script = Script::new();
    let session = connected(&script).await;
    let caller = breaking(&session, OPEN_FOR);
    let refused = async || {
        let outcome = calling(&caller, &ONCE).await.unwrap();
        assert!(matches!(outcome, Err(CallError::NotExecuted(_))), "{outcome:?}");
    };
    calls_end(&mut script, &caller, [Err(OVERLOADED); 4]).await;
    for _ in 0..2 {
        tokio::time::sleep(OPEN_FOR - Duration::from_millis(5)).await;
        refused().await;
        tokio::time::sleep(Duration::from_millis(10)).await;
        let probe = calling(&caller, &ONCE);
        let published = script.published().await;
        refused().await;
        answer(&script, &published, Err(OVERLOADED));
        let _ = probe.await.unwrap();
    }
    tokio::time::sleep(OPEN_FOR).await;
    calls_end(&mut script, &caller, [Ok("a"); 4]).await;
}

#[tokio::test(start_paused = true)]
async fn a_rate_is_kept() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let stack = ServiceBuilder::new().buffer(8).rate_limit(2, Duration::from_secs(1)).service(session.clone());
    let caller = Caller::from_service(stack);
    let began = Instant::now();
    let calls = [(); 3].map(|()| calling(&caller, &ONCE));
    for second in [0, 0, 1] {
        let published = script.published().await;
        assert_eq!(began.elapsed().as_secs(), second);
        answer(&script, &published, Ok("done"));
    }
    for call in calls {
        assert_eq!(call.await.unwrap(), Ok("done".into()));
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_limit_has_no_room_for_waits_or_is_shed() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let limited = ServiceBuilder::new().concurrency_limit(1).service(session.clone());
    let waits = Caller::from_service(limited.clone());
    let sheds = Caller::from_service(ServiceBuilder::new().load_shed().service(limited));
    let first = calling(&waits, &ONCE);
    let published = script.published().await;
    let second = calling(&waits, &ONCE);
    let shed = calling(&sheds, &ONCE).await.unwrap();
    assert!(matches!(shed, Err(CallError::NotExecuted(NotExecuted::NotSent(_)))), "{shed:?}");
    assert!(script.published_now().is_none());
    answer(&script, &published, Ok("first"));
    assert_eq!(first.await.unwrap(), Ok("first".into()));
    let published = script.published().await;
    answer(&script, &published, Ok("second"));
    assert_eq!(second.await.unwrap(), Ok("second".into()));
}

static SERVICE: ServiceInfo = ServiceInfo::new("net.example");

/// Fails four times.
fn failing(runs: &Arc<AtomicUsize>) -> server::Service {
    server::ServiceBuilder::new(&SERVICE, runs.clone())
        .procedure(&ONCE, |runs: Arc<Arc<AtomicUsize>>, _, _: String| async move {
            match runs.fetch_add(1, Ordering::Relaxed) {
                0..4 => Err(Failure::<Never>::internal("broken")),
                _ => Ok("done".to_owned()),
            }
        })
        .build()
}

/// The names of the first `answered` answers of a service to so many calls.
async fn answers(server: impl FnOnce(Server) -> Server, calls: usize, answered: usize) -> Vec<String> {
    let mut script = Script::new();
    let session = connected(&script).await;
    let runs = Arc::default();
    let _running = server(Server::new(&session).add(failing(&runs))).start().await.unwrap();
    let mut names = Vec::new();
    for _ in 0..calls {
        let mut body = Vec::new();
        let (id, caller_id) = (crate::wire::Id::random(), crate::wire::Id::random());
        Invocation {
            id,
            caller_id,
            payload: "\"x\"".into(),
            reply_to: crate::wire::ReplyTo::Session(caller_id),
            lifetime: crate::wire::Lifetime::default(),
            headers: crate::wire::Headers::new(),
            stream: None,
        }
        .encode(&mut body);
        script.deliver("_rpc_.net.example.once", body);
    }
    for _ in 0..answered {
        let published = script.published().await;
        let reply = Reply::decode(&published.body).unwrap();
        names.push(match reply.is_exception {
            true => Exception::decode(&reply.payload).unwrap().name.into_owned(),
            false => reply.payload.into_owned(),
        });
    }
    names
}

#[tokio::test(start_paused = true)]
async fn a_circuit_around_handlers_answers_that_it_is_overloaded() {
    let settings =
        CircuitBreakerLayer::builder().failure_rate_threshold(1.0).sliding_window_size(4).minimum_number_of_calls(4);
    let breaker = CircuitBreaker::new(settings, Duration::from_secs(3_600)).unwrap();
    let names = answers(|server| server.layer(breaker), 5, 5).await;
    assert_eq!(names, ["InternalError", "InternalError", "InternalError", "InternalError", "rpc_overloaded"]);
}

#[tokio::test(start_paused = true)]
async fn a_rate_around_handlers_sheds() {
    let rate = ServiceBuilder::new().load_shed().buffer(1).rate_limit(1, Duration::from_secs(3_600)).into_inner();
    let mut names = answers(|server| server.layer(rate), 4, 4).await;
    names.sort();
    names.dedup();
    assert_eq!(names, ["InternalError", "rpc_overloaded"]);
}

#[tokio::test(start_paused = true)]
async fn a_layer_of_ones_own_refuses() {
    let closed = tower::layer::layer_fn(|_: server::HandlerService| {
        tower::service_fn(|_: Incoming| async { Err::<server::Outcome, _>(Refused::new("closed")) })
    });
    assert_eq!(answers(|server| server.layer(closed), 1, 1).await, ["rpc_overloaded"]);

    let script = Script::new();
    let session = connected(&script).await;
    let closed = tower::service_fn(|_: Request| async { Err::<client::Response, _>(Refused::new("closed")) });
    let outcome = calling(&Caller::from_service(closed), &ONCE).await.unwrap();
    assert_eq!(outcome, Err(CallError::NotExecuted(NotExecuted::NotSent("closed".into()))));
    drop(session);
}
