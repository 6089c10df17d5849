//! Servers that stop.

use super::*;

#[tokio::test(start_paused = true)]
async fn draining_gives_back_what_comes_and_answers_what_runs() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, running) = started(&script, &stage).await;
    let held = script.deliver(TOPIC, body(&Caller::new().invocation("wait")));
    stage.began.notified().await;

    let draining = tokio::spawn(running.drain());
    while !script.is_stopped(TOPIC) {
        tokio::task::yield_now().await;
    }
    let late = script.deliver(TOPIC, body(&Caller::new().invocation("late")));
    assert_eq!(script.acknowledged().await, (late, Acknowledged::Requeued));
    assert!(!draining.is_finished());
    stage.go.notify_one();
    assert_eq!(outcome(&script.published().await), Ok("wait".into()));
    assert_eq!(script.acknowledged().await, (held, Acknowledged::Finished));
    draining.await.unwrap();
    assert_eq!(stage.runs.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_drain_goes_on_reading_until_nothing_has_come_for_a_while() {
    let mut script = Script::new();
    let (_session, running) = started(&script, &Arc::default()).await;
    let draining = tokio::spawn(running.drain());
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let late = script.deliver(TOPIC, body(&Caller::new().invocation("late")));
        assert_eq!(script.acknowledged().await, (late, Acknowledged::Requeued));
    }
    draining.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_idle_server_drains_after_a_moment_of_silence() {
    let script = Script::new();
    let session = session(&script).await;
    let server = Server::new(&session).add(echo_of(&PLAIN, &Arc::default()));
    let began = Instant::now();
    server.serve(tokio::time::sleep(Duration::from_secs(1))).await.unwrap();
    assert_eq!(began.elapsed(), Duration::from_millis(1_200));
}

#[tokio::test(start_paused = true)]
async fn calls_that_outlast_the_drain_are_given_back() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let session = session(&script).await;
    let server = Server::new(&session).add(echo_of(&PLAIN, &stage)).drain_timeout(Duration::from_secs(1));
    let running = server.start().await.unwrap();
    let held = script.deliver(TOPIC, body(&Caller::new().invocation("wait")));
    stage.began.notified().await;
    let began = Instant::now();
    running.drain().await;
    assert_eq!(began.elapsed(), Duration::from_secs(1));
    assert_eq!(script.acknowledged().await, (held, Acknowledged::Requeued));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_dropped_gives_its_calls_back() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, running) = started(&script, &stage).await;
    let held = script.deliver(TOPIC, body(&Caller::new().invocation("wait")));
    stage.began.notified().await;
    drop(running);
    assert_eq!(script.acknowledged().await, (held, Acknowledged::Requeued));
}

#[tokio::test(start_paused = true)]
async fn a_drain_over_a_closed_session_waits_for_no_reply() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (session, running) = started(&script, &stage).await;
    let held = script.deliver(TOPIC, body(&Caller::new().invocation("wait")));
    stage.began.notified().await;
    let began = Instant::now();
    let draining = tokio::spawn(running.drain());
    while !script.is_stopped(TOPIC) {
        tokio::task::yield_now().await;
    }
    session.close().await;
    (0..100).for_each(|_| script.next_publish_fails(PublishError::NotSent("the transport is closed".into())));
    stage.go.notify_one();
    draining.await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(script.acknowledged().await, (held, Acknowledged::Requeued));
}
