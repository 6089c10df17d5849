//! Numbers, orders and failures that nobody means, over the broker in the process and over a socket: each ends in a value
//! or an error that says what is wrong, and what follows works.
#![cfg(feature = "embedded")]

use std::future::{Future, IntoFuture, pending};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use almanet_broker::{Broker, Listener};
use almanet_runtime::codegen::{Procedure, ServiceBuilder, ServiceInfo};
use almanet_runtime::transport::Embedded;
use almanet_runtime::{
    CallError, Failure, Limits, Never, NotExecuted, OutcomeUnknown, Server, Service, Session, StreamOf,
};
use tokio::sync::Notify;
use tokio::task::JoinSet;

static EXTREME: ServiceInfo = ServiceInfo::new("net.example.extreme");
const ECHO_AT: &str = "net.example.extreme.echo";
static ECHO: Procedure = Procedure::new("echo", ECHO_AT);
const NESTED_AT: &str = "net.example.extreme.nested";
static NESTED: Procedure = Procedure::new("nested", NESTED_AT);
const PANICS_AT: &str = "net.example.extreme.panics";
static PANICS: Procedure = Procedure::new("panics", PANICS_AT);
const COUNT_AT: &str = "net.example.extreme.count";
static COUNT: Procedure = Procedure::new("count", COUNT_AT);

const MOMENT: Duration = Duration::from_millis(50);

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("it was dropped");
        }
    }
}

/// What handlers see of the test.
#[derive(Clone)]
struct Shared {
    session: Session,
    entered: Arc<Notify>,
    go_on: Arc<Notify>,
}

fn service(shared: &Shared) -> Service {
    ServiceBuilder::new(&EXTREME, shared.clone())
        .procedure(&ECHO, |_: Arc<Shared>, _, text: String| async move { Ok::<_, Failure<Never>>(text) })
        .procedure(&NESTED, |shared: Arc<Shared>, _, text: String| async move {
            shared.entered.notify_one();
            shared.go_on.notified().await;
            let text = shared.session.call::<String>(ECHO_AT, &text).await;
            Ok::<_, Failure<Never>>(format!("{text:?}"))
        })
        .procedure(&PANICS, |_: Arc<Shared>, _, when: String| panics(when))
        .stream(&COUNT, |_: Arc<Shared>, _, when: String| count(when))
        .build()
}

fn panics(when: String) -> impl Future<Output = Result<String, Failure<Never>>> {
    assert!(when != "at once", "at once");
    async move {
        match &*when {
            "first" => panic!("in the first poll"),
            "later" => {
                tokio::task::yield_now().await;
                panic!("in a later poll")
            }
            "dropped" => drop(Bomb),
            "returned" => {
                let _bomb = Bomb;
                return Ok("not seen".to_owned());
            }
            "payload" => std::panic::panic_any(Bomb),
            "never" => pending::<()>().await,
            "dropped late" => {
                let _bomb = Bomb;
                pending::<()>().await;
            }
            _ => {}
        }
        Ok(when)
    }
}

async fn count(when: String) -> Result<StreamOf<String, Never>, Failure<Never>> {
    assert!(when != "before", "before the stream");
    Ok(StreamOf::write(async move |mut to| {
        let _bomb = (when == "dropped").then(|| Bomb);
        to.write("a".to_owned()).await?;
        if when == "within" {
            tokio::task::yield_now().await;
            panic!("within the stream");
        }
        if when == "dropped" {
            pending::<()>().await;
        }
        Ok(())
    }))
}

/// A session, and what its handlers see.
async fn served(way: &Way) -> (Session, Shared) {
    let session = way.session().await;
    let shared = Shared { session: session.clone(), entered: Arc::default(), go_on: Arc::default() };
    (session, shared)
}

/// The way to a broker of the test's own.
enum Way {
    InProcess(Broker),
    Socket(Listener),
}

impl Way {
    async fn session(&self) -> Session {
        let session = match self {
            Self::InProcess(broker) => Session::builder().over(Arc::new(Embedded::new(broker.clone()))).await,
            Self::Socket(listener) => Session::connect(&format!("nsq://{}", listener.address())).await,
        };
        session.expect("the broker is there")
    }
}

/// Runs a test over the broker in the process, and over a socket to one.
async fn over_both(test: impl AsyncFn(Way)) {
    test(Way::InProcess(Broker::default())).await;
    let listener = Broker::default().listen(([127, 0, 0, 1], 0).into()).expect("a port is free");
    test(Way::Socket(listener)).await;
}

fn echo(session: &Session, text: &str) -> almanet_runtime::Call<String> {
    session.call::<String>(ECHO_AT, &text.to_owned()).timeout(Duration::from_secs(5))
}

