//! What a server sends of a stream, to a receiver that the test plays.

mod around;
mod ending;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

use super::*;
use crate::{
    contract::{Procedure, ServiceInfo, too_far::TooFar},
    error::Failure,
    server::{Context, Outcome, OutcomeStream, Running, Server, Service, ServiceBuilder, tests::Odd},
    session::Session,
    sync::Logged,
    transport::{
        BrokerId, PublishError, Route,
        scripted::{Acknowledged, Published, Script},
    },
    wire::{Exception, Headers, Id, Invocation, Lifetime, Reply, ReplyTo, StreamPart},
};

static SERVICE: ServiceInfo = ServiceInfo::new("net.example");
static VERSIONED: ServiceInfo = ServiceInfo::new("net.example").version("1.2.0");
static COUNT: Procedure = Procedure::new("count", "net.example.count");

const TOPIC: &str = "_rpc_.net.example.count";

/// What the handlers of these tests look at.
#[derive(Default)]
struct Stage {
    /// How many values were asked for.
    asked: AtomicUsize,
    /// Rung when a handler's stream is dropped.
    dropped: Notify,
    /// Lets `wait` go on.
    go: Notify,
}

struct Rings(Arc<Stage>);

impl Drop for Rings {
    fn drop(&mut self) {
        self.0.dropped.notify_one();
    }
}

/// Counts, to an end that the payload says.
fn count(stage: Arc<Stage>, context: &Context, payload: &str) -> Result<StreamOf<f64, TooFar>, Failure<TooFar>> {
    let (word, number) = payload.split_once(' ').unwrap_or((payload, "0"));
    let number: u64 = number.parse().unwrap();
    if word == "refuse" {
        return Err(Failure::Declared(TooFar(number)));
    }
    let (end, stopping) = (word.to_owned(), context.stopping());
    Ok(StreamOf::write(async move |mut values: StreamWriter<f64>| {
        let stage = Rings(stage);
        for value in 0..number {
            stage.0.asked.fetch_add(1, Ordering::Relaxed);
            values.write(value as f64).await?;
        }
        match &*end {
            "declared" => Err(Failure::Declared(TooFar(number))),
            "internal" => Err(Failure::internal("a secret")),
            "unshown" => Err(Failure::internal(Odd::PanicsWhenShown)),
            "undropped" => Err(Failure::internal(Odd::PanicsWhenDropped)),
            "panic" => panic!("a secret"),
            "invalid" => Ok(values.write(f64::NAN).await?),
            "wait" => {
                stage.0.go.notified().await;
                Ok(())
            }
            "until" => {
                stopping.await;
                Ok(())
            }
            _ => Ok(()),
        }
    }))
}

fn service(info: &'static ServiceInfo, stage: &Arc<Stage>) -> Service {
    ServiceBuilder::new(info, stage.clone())
        .stream(&COUNT, |stage: Arc<Arc<Stage>>, context: Context, payload: String| async move {
            count(Arc::clone(&stage), &context, &payload)
        })
        .build()
}

async fn started(script: &Script, stage: &Arc<Stage>) -> (Session, Running) {
    let session = Session::builder().over(script.transport.clone()).await.unwrap();
    let running = Server::new(&session).add(service(&SERVICE, stage)).start().await.unwrap();
    (session, running)
}

/// The receiver of one stream.
struct Receiver {
    caller: Id,
    call: Id,
    /// The session and the run of its sender.
    sender: Option<(Id, Id)>,
}

impl Receiver {
    fn new() -> Self {
        Self { caller: Id::random(), call: Id::random(), sender: None }
    }

