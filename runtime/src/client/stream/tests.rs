//! What a client makes of a stream, from a sender that the test plays.

use std::time::Duration;

use tokio::{task::JoinHandle, time::Instant};
use tower::ServiceBuilder;

use super::*;
use crate::{
    contract::too_far::TooFar,
    error::{Interruption, NotExecuted, OutcomeUnknown},
    session::Session,
    transport::{
        PublishError,
        scripted::{Published, Script},
    },
    wire::{Exception, Id, Invocation, Reply, StreamPart},
};

const URI: &str = "net.example.count";

async fn connected(script: &Script) -> Session {
    Session::builder().over(script.transport.clone()).await.unwrap()
}

type Opened = Result<Streaming<u64, TooFar>, CallError<TooFar>>;

fn request(session: &Session) -> Request {
    let call: StreamCall<u64> = session.stream(URI, &"Aidar".to_owned());
    call.pending.request.unwrap()
}

/// A call under way in a task of its own.
fn calling(session: &Session) -> JoinHandle<Opened> {
    let call = StreamCall::new(session.into(), Ok(request(session)));
    tokio::spawn(async move { call.timeout(Duration::from_secs(5)).await })
}

/// The sender of one stream.
struct Sender {
    session: Id,
    run: Id,
    call: Id,
    caller: Id,
}

impl Sender {
    fn of(published: &Published) -> Self {
        let Invocation { id, caller_id, stream, .. } = Invocation::decode(&published.body).unwrap();
        assert_eq!((published.topic.as_str(), stream), ("_rpc_.net.example.count", Some(32)));
        Self { session: Id::random(), run: Id::random(), call: id, caller: caller_id }
    }

    /// Takes a call, and says that the stream has begun.
    async fn begin(script: &mut Script, call: JoinHandle<Opened>) -> (Self, Streaming<u64, TooFar>) {
        let sender = Self::of(&script.published().await);
        sender.alive(script, 0);
        (sender, call.await.unwrap().unwrap())
    }

    fn send(&self, script: &Script, is_exception: bool, payload: &str, stream: Option<StreamPart>) {
        let mut body = Vec::new();
        Reply { call_id: self.call, is_exception, payload: payload.into(), channel: None, stream }.encode(&mut body);
        script.deliver(&format!("_rpc_._reply_.{}#ephemeral", self.caller), body);
    }

    fn alive(&self, script: &Script, sent: u64) {
        self.send(script, false, "null", Some(StreamPart::Alive { id: self.run, session: self.session, sent }));
    }

    fn values(&self, script: &Script, numbers: impl IntoIterator<Item = u64>) {
        for seq in numbers {
            self.send(script, false, &seq.to_string(), Some(StreamPart::Item { id: self.run, seq }));
        }
    }

    fn end(&self, script: &Script, seq: u64) {
        self.send(script, false, "null", Some(StreamPart::End { id: self.run, seq }));
    }

    fn fail(&self, script: &Script, seq: u64, name: &str, payload: &str) {
        let exception = Exception { name: name.into(), payload: payload.into() }.encode();
        self.send(script, true, &exception, Some(StreamPart::End { id: self.run, seq }));
    }

    /// What the receiver said next.
    async fn heard(&self, script: &mut Script) -> StreamPart {
        self.read(&script.published().await)
    }

    fn read(&self, published: &Published) -> StreamPart {
        assert_eq!(published.topic, format!("_rpc_._reply_.{}#ephemeral", self.session));
        let reply = Reply::decode(&published.body).unwrap();
        assert_eq!((reply.call_id, reply.is_exception), (self.run, false));
        reply.stream.unwrap()
    }
}

/// All values, and how the stream ended.
async fn all(values: &mut Streaming<u64, TooFar>) -> (Vec<u64>, Option<CallError<TooFar>>) {
    let mut taken = Vec::new();
    while let Some(value) = values.next().await {
        match value {
            Ok(value) => taken.push(value),
            Err(error) => {
                assert!(values.next().await.is_none(), "a stream ends once");
                return (taken, Some(error));
            }
        }
    }
    assert!(values.next().await.is_none());
    (taken, None)
}