#[tokio::test]
async fn settings_may_be_as_large_or_small_as_their_types() {
    over_both(async |way: Way| {
        let (session, shared) = served(&way).await;
        for (number, time) in [(usize::MAX, Duration::MAX), (0, Duration::ZERO)] {
            let limits = Limits::new().concurrency(number).queue(number);
            let running = Server::new(&session)
                .concurrency(number)
                .queue(number)
                .total_concurrency(number)
                .drain_timeout(time)
                .callers_idle(time)
                .add(service(&shared).limit("echo", limits))
                .start()
                .await
                .unwrap();
            assert_eq!(echo(&session, "a").await, Ok("a".into()));
            running.drain().await;
        }
    })
    .await;
}

#[tokio::test]
async fn times_that_no_call_can_have_are_refused_before_anything_is_sent() {
    over_both(async |way: Way| {
        let (session, _) = served(&way).await;
        for time in [Duration::ZERO, Duration::from_secs(14 * 60 + 1), Duration::MAX] {
            let refused = Err(CallError::NotExecuted(NotExecuted::Timeout(time)));
            assert_eq!(echo(&session, "a").timeout(time).await, refused);
            assert_eq!(echo(&session, "a").delay(Duration::ZERO).timeout(time).await.map(|_| String::new()), refused);
            assert_eq!(echo(&session, "a").gather(time).await.map(|_| String::new()), refused);
            let stream = session.stream::<String>(COUNT_AT, &String::new()).timeout(time).await;
            assert_eq!(stream.map(|_| String::new()), refused);
        }
        let outcome = echo(&session, "a").delay(Duration::MAX).await;
        assert_eq!(outcome.map(drop), Err(CallError::NotExecuted(NotExecuted::DelayTooLong(Duration::MAX))));
        let outcome = session.call::<String>("net.example.nobody", &()).timeout(Duration::from_nanos(1)).await;
        assert!(matches!(
            outcome,
            Err(CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(_)) | CallError::NotExecuted(_))
        ));
    })
    .await;
}

#[tokio::test]
async fn handlers_may_panic_wherever_they_like() {
    over_both(async |way: Way| {
        let (session, shared) = served(&way).await;
        let running = Server::new(&session).drain_timeout(MOMENT).add(service(&shared)).start().await.unwrap();
        let call = |when: &str, time| session.call::<String>(PANICS_AT, &when.to_owned()).timeout(time);
        for when in ["at once", "first", "later", "dropped", "returned", "payload"] {
            assert_eq!(call(when, Duration::from_secs(5)).await, Err(CallError::Internal), "{when}");
        }
        // Their time is over, and they are dropped.
        for when in ["never", "dropped late"] {
            assert!(matches!(call(when, 4 * MOMENT).await, Err(CallError::OutcomeUnknown(_))), "{when}");
        }
        for when in ["before", "within", "dropped"] {
            let mut values = Vec::new();
            match session.stream::<String>(COUNT_AT, &when.to_owned()).timeout(Duration::from_secs(5)).await {
                Ok(mut stream) => {
                    while let Some(value) = stream.next().await {
                        values.push(value);
                        if when == "dropped" {
                            break;
                        }
                    }
                }
                Err(error) => values.push(Err(error)),
            }
            let expected = match when {
                "before" => vec![Err(CallError::Internal)],
                "within" => vec![Ok("a".to_owned()), Err(CallError::Internal)],
                _ => vec![Ok("a".to_owned())],
            };
            assert_eq!(values, expected, "{when}");
        }
        assert_eq!(echo(&session, "still there").await, Ok("still there".into()));
        // Some of them still run: the drain drops them.
        let late = tokio::spawn(call("dropped late", Duration::from_secs(1)).into_future());
        tokio::time::sleep(MOMENT).await;
        running.drain().await;
        let running = Server::new(&session).add(service(&shared)).start().await.unwrap();
        assert_eq!(echo(&session, "again").await, Ok("again".into()));
        let _ = late.await.unwrap();
        running.drain().await;
    })
    .await;
}