    fn invocation(&self, payload: &str, credit: u64) -> Invocation<'static> {
        Invocation {
            id: self.call,
            caller_id: self.caller,
            payload: serde_json::to_string(payload).unwrap().into(),
            reply_to: ReplyTo::Session(self.caller),
            lifetime: Lifetime::new(Duration::from_secs(10)),
            headers: Headers::new(),
            stream: Some(credit),
        }
    }

    /// Calls, and hears that the stream has begun.
    async fn open(script: &mut Script, payload: &str, credit: u64) -> Self {
        let mut receiver = Self::new();
        script.deliver(TOPIC, body(&receiver.invocation(payload, credit)));
        receiver.hear_begin(&script.published().await);
        receiver
    }

    fn hear_begin(&mut self, published: &Published) {
        let (outcome, part) = self.read(published);
        let StreamPart::Alive { id, session, sent: 0 } = part else { panic!("it has not begun: {part:?}") };
        assert_eq!(outcome, Ok("null".into()));
        self.sender = Some((session, id));
    }

    /// What a published message of the stream holds.
    fn read(&self, published: &Published) -> (Result<String, (String, String)>, StreamPart) {
        assert_eq!(published.topic, format!("_rpc_._reply_.{}#ephemeral", self.caller));
        assert_eq!(published.route, Route::Broker(BrokerId(7)));
        let reply = Reply::decode(&published.body).unwrap();
        assert_eq!((reply.call_id, reply.channel.as_deref()), (self.call, Some("almanet.python")));
        (outcome(&reply), reply.stream.expect("it is of a stream"))
    }

    /// Reads the values of this many messages, which come in order.
    async fn values(&self, script: &mut Script, numbers: std::ops::Range<u64>) {
        for number in numbers {
            let (value, part) = self.read(&script.published().await);
            let StreamPart::Item { id, seq } = part else { panic!("{number}: {part:?}") };
            assert_eq!((Some(id), seq), (self.sender.map(|(_, run)| run), number));
            assert_eq!(value, Ok(format!("{number}.0")));
        }
    }

    /// Reads the end.
    async fn end(&self, script: &mut Script, values: u64) -> Result<String, (String, String)> {
        let (outcome, part) = self.read(&script.published().await);
        assert_eq!(part, StreamPart::End { id: self.sender.unwrap().1, seq: values });
        outcome
    }

    fn tell(&self, script: &Script, part: StreamPart) {
        let (session, run) = self.sender.expect("it has begun");
        let mut body = Vec::new();
        Reply { call_id: run, is_exception: false, payload: "null".into(), channel: None, stream: Some(part) }
            .encode(&mut body);
        script.deliver(&format!("_rpc_._reply_.{session}#ephemeral"), body);
    }
}

fn body(invocation: &Invocation<'_>) -> Vec<u8> {
    let mut body = Vec::new();
    invocation.encode(&mut body);
    body
}

fn outcome(reply: &Reply<'_>) -> Result<String, (String, String)> {
    if reply.is_exception {
        let exception = Exception::decode(&reply.payload).unwrap();
        return Err((exception.name.into_owned(), exception.payload.into_owned()));
    }
    Ok(reply.payload.to_string())
}

fn raised<T>(name: &str, payload: &str) -> Result<T, (String, String)> {
    Err((name.into(), payload.into()))
}

/// Lets everything run that can, without the clock moving.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn values_go_out_in_order_and_the_end_behind_them() {
    let mut script = Script::new();
    let (_session, _running) = started(&script, &Arc::default()).await;
    let receiver = Receiver::open(&mut script, "end 3", 32).await;
    assert_eq!(script.acknowledged().await.1, Acknowledged::Finished, "the call is over once the stream has begun");
    receiver.values(&mut script, 0..3).await;
    assert_eq!(receiver.end(&mut script, 3).await, Ok("null".into()));
    let empty = Receiver::open(&mut script, "end", 32).await;
    assert_eq!(empty.end(&mut script, 0).await, Ok("null".into()));
    settle().await;
    assert!(script.published_now().is_none());
}

