//! Replies that wait for the broker's acknowledgement.

use super::*;
use crate::sync::Logged;

/// Delivers calls whose replies the broker leaves unanswered. Gives the messages' numbers.
async fn answered_in_vain(script: &mut Script, caller: &Caller, calls: usize) -> Vec<u64> {
    script.hold_publishes();
    let mut numbers = Vec::new();
    for _ in 0..calls {
        numbers.push(script.deliver(TOPIC, body(&caller.invocation("x"))));
    }
    for _ in 0..calls {
        assert_eq!(outcome(&script.published().await), Ok("x".into()));
    }
    numbers
}

#[tokio::test(start_paused = true)]
async fn calls_end_with_the_acknowledgement_of_their_replies() {
    let mut script = Script::new();
    let (_session, _running) = started(&script, &Arc::default()).await;
    let numbers = answered_in_vain(&mut script, &Caller::new(), 3).await;
    assert_eq!(script.acknowledged_now(), None, "no call ends before the broker has its reply");
    assert_eq!(script.answer(&Ok(())), 3);
    for number in numbers {
        assert_eq!(script.acknowledged().await, (number, Acknowledged::Finished));
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_fails_late_is_published_again() {
    let mut script = Script::new();
    let (_session, _running) = started(&script, &Arc::default()).await;
    let numbers = answered_in_vain(&mut script, &Caller::new(), 1).await;
    script.answer(&Err(PublishError::Unknown("lost".into())));
    assert_eq!(outcome(&script.published().await), Ok("x".into()));
    assert_eq!(script.acknowledged().await, (numbers[0], Acknowledged::Finished));
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_reply_is_on_its_way_is_touched_until_its_deadline() {
    let mut script = Script::new();
    let (session, _running) = started(&script, &Arc::default()).await;
    let began = Instant::now();
    let number = answered_in_vain(&mut script, &Caller::new(), 1).await[0];
    let mut before = began;
    for _ in 0..4 {
        assert_eq!(script.acknowledged().await, (number, Acknowledged::Touched));
        assert!(before.elapsed() < Duration::from_secs(3), "a third of the broker's patience, and half a second");
        before = Instant::now();
    }
    assert_eq!(script.acknowledged().await, (number, Acknowledged::Finished));
    assert_eq!(session.statistics().expired, 1);
    assert_eq!(script.answer(&Ok(())), 1);
    assert_eq!(script.acknowledged_now(), None, "it ended before");
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_waits_to_be_written_is_taken_back_at_its_deadline() {
    let mut script = Script::new();
    let (session, _running) = started(&script, &Arc::default()).await;
    script.queue_publishes();
    let number = answered_in_vain(&mut script, &Caller::new(), 1).await[0];
    while script.acknowledged().await != (number, Acknowledged::Finished) {}
    assert_eq!(session.statistics().expired, 1);
    assert_eq!(script.answer(&Ok(())), 0, "no reply after the deadline");
}

#[tokio::test(start_paused = true)]
async fn a_drain_waits_for_replies_on_their_way() {
    let mut script = Script::new();
    let (_session, running) = started(&script, &Arc::default()).await;
    let number = answered_in_vain(&mut script, &Caller::new(), 1).await[0];
    let draining = tokio::spawn(running.drain());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!draining.is_finished());
    script.answer(&Ok(()));
    draining.await.unwrap();
    assert_eq!(script.acknowledged().await, (number, Acknowledged::Finished));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_server_gives_back_calls_whose_replies_are_on_their_way() {
    let mut script = Script::new();
    let (_session, running) = started(&script, &Arc::default()).await;
    let number = answered_in_vain(&mut script, &Caller::new(), 1).await[0];
    drop(running);
    assert_eq!(script.acknowledged().await, (number, Acknowledged::Requeued));
    script.answer(&Ok(()));
    assert_eq!(script.acknowledged_now(), None, "it comes again");
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_is_away_is_tried_ever_more_rarely_and_is_said_once_of_each_reply() {
    let (logged, _guard) = Logged::listen();
    let mut script = Script::new();
    let (_session, _running) = started(&script, &Arc::default()).await;
    (0..12).for_each(|_| script.next_publish_fails(PublishError::NotSent("down".into())));
    let number = script.deliver(TOPIC, body(&Caller::new().invocation("x")));
    let began = Instant::now();
    for _ in 0..13 {
        script.published().await;
    }
    assert_eq!(began.elapsed().as_millis(), 50 + 100 + 200 + 400 + 8 * 500);
    while script.acknowledged().await != (number, Acknowledged::Finished) {}
    assert_eq!(logged.times("a reply is published again"), 1);
}
