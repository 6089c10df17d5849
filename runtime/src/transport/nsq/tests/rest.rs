//! Callers that call one after another: nobody is woken for acknowledgements that nobody waits for.

use std::sync::Mutex;

use tokio::{task::yield_now, time::timeout};

use super::*;
use crate::transport::Watcher;

const SOON: Duration = Duration::from_secs(30);

/// Waits for nothing but failures, as a caller does.
#[derive(Debug, Default)]
struct Caller(Mutex<Vec<(u64, Result<(), PublishError>)>>);

impl Watcher for Caller {
    fn ended(&self, tokens: &[u64], outcome: &Result<(), PublishError>) {
        self.0.lock().unwrap().extend(tokens.iter().map(|token| (*token, outcome.clone())));
    }

    fn awaits_success(&self) -> bool {
        false
    }
}

impl Caller {
    fn publish(self: &Arc<Self>, transport: &Nsq, token: u64, body: Bytes) {
        let watch = Watch { watcher: Arc::clone(self) as Arc<dyn Watcher>, token };
        let refused = transport.publish_watched(Route::Any, &"t".parse().unwrap(), body, watch);
        assert!(refused.is_none(), "{refused:?}");
    }

    /// What came of a message, once it is known.
    async fn outcome(&self, token: u64) -> Result<(), PublishError> {
        let told = async {
            loop {
                if let Some((_, outcome)) = self.0.lock().unwrap().iter().find(|(of, _)| *of == token) {
                    return outcome.clone();
                }
                yield_now().await;
            }
        };
        timeout(SOON, told).await.expect("it is told")
    }
}

fn rests(transport: &Nsq) -> bool {
    transport.nodes.known().nodes[0].publisher.rests()
}

/// A caller that has called for long enough, whose last call was acknowledged.
async fn at_rest(transport: &Nsq, peer: &mut Peer) -> Arc<Caller> {
    let caller = Arc::new(Caller::default());
    let called = async {
        for token in 0.. {
            caller.publish(transport, token, Bytes::from_static(b"call"));
            assert_eq!(peer.published().await, ["call"]);
            peer.respond("OK").await;
            assert_eq!(caller.outcome(token).await, Ok(()));
            yield_now().await;
            if rests(transport) {
                return;
            }
        }
    };
    timeout(SOON, called).await.expect("it rests at last");
    caller
}

/// A transport whose caller has called for long enough, and the broker.
struct At {
    listener: TcpListener,
    transport: Nsq,
    peer: Peer,
    caller: Arc<Caller>,
}

impl At {
    async fn rest() -> Self {
        let (listener, address) = listen().await;
        let (transport, mut peer) = connected(&listener, address).await;
        let caller = at_rest(&transport, &mut peer).await;
        Self { listener, transport, peer, caller }
    }
}

#[tokio::test]
async fn an_acknowledgement_is_found_by_who_publishes_next_or_a_little_later() {
    let At { transport, mut peer, caller, .. } = At::rest().await;
    for token in 1000..1010 {
        caller.publish(&transport, token, Bytes::from_static(b"another"));
        assert_eq!(peer.published().await, ["another"], "each goes at once");
        peer.respond("OK").await;
    }
    assert_eq!(caller.outcome(1009).await, Ok(()), "although nobody publishes any more");
    let told: Vec<_> =
        caller.0.lock().unwrap().iter().map(|(token, _)| *token).filter(|token| *token >= 1000).collect();
    assert_eq!(told, (1000..1010).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_refusal_is_told_although_nobody_waits_for_success() {
    let At { transport, mut peer, caller, .. } = At::rest().await;
    caller.publish(&transport, 1000, Bytes::from_static(b"refused"));
    assert_eq!(peer.published().await, ["refused"]);
    peer.refuse("E_BAD_TOPIC PUB topic name is not valid").await;
    let outcome = caller.outcome(1000).await;
    assert!(matches!(&outcome, Err(PublishError::Refused { code, .. }) if code == "E_BAD_TOPIC"), "{outcome:?}");
}

#[tokio::test]
async fn a_refusal_is_told_to_the_right_one_where_the_next_finds_it() {
    let At { listener, transport, mut peer, caller } = At::rest().await;
    caller.publish(&transport, 1000, Bytes::from_static(b"refused"));
    assert_eq!(peer.published().await, ["refused"]);
    peer.refuse("E_BAD_TOPIC PUB topic name is not valid").await;
    caller.publish(&transport, 1001, Bytes::from_static(b"behind it"));
    assert!(matches!(caller.outcome(1000).await, Err(PublishError::Refused { .. })));
    let mut again = Peer::accept(&listener).await;
    // nsqd stops at what it refuses: what was written behind it did not run.
    assert_eq!(again.published().await, ["behind it"]);
    again.respond("OK").await;
    assert_eq!(caller.outcome(1001).await, Ok(()));
}

#[tokio::test]
async fn a_connection_that_ends_is_replaced_although_nobody_publishes() {
    let At { listener, peer, transport: _transport, .. } = At::rest().await;
    drop(peer);
    timeout(SOON, Peer::accept(&listener)).await.expect("it connects again");
}

#[tokio::test]
async fn who_waits_for_success_ends_the_rest() {
    let At { transport, mut peer, caller, .. } = At::rest().await;
    caller.publish(&transport, 1000, Bytes::from_static(b"a call"));
    let awaited = publish(&transport, "t", "awaited");
    for body in ["a call", "awaited"] {
        assert_eq!(peer.published().await, [body]);
        peer.respond("OK").await;
    }
    assert_eq!(timeout(SOON, awaited).await.expect("it is told"), Ok(()));
    assert!(!rests(&transport));
    at_rest(&transport, &mut peer).await;
}

#[tokio::test]
async fn what_the_socket_does_not_take_ends_the_rest() {
    let At { transport, mut peer, caller, .. } = At::rest().await;
    let large = Bytes::from(vec![b'x'; 1024 * 1024]);
    for token in 1000..1016 {
        caller.publish(&transport, token, large.clone());
    }
    let mut bodies = 0;
    while bodies < 16 {
        let published = peer.published().await;
        assert!(published.iter().all(|body| *body == large));
        bodies += published.len();
        peer.respond("OK").await;
    }
    for token in 1000..1016 {
        assert_eq!(caller.outcome(token).await, Ok(()));
    }
}

#[tokio::test]
async fn a_transport_is_closed_during_a_rest() {
    let At { transport, mut peer, caller, .. } = At::rest().await;
    caller.publish(&transport, 1000, Bytes::from_static(b"the last"));
    let closed = async {
        assert_eq!(peer.published().await, ["the last"]);
        peer.respond("OK").await;
        assert_eq!(peer.command().await, None);
    };
    let ((), ()) = tokio::join!(async { timeout(SOON, transport.close()).await.expect("it closes") }, closed);
    assert_eq!(caller.outcome(1000).await, Ok(()));
}