#[tokio::test(start_paused = true)]
async fn no_value_is_sent_or_made_without_credit() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, _running) = started(&script, &stage).await;
    let receiver = Receiver::open(&mut script, "end 100", 3).await;
    receiver.values(&mut script, 0..3).await;
    settle().await;
    assert!(script.published_now().is_none());
    assert!(stage.asked.load(Ordering::Relaxed) <= 4, "no more than one value is made ahead");
    for late in [5, 4, 5] {
        receiver.tell(&script, StreamPart::Credit(late));
    }
    receiver.values(&mut script, 3..5).await;
    settle().await;
    assert!(script.published_now().is_none(), "credit never shrinks and does not add up");
    receiver.tell(&script, StreamPart::Credit(1_000));
    receiver.values(&mut script, 5..100).await;
    assert_eq!(receiver.end(&mut script, 100).await, Ok("null".into()));
}

#[tokio::test(start_paused = true)]
async fn a_smaller_credit_came_late_and_takes_nothing_back() {
    let mut script = Script::new();
    let (_session, _running) = started(&script, &Arc::default()).await;
    let receiver = Receiver::open(&mut script, "end 40", 0).await;
    for credit in [41, 10] {
        receiver.tell(&script, StreamPart::Credit(credit));
    }
    receiver.values(&mut script, 0..40).await;
    assert_eq!(receiver.end(&mut script, 40).await, Ok("null".into()));
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_the_last_thing_and_says_what_it_may() {
    let mut script = Script::new();
    let (_session, _running) = started(&script, &Arc::default()).await;
    let (_logged, _guard) = Logged::listen();
    for (payload, values, name, text) in [
        ("declared 2", 2, "too_far", "2"),
        ("internal 2", 2, "InternalError", "oops"),
        ("unshown 2", 2, "InternalError", "oops"),
        ("undropped 2", 2, "InternalError", "oops"),
        ("panic", 0, "InternalError", "oops"),
    ] {
        let receiver = Receiver::open(&mut script, payload, 32).await;
        receiver.values(&mut script, 0..values).await;
        assert_eq!(receiver.end(&mut script, values).await, raised(name, text));
    }
    let receiver = Receiver::open(&mut script, "invalid 1", 32).await;
    receiver.values(&mut script, 0..1).await;
    let (name, text) = receiver.end(&mut script, 1).await.unwrap_err();
    assert_eq!(name, "rpc_invalid_return");
    assert!(text.contains("NaN"), "{text}");
    settle().await;
    assert!(script.published_now().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_value_over_the_limit_ends_the_stream() {
    let mut script = Script::limited(340);
    let session = Session::builder().over(script.transport.clone()).await.unwrap();
    let service = ServiceBuilder::new(&SERVICE, ())
        .stream(&COUNT, |_, _, _: String| async {
            Ok::<_, Failure<TooFar>>(StreamOf::of(["short".to_owned(), "x".repeat(200), "never".to_owned()]))
        })
        .build();
    let _running = Server::new(&session).add(service).start().await.unwrap();
    let receiver = Receiver::open(&mut script, "", 32).await;
    assert_eq!(receiver.read(&script.published().await).0, Ok("\"short\"".into()));
    assert_eq!(receiver.end(&mut script, 1).await, raised("InternalError", "oops"));
}

#[tokio::test(start_paused = true)]
async fn a_value_that_the_broker_does_not_take_ends_the_stream_in_its_place() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, _running) = started(&script, &stage).await;
    (0..2).for_each(|_| script.next_publish_succeeds());
    let text = "PUB message too big".to_owned();
    script.next_publish_fails(PublishError::Refused { code: "E_BAD_MESSAGE".into(), text });
    let receiver = Receiver::open(&mut script, "wait 2", 32).await;
    receiver.values(&mut script, 0..2).await;
    assert_eq!(receiver.end(&mut script, 1).await, raised("InternalError", "oops"));
    stage.dropped.notified().await;
    settle().await;
    assert!(script.published_now().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_an_ordinary_reply() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, _running) = started(&script, &stage).await;
    for (invocation, name) in [
        (Receiver::new().invocation("refuse 7", 32), "too_far"),
        (Invocation { payload: "17".into(), ..Receiver::new().invocation("", 32) }, "rpc_invalid_payload"),
        (Invocation { stream: None, ..Receiver::new().invocation("wait 1", 32) }, "rpc_invalid_payload"),
        (
            Invocation { reply_to: ReplyTo::Gathering(Id::random()), ..Receiver::new().invocation("wait 1", 32) },
            "rpc_invalid_payload",
        ),
    ] {
        script.deliver(TOPIC, body(&invocation));
        let published = script.published().await;
        let reply = Reply::decode(&published.body).unwrap();
        assert_eq!((outcome(&reply).unwrap_err().0.as_str(), reply.stream), (name, None));
        assert_eq!(script.acknowledged().await.1, Acknowledged::Finished);
    }
    assert_eq!(stage.asked.load(Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn a_stream_outlives_its_calls_deadline_while_the_receiver_is_there() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, _running) = started(&script, &stage).await;
    let receiver = Receiver::open(&mut script, "wait 1", 32).await;
    receiver.values(&mut script, 0..1).await;
    for _ in 0..10 {
        let (_, part) = receiver.read(&script.published().await);
        assert!(matches!(part, StreamPart::Alive { sent: 1, .. }), "{part:?}");
        receiver.tell(&script, StreamPart::Credit(32));
    }
    stage.go.notify_one();
    assert_eq!(receiver.end(&mut script, 1).await, Ok("null".into()));
}

#[tokio::test(start_paused = true)]
async fn what_was_not_acknowledged_is_sent_again_under_its_number() {
    let (logged, _guard) = Logged::listen();
    let mut script = Script::new();
    let (_session, _running) = started(&script, &Arc::default()).await;
    for error in [None, Some(PublishError::NotSent("down".into())), Some(PublishError::Unknown("broken".into()))] {
        match error {
            Some(error) => script.next_publish_fails(error),
            // The first is the beginning.
            None => script.next_publish_succeeds(),
        }
    }
    let receiver = Receiver::open(&mut script, "end 2", 32).await;
    receiver.values(&mut script, 0..2).await;
    assert_eq!(receiver.end(&mut script, 2).await, Ok("null".into()));
    let mut again = [receiver.read(&script.published().await).1, receiver.read(&script.published().await).1];
    again.sort_by_key(|part| if let StreamPart::Item { seq, .. } = part { *seq } else { u64::MAX });
    let id = receiver.sender.unwrap().1;
    assert_eq!(again, [StreamPart::Item { id, seq: 0 }, StreamPart::Item { id, seq: 1 }]);
    assert_eq!(logged.times("published again"), 1, "of both together");
}

#[tokio::test(start_paused = true)]
async fn no_more_than_the_credit_is_under_way_to_a_broker_that_does_not_answer() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, _running) = started(&script, &stage).await;
    script.next_publish_succeeds();
    (0..32).for_each(|_| script.next_publish_hangs());
    let receiver = Receiver::open(&mut script, "end 1000", u64::MAX).await;
    receiver.values(&mut script, 0..32).await;
    settle().await;
    assert!(script.published_now().is_none());
    assert!(stage.asked.load(Ordering::Relaxed) <= 33);
    stage.dropped.notified().await;
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_grants_without_end_takes_no_thread_for_itself() {
    const MANY: u64 = 200_000;
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let session = Session::builder().over(script.transport.clone()).await.unwrap();
    let service = ServiceBuilder::new(&SERVICE, stage.clone())
        .stream(&COUNT, |stage: Arc<Arc<Stage>>, _, _: String| async move {
            let count = move |_: &u64| {
                stage.asked.fetch_add(1, Ordering::Relaxed);
            };
            Ok::<StreamOf<u64, TooFar>, Failure<TooFar>>(StreamOf::of((0..MANY).inspect(count)))
        })
        .build();
    let _running = Server::new(&session).add(service).start().await.unwrap();
    let receiver = Receiver::open(&mut script, "", u64::MAX).await;
    while !matches!(receiver.read(&script.published().await).1, StreamPart::Item { seq: 1_000, .. }) {}
    receiver.tell(&script, StreamPart::Cancel);
    settle().await;
    let asked = stage.asked.load(Ordering::Relaxed);
    assert!((1_000..MANY as usize).contains(&asked), "{asked}: others had no turn");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_comes_again_is_told_again_that_it_has_begun() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, _running) = started(&script, &stage).await;
    let mut receiver = Receiver::open(&mut script, "wait 1", 32).await;
    receiver.values(&mut script, 0..1).await;
    let run = receiver.sender;
    script.deliver_aged(TOPIC, body(&receiver.invocation("wait 1", 32)), Duration::ZERO, 2);
    receiver.hear_begin(&script.published().await);
    assert_eq!(receiver.sender, run);
    assert_eq!(stage.asked.load(Ordering::Relaxed), 1, "it runs once");
}

