//! Consumers, their failures, and what becomes of messages that are given up.

mod frames;

use std::time::Duration;

use super::*;
use crate::{
    codec::from_json,
    transport::{
        Limit, PublishError,
        scripted::{Acknowledged, Published, Script},
    },
};

const TOPIC: &str = "net.example.orders";

async fn session(script: &Script) -> Session {
    Session::builder().over(script.transport.clone()).await.unwrap()
}

/// A consumer that gives messages up after three deliveries.
async fn consumer(session: &Session) -> Consumer<i64> {
    session.topic(TOPIC).consume("kitchen").max_attempts(3).await.unwrap()
}

fn limit(script: &Script) -> Limit {
    script.subscribed(TOPIC).limit.unwrap()
}

fn letter(published: &Published) -> DeadLetter {
    from_json(&published.body).unwrap()
}

fn deliver(script: &Script, body: &'static [u8], attempts: u16) -> u64 {
    script.deliver_aged(TOPIC, body, Duration::ZERO, attempts)
}

#[tokio::test]
async fn a_message_that_fails_at_last_is_published_and_then_finished() {
    let mut script = Script::new();
    let session = session(&script).await;
    let mut consumer = consumer(&session).await;
    let number = deliver(&script, b"7", 3);
    consumer.next().await.unwrap().fail("the oven is \"cold\"");
    let published = script.published().await;
    assert_eq!((&*published.topic, published.delay), ("net.example.orders.dead", None));
    let letter = letter(&published);
    assert_eq!((&*letter.topic, &*letter.channel, &*letter.broker), (TOPIC, "kitchen", "scripted"));
    assert_eq!((letter.attempts, &*letter.error), (3, "the oven is \"cold\""));
    assert_eq!((letter.body.as_deref(), letter.bytes), (Some("7"), None));
    assert!(letter.timestamp <= letter.failed_at && !letter.message_id.is_empty());
    assert_eq!(script.acknowledged().await, (number, Acknowledged::Finished));
    assert_eq!(session.statistics().dead_letters, 1);
}

#[tokio::test]
async fn a_dead_letter_can_be_produced_again_as_it_was() {
    let mut script = Script::new();
    let session = session(&script).await;
    let mut consumer = consumer(&session).await;
    for body in [&b" 7"[..], b"\xff\x00"] {
        deliver(&script, body, 3);
        consumer.next().await.unwrap().fail("no");
        let letter = letter(&script.published().await);
        letter.replay(&session).await.unwrap();
        let again = script.published().await;
        assert_eq!((&*again.topic, &*again.body), (TOPIC, body));
    }
    let mut letter = DeadLetter::blank();
    letter.topic = "_rpc_.x".to_owned();
    assert!(matches!(letter.replay(&session).await, Err(ProduceError::NotProduced(NotExecuted::Address(_)))));
}

#[tokio::test]
async fn a_dead_letter_that_is_not_published_loses_nothing() {
    let mut script = Script::new();
    let session = session(&script).await;
    let mut consumer = consumer(&session).await;
    for error in [
        PublishError::NotSent("down".into()),
        PublishError::Unknown("cut".into()),
        PublishError::Refused { code: "E_BAD_TOPIC".into(), text: "no".into() },
    ] {
        script.next_publish_fails(error);
        let number = deliver(&script, b"7", 3);
        consumer.next().await.unwrap().fail("no");
        script.published().await;
        assert_eq!(script.acknowledged().await, (number, Acknowledged::Requeued));
        assert!(script.requeue_delay() >= Duration::from_secs(30));
    }
}

#[tokio::test]
async fn a_delivery_too_many_is_not_handed_out() {
    let mut script = Script::new();
    let session = session(&script).await;
    let mut consumer = consumer(&session).await;
    deliver(&script, b"7", 4);
    deliver(&script, b"8", 1);
    assert_eq!(consumer.next().await.unwrap().finish().unwrap(), 8);
    let published = script.published().await;
    assert_eq!(letter(&published).error, "it was delivered 3 times and never finished");
}

#[tokio::test]
async fn without_a_number_of_attempts_nothing_is_given_up() {
    let mut script = Script::new();
    let session = session(&script).await;
    let mut consumer = session.topic::<i64>(TOPIC).consume("kitchen").await.unwrap();
    deliver(&script, b"7", u16::MAX);
    consumer.next().await.unwrap().fail("no");
    assert_eq!(script.acknowledged().await.1, Acknowledged::Requeued);
    assert!(script.published_now().is_none());
}