#[tokio::test]
async fn a_session_may_be_closed_at_any_time_and_more_than_once() {
    over_both(async |way: Way| {
        let (session, shared) = served(&way).await;
        let running = Server::new(&session).add(service(&shared)).start().await.unwrap();
        let mut open = JoinSet::new();
        for _ in 0..10 {
            open.spawn(session.call::<String>(PANICS_AT, &"never".to_owned()).into_future());
        }
        let mut stream = session.stream::<String>(COUNT_AT, &"dropped".to_owned()).await.unwrap();
        assert_eq!(stream.next().await, Some(Ok("a".into())));
        tokio::time::sleep(MOMENT).await;
        tokio::join!(session.close(), session.close());
        session.close().await;
        while let Some(ended) = open.join_next().await {
            assert_eq!(ended.unwrap(), Err(CallError::OutcomeUnknown(OutcomeUnknown::Closed)));
        }
        assert!(matches!(stream.next().await, Some(Err(_))));
        assert_eq!(stream.next().await, None);
        let closed = |outcome: Result<(), CallError>| {
            assert_eq!(outcome, Err(CallError::NotExecuted(NotExecuted::Closed)));
        };
        closed(echo(&session, "a").await.map(drop));
        closed(echo(&session, "a").gather(MOMENT).await.map(drop));
        closed(session.stream::<String>(COUNT_AT, &String::new()).await.map(drop));
        let outcome = echo(&session, "a").delay(Duration::ZERO).timeout(MOMENT).await;
        assert!(matches!(outcome, Err(CallError::NotExecuted(_))), "{outcome:?}");
        assert!(Server::new(&session).add(service(&shared)).start().await.is_err());
        tokio::time::timeout(Duration::from_secs(5), running.drain()).await.expect("nothing is left to wait for");
    })
    .await;
}

#[tokio::test]
async fn handlers_may_call_while_their_server_drains() {
    over_both(async |way: Way| {
        let (session, shared) = served(&way).await;
        let other = way.session().await;
        let other_shared = Shared { session: other.clone(), ..shared.clone() };
        let running = Server::new(&session).add(service(&shared)).start().await.unwrap();
        let nested = tokio::spawn(session.call::<String>(NESTED_AT, &"x".to_owned()).into_future());
        shared.entered.notified().await;
        let other_running = Server::new(&other).add(service(&other_shared)).start().await.unwrap();
        let draining = tokio::spawn(running.drain());
        tokio::time::sleep(4 * MOMENT).await;
        shared.go_on.notify_one();
        assert_eq!(nested.await.unwrap(), Ok("Ok(\"x\")".into()));
        draining.await.unwrap();
        other_running.drain().await;
    })
    .await;
}

#[tokio::test]
async fn a_call_may_fill_a_message_to_its_last_byte() {
    over_both(async |way: Way| {
        let (session, shared) = served(&way).await;
        let running = Server::new(&session).add(service(&shared)).start().await.unwrap();
        let mut text = "x".repeat(1024 * 1024);
        let Err(CallError::NotExecuted(NotExecuted::TooLarge { size, limit })) = echo(&session, &text).await else {
            panic!("it is too large");
        };
        assert_eq!(limit, 1024 * 1024);
        text.truncate(text.len() - (size - limit));
        let calls: JoinSet<_> = (0..20).map(|_| echo(&session, &text).into_future()).collect();
        for outcome in calls.join_all().await {
            assert!(outcome.is_ok_and(|echoed| echoed == text));
        }
        text.push('x');
        let outcome = echo(&session, &text).await;
        assert_eq!(outcome, Err(CallError::NotExecuted(NotExecuted::TooLarge { size: limit + 1, limit })));
        running.drain().await;
    })
    .await;
}

#[test]
fn without_a_runtime_there_is_an_error_that_says_so() {
    for url in ["embedded:", "embedded:0", "nsq://127.0.0.1:1", "nsqlookupd://127.0.0.1:1"] {
        let connecting = pin!(Session::connect(url));
        let Poll::Ready(Err(error)) = connecting.poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("{url} is connected to");
        };
        assert!(error.to_string().contains("tokio runtime"), "{error}");
    }
}

#[test]
fn a_session_goes_on_in_another_runtime_and_outlives_neither() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (first, second) = (runtime(), runtime());
    let broker = Broker::default();
    let (session, running) = first.block_on(async {
        let (session, shared) = served(&Way::InProcess(broker.clone())).await;
        let running = Server::new(&session).add(service(&shared)).start().await.unwrap();
        (session, running)
    });
    // What the session started runs where it was started: so that has to run, too.
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = std::thread::spawn(move || first.block_on(stopped));
    assert_eq!(second.block_on(echo(&session, "from elsewhere").into_future()), Ok("from elsewhere".into()));
    stop.send(()).unwrap();
    serving.join().unwrap().unwrap();
    // Its runtime is gone, and with it everything that could answer.
    let outcome = second.block_on(echo(&session, "too late").timeout(MOMENT).into_future());
    assert!(matches!(outcome, Err(CallError::OutcomeUnknown(_) | CallError::NotExecuted(_))), "{outcome:?}");
    drop((session, running));
}
