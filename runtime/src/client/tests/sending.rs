//! What came of publishing a call, and when it is sent again.

use super::*;

#[tokio::test(start_paused = true)]
async fn what_was_not_written_is_sent_again_under_the_same_id() {
    let mut script = Script::new();
    let session = connected(&script).await;
    script.next_publish_fails(PublishError::NotSent("the connection is down".into()));
    script.next_publish_fails(PublishError::Refused { code: "E_PUB_FAILED".into(), text: "later".into() });
    let call = calling(&session, |call| call.timeout(Duration::from_secs(5)));
    let first = script.published().await;
    let _second = script.published().await;
    let third = script.published().await;
    assert_eq!(invocation(&first).id, invocation(&third).id);
    assert!(invocation(&third).lifetime < invocation(&first).lifetime, "what remains is computed again");
    reply(&script, &third, false, "\"x\"");
    assert_eq!(call.await.unwrap(), Ok("x".into()));
}

#[tokio::test(start_paused = true)]
async fn what_is_learned_late_of_a_publish_counts_as_well() {
    let mut script = Script::new();
    let session = connected(&script).await;
    script.hold_publishes();
    let call = calling(&session, |call| call);
    let first = script.published().await;
    script.answer(&Err(PublishError::NotSent("down".into())));
    let again = script.published().await;
    assert_eq!(invocation(&first).id, invocation(&again).id);
    reply(&script, &again, false, "\"Hello\"");
    assert_eq!(call.await.unwrap(), Ok("Hello".into()));

    script.hold_publishes();
    let call = calling(&session, |call| call);
    script.published().await;
    let refused = PublishError::Refused { code: "E_BAD_TOPIC".into(), text: "no".into() };
    script.answer(&Err(refused));
    assert!(matches!(call.await.unwrap(), Err(CallError::NotExecuted(NotExecuted::Refused { .. }))));

    script.hold_publishes();
    let call = calling(&session, |call| call.timeout(Duration::from_secs(1)));
    script.published().await;
    script.answer(&Ok(()));
    assert!(matches!(call.await.unwrap(), Err(CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(_)))));
}

#[tokio::test(start_paused = true)]
async fn what_was_never_written_is_not_executed() {
    let script = Script::new();
    let session = connected(&script).await;
    for _ in 0..1_000 {
        script.next_publish_fails(PublishError::NotSent("the connection is down".into()));
    }
    let started = Instant::now();
    let outcome = calling(&session, |call| call.timeout(Duration::from_secs(3))).await.unwrap();
    assert!(matches!(outcome, Err(CallError::NotExecuted(NotExecuted::NotSent(_)))), "{outcome:?}");
    assert_eq!(started.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_the_broker_refuses_for_good_ends_at_once() {
    let script = Script::new();
    let session = connected(&script).await;
    script.next_publish_fails(PublishError::Refused { code: "E_BAD_TOPIC".into(), text: "no".into() });
    let outcome = calling(&session, |call| call).await.unwrap();
    let refused = NotExecuted::Refused { code: "E_BAD_TOPIC".into(), text: "no".into() };
    assert_eq!(outcome, Err(CallError::NotExecuted(refused)));
}

#[tokio::test(start_paused = true)]
async fn what_was_not_acknowledged_is_only_sent_again_where_that_is_safe() {
    let mut script = Script::new();
    let session = connected(&script).await;
    script.next_publish_fails(PublishError::Unknown("the connection broke".into()));
    let outcome = calling(&session, |call| call.timeout(Duration::from_secs(9))).await.unwrap();
    let unknown = OutcomeUnknown::Unacknowledged("the connection broke".into());
    assert_eq!(outcome, Err(CallError::OutcomeUnknown(unknown)));
    script.published().await;
    assert!(script.published_now().is_none(), "it was sent once");

    script.next_publish_fails(PublishError::Unknown("the connection broke".into()));
    let call = idempotent(&session);
    let first = script.published().await;
    let began = Instant::now();
    let second = script.published().await;
    assert_eq!(invocation(&first).id, invocation(&second).id);
    assert!(began.elapsed() < Duration::from_secs(1), "not only when a third of its time is over");
    reply(&script, &second, false, "1");
    assert!(call.await.unwrap().is_ok());
}

#[tokio::test(start_paused = true)]
async fn an_idempotent_call_is_sent_again_after_each_third_of_its_time() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let started = Instant::now();
    let call = idempotent(&session);
    for second in [0, 3, 6] {
        let published = script.published().await;
        assert_eq!(started.elapsed().as_secs(), second);
        assert_eq!(invocation(&published).lifetime.seconds(), 9 - second);
    }
    assert!(matches!(call.await.unwrap(), Err(CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(_)))));
    assert_eq!(started.elapsed().as_secs(), 9);
    assert!(script.published_now().is_none(), "three attempts are all");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_may_have_been_sent_is_never_too_large_to_be_sent_again() {
    let mut wide = Script::new();
    let session = connected(&wide).await;
    let _call = idempotent(&session);
    let size = wide.published().await.body.len();
    let mut script = Script::limited(size);
    let session = connected(&script).await;
    script.next_publish_fails(PublishError::Unknown("the connection broke".into()));
    let outcome = idempotent(&session).await.unwrap();
    assert!(matches!(outcome, Err(CallError::OutcomeUnknown(_))), "{outcome:?}");
    assert_eq!(script.published().await.body.len(), size);
}