fn interrupted(why: Interruption) -> Option<CallError<TooFar>> {
    Some(CallError::OutcomeUnknown(OutcomeUnknown::Interrupted(why)))
}

/// Lets everything run that can, without the clock moving.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn values_come_out_in_order_and_once_whatever_comes_first() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let call = calling(&session);
    let sender = Sender::of(&script.published().await);
    // Not even the beginning has to come first.
    sender.end(&script, 6);
    sender.values(&script, [4, 1, 1, 0, 5, 4, 3]);
    sender.alive(&script, 0);
    sender.values(&script, [0, 2]);
    assert_eq!(all(&mut call.await.unwrap().unwrap()).await, ((0..6).collect(), None));
    settle().await;
    assert!(script.published_now().is_none(), "nothing is left to be said");
}

#[tokio::test(start_paused = true)]
async fn an_empty_stream_ends() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let (sender, mut values) = Sender::begin(&mut script, calling(&session)).await;
    sender.end(&script, 0);
    assert_eq!(all(&mut values).await, (vec![], None));
}

#[tokio::test(start_paused = true)]
async fn an_exception_ends_a_stream_behind_its_values() {
    let mut script = Script::new();
    let session = connected(&script).await;
    for (name, payload, expected) in [
        ("too_far", "3", CallError::Remote(TooFar(3))),
        ("InternalError", "oops", CallError::Internal),
        ("rpc_invalid_return", "\"at $\"", CallError::InvalidReturn("at $".into())),
        ("other", "1", CallError::Undeclared { name: "other".into(), payload: "1".into() }),
        (
            "rpc_interrupted",
            "\"it stopped\"",
            CallError::OutcomeUnknown(OutcomeUnknown::Interrupted(Interruption::Stopped("it stopped".into()))),
        ),
    ] {
        let (sender, mut values) = Sender::begin(&mut script, calling(&session)).await;
        sender.fail(&script, 2, name, payload);
        sender.values(&script, [1, 0]);
        assert_eq!(all(&mut values).await, (vec![0, 1], Some(expected)));
    }
    settle().await;
    assert!(script.published_now().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_how_the_call_ends() {
    let mut script = Script::new();
    let session = connected(&script).await;
    for (is_exception, payload, expected) in [
        (true, r#"{"name":"too_far","payload":"3"}"#, CallError::Remote(TooFar(3))),
        (true, r#"{"name":"rpc_overloaded","payload":"\"full\""}"#, CallError::Overloaded("full".into())),
        (false, "3", CallError::<TooFar>::InvalidReturn("it answered with one value instead of a stream".into())),
    ] {
        let call = calling(&session);
        Sender::of(&script.published().await).send(&script, is_exception, payload, None);
        assert_eq!(call.await.unwrap().unwrap_err(), expected);
    }
    let started = Instant::now();
    let late = CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(Duration::from_secs(5)));
    assert_eq!(calling(&session).await.unwrap().unwrap_err(), late);
    assert_eq!(started.elapsed().as_secs(), 5);
    assert_eq!(session.outstanding().available_permits(), session.max_outstanding());
}

#[tokio::test(start_paused = true)]
async fn credit_follows_what_was_taken() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let (sender, mut values) = Sender::begin(&mut script, calling(&session)).await;
    sender.values(&script, 0..32);
    settle().await;
    assert!(script.published_now().is_none(), "nothing was taken");
    for number in 0..16 {
        assert_eq!(values.next().await, Some(Ok(number)));
    }
    assert_eq!(sender.heard(&mut script).await, StreamPart::Credit(48));
    sender.values(&script, 32..48);
    for number in 16..48 {
        assert_eq!(values.next().await, Some(Ok(number)));
    }
    assert_eq!(sender.heard(&mut script).await, StreamPart::Credit(64));
    assert_eq!(sender.heard(&mut script).await, StreamPart::Credit(80));
    sender.values(&script, [80]);
    assert_eq!(all(&mut values).await, (vec![], interrupted(Interruption::Excess)));
    assert_eq!(sender.heard(&mut script).await, StreamPart::Cancel);
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_is_not_read_lives_and_grants_nothing() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let (sender, mut values) = Sender::begin(&mut script, calling(&session)).await;
    sender.values(&script, 0..32);
    let began = Instant::now();
    for second in (3..300).step_by(3) {
        assert_eq!(sender.heard(&mut script).await, StreamPart::Credit(32));
        assert_eq!(began.elapsed().as_secs(), second);
        sender.alive(&script, 32);
    }
    sender.end(&script, 32);
    assert_eq!(all(&mut values).await, ((0..32).collect(), None));
}

#[tokio::test(start_paused = true)]
async fn a_sign_of_life_that_the_broker_did_not_take_is_given_again_soon() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let (sender, _values) = Sender::begin(&mut script, calling(&session)).await;
    script.next_publish_fails(PublishError::NotSent("down".into()));
    let began = Instant::now();
    for millis in [3_000, 3_100, 6_100] {
        assert_eq!(sender.heard(&mut script).await, StreamPart::Credit(32));
        assert_eq!(began.elapsed().as_millis(), millis);
        sender.alive(&script, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_gap_is_an_error_after_five_seconds() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let (sender, mut values) = Sender::begin(&mut script, calling(&session)).await;
    sender.values(&script, [0, 2, 3]);
    tokio::time::sleep(Duration::from_secs(4)).await;
    sender.values(&script, [1]);
    // How much was sent shows what is missing, too.
    sender.alive(&script, 5);
    settle().await;
    let began = Instant::now();
    assert_eq!(all(&mut values).await, ((0..4).collect(), interrupted(Interruption::Gap(4))));
    assert_eq!(began.elapsed().as_secs(), 5);
    while sender.heard(&mut script).await != StreamPart::Cancel {}
}

#[tokio::test(start_paused = true)]
async fn an_end_shows_what_is_missing_before_it() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let (sender, mut values) = Sender::begin(&mut script, calling(&session)).await;
    sender.values(&script, [0]);
    sender.end(&script, 2);
    let began = Instant::now();
    assert_eq!(all(&mut values).await, (vec![0], interrupted(Interruption::Gap(1))));
    assert_eq!(began.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_sender_that_is_gone_is_noticed_and_not_written_to() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let (sender, mut values) = Sender::begin(&mut script, calling(&session)).await;
    sender.values(&script, [0]);
    let began = Instant::now();
    assert_eq!(all(&mut values).await, (vec![0], interrupted(Interruption::Silent(Duration::from_secs(10)))));
    assert_eq!(began.elapsed().as_secs(), 10);
    for _ in [3, 6, 9] {
        assert_eq!(sender.heard(&mut script).await, StreamPart::Credit(33));
    }
    settle().await;
    assert!(script.published_now().is_none());
    let left = script.subscribed(&format!("_rpc_._reply_.{}#ephemeral", sender.session));
    assert_eq!(left.channel.as_str(), "almanet.janitor#ephemeral", "what was written to it is cleared up");
    assert_eq!(session.outstanding().available_permits(), session.max_outstanding());
}

#[tokio::test(start_paused = true)]
async fn dropping_cancels() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let (sender, values) = Sender::begin(&mut script, calling(&session)).await;
    drop(values);
    assert_eq!(sender.heard(&mut script).await, StreamPart::Cancel);
    // Where that was lost, the next sign of life is answered with it again.
    sender.alive(&script, 0);
    assert_eq!(sender.heard(&mut script).await, StreamPart::Cancel);
    sender.values(&script, [0]);
    settle().await;
    assert!(script.published_now().is_none());
    assert_eq!(session.outstanding().available_permits(), session.max_outstanding());
}

#[tokio::test(start_paused = true)]
async fn a_call_given_up_cancels_the_stream_that_answers_it() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let call = calling(&session);
    let sender = Sender::of(&script.published().await);
    call.abort();
    assert!(call.await.is_err());
    sender.alive(&script, 0);
    assert_eq!(sender.heard(&mut script).await, StreamPart::Cancel);
}

#[tokio::test(start_paused = true)]
async fn a_value_that_is_none_of_the_contracts_ends_the_stream() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let (sender, mut values) = Sender::begin(&mut script, calling(&session)).await;
    sender.send(&script, false, "\"x\"", Some(StreamPart::Item { id: sender.run, seq: 0 }));
    sender.values(&script, [1]);
    let (taken, error) = all(&mut values).await;
    assert!(matches!(error, Some(CallError::InvalidReturn(_))) && taken.is_empty(), "{error:?}");
    assert_eq!(sender.heard(&mut script).await, StreamPart::Cancel);
}

