//! The topics that replies go to, and what becomes of those that nobody listens to any more.
//!
//! A reply that is published when its caller is gone creates the caller's topic again, and nsqd keeps it for ever.
//! Subscribing another ephemeral channel and closing it makes the topic disappear; where the caller lives, its own
//! channel keeps the topic, and it notices nothing. So that is done for every topic that was not used for a while, and for
//! all of them when a server ends, after which nobody would.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use almanet_nsq::name::TopicName;
use futures_util::future::join_all;
use rustc_hash::FxBuildHasher;
use tokio::time::{Instant, interval, sleep};

use crate::{session::Session, sync::Said, transport::BrokerId, wire::ReplyTo};

/// How many topics are remembered.
const KEPT: usize = 16_384;
/// The time between two topics that are cleared up: each takes a connection.
const PACE: Duration = Duration::from_millis(5);
/// How many topics are cleared up at a time when a server ends.
const AT_ONCE: usize = 16;
/// How often, in the time that a topic must not have been used, it is looked for such topics.
const LOOKS: u32 = 10;

/// Every topic that was replied to of late. Bounded: where there are too many, those used longest ago are cleared up
/// before their time.
#[derive(Debug, Default)]
pub(super) struct ReplyTopics {
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    used: HashMap<ReplyTo, Used, FxBuildHasher>,
    /// Wait to be cleared up.
    waiting: VecDeque<Used>,
}

/// A topic, and where it was published to.
#[derive(Debug)]
struct Used {
    topic: TopicName,
    brokers: Vec<BrokerId>,
    last: Instant,
}

impl ReplyTopics {
    /// The topic of a reply that goes through this broker; `None` where no reply is wanted.
    pub(super) fn topic(&self, reply_to: ReplyTo, broker: BrokerId, now: Instant) -> Option<TopicName> {
        let mut table = self.lock();
        if let Some(used) = table.used.get_mut(&reply_to) {
            used.last = now;
            if !used.brokers.contains(&broker) {
                used.brokers.push(broker);
            }
            return Some(used.topic.clone());
        }
        let topic = reply_to.topic()?;
        if table.used.len() >= KEPT {
            table.make_room();
        }
        table.used.insert(reply_to, Used { topic: topic.clone(), brokers: vec![broker], last: now });
        Some(topic)
    }

    /// Clears up what was not used for `idle`, until the server stops.
    pub(super) async fn keep_clear(self: Arc<Self>, session: Session, idle: Duration, stop: Said<Instant>) {
        let mut looks = interval(idle / LOOKS);
        loop {
            tokio::select! {
                biased;
                _ = stop.heard() => return,
                _ = looks.tick() => {}
            }
            self.set_aside(idle);
            self.clear_waiting(&session, &Mutex::default(), || stop.get().is_none()).await;
        }
    }

    /// Clears up everything, also what was used a moment ago.
    pub(super) async fn clear_all(&self, session: &Session) {
        self.set_aside(Duration::ZERO);
        let lost = Mutex::default();
        join_all((0..AT_ONCE).map(|_| self.clear_waiting(session, &lost, || true))).await;
    }

    /// Clears up what waits for it, one after the other, as long as it is to go on. What cannot be reached has most likely
    /// lost its ephemeral topics, and is not waited for again and again.
    async fn clear_waiting(&self, session: &Session, lost: &Mutex<HashSet<BrokerId>>, goes_on: impl Fn() -> bool) {
        let lost = || lost.lock().unwrap_or_else(PoisonError::into_inner);
        while goes_on()
            && let Some(used) = self.next_waiting()
        {
            for broker in used.brokers {
                if lost().contains(&broker) {
                    continue;
                }
                if session.clear_up(&used.topic, broker).await.is_err() {
                    lost().insert(broker);
                }
                sleep(PACE).await;
            }
        }
    }

    fn next_waiting(&self) -> Option<Used> {
        self.lock().waiting.pop_front()
    }

