//! What a server does with more calls than it has room for.

use super::*;

static OTHER: Procedure = Procedure::new("other", "net.example.other");
const OTHER_TOPIC: &str = "_rpc_.net.example.other";

/// Two procedures that do the same.
fn both(stage: &Arc<Stage>) -> Service {
    let handler = |stage: Arc<Arc<Stage>>, _: Context, payload: String| async move {
        stage.runs.fetch_add(1, Ordering::Relaxed);
        stage.began.notify_one();
        stage.go.notified().await;
        Ok::<_, Failure<Never>>(payload)
    };
    ServiceBuilder::new(&PLAIN, stage.clone()).procedure(&ECHO, handler).procedure(&OTHER, handler).build()
}

fn lasting(payload: &str, time: Duration) -> Vec<u8> {
    body(&Invocation { lifetime: Lifetime::new(time), ..Caller::new().invocation(payload) })
}

fn overloaded(published: &Published) -> bool {
    outcome(published).is_err_and(|(name, _)| name == "rpc_overloaded")
}

#[tokio::test(start_paused = true)]
async fn what_finds_no_room_is_refused_before_it_runs() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let session = session(&script).await;
    let service = both(&stage).limit("echo", Limits::new().concurrency(1).queue(1));
    let _running = Server::new(&session).add(service).start().await.unwrap();
    assert!(script.subscribed(TOPIC).max_in_flight > 2, "what is to be refused has to be delivered");
    assert_eq!(script.subscribed(OTHER_TOPIC).max_in_flight, DEFAULT_CONCURRENCY);

    script.deliver(TOPIC, body(&Caller::new().invocation("first")));
    script.deliver(TOPIC, body(&Caller::new().invocation("second")));
    stage.began.notified().await;
    let began = Instant::now();
    let refused = script.deliver(TOPIC, body(&Caller::new().invocation("third")));
    assert!(overloaded(&script.published().await));
    assert_eq!(script.acknowledged().await, (refused, Acknowledged::Finished));
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!((stage.runs.load(Ordering::Relaxed), session.statistics().overloaded), (1, 1));

    for payload in ["first", "second"] {
        stage.go.notify_one();
        assert_eq!(outcome(&script.published().await), Ok(payload.into()));
    }
    stage.go.notify_one();
    script.deliver(TOPIC, body(&Caller::new().invocation("fourth")));
    assert_eq!(outcome(&script.published().await), Ok("fourth".into()));
}

#[tokio::test(start_paused = true)]
async fn a_server_wide_queue_holds_where_a_procedure_says_nothing() {
    let script = Script::new();
    let session = session(&script).await;
    let service = both(&Arc::default()).limit("other", Limits::new().concurrency(3));
    let _running = Server::new(&session).add(service).concurrency(2).queue(5).start().await.unwrap();
    let (echo, other) = (script.subscribed(TOPIC).max_in_flight, script.subscribed(OTHER_TOPIC).max_in_flight);
    assert_eq!(other, echo + 1);
}

#[tokio::test(start_paused = true)]
async fn what_by_the_recent_pace_would_begin_too_late_is_refused_at_once() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let session = session(&script).await;
    let limits = Limits::new().concurrency(1).queue(10);
    let _running = Server::new(&session).add(both(&stage).limit("echo", limits)).start().await.unwrap();
    script.deliver(TOPIC, lasting("slow", Duration::from_secs(9)));
    stage.began.notified().await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    stage.go.notify_one();
    assert_eq!(outcome(&script.published().await), Ok("slow".into()));

    script.deliver(TOPIC, lasting("running", Duration::from_secs(60)));
    stage.began.notified().await;
    script.deliver(TOPIC, lasting("patient", Duration::from_secs(60)));
    let began = Instant::now();
    script.deliver(TOPIC, lasting("in a hurry", Duration::from_secs(3)));
    assert!(overloaded(&script.published().await));
    assert_eq!(began.elapsed(), Duration::ZERO);
    stage.go.notify_one();
    assert_eq!(outcome(&script.published().await), Ok("running".into()));
    stage.go.notify_one();
    assert_eq!(outcome(&script.published().await), Ok("patient".into()));
    assert_eq!(stage.runs.load(Ordering::Relaxed), 3);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_start_before_its_deadline_is_not_started() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let session = session(&script).await;
    let _running = Server::new(&session).add(both(&stage)).concurrency(1).start().await.unwrap();
    script.deliver(TOPIC, lasting("first", Duration::from_secs(60)));
    stage.began.notified().await;
    let late = script.deliver(TOPIC, lasting("late", Duration::from_secs(1)));
    assert_eq!(script.acknowledged().await, (late, Acknowledged::Finished));
    stage.go.notify_one();
    assert_eq!(outcome(&script.published().await), Ok("first".into()));
    assert_eq!((stage.runs.load(Ordering::Relaxed), session.statistics().expired), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_oneway_call_that_finds_no_room_is_left_to_others() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let session = session(&script).await;
    let limits = Limits::new().concurrency(1).queue(0);
    let _running = Server::new(&session).add(both(&stage).limit("echo", limits)).start().await.unwrap();
    script.deliver(TOPIC, body(&Caller::new().invocation("first")));
    stage.began.notified().await;
    let oneway = Invocation { reply_to: ReplyTo::Nobody, ..Caller::new().invocation("x") };
    let given_back = script.deliver(TOPIC, body(&oneway));
    assert_eq!(script.acknowledged().await, (given_back, Acknowledged::Requeued));
    stage.go.notify_one();
    assert_eq!(outcome(&script.published().await), Ok("first".into()));
    script.acknowledged().await;
    stage.go.notify_one();
    let again = script.deliver_aged(TOPIC, body(&oneway), Duration::ZERO, 2);
    assert_eq!(script.acknowledged().await, (again, Acknowledged::Finished));
    assert_eq!(stage.runs.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn all_procedures_of_a_server_may_share_its_places() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let session = session(&script).await;
    let _running = Server::new(&session).add(both(&stage)).total_concurrency(1).start().await.unwrap();
    assert_eq!(script.subscribed(TOPIC).max_in_flight, 1);
    script.deliver(TOPIC, body(&Caller::new().invocation("first")));
    stage.began.notified().await;
    let waiting = script.deliver(OTHER_TOPIC, body(&Caller::new().invocation("second")));
    while script.acknowledged().await != (waiting, Acknowledged::Touched) {}
    assert_eq!(stage.runs.load(Ordering::Relaxed), 1);
    stage.go.notify_one();
    assert_eq!(outcome(&script.published().await), Ok("first".into()));
    stage.go.notify_one();
    assert_eq!(outcome(&script.published().await), Ok("second".into()));
}

#[tokio::test(start_paused = true)]
async fn a_limit_for_a_procedure_that_is_not_there_is_named() {
    let script = Script::new();
    let session = session(&script).await;
    let service = both(&Arc::default()).limit("ehco", Limits::new().concurrency(1));
    let error = Server::new(&session).add(service).start().await.unwrap_err();
    assert_eq!(error.to_string(), "`net.example` has no procedure `ehco` to set a limit for; it has `echo`, `other`");
}
