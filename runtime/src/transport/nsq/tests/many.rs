//! Many brokers, as nsqlookupds name them, on a clock that only moves when everything waits.

use std::collections::{BTreeMap, BTreeSet};

use tokio::time::sleep;

use super::*;
use crate::{
    sync::Logged,
    transport::{
        BrokerId,
        nsq::played::{Played, What},
    },
};

/// Longer than it takes for everything that happens at once.
const MOMENT: Duration = Duration::from_millis(1);

fn hosts(transport: &Nsq) -> Vec<String> {
    transport.brokers().iter().map(|broker| broker.address.trim_end_matches(":4150").to_owned()).collect()
}

/// Publishes so many messages anywhere, and tells which hosts got them.
async fn publish_many(played: &mut Played, transport: &Nsq, messages: usize) -> BTreeSet<String> {
    played.seen_now();
    for _ in 0..messages {
        publish(transport, "t", "x").await.unwrap();
    }
    let publishes = |what: &What| matches!(what, What::Sent(Command::Pub { .. }));
    played.seen_now().into_iter().filter(|seen| publishes(&seen.what)).map(|seen| seen.host).collect()
}

#[tokio::test(start_paused = true)]
async fn a_new_broker_is_subscribed_before_it_is_published_to() {
    let mut played = Played::new();
    played.names("lookup", &["a"]);
    let transport = played.connect("nsqlookupd://lookup?lookupd_poll=1s").await.unwrap();
    let _subscription = transport.subscribe(options(10)).await.unwrap();
    let began = played.now();
    played.mute("b");
    played.names("lookup", &["a", "b"]);
    let connection = played.subscribed("b").await;
    assert!(played.now() - began <= Duration::from_millis(1250), "it is found by the next question");
    sleep(Duration::from_secs(5)).await;
    assert_eq!(publish_many(&mut played, &transport, 10).await, ["a".to_owned()].into(), "it is not subscribed");
    let broker = transport.brokers()[1].id;
    let direct = transport.publish(Route::Broker(broker), &"t".parse().unwrap(), Bytes::from_static(b"x"), None);
    assert_eq!(direct.await, Ok(()), "a reply goes where its call came from all the same");
    played.respond(connection, "OK");
    sleep(MOMENT).await;
    assert_eq!(publish_many(&mut played, &transport, 10).await, ["a".to_owned(), "b".to_owned()].into());
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_lives_and_does_not_answer_is_not_waited_for_for_ever() {
    let played = Played::new();
    let transport = played.connect("nsq://a").await.unwrap();
    played.mute("a");
    let began = played.now();
    let error = transport.subscribe(options(10)).await.unwrap_err();
    assert!(matches!(&error, SubscribeError::Unreachable(why) if why.contains("did not answer SUB")), "{error}");
    let took = played.now() - began;
    assert!((Duration::from_secs(12)..=Duration::from_secs(15)).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_is_down_holds_up_no_subscription_and_is_told_of_once() {
    let (logged, _guard) = Logged::listen();
    let mut played = Played::new();
    played.stall("b");
    let transport = played.connect("nsq://a,b?connect_timeout=3s").await.unwrap();
    let began = played.now();
    let _subscription = transport.subscribe(options(10)).await.unwrap();
    assert!(played.now() - began < MOMENT, "it is known to be down");
    sleep(Duration::from_secs(60)).await;
    assert_eq!(logged.times("not subscribed"), 1);
    assert_eq!(publish_many(&mut played, &transport, 10).await, ["a".to_owned()].into());
    played.mute("b");
    played.resume("b");
    let connection = played.subscribed("b").await;
    // Its connection that publishes comes back by a backoff of its own.
    while !transport.nodes.known().nodes.iter().all(|node| node.publisher.is_up()) {
        sleep(MOMENT).await;
    }
    assert_eq!(publish_many(&mut played, &transport, 10).await, ["a".to_owned()].into(), "it is not subscribed");
    played.respond(connection, "OK");
    sleep(MOMENT).await;
    assert_eq!(publish_many(&mut played, &transport, 10).await, ["a".to_owned(), "b".to_owned()].into());
}

#[tokio::test(start_paused = true)]
async fn a_new_broker_waits_until_the_others_have_found_it_too() {
    let mut played = Played::new();
    played.names("lookup", &["a"]);
    let transport = played.connect("nsqlookupd://lookup?lookupd_poll=1s").await.unwrap();
    let _subscription = transport.subscribe(options(10)).await.unwrap();
    played.names("lookup", &["a", "b"]);
    played.subscribed("b").await;
    sleep(Duration::from_millis(1200)).await;
    assert_eq!(publish_many(&mut played, &transport, 10).await, ["a".to_owned()].into());
    sleep(Duration::from_millis(100)).await;
    assert_eq!(publish_many(&mut played, &transport, 10).await.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_is_not_subscribed_any_more_is_left_out_until_it_is() {
    let mut played = Played::new();
    let transport = played.connect("nsq://a,b").await.unwrap();
    let _subscription = transport.subscribe(options(10)).await.unwrap();
    let connection = played.subscribed("b").await;
    played.mute("b");
    played.cut(connection);
    let connection = played.subscribed("b").await;
    assert_eq!(publish_many(&mut played, &transport, 10).await, ["a".to_owned()].into(), "replies would not be heard");
    played.respond(connection, "OK");
    sleep(MOMENT).await;
    assert_eq!(publish_many(&mut played, &transport, 10).await.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_new_broker_is_better_than_none() {
    let mut played = Played::new();
    played.names("lookup", &["a"]);
    let transport = played.connect("nsqlookupd://lookup?lookupd_poll=1s").await.unwrap();
    let _subscription = transport.subscribe(options(10)).await.unwrap();
    played.names("lookup", &["a", "b"]);
    played.subscribed("b").await;
    sleep(MOMENT).await;
    played.bring_down("a");
    sleep(Duration::from_millis(100)).await;
    assert_eq!(publish_many(&mut played, &transport, 10).await, ["b".to_owned()].into());
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_nobody_names_stays_while_it_is_connected_and_keeps_its_id() {
    let mut played = Played::new();
    played.names("lookup", &["a", "b"]);
    let transport = played.connect("nsqlookupd://lookup?lookupd_poll=1s").await.unwrap();
    let mut subscription = transport.subscribe(options(10)).await.unwrap();
    let connection = played.subscribed("b").await;
    let ids: Vec<_> = transport.brokers().iter().map(|broker| broker.id).collect();
    played.names("lookup", &["a"]);
    sleep(Duration::from_secs(10)).await;
    assert_eq!(hosts(&transport), ["a", "b"]);
    played.deliver(connection, 1, "x");
    assert_eq!(next(&mut subscription).await.broker, ids[1]);
    played.bring_down("b");
    sleep(Duration::from_secs(1)).await;
    assert_eq!(hosts(&transport), ["a"], "its connections are gone");
    played.names("lookup", &["c", "b", "a"]);
    played.bring_up("b");
    played.subscribed("b").await;
    let found: BTreeMap<_, _> =
        hosts(&transport).into_iter().zip(transport.brokers().into_iter().map(|broker| broker.id)).collect();
    assert_eq!((found["a"], found["b"]), (ids[0], ids[1]));
    assert_eq!(found["c"], BrokerId(2));
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_is_named_is_tried_again_and_again() {
    let mut played = Played::new();
    played.names("lookup", &["a", "b"]);
    let transport = played.connect("nsqlookupd://lookup?lookupd_poll=1s").await.unwrap();
    let _subscription = transport.subscribe(options(10)).await.unwrap();
    played.bring_down("b");
    sleep(Duration::from_secs(60)).await;
    assert_eq!(hosts(&transport), ["a", "b"]);
    assert_eq!(publish_many(&mut played, &transport, 4).await, ["a".to_owned()].into());
    played.bring_up("b");
    played.subscribed("b").await;
    sleep(Duration::from_secs(11)).await;
    assert_eq!(publish_many(&mut played, &transport, 4).await.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_makes_the_session_ask_at_once() {
    let mut played = Played::new();
    played.names("lookup", &["a"]);
    let _transport = played.connect("nsqlookupd://lookup?lookupd_poll=3600s").await.unwrap();
    let connected = played.until(|seen| seen.host == "a").await;
    sleep(Duration::from_secs(60)).await;
    played.seen_now();
    played.cut(connected.connection);
    let cut = played.now();
    let asked = played.until(|seen| seen.what == What::Asked).await;
    assert!(asked.at - cut <= Duration::from_millis(260), "{:?}", asked.at - cut);
}

#[tokio::test(start_paused = true)]
async fn each_nsqlookupd_is_asked_in_its_own_time() {
    let mut played = Played::new();
    played.names("good", &["a"]);
    played.hang("hung");
    let url = "nsqlookupd://hung,good?lookupd_poll=1s&lookupd_timeout=7s";
    let _transport = played.connect(url).await.unwrap();
    let began = played.now();
    assert_eq!(began.as_secs(), 7, "the beginning waits for the slowest, and no longer");
    sleep(Duration::from_secs(60)).await;
    let asked: Vec<_> = played.seen_now().into_iter().filter(|seen| seen.what == What::Asked).collect();
    let times = |host: &str| asked.iter().filter(|seen| seen.host == host).map(|seen| seen.at).collect::<Vec<_>>();
    let (good, hung) = (times("good"), times("hung"));
    let gaps: Vec<_> = good.windows(2).skip(1).map(|pair| pair[1] - pair[0]).collect();
    let (least, most) = (Duration::from_millis(750), Duration::from_millis(1255));
    assert!(gaps.len() > 40 && gaps.iter().all(|gap| *gap >= least && *gap <= most), "{gaps:?}");
    assert!(gaps.iter().collect::<BTreeSet<_>>().len() > 20, "with jitter");
    assert!(hung.len() >= 7 && hung.len() <= 10, "{hung:?}");
}

/// What each subscribed connection was asked for last.
#[derive(Default)]
struct Asked(BTreeMap<usize, u32>);

impl Asked {
    /// Follows what came, and holds the sum to the limit after every single command.
    fn follow(&mut self, played: &mut Played, limit: u32) {
        for seen in played.seen_now() {
            match seen.what {
                What::Sent(Command::Rdy(count)) => self.0.insert(seen.connection, count),
                What::Closed => self.0.remove(&seen.connection),
                _ => None,
            };
            assert!(self.0.values().sum::<u32>() <= limit, "{:?} at {:?}", self.0, seen.at);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn fewer_messages_than_brokers_are_asked_for_in_turn_and_never_too_many() {
    let mut played = Played::new();
    let transport = played.connect("nsq://a,b,c").await.unwrap();
    let _subscription = transport.subscribe(options(2)).await.unwrap();
    let (mut asked, mut had_turns) = (Asked::default(), BTreeMap::<usize, usize>::new());
    for _ in 0..1000 {
        sleep(Duration::from_millis(5)).await;
        asked.follow(&mut played, 2);
        for (connection, _) in asked.0.iter().filter(|(_, count)| **count == 1) {
            *had_turns.entry(*connection).or_default() += 1;
        }
    }
    assert_eq!(had_turns.len(), 3, "{had_turns:?}");
    assert!(had_turns.values().all(|turns| *turns > 400), "two thirds of the time each: {had_turns:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_in_use_is_not_asked_for_again_elsewhere() {
    let mut played = Played::new();
    let transport = played.connect("nsq://a,b").await.unwrap();
    let mut subscription = transport.subscribe(options(1)).await.unwrap();
    let connection = played.until(|seen| matches!(seen.what, What::Sent(Command::Rdy(1)))).await.connection;
    played.deliver(connection, 1, "x");
    let held = next(&mut subscription).await;
    sleep(Duration::from_secs(30)).await;
    let asks = |seen: &crate::transport::nsq::played::Seen| matches!(seen.what, What::Sent(Command::Rdy(1)));
    let seen = played.seen_now();
    assert!(!seen.iter().any(asks), "its message is not done: {seen:?}");
    held.finish();
    assert_ne!(played.until(asks).await.connection, connection, "the other's turn");
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_comes_back_gets_its_part_when_the_others_have_given_it() {
    let mut played = Played::new();
    let transport = played.connect("nsq://a,b").await.unwrap();
    let mut subscription = transport.subscribe(options(2)).await.unwrap();
    let a = played.subscribed("a").await;
    sleep(MOMENT).await;
    played.bring_down("b");
    sleep(Duration::from_millis(100)).await;
    for number in 1..=2 {
        played.deliver(a, number, "x");
    }
    let [first, second] = [next(&mut subscription).await, next(&mut subscription).await];
    played.seen_now();
    played.bring_up("b");
    let b = played.subscribed("b").await;
    sleep(Duration::from_secs(5)).await;
    let asked_b = |played: &mut Played| {
        played.seen_now().iter().any(|seen| seen.connection == b && matches!(seen.what, What::Sent(Command::Rdy(1))))
    };
    assert!(!asked_b(&mut played), "both messages are at the other");
    first.finish();
    sleep(MOMENT).await;
    assert!(asked_b(&mut played));
    second.finish();
}

#[tokio::test(start_paused = true)]
async fn a_subscription_of_one_broker_goes_there_alone() {
    let mut played = Played::new();
    let transport = played.connect("nsq://a,b").await.unwrap();
    let b = transport.brokers()[1].id;
    let subscription = transport.subscribe(options(0).at(b)).await.unwrap();
    sleep(MOMENT).await;
    let seen = played.seen_now();
    let sent = |host: &str, is: fn(&Command) -> bool| {
        seen.iter().any(|seen| seen.host == host && matches!(&seen.what, What::Sent(command) if is(command)))
    };
    assert!(sent("b", |command| matches!(command, Command::Sub { .. })));
    assert!(!sent("a", |command| matches!(command, Command::Sub { .. })));
    assert!(!sent("b", |command| matches!(command, Command::Rdy(_))), "none are wanted");
    drop(subscription);
}