#[tokio::test(start_paused = true)]
async fn the_run_that_was_heard_first_is_received_and_others_are_cancelled() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let (sender, mut values) = Sender::begin(&mut script, calling(&session)).await;
    let other = Sender { session: Id::random(), run: Id::random(), call: sender.call, caller: sender.caller };
    other.alive(&script, 0);
    other.values(&script, [0, 1]);
    other.end(&script, 2);
    other.send(&script, true, r#"{"name":"rpc_overloaded","payload":"\"full\""}"#, None);
    assert_eq!(other.heard(&mut script).await, StreamPart::Cancel);
    sender.values(&script, [0]);
    sender.end(&script, 1);
    assert_eq!(all(&mut values).await, (vec![0], None));
}

#[tokio::test(start_paused = true)]
async fn closing_the_session_ends_streams_and_cancels_them() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let (sender, mut values) = Sender::begin(&mut script, calling(&session)).await;
    sender.values(&script, [0]);
    settle().await;
    session.close().await;
    assert_eq!(sender.read(&script.published_now().expect("it says so before it is closed")), StreamPart::Cancel);
    let closed = CallError::OutcomeUnknown(OutcomeUnknown::Closed);
    assert_eq!(all(&mut values).await, (vec![0], Some(closed)));
    let outcome = calling(&session).await.unwrap().unwrap_err();
    assert_eq!(outcome, CallError::NotExecuted(NotExecuted::Closed));
}

