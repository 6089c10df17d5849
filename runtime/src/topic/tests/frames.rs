//! What a consumer's brokers are told while messages fail, frame by frame, on a clock that only moves when everything
//! waits.

use std::{collections::BTreeMap, sync::Arc};

use almanet_nsq::command::Command;
use tokio::time::sleep;

use super::*;
use crate::transport::nsq::played::{Played, Seen, What, id};

/// Longer than what happens at once takes, shorter than any wait.
const MOMENT: Duration = Duration::from_millis(60);

/// A consumer and its brokers.
struct Trial {
    played: Played,
    consumer: Consumer<i64>,
    /// The connections that consume, by their hosts.
    connections: BTreeMap<String, usize>,
    /// What each of them was asked for last.
    asked: BTreeMap<usize, u32>,
    /// Everything that they were told, as text, with the time.
    told: Vec<(Duration, String, String)>,
}

impl Trial {
    async fn new(url: &str, max_in_flight: usize) -> Self {
        let played = Played::new();
        played.names("lookup", &["a"]);
        let transport = Arc::new(played.connect(url).await.unwrap());
        let session = Session::builder().over(transport).await.unwrap();
        let consumer = session.topic("t").consume("c").max_in_flight(max_in_flight).await.unwrap();
        let mut trial =
            Self { played, consumer, connections: BTreeMap::new(), asked: BTreeMap::new(), told: Vec::new() };
        trial.pass(MOMENT).await;
        trial
    }

    async fn pass(&mut self, time: Duration) {
        sleep(time).await;
        for seen in self.played.seen_now() {
            self.follow(seen);
        }
    }

    fn follow(&mut self, Seen { at, host, connection, what }: Seen) {
        let text = match &what {
            What::Sent(Command::Sub { topic, .. }) if topic.as_str() == "t" => {
                self.connections.insert(host.clone(), connection);
                self.asked.insert(connection, 0);
                "SUB".to_owned()
            }
            _ if self.connections.get(&host) != Some(&connection) => return,
            What::Closed => {
                self.asked.remove(&connection);
                "closed".to_owned()
            }
            What::Sent(Command::Rdy(count)) => {
                self.asked.insert(connection, *count);
                format!("RDY {count}")
            }
            What::Sent(Command::Fin(message)) => format!("FIN {}", message.0[0]),
            What::Sent(Command::Req { id, delay }) => format!("REQ {} {}", id.0[0], delay.as_millis()),
            other => panic!("{other:?}"),
        };
        self.told.push((at, host, text));
    }

    /// What was told since the last time, whom and when apart.
    fn told(&mut self) -> Vec<String> {
        self.told.drain(..).map(|(_, _, text)| text).collect()
    }

    fn asked(&self) -> Vec<u32> {
        self.asked.values().copied().collect()
    }

    fn total(&self) -> u32 {
        self.asked.values().sum()
    }

    /// A message from this host, handed out.
    async fn message(&mut self, host: &str, number: u8) -> Message<i64> {
        self.played.deliver(self.connections[host], number, "7");
        self.consumer.next().await.unwrap()
    }

