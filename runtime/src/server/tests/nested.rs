//! Calls that a handler makes end with the call that it handles.

use super::*;
use crate::error::{CallError, NotExecuted, OutcomeUnknown};

static OUTER: Procedure = Procedure::new("outer", "net.example.outer");
const OUTER_TOPIC: &str = "_rpc_.net.example.outer";
const INNER: &str = "net.example.inner";

type Ended = tokio::sync::mpsc::UnboundedSender<Result<String, CallError>>;

/// Calls on as the payload says.
fn calling_on(ended: Ended) -> Service {
    ServiceBuilder::new(&PLAIN, ended)
        .procedure(&OUTER, |ended: Arc<Ended>, context: Context, payload: String| async move {
            let session = context.session().clone();
            let call = async move {
                let _ = ended.send(session.call::<String>(INNER, &"x".to_owned()).await);
            };
            match &*payload {
                "in its task" => call.await,
                "in a task of its scope" => drop(tokio::spawn(context.scope(call))),
                "late, in its scope" => drop(tokio::spawn(context.scope(async {
                    tokio::time::sleep(Duration::from_secs(5)).await;
                    call.await;
                }))),
                "in a task" => drop(tokio::spawn(call)),
                "oneway" => {
                    let session = context.session();
                    let late = session.call::<()>(INNER, &"x".to_owned()).delay(Duration::from_secs(9));
                    late.await.map_err(Failure::internal)?;
                }
                other => panic!("{other}"),
            }
            Ok::<_, Failure<Never>>(())
        })
        .build()
}

struct Nested {
    script: Script,
    ended: tokio::sync::mpsc::UnboundedReceiver<Result<String, CallError>>,
    _running: Running,
}

/// A call that lives for two seconds, and calls on.
async fn nested(payload: &str) -> Nested {
    let script = Script::new();
    let session = session(&script).await;
    let (sender, ended) = tokio::sync::mpsc::unbounded_channel();
    let running = Server::new(&session).add(calling_on(sender)).start().await.unwrap();
    let lifetime = Lifetime::new(Duration::from_secs(2));
    script.deliver(OUTER_TOPIC, body(&Invocation { lifetime, ..Caller::new().invocation(payload) }));
    Nested { script, ended, _running: running }
}

impl Nested {
    /// How long the call lives that the handler made.
    async fn lifetime(&mut self) -> Duration {
        loop {
            let published = self.script.published().await;
            if published.topic == format!("_rpc_.{INNER}") {
                return Invocation::decode(&published.body).unwrap().lifetime.duration();
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_within_a_handler_lives_no_longer_than_the_handlers() {
    for payload in ["in its task", "in a task of its scope"] {
        let mut nested = nested(payload).await;
        let lifetime = nested.lifetime().await;
        assert!(lifetime <= Duration::from_secs(2) && lifetime > Duration::from_secs(1), "{payload}: {lifetime:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_context_of_a_trace_goes_on_where_nobody_records_it() {
    let script = Script::new();
    let session = session(&script).await;
    let (sender, ended) = tokio::sync::mpsc::unbounded_channel();
    let running = Server::new(&session).add(calling_on(sender)).start().await.unwrap();
    let mut invocation = Caller::new().invocation("in its task");
    let context = [("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("tracestate", "a=b")];
    for (name, value) in context.into_iter().chain([("authorization", "Bearer x"), ("other", "y")]) {
        invocation.headers.insert(name, value).unwrap();
    }
    script.deliver(OUTER_TOPIC, body(&invocation));
    let mut nested = Nested { script, ended, _running: running };
    let published = nested.script.published().await;
    let sent = Invocation::decode(&published.body).unwrap();
    assert_eq!(sent.headers.iter().collect::<Vec<_>>(), context, "and nothing else does");
}

#[tokio::test(start_paused = true)]
async fn a_call_in_the_scope_ends_at_the_handlers_deadline() {
    let mut nested = nested("in a task of its scope").await;
    let began = Instant::now();
    let ended = nested.ended.recv().await.unwrap();
    assert!(matches!(ended, Err(CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(_)))), "{ended:?}");
    assert!(began.elapsed() <= Duration::from_millis(2_050), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_call_after_the_handlers_deadline_is_not_sent() {
    let mut nested = nested("late, in its scope").await;
    assert_eq!(nested.ended.recv().await, Some(Err(CallError::NotExecuted(NotExecuted::DeadlinePassed))));
    while let Some(published) = nested.script.published_now() {
        assert!(!published.topic.ends_with(INNER));
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_of_its_own_and_a_oneway_call_go_on() {
    assert_eq!(nested("in a task").await.lifetime().await, Duration::from_secs(60));
    assert_eq!(nested("oneway").await.lifetime().await, Duration::from_secs(69));
}