#[tokio::test(start_paused = true)]
async fn a_stream_takes_places_among_the_calls_under_way() {
    let mut script = Script::new();
    let session = Session::builder().max_outstanding(40).over(script.transport.clone()).await.unwrap();
    let (_sender, values) = Sender::begin(&mut script, calling(&session)).await;
    assert_eq!((session.outstanding().available_permits(), session.replies().demand().get()), (7, 33));
    let outcome = calling(&session).await.unwrap().unwrap_err();
    assert_eq!(outcome, CallError::NotExecuted(NotExecuted::TooManyOutstanding(40)));
    let waiting = calling(&session);
    settle().await;
    drop(values);
    let (_sender, values) = loop {
        let published = script.published().await;
        if published.topic.ends_with(URI) {
            let sender = Sender::of(&published);
            sender.alive(&script, 0);
            break (sender, waiting.await.unwrap().unwrap());
        }
    };
    drop(values);
    settle().await;
    assert_eq!((session.outstanding().available_permits(), session.replies().demand().get()), (40, 0));
    let small = Session::builder().max_outstanding(1).over(script.transport.clone()).await.unwrap();
    let call = calling(&small);
    while !script.published().await.topic.ends_with(URI) {}
    call.abort();
}

#[tokio::test(start_paused = true)]
async fn an_idempotent_call_for_a_stream_is_sent_again_until_it_begins() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let repeated = Request { idempotent: true, timeout: Duration::from_secs(9), ..request(&session) };
    let call = StreamCall::<u64, TooFar>::new((&session).into(), Ok(repeated));
    let call = tokio::spawn(async move { call.await });
    let (first, second) = (Sender::of(&script.published().await), Sender::of(&script.published().await));
    assert_eq!(first.call, second.call);
    second.alive(&script, 0);
    second.end(&script, 0);
    assert_eq!(all(&mut call.await.unwrap().unwrap()).await, (vec![], None));
    assert!(script.published_now().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_flood_is_dropped_and_breaks_only_its_own_stream() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let (sender, mut values) = Sender::begin(&mut script, calling(&session)).await;
    for _ in 0..10_000 {
        sender.values(&script, [0]);
    }
    settle().await;
    sender.values(&script, [0, 1]);
    sender.end(&script, 2);
    assert_eq!(all(&mut values).await, (vec![0, 1], None));
}