    /// Waits until somebody is asked for a message, and tells whom, and after how long.
    async fn probe(&mut self) -> (String, Duration) {
        let (began, from) = (self.played.now(), self.told.len());
        while self.total() == 0 {
            self.pass(Duration::from_millis(1)).await;
        }
        assert_eq!(self.total(), 1, "one message at one broker");
        let (at, host, _) = self.told[from..].iter().find(|(.., text)| text == "RDY 1").unwrap();
        (host.clone(), *at - began)
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_stops_all_one_probe_follows_and_a_success_opens_all() {
    let mut trial = Trial::new("nsq://a,b", 5).await;
    assert_eq!(trial.asked(), [1, 1]);
    trial.told();
    trial.message("a", 1).await.finish().unwrap();
    trial.pass(MOMENT).await;
    assert_eq!(trial.told(), ["FIN 1"]);
    trial.message("a", 2).await.requeue(Duration::ZERO);
    trial.pass(MOMENT).await;
    let mut told = trial.told();
    told.sort();
    assert_eq!(told, ["RDY 0", "RDY 0", "REQ 2 0"]);
    let (host, after) = trial.probe().await;
    assert!(after >= Duration::from_millis(750) - MOMENT && after <= Duration::from_secs(1), "{after:?}");
    trial.message(&host, 2).await.finish().unwrap();
    trial.pass(MOMENT).await;
    assert_eq!(trial.asked(), [1, 1]);
}

#[tokio::test(start_paused = true)]
async fn what_ends_while_nothing_is_asked_for_is_acknowledged_and_changes_nothing() {
    let mut trial = Trial::new("nsq://a,b", 4).await;
    let held = trial.message("a", 1).await;
    trial.message("a", 2).await.requeue(Duration::ZERO);
    trial.pass(MOMENT).await;
    trial.told();
    held.finish().unwrap();
    trial.pass(MOMENT).await;
    assert_eq!(trial.told(), ["FIN 1"]);
    assert_eq!(trial.asked(), [0, 0]);
    trial.probe().await;
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_is_requeued_without_backoff_is_followed_by_another() {
    let mut trial = Trial::new("nsq://a", 1).await;
    trial.message("a", 1).await.requeue_without_backoff(Duration::ZERO);
    trial.pass(MOMENT).await;
    assert_eq!(trial.asked(), [1], "nothing failed");
    trial.message("a", 2).await.requeue(Duration::ZERO);
    trial.pass(MOMENT).await;
    assert_eq!(trial.asked(), [0]);
    trial.probe().await;
    trial.message("a", 3).await.requeue_without_backoff(Duration::from_secs(7));
    trial.pass(MOMENT).await;
    assert_eq!(trial.asked(), [0]);
    let (_, after) = trial.probe().await;
    assert!(after <= Duration::from_secs(1), "as long as before: {after:?}");
    trial.told();
    trial.message("a", 4).await.finish().unwrap();
    trial.pass(MOMENT).await;
    assert_eq!((trial.asked(), trial.told()), (vec![1], vec!["FIN 4".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn failures_of_many_brokers_count_together() {
    let mut trial = Trial::new("nsq://a,b,c,d,e", 5).await;
    let mut host = "c".to_owned();
    for failure in 0..6 {
        trial.message(&host, failure).await.requeue(Duration::ZERO);
        trial.pass(MOMENT).await;
        assert_eq!(trial.total(), 0);
        let after;
        (host, after) = trial.probe().await;
        let longest = Duration::from_secs(1 << failure);
        assert!(after >= longest * 3 / 4 - MOMENT && after <= longest, "{failure}: {after:?}");
    }
    for success in 1..6 {
        trial.message(&host, success).await.finish().unwrap();
        trial.pass(MOMENT).await;
        assert_eq!(trial.total(), 0, "{success}");
        (host, _) = trial.probe().await;
    }
    trial.message(&host, 9).await.finish().unwrap();
    trial.pass(MOMENT).await;
    assert_eq!(trial.asked(), [1, 1, 1, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_comes_back_while_messages_fail_is_asked_for_a_probe_at_most() {
    let mut trial = Trial::new("nsq://a", 5).await;
    trial.message("a", 1).await.requeue(Duration::ZERO);
    trial.pass(MOMENT).await;
    trial.played.cut(trial.connections["a"]);
    trial.pass(MOMENT * 2).await;
    assert_eq!(trial.asked(), [0], "it is subscribed again, and asked for nothing");
    trial.probe().await;
    trial.played.cut(trial.connections["a"]);
    trial.pass(MOMENT * 10).await;
    assert_eq!(trial.asked(), [1], "the probe again");
    trial.message("a", 1).await.finish().unwrap();
    trial.pass(MOMENT).await;
    let held = [trial.message("a", 2).await, trial.message("a", 3).await];
    trial.pass(MOMENT).await;
    assert_eq!(trial.asked(), [3], "as many as it likes");
    drop(held);
}

#[tokio::test(start_paused = true)]
async fn a_probe_of_a_broker_that_is_lost_goes_to_another() {
    let mut trial = Trial::new("nsq://a,b", 5).await;
    trial.message("a", 1).await.requeue(Duration::ZERO);
    trial.pass(MOMENT).await;
    let (host, _) = trial.probe().await;
    trial.played.bring_down(&host);
    trial.pass(MOMENT).await;
    assert_eq!(trial.asked(), [1], "the other one");
}

#[tokio::test(start_paused = true)]
async fn an_idle_broker_passes_the_probe_on() {
    let mut trial = Trial::new("nsq://a,b,c", 2).await;
    trial.message("a", 1).await.requeue(Duration::ZERO);
    trial.pass(MOMENT).await;
    trial.probe().await;
    trial.told();
    trial.pass(Duration::from_secs(2)).await;
    let mut probed: Vec<_> = trial.told.iter().filter(|(.., text)| text == "RDY 1").map(|(_, host, _)| host).collect();
    probed.sort();
    probed.dedup();
    assert_eq!(probed.len(), 3, "{:?}", trial.told);
    assert!(trial.total() <= 1);
}

#[tokio::test(start_paused = true)]
async fn a_paused_consumer_asks_nobody_not_even_a_new_broker() {
    let mut trial = Trial::new("nsqlookupd://lookup?lookupd_poll=100ms", 10).await;
    let held = trial.message("a", 1).await;
    trial.consumer.limit(0);
    trial.pass(MOMENT).await;
    assert_eq!(trial.asked(), [0]);
    trial.played.names("lookup", &["a", "b"]);
    trial.pass(Duration::from_secs(1)).await;
    held.finish().unwrap();
    trial.pass(Duration::from_secs(1)).await;
    assert_eq!(trial.asked(), [0, 0]);
    trial.consumer.limit(usize::MAX);
    trial.pass(MOMENT).await;
    assert_eq!(trial.asked(), [1, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_paused_consumer_whose_messages_fail_goes_on_with_a_probe() {
    let mut trial = Trial::new("nsq://a,b", 10).await;
    let held = trial.message("a", 1).await;
    trial.consumer.limit(0);
    held.requeue(Duration::ZERO);
    trial.pass(Duration::from_secs(3)).await;
    assert_eq!(trial.asked(), [0, 0]);
    trial.consumer.limit(usize::MAX);
    trial.pass(MOMENT).await;
    assert_eq!(trial.total(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_fails_at_last_is_finished_after_its_dead_letter() {
    let played = Played::new();
    let session = Session::builder().over(Arc::new(played.connect("nsq://a").await.unwrap())).await.unwrap();
    let consume = session.topic::<i64>("t").consume("c").max_attempts(1);
    let mut trial = Trial {
        played,
        consumer: consume.await.unwrap(),
        connections: BTreeMap::new(),
        asked: BTreeMap::new(),
        told: Vec::new(),
    };
    trial.pass(MOMENT).await;
    trial.message("a", 1).await.fail("no");
    let mut frames = Vec::new();
    while frames.len() < 2 {
        match trial.played.next().await.what {
            What::Sent(Command::Pub { topic, .. }) => frames.push(topic.to_string()),
            What::Sent(Command::Fin(message)) if message == id(1) => frames.push("FIN".to_owned()),
            _ => {}
        }
    }
    assert_eq!(frames, ["t.dead", "FIN"]);
}