#[tokio::test]
async fn a_message_that_fails_before_comes_again_later_and_later() {
    let mut script = Script::new();
    let session = session(&script).await;
    let mut consumer = session.topic::<i64>(TOPIC).consume("kitchen").await.unwrap();
    for (attempts, seconds) in [(1, 1), (2, 2), (5, 16), (20, 900), (u16::MAX, 900), (0, 1)] {
        deliver(&script, b"7", attempts);
        consumer.next().await.unwrap().fail("no");
        script.acknowledged().await;
        let (delay, longest) = (script.requeue_delay(), Duration::from_secs(seconds));
        assert!(delay <= longest && delay >= longest * 3 / 4, "{attempts}: {delay:?}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_text_is_carried_whole() {
    let mut script = Script::new();
    let session = session(&script).await;
    let mut consumer = consumer(&session).await;
    deliver(&script, b"\xff\x00", 3);
    let message = consumer.next().await.unwrap();
    assert!(message.payload().is_err());
    message.fail("not UTF-8");
    let letter = letter(&script.published().await);
    assert_eq!((letter.body, letter.bytes.as_deref()), (None, Some(&b"\xff\x00"[..])));
}

#[tokio::test]
async fn a_message_too_large_for_a_dead_letter_is_kept() {
    let mut script = Script::limited(400);
    let session = session(&script).await;
    let mut consumer = consumer(&session).await;
    deliver(&script, &[b'"'; 300], 3);
    consumer.next().await.unwrap().fail("no");
    assert_eq!(script.acknowledged().await.1, Acknowledged::Requeued);
    assert!(script.published_now().is_none());
}

#[tokio::test]
async fn long_errors_are_cut_at_a_letter() {
    let mut script = Script::new();
    let session = session(&script).await;
    let mut consumer = consumer(&session).await;
    deliver(&script, b"7", 3);
    consumer.next().await.unwrap().fail(format!("x{}", "é".repeat(1000)));
    assert_eq!(letter(&script.published().await).error.len(), 1023);
}

#[tokio::test]
async fn a_message_timeout_that_no_broker_takes_is_refused_and_is_not_the_default() {
    let script = Script::new();
    let session = session(&script).await;
    for timeout in [Duration::ZERO, Duration::from_nanos(1), Duration::from_millis(999)] {
        let refused = session.topic::<i64>(TOPIC).consume("kitchen").message_timeout(timeout).await.unwrap_err();
        assert_eq!(refused, ConsumeError::MessageTimeout(timeout));
    }
    session.topic::<i64>(TOPIC).consume("kitchen").message_timeout(Duration::from_secs(1)).await.unwrap();
}

#[tokio::test]
async fn dead_letters_go_where_the_consumer_says() {
    let mut script = Script::new();
    let session = session(&script).await;
    let subscribe = || session.topic::<i64>(TOPIC).consume("kitchen").max_attempts(1);
    let refused = subscribe().dead_letters("_rpc_.x").await.unwrap_err();
    assert!(matches!(refused, ConsumeError::Address(_)));
    let mut consumer = subscribe().dead_letters("graveyard").await.unwrap();
    deliver(&script, b"7", 1);
    consumer.next().await.unwrap().fail("no");
    assert_eq!(script.published().await.topic, "graveyard");
}

#[test]
fn dead_letter_topics_are_names_whatever_the_topics_length() {
    let long = |length: usize| "x".repeat(length);
    assert_eq!(dead_letter_topic(&long(59)), format!("{}.dead", long(59)));
    let mut names: Vec<_> = (60..=64).map(|length| dead_letter_topic(&long(length))).collect();
    names.push(dead_letter_topic(&format!("{}#ephemeral", long(54))));
    for name in &names {
        assert!(TopicName::new(name.as_str()).is_ok() && !name.contains('#'), "{name}");
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 6, "they are told apart");
}

#[tokio::test(start_paused = true)]
async fn failures_slow_a_consumer_down_and_a_success_lets_it_go_on() {
    let script = Script::new();
    let session = session(&script).await;
    let mut consumer = consumer(&session).await;
    let limit = limit(&script);
    let mut changes = limit.changes();
    deliver(&script, b"7", 1);
    consumer.next().await.unwrap().requeue_without_backoff(Duration::ZERO);
    assert_eq!(limit.get(), usize::MAX);
    for attempts in [1, 2] {
        deliver(&script, b"7", attempts);
        let message = consumer.next().await.unwrap();
        match attempts {
            1 => message.requeue(Duration::ZERO),
            _ => message.fail("no"),
        }
        assert_eq!(limit.get(), 0);
        while limit.get() == 0 {
            changes.changed().await;
        }
        assert_eq!(limit.get(), 1);
    }
    deliver(&script, b"7", 1);
    consumer.next().await.unwrap().finish().unwrap();
    assert_eq!(limit.get(), 0, "two failures want two successes");
    while limit.get() == 0 {
        changes.changed().await;
    }
    deliver(&script, b"7", 1);
    consumer.next().await.unwrap().finish().unwrap();
    assert_eq!(limit.get(), usize::MAX);
}

#[tokio::test]
async fn a_consumer_can_be_paused() {
    let script = Script::new();
    let session = session(&script).await;
    let consumer = consumer(&session).await;
    consumer.limit(0);
    assert_eq!(limit(&script).get(), 0);
    consumer.limit(usize::MAX);
    assert_eq!(limit(&script).get(), usize::MAX);
}

#[cfg(feature = "embedded")]
#[tokio::test(start_paused = true)]
async fn a_sample_is_a_part_of_the_messages() {
    const MANY: usize = 1000;
    let session = Session::connect("embedded:0").await.unwrap();
    let topic = session.topic::<i64>(TOPIC);
    let mut all = topic.consume("all").sample_rate(100).await.unwrap();
    let mut some = topic.consume("some").sample_rate(50).await.unwrap();
    for number in 0..MANY {
        topic.produce(&i64::try_from(number).unwrap()).await.unwrap();
    }
    assert_eq!(count(&mut all).await, MANY);
    let sampled = count(&mut some).await;
    assert!((1..MANY).contains(&sampled), "{sampled}");
}

/// Finishes messages until none comes any more.
#[cfg(feature = "embedded")]
async fn count(consumer: &mut Consumer<i64>) -> usize {
    let mut count = 0;
    while let Ok(Some(message)) = tokio::time::timeout(Duration::from_secs(1), consumer.next()).await {
        message.finish().unwrap();
        count += 1;
    }
    count
}

#[tokio::test(start_paused = true)]
async fn what_is_produced_through_a_closed_session_is_not_tried_for_long() {
    let script = Script::new();
    let session = session(&script).await;
    session.close().await;
    script.next_publish_fails(PublishError::NotSent("the transport is closed".into()));
    let began = tokio::time::Instant::now();
    let outcome = session.topic(TOPIC).produce(&7).await;
    assert!(matches!(outcome, Err(ProduceError::NotProduced(NotExecuted::Closed))), "{outcome:?}");
    assert!(began.elapsed().is_zero());
}
