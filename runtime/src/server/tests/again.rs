//! Calls that come more than once.

use super::*;

/// Delivers a call, and once more while it runs. Gives the numbers of both deliveries.
async fn delivered_twice(script: &Script, stage: &Stage, session: &Session, invocation: &Invocation<'_>) -> (u64, u64) {
    let first = script.deliver(TOPIC, body(invocation));
    stage.began.notified().await;
    let joined = script.deliver_aged(TOPIC, body(invocation), Duration::ZERO, 2);
    while session.statistics().duplicates == 0 {
        tokio::task::yield_now().await;
    }
    (first, joined)
}

#[tokio::test(start_paused = true)]
async fn a_call_that_comes_twice_runs_once_and_gets_the_same_reply() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (session, _running) = started(&script, &stage).await;
    let invocation = Caller::new().invocation("wait");
    let (first, joined) = delivered_twice(&script, &stage, &session, &invocation).await;
    stage.go.notify_one();
    let reply = script.published().await;
    let mut finished = [script.acknowledged().await, script.acknowledged().await];
    finished.sort_by_key(|(number, _)| *number);
    assert_eq!(finished, [(first, Acknowledged::Finished), (joined, Acknowledged::Finished)]);
    assert!(script.published_now().is_none(), "those who join share a reply");

    let late = script.deliver_aged(TOPIC, body(&invocation), Duration::ZERO, 3);
    assert_eq!(script.published().await.body, reply.body);
    assert_eq!(script.acknowledged().await, (late, Acknowledged::Finished));
    assert_eq!(stage.runs.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_joined_a_call_is_touched_with_it_and_given_back_with_it() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (session, running) = started(&script, &stage).await;
    let invocation = Caller::new().invocation("wait");
    let (first, joined) = delivered_twice(&script, &stage, &session, &invocation).await;
    let mut both = async |what| {
        let mut both = [script.acknowledged().await, script.acknowledged().await];
        both.sort_by_key(|(number, _)| *number);
        assert_eq!(both, [(first, what), (joined, what)]);
    };
    both(Acknowledged::Touched).await;
    drop(running);
    both(Acknowledged::Requeued).await;
}

#[tokio::test(start_paused = true)]
async fn one_id_of_two_callers_is_two_calls() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (session, _running) = started(&script, &stage).await;
    let (caller, other) = (Caller::new(), Caller::new());
    let invocation = caller.invocation("x");
    script.deliver(TOPIC, body(&invocation));
    script.deliver(TOPIC, body(&Invocation { id: invocation.id, ..other.invocation("y") }));
    let mut heard = Vec::new();
    for _ in 0..2 {
        let published = script.published().await;
        heard.push((published.topic.clone(), outcome(&published).unwrap()));
    }
    heard.sort_by_key(|(_, text)| text.clone());
    let topic = |caller: &Caller| format!("_rpc_._reply_.{}#ephemeral", caller.id);
    assert_eq!(heard, [(topic(&caller), "x".to_owned()), (topic(&other), "y".to_owned())]);
    assert_eq!((stage.runs.load(Ordering::Relaxed), session.statistics().duplicates), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_call_is_forgotten_a_minute_after_its_deadline() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, _running) = started(&script, &stage).await;
    let caller = Caller::new();
    let invocation = caller.invocation("x");
    script.deliver(TOPIC, body(&invocation));
    script.published().await;
    // Memory is cleared when a new call comes.
    for (seconds, runs) in [(69, 2), (2, 4)] {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        script.deliver(TOPIC, body(&caller.invocation("y")));
        script.published().await;
        script.deliver(TOPIC, body(&invocation));
        script.published().await;
        assert_eq!(stage.runs.load(Ordering::Relaxed), runs);
    }
}

#[tokio::test(start_paused = true)]
async fn memory_is_bounded_by_number_and_by_size() {
    use super::memory::{Key, Known, Memory};
    use crate::transport::{Acknowledge, Delivery};
    use almanet_nsq::message::MessageId;

    struct Nobody;

    impl Acknowledge for Nobody {
        fn finish(&self, _: MessageId) {}
        fn requeue(&self, _: MessageId, _: Duration) {}
        fn touch(&self, _: MessageId) {}
    }

    let acknowledge: Arc<dyn Acknowledge> = Arc::new(Nobody);
    let now = Instant::now();
    let later = now + Duration::from_secs(60);
    let key = |call: u128| Key { route: 0, caller: Id::from(1), call: Id::from(call) };
    let delivery = || Delivery {
        oversized: None,
        body: bytes::Bytes::new(),
        timestamp_nanos: 0,
        attempts: 1,
        broker: BrokerId(7),
        id: MessageId([b'0'; 16]),
        acknowledge: acknowledge.clone(),
    };
    let is_new = |memory: &mut Memory, call| matches!(memory.enter(key(call), delivery(), now, later), Known::New(..));

    let mut many = Memory::default();
    for call in 0..65_536 {
        assert!(is_new(&mut many, call));
    }
    assert!(!is_new(&mut many, 0), "65,536 are remembered");
    assert!(is_new(&mut many, 65_536));
    assert!(is_new(&mut many, 0), "one more, and the oldest is forgotten");

    let mut large = Memory::default();
    let reply = bytes::Bytes::from(vec![b'x'; 1024 * 1024]);
    for call in 0..65 {
        let Known::New(_, number) = large.enter(key(call), delivery(), now, later) else { panic!("{call} is new") };
        large.finish(number, Some(reply.clone()));
    }
    assert!(matches!(large.enter(key(0), delivery(), now, later), Known::Finished(_, _, Some(_))));
    assert!(is_new(&mut large, 65));
    assert!(is_new(&mut large, 0), "64 MiB of replies are remembered");
}
