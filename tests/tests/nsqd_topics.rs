//! Consumers of topics against real nsqds: backoff, and messages that are given up.
#![cfg(feature = "nsqd")]

use std::time::{Duration, Instant};

use almanet_runtime::{Backoff, Consumer, DeadLetter, Message, Session, Topic, dead_letter_topic};
use almanet_tests::nsqd::Nsqd;

const TOPIC: &str = "net.example.orders";
const CHANNEL: &str = "kitchen";

async fn connect(nsqds: &[&Nsqd]) -> Session {
    let addresses: Vec<_> = nsqds.iter().map(|nsqd| nsqd.tcp_address().to_string()).collect();
    Session::connect(&format!("nsq://{}", addresses.join(","))).await.expect("nsqd is there")
}

fn orders(session: &Session) -> Topic<i64> {
    session.topic(TOPIC)
}

/// The next message, within a time that only a hung test exceeds.
async fn next<T: almanet_runtime::codegen::Encode + almanet_runtime::codegen::Decode>(
    consumer: &mut Consumer<T>,
) -> Message<T> {
    tokio::time::timeout(Duration::from_secs(30), consumer.next()).await.expect("a message").expect("not ended")
}

/// What the channel's clients at this broker were asked for last: their RDY.
fn ready_counts(nsqd: &Nsqd) -> Vec<u64> {
    let stats = nsqd.stats(TOPIC);
    let clients = stats["topics"][0]["channels"][0]["clients"].as_array().cloned().unwrap_or_default();
    clients.iter().filter_map(|client| client["ready_count"].as_u64()).collect()
}

async fn within(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < deadline, "not within 30 s: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_poison_message_goes_to_the_dead_letters_and_its_neighbours_are_processed() {
    let nsqd = Nsqd::start();
    let session = connect(&[&nsqd]).await;
    let orders = orders(&session);
    let mut consumer = orders.consume(CHANNEL).max_attempts(3).backoff(Backoff::none()).await.unwrap();
    let mut dead = session.topic::<DeadLetter>(dead_letter_topic(TOPIC)).consume("operators").await.unwrap();
    for order in [1, 666, 2] {
        orders.produce(&order).await.unwrap();
    }
    let (mut done, mut deliveries) = (Vec::new(), 0);
    while deliveries < 3 || done.len() < 2 {
        let message = next(&mut consumer).await;
        match message.payload() {
            Ok(666) => {
                deliveries += 1;
                match message.attempts() {
                    3 => message.fail("no such dish"),
                    _ => message.requeue_without_backoff(Duration::ZERO),
                }
            }
            _ => done.push(message.finish().unwrap()),
        }
    }
    assert_eq!((done, deliveries), (vec![1, 2], 3));
    let letter = next(&mut dead).await.finish().unwrap();
    assert_eq!((&*letter.topic, &*letter.channel, letter.attempts), (TOPIC, CHANNEL, 3));
    assert_eq!((&*letter.error, letter.body.as_deref()), ("no such dish", Some("666")));
    assert_eq!(letter.broker, nsqd.tcp_address().to_string());
    within("the message is finished", || {
        let channel = &nsqd.stats(TOPIC)["topics"][0]["channels"][0];
        channel["depth"] == 0 && channel["in_flight_count"] == 0 && channel["deferred_count"] == 0
    })
    .await;
}

#[tokio::test]
async fn a_message_that_nobody_finishes_in_time_is_given_up_too() {
    let nsqd = Nsqd::start();
    let session = connect(&[&nsqd]).await;
    let orders = orders(&session);
    let subscribe = orders.consume(CHANNEL).max_attempts(1).message_timeout(Duration::from_secs(1));
    let mut consumer = subscribe.await.unwrap();
    let mut dead = session.topic::<DeadLetter>(dead_letter_topic(TOPIC)).consume("operators").await.unwrap();
    orders.produce(&7).await.unwrap();
    drop(next(&mut consumer).await);
    let letter = tokio::select! {
        letter = next(&mut dead) => letter.finish().unwrap(),
        again = next(&mut consumer) => panic!("{again:?} was handed out again"),
    };
    assert_eq!(letter.error, "it was delivered 1 times and never finished");
    assert_eq!(letter.attempts, 2);
}

#[tokio::test]
async fn failures_stop_every_broker_then_one_probes_then_all_go_on() {
    let nsqds = [Nsqd::start(), Nsqd::start()];
    let session = connect(&[&nsqds[0], &nsqds[1]]).await;
    let orders = orders(&session);
    let wait = Duration::from_secs(1);
    let mut consumer = orders.consume(CHANNEL).backoff(Backoff::new(wait, wait)).await.unwrap();
    let ready = || nsqds.iter().flat_map(ready_counts).collect::<Vec<_>>();
    within("both are asked", || ready() == [1, 1]).await;
    orders.produce(&1).await.unwrap();
    next(&mut consumer).await.requeue(Duration::from_millis(100));
    let failed = Instant::now();
    within("nobody is asked", || ready() == [0, 0]).await;
    within("one is asked", || ready().iter().sum::<u64>() == 1).await;
    assert!(failed.elapsed() >= wait * 3 / 4 - Duration::from_millis(50), "{:?}", failed.elapsed());
    next(&mut consumer).await.finish().unwrap();
    within("both are asked again", || ready() == [1, 1]).await;
}

#[tokio::test]
async fn a_paused_consumer_gets_nothing_until_it_goes_on() {
    let nsqd = Nsqd::start();
    let session = connect(&[&nsqd]).await;
    let orders = orders(&session);
    let mut consumer = orders.consume(CHANNEL).await.unwrap();
    consumer.limit(0);
    within("nothing is asked for", || ready_counts(&nsqd) == [0]).await;
    orders.produce(&1).await.unwrap();
    within("it waits", || nsqd.stats(TOPIC)["topics"][0]["channels"][0]["depth"] == 1).await;
    consumer.limit(usize::MAX);
    assert_eq!(next(&mut consumer).await.finish().unwrap(), 1);
}
