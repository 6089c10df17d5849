//! Connections that are replaced by others with larger or smaller buffers at the broker.

use tokio::time::sleep;

use super::*;
use crate::transport::nsq::played::{Played, Seen, What, id};

const SMALL: i64 = 4 * 1024;
const LARGE: i64 = 16 * 1024;
const PERIOD: Duration = Duration::from_millis(10);
const LATE: Duration = Duration::from_millis(50);

/// A subscription under load: each message is acknowledged when the next one is there.
struct Loaded {
    played: Played,
    _transport: Nsq,
    subscription: Subscription,
    connection: usize,
    held: Delivery,
    number: u8,
}

impl Loaded {
    async fn begin() -> Self {
        let mut played = Played::new();
        let transport = played.connect("nsq://a:4150").await.unwrap();
        let mut subscription = transport.subscribe(options(2)).await.unwrap();
        let connection = played.subscribed("a").await;
        assert_eq!(played.buffer(connection), SMALL);
        played.deliver_late(connection, b'0', Duration::ZERO);
        let held = subscription.recv().await.unwrap();
        Self { played, _transport: transport, subscription, connection, held, number: b'0' }
    }

    /// One more message, and what came of it. Only the last one is not acknowledged.
    async fn go_on(&mut self) -> Vec<Seen> {
        self.number = if self.number == b'z' { b'0' } else { self.number + 1 };
        // What is late is told by what is not.
        let late = if self.number.is_multiple_of(25) { Duration::ZERO } else { LATE };
        self.played.deliver_late(self.connection, self.number, late);
        let next = self.subscription.recv().await.unwrap();
        assert_eq!((next.id, next.attempts), (id(self.number), 1));
        std::mem::replace(&mut self.held, next).finish();
        sleep(PERIOD).await;
        self.played.seen_now()
    }

    /// Goes on until there is another connection.
    async fn grow(&mut self) -> (usize, Vec<Seen>) {
        loop {
            let seen = self.go_on().await;
            if let Some(at) = seen.iter().position(|seen| matches!(seen.what, What::Sent(Command::Sub { .. }))) {
                return (seen[at].connection, seen[at..].to_vec());
            }
        }
    }
}

/// What was sent, in its order, without acknowledgements.
fn sent(seen: &[Seen]) -> Vec<(usize, &Command)> {
    let commands = seen.iter().filter_map(|seen| match &seen.what {
        What::Sent(Command::Fin(_)) => None,
        What::Sent(command) => Some((seen.connection, command)),
        _ => None,
    });
    commands.collect()
}

#[tokio::test(start_paused = true)]
async fn a_lasting_load_gets_a_larger_buffer_and_nothing_is_lost_or_delivered_beyond_the_limit() {
    let mut loaded = Loaded::begin().await;
    let old = loaded.connection;
    let (new, seen) = loaded.grow().await;
    assert!(loaded.played.now() >= Duration::from_secs(1));
    assert_eq!(loaded.played.buffer(new), LARGE);
    let after = sent(&seen[1..]);
    assert_eq!(after[0], (old, &Command::Cls), "when the other one is subscribed, not before");
    assert_eq!(after[1..], [(new, &Command::Rdy(1))], "two may be in flight, and the old one has one of them");

    loaded.connection = new;
    let of_old = std::mem::replace(&mut loaded.held, {
        loaded.played.deliver_late(new, b'!', LATE);
        loaded.subscription.recv().await.unwrap()
    });
    sleep(Duration::from_secs(3)).await;
    let seen = loaded.played.seen_now();
    assert!(seen.is_empty(), "the old one waits for its last acknowledgement, and the limit is reached: {seen:?}");
    of_old.finish();
    sleep(PERIOD).await;
    let seen = loaded.played.seen_now();
    assert_eq!((&seen[0].what, seen[0].connection), (&What::Sent(Command::Fin(of_old.id)), old));
    assert_eq!(sent(&seen), [(new, &Command::Rdy(2))]);
    assert!(seen.iter().any(|seen| seen.connection == old && seen.what == What::Closed));
    loaded.go_on().await;
}

#[tokio::test(start_paused = true)]
async fn when_the_load_is_gone_the_small_buffer_comes_back() {
    let mut loaded = Loaded::begin().await;
    let (large, _) = loaded.grow().await;
    loaded.connection = large;
    for _ in 0..2_000 {
        let seen = loaded.go_on().await;
        assert!(!sent(&seen).iter().any(|(_, command)| matches!(command, Command::Sub { .. })), "the load lasts");
    }
    let gone_at = loaded.played.now();
    loaded.held.finish();
    let small = loaded.played.subscribed("a").await;
    // The last heavy window may have ended a little earlier.
    assert!(loaded.played.now() >= gone_at + Duration::from_millis(9_800));
    assert_eq!(loaded.played.buffer(small), SMALL);
    let closed = loaded.played.until(|seen| seen.what == What::Closed).await;
    assert_eq!(closed.connection, large);
    loaded.connection = small;
    loaded.go_on().await;
}

#[tokio::test(start_paused = true)]
async fn where_there_is_no_other_connection_the_old_one_goes_on() {
    let mut loaded = Loaded::begin().await;
    loaded.played.refuse("a");
    let began = loaded.played.now();
    while loaded.played.now() < began + Duration::from_secs(5) {
        let seen = loaded.go_on().await;
        assert!(seen.iter().all(|seen| seen.connection == loaded.connection && seen.what != What::Closed), "{seen:?}");
    }
    loaded.played.bring_up("a");
    let (new, _) = loaded.grow().await;
    assert_eq!(loaded.played.buffer(new), LARGE);
}

#[tokio::test(start_paused = true)]
async fn a_subscription_ends_whatever_its_connections_are_about() {
    let mut loaded = Loaded::begin().await;
    loaded.grow().await;
    // One connection holds a message, the other one waits.
    let Loaded { mut played, _transport, subscription, .. } = loaded;
    drop(subscription);
    for _ in 0..2 {
        played.until(|seen| seen.what == What::Closed).await;
    }
}