    /// Lets wait what was not used for `idle`, beginning with what was used longest ago.
    fn set_aside(&self, idle: Duration) {
        let now = Instant::now();
        let mut table = self.lock();
        let is_idle = |used: &Used| now.duration_since(used.last) >= idle;
        let mut taken: Vec<_> = table.used.extract_if(|_, used| is_idle(used)).map(|(_, used)| used).collect();
        taken.sort_by_key(|used| used.last);
        table.waiting.extend(taken);
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        // Every change is whole.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Displaces the quarter that was used longest ago.
    fn make_room(&mut self) {
        let mut by_age: Vec<_> = self.used.iter().map(|(reply_to, used)| (used.last, *reply_to)).collect();
        let (older, ..) = by_age.select_nth_unstable_by_key(KEPT / 4, |(last, _)| *last);
        self.waiting.extend(older.iter().filter_map(|(_, reply_to)| self.used.remove(reply_to)));
        let too_many = self.waiting.len().saturating_sub(KEPT);
        if too_many > 0 {
            tracing::warn!(topics = too_many, "more callers come and go than can be cleared up after");
            self.waiting.drain(..too_many);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{transport::scripted::Script, wire::Id};

    const IDLE: Duration = Duration::from_secs(600);
    const BROKER: BrokerId = BrokerId(7);

    fn name(reply_to: ReplyTo) -> String {
        reply_to.topic().unwrap().to_string()
    }

    #[tokio::test(start_paused = true)]
    async fn a_topic_is_cleared_up_when_it_was_not_used_for_a_while() {
        let mut script = Script::new();
        let session = Session::builder().over(script.transport.clone()).await.unwrap();
        let topics = Arc::new(ReplyTopics::default());
        let stop = Said::default();
        let janitor = tokio::spawn(topics.clone().keep_clear(session, IDLE, stop.clone()));
        let [once, often] = [ReplyTo::Session(Id::random()), ReplyTo::Gathering(Id::random())];
        assert_eq!(topics.topic(ReplyTo::Nobody, BROKER, Instant::now()), None);
        assert_eq!(topics.topic(once, BROKER, Instant::now()).unwrap().to_string(), name(once));
        for _ in 0..5 {
            topics.topic(often, BROKER, Instant::now());
            sleep(IDLE / 4).await;
        }
        let options = script.subscribed(&name(once));
        assert_eq!((options.channel.as_str(), options.max_in_flight), ("almanet.janitor#ephemeral", 0));
        assert_eq!(options.at, crate::transport::Route::Broker(BROKER), "where it was replied through alone");
        assert!(!script.topics().contains(&name(often)));
        sleep(IDLE * 2).await;
        assert!(script.topics().contains(&name(often)));
        assert!(topics.lock().used.is_empty());
        assert!(script.published_now().is_none());
        stop.say(Instant::now());
        janitor.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn when_a_server_ends_everything_is_cleared_up_what_waits_for_it_too() {
        let script = Script::new();
        let session = Session::builder().over(script.transport.clone()).await.unwrap();
        let topics = ReplyTopics::default();
        let callers: Vec<_> = (0..3 * AT_ONCE).map(|_| ReplyTo::Session(Id::random())).collect();
        for caller in &callers[AT_ONCE..] {
            topics.topic(*caller, BROKER, Instant::now());
        }
        sleep(IDLE).await;
        topics.set_aside(IDLE);
        for caller in &callers[..AT_ONCE] {
            topics.topic(*caller, BROKER, Instant::now());
        }
        topics.clear_all(&session).await;
        assert!(callers.iter().all(|caller| script.topics().contains(&name(*caller))));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_remembered_is_bounded_and_the_oldest_go_first() {
        let topics = ReplyTopics::default();
        let first = ReplyTo::Gathering(Id::random());
        topics.topic(first, BROKER, Instant::now());
        sleep(Duration::from_secs(1)).await;
        for _ in 0..KEPT {
            topics.topic(ReplyTo::Gathering(Id::random()), BROKER, Instant::now());
        }
        {
            let table = topics.lock();
            assert_eq!((table.used.len(), table.waiting.len()), (KEPT - KEPT / 4 + 1, KEPT / 4));
            assert!(!table.used.contains_key(&first));
        }
        for _ in 0..4 * KEPT {
            topics.topic(ReplyTo::Gathering(Id::random()), BROKER, Instant::now());
        }
        let table = topics.lock();
        assert!(table.used.len() <= KEPT && table.waiting.len() <= KEPT);
    }

    #[tokio::test(start_paused = true)]
    async fn each_broker_that_was_replied_through_is_cleared_up() {
        let topics = ReplyTopics::default();
        let reply_to = ReplyTo::Session(Id::random());
        for broker in [1, 2, 1] {
            topics.topic(reply_to, BrokerId(broker), Instant::now());
        }
        sleep(IDLE).await;
        topics.set_aside(IDLE);
        assert_eq!(topics.next_waiting().unwrap().brokers, [BrokerId(1), BrokerId(2)]);
    }
}
