//! Calls and their time: dropped, touched, given up.

use super::*;

#[tokio::test(start_paused = true)]
async fn expired_calls_are_dropped_without_a_reply() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (session, _running) = started(&script, &stage).await;
    let invocation = Caller::new().invocation("x");
    let number = script.deliver_aged(TOPIC, body(&invocation), Duration::from_secs(11), 1);
    assert_eq!(script.acknowledged().await, (number, Acknowledged::Finished));
    assert!(script.published_now().is_none());
    assert_eq!((stage.runs.load(Ordering::Relaxed), session.statistics().expired), (0, 1));
    script.deliver_aged(TOPIC, body(&invocation), Duration::from_secs(8), 1);
    assert_eq!(outcome(&script.published().await), Ok("x".into()));
}

#[tokio::test(start_paused = true)]
async fn a_running_call_is_touched_until_its_deadline_and_then_given_up() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (session, _running) = started(&script, &stage).await;
    let began = Instant::now();
    let number = script.deliver(TOPIC, body(&Caller::new().invocation("wait")));
    for second in [2, 4, 6, 8] {
        assert_eq!(script.acknowledged().await, (number, Acknowledged::Touched));
        assert_eq!(began.elapsed().as_secs(), second);
    }
    assert_eq!(script.acknowledged().await, (number, Acknowledged::Finished));
    // The wall clock, by which the call's age is taken, goes on by itself.
    assert!((8_000..10_050).contains(&began.elapsed().as_millis()), "{:?}", began.elapsed());
    assert!(script.published_now().is_none(), "nothing is sent after the deadline");
    assert_eq!(session.statistics().expired, 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_is_held_for_fourteen_minutes_at_most_whatever_it_says() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, _running) = started(&script, &stage).await;
    let began = Instant::now();
    let lifetime = Lifetime::new(Duration::from_secs(24 * 60 * 60));
    let number = script.deliver(TOPIC, body(&Invocation { lifetime, ..Caller::new().invocation("wait") }));
    while script.acknowledged().await != (number, Acknowledged::Finished) {}
    assert_eq!(began.elapsed().as_secs(), 14 * 60);
}

#[tokio::test]
async fn a_handler_that_ends_at_once_but_after_the_deadline_answers_nobody() {
    let mut script = Script::new();
    let session = session(&script).await;
    let service = ServiceBuilder::new(&PLAIN, ())
        .procedure(&ECHO, |_, context: Context, payload: String| async move {
            std::thread::sleep(context.remaining());
            Ok::<_, Failure<Never>>(payload)
        })
        .build();
    let _running = Server::new(&session).add(service).start().await.unwrap();
    let lifetime = Lifetime::new(Duration::from_millis(50));
    let number = script.deliver(TOPIC, body(&Invocation { lifetime, ..Caller::new().invocation("x") }));
    assert_eq!(script.acknowledged().await, (number, Acknowledged::Finished));
    assert!(script.published_now().is_none());
    assert_eq!(session.statistics().expired, 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_a_place_is_touched_too() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let session = session(&script).await;
    let _running = Server::new(&session).add(echo_of(&PLAIN, &stage)).concurrency(1).start().await.unwrap();
    assert_eq!(script.subscribed(TOPIC).max_in_flight, 1);
    let first = script.deliver(TOPIC, body(&Caller::new().invocation("wait")));
    let second = script.deliver(TOPIC, body(&Caller::new().invocation("second")));
    let mut touched = [script.acknowledged().await, script.acknowledged().await];
    touched.sort_by_key(|(number, _)| *number);
    assert_eq!(touched, [(first, Acknowledged::Touched), (second, Acknowledged::Touched)]);
    assert_eq!(stage.runs.load(Ordering::Relaxed), 1);
    stage.go.notify_one();
    assert_eq!(outcome(&script.published().await), Ok("wait".into()));
    assert_eq!(outcome(&script.published().await), Ok("second".into()));
}