#[tokio::test(start_paused = true)]
async fn a_beginning_that_the_broker_does_not_take_in_time_is_none() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (session, _running) = started(&script, &stage).await;
    for _ in 0..1_000 {
        script.next_publish_fails(PublishError::NotSent("down".into()));
    }
    let receiver = Receiver::new();
    script.deliver(TOPIC, body(&receiver.invocation("end 5", 32)));
    let expired = async {
        while session.statistics().expired == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let attempts = async {
        loop {
            assert!(matches!(receiver.read(&script.published().await).1, StreamPart::Alive { sent: 0, .. }));
        }
    };
    tokio::select! {
        () = expired => {}
        () = attempts => {}
    }
    assert_eq!(stage.asked.load(Ordering::Relaxed), 0, "no value was made");
}

#[tokio::test(start_paused = true)]
async fn what_is_no_message_of_a_stream_changes_nothing() {
    let mut script = Script::new();
    let (session, _running) = started(&script, &Arc::default()).await;
    let receiver = Receiver::open(&mut script, "end 3", 1).await;
    receiver.values(&mut script, 0..1).await;
    let (sender, run) = receiver.sender.unwrap();
    receiver.tell(&script, StreamPart::Item { id: run, seq: 7 });
    let body = format!(r#"{{"call_id":"{run}","is_exception":false,"payload":"null","stream":{{"credit":"x"}}}}"#);
    script.deliver(&format!("_rpc_._reply_.{sender}#ephemeral"), body);
    receiver.tell(&script, StreamPart::Credit(32));
    receiver.values(&mut script, 1..3).await;
    assert_eq!(session.statistics().malformed, 1);
}

#[tokio::test]
async fn what_is_written_comes_out_in_order_and_the_failure_last() {
    use futures_util::StreamExt;

    let moved: StreamOf<u8, TooFar> = StreamOf::write(async |mut values: StreamWriter<u8>| {
        let task = tokio::spawn(async move { values.write(1).await });
        task.await.unwrap()?;
        Err(Failure::Declared(TooFar(1)))
    });
    let all: Vec<_> = moved.collect().await;
    assert!(matches!(all[..], [Ok(1), Err(Failure::Declared(TooFar(1)))]), "{all:?}");

    let (sender, receiver) = tokio::sync::oneshot::channel();
    let detached: StreamOf<u8, TooFar> = StreamOf::write(async move |mut values: StreamWriter<u8>| {
        tokio::spawn(async move {
            while values.write(0).await.is_ok() {}
            sender.send(values.write(0).await).unwrap();
        });
        Ok(())
    });
    assert_eq!(detached.take(3).count().await, 3);
    assert_eq!(receiver.await.unwrap(), Err(Cancelled));
}