#[tokio::test(start_paused = true)]
async fn any_layer_goes_around_a_call_for_a_stream_and_a_stand_in_answers_one() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let layered = ServiceBuilder::new()
        .map_request(|mut request: Request| {
            assert_eq!(request.kind(), crate::Kind::Stream);
            request.headers_mut().insert("traceparent", "00-1").unwrap();
            request
        })
        .service(session.clone());
    let call = StreamCall::new(Caller::from_service(layered), Ok(request(&session)));
    let call = tokio::spawn(async move { call.await });
    let published = script.published().await;
    assert_eq!(Invocation::decode(&published.body).unwrap().headers.get("traceparent"), Some("00-1"));
    let sender = Sender::of(&published);
    sender.alive(&script, 0);
    sender.end(&script, 0);
    assert_eq!(all(&mut call.await.unwrap().unwrap()).await, (vec![], None));

    let fake = tower::service_fn(|_: Request| async {
        let value = |json: &str| Ok(RawReply { outcome: Ok(json.to_owned()), channel: None, call_id: None });
        Ok::<_, CallError>(Response::Stream(RawStream::new(futures_util::stream::iter([value("1"), value("2")]))))
    });
    let call = StreamCall::<u64, TooFar>::new(Caller::from_service(fake), Ok(request(&session)));
    assert_eq!(all(&mut call.await.unwrap()).await, (vec![1, 2], None));
}

#[test]
fn a_stream_whose_runtime_is_shut_down_breaks_off_and_does_not_seem_whole() {
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
    let (lasting, passing) = (runtime(), runtime());
    let mut script = Script::new();
    let session = lasting.block_on(connected(&script));
    let (sender, mut values) = passing.block_on(async {
        let call = calling(&session);
        Sender::begin(&mut script, call).await
    });
    sender.values(&script, 0..3);
    let error = lasting.block_on(async {
        for value in 0..3 {
            assert_eq!(values.next().await, Some(Ok(value)));
        }
        passing.shutdown_background();
        values.next().await
    });
    let interrupted = CallError::OutcomeUnknown(OutcomeUnknown::Interrupted(Interruption::ShutDown));
    assert_eq!(error, Some(Err(interrupted)));
    let cancel = lasting.block_on(script.published());
    assert_eq!(Reply::decode(&cancel.body).unwrap().stream, Some(StreamPart::Cancel));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_waited_for_room_is_called_for_the_rest_of_its_time() {
    let mut script = Script::new();
    let session = Session::builder().max_outstanding(40).over(script.transport.clone()).await.unwrap();
    let first = calling(&session);
    let (_, values) = Sender::begin(&mut script, first).await;
    let _second = calling(&session);
    tokio::time::sleep(Duration::from_secs(2)).await;
    drop(values);
    let published = loop {
        let published = script.published().await;
        if published.topic == "_rpc_.net.example.count" {
            break published;
        }
    };
    assert_eq!(Invocation::decode(&published.body).unwrap().lifetime.duration(), Duration::from_secs(3));
}
