//! What becomes of messages that are published: in batches, refused, lost, without room.

use super::*;

#[tokio::test]
async fn a_lone_message_goes_at_once_and_the_rest_in_batches() {
    let (listener, address) = listen().await;
    let (transport, mut peer) = connected(&listener, address).await;
    let outcomes = ["1", "2", "3"].map(|body| publish(&transport, "t", body));
    let other = publish(&transport, "other", "4");
    assert_eq!(peer.published().await, ["1"]);
    assert_eq!(peer.published().await, ["2", "3"]);
    assert_eq!(peer.published().await, ["4"]);
    for _ in 0..3 {
        peer.respond("OK").await;
    }
    for outcome in outcomes.into_iter().chain([other]) {
        assert_eq!(outcome.await, Ok(()));
    }
}

#[tokio::test]
async fn what_follows_a_refused_message_is_sent_again() {
    let (listener, address) = listen().await;
    let (transport, mut peer) = connected(&listener, address).await;
    let first = publish(&transport, "a", "1");
    let (second, third) = (publish(&transport, "b", "2"), publish(&transport, "c", "3"));
    for body in ["1", "2", "3"] {
        assert_eq!(peer.published().await, [body]);
    }
    peer.respond("OK").await;
    peer.refuse("E_PUB_FAILED PUB failed exiting").await;
    drop(peer);
    assert_eq!(first.await, Ok(()));
    let refused = PublishError::Refused { code: "E_PUB_FAILED".into(), text: "PUB failed exiting".into() };
    assert_eq!(second.await, Err(refused));
    let mut peer = Peer::accept(&listener).await;
    assert_eq!(peer.published().await, ["3"]);
    peer.respond("OK").await;
    assert_eq!(third.await, Ok(()));
}

#[tokio::test]
async fn a_batch_that_is_refused_for_one_is_tried_one_by_one() {
    let (listener, address) = listen().await;
    let (transport, mut peer) = connected(&listener, address).await;
    let first = publish(&transport, "t", "0");
    let outcomes = ["1", "2"].map(|body| publish(&transport, "t", body));
    assert_eq!(peer.published().await, ["0"]);
    assert_eq!(peer.published().await, ["1", "2"]);
    peer.respond("OK").await;
    peer.refuse("E_BAD_MESSAGE MPUB message too big 1 > 0").await;
    drop(peer);
    assert_eq!(first.await, Ok(()));
    let mut peer = Peer::accept(&listener).await;
    assert_eq!(peer.published().await, ["1"]);
    assert_eq!(peer.published().await, ["2"]);
    peer.respond("OK").await;
    peer.respond("OK").await;
    for outcome in outcomes {
        assert_eq!(outcome.await, Ok(()));
    }
}

#[tokio::test]
async fn a_batch_that_failed_midway_is_unknown() {
    let (listener, address) = listen().await;
    let (transport, mut peer) = connected(&listener, address).await;
    let _lone = publish(&transport, "t", "0");
    let outcomes = ["1", "2"].map(|body| publish(&transport, "t", body));
    peer.published().await;
    peer.published().await;
    peer.respond("OK").await;
    peer.refuse("E_MPUB_FAILED MPUB failed exiting").await;
    for outcome in outcomes {
        assert!(matches!(outcome.await, Err(PublishError::Unknown(why)) if why.contains("E_MPUB_FAILED")));
    }
}

#[tokio::test]
async fn what_was_written_and_not_answered_is_unknown_and_not_sent_again() {
    let (listener, address) = listen().await;
    let (transport, mut peer) = connected(&listener, address).await;
    let lost = publish(&transport, "t", "lost");
    assert_eq!(peer.published().await, ["lost"]);
    drop(peer);
    assert!(matches!(lost.await, Err(PublishError::Unknown(_))));
    let mut peer = Peer::accept(&listener).await;
    let next = publish(&transport, "t", "next");
    assert_eq!(peer.published().await, ["next"]);
    peer.respond("OK").await;
    assert_eq!(next.await, Ok(()));
}

#[tokio::test]
async fn a_dropped_future_takes_nothing_back() {
    let (listener, address) = listen().await;
    let (transport, mut peer) = connected(&listener, address).await;
    drop(publish(&transport, "t", "1"));
    drop(publish(&transport, "t", "2"));
    assert_eq!(peer.published().await, ["1"]);
    assert_eq!(peer.published().await, ["2"]);
}

#[tokio::test]
async fn while_a_broker_is_down_nothing_is_sent_and_it_is_found_again() {
    let (listener, address) = listen().await;
    let (transport, peer) = connected(&listener, address).await;
    drop((listener, peer));
    let why = loop {
        match publish(&transport, "t", "x").await {
            Err(PublishError::NotSent(why)) => break why,
            Err(PublishError::Unknown(_)) => {}
            other => panic!("{other:?}"),
        }
    };
    assert!(why.contains(&format!("cannot connect to nsqd at {address}: Connection refused")), "{why}");
    let listener = TcpListener::bind(address).await.unwrap();
    let mut peer = Peer::accept(&listener).await;
    let outcome = loop {
        match publish(&transport, "t", "x") {
            outcome @ (Publishing::Awaited(_) | Publishing::Pending(_)) => break outcome,
            Publishing::Ready(_) => tokio::task::yield_now().await,
        }
    };
    assert_eq!(peer.published().await, ["x"]);
    peer.respond("OK").await;
    assert_eq!(outcome.await, Ok(()));
}

#[tokio::test]
async fn a_publish_without_room_waits_for_it() {
    let (listener, address) = listen().await;
    let mut config: NsqConfig = format!("nsq://{address}").parse().unwrap();
    config.max_pending = 200;
    let (transport, peer) = tokio::join!(Nsq::connect(config), Peer::accept(&listener));
    let (transport, mut peer) = (transport.unwrap(), peer);
    let first = publish(&transport, "t", "1");
    let mut second = tokio::spawn(publish(&transport, "t", "2"));
    assert_eq!(peer.published().await, ["1"]);
    // What is written comes in order: nothing was between the first message and the answer to a heartbeat.
    peer.send(Frame::Response(Bytes::from_static(HEARTBEAT))).await;
    assert_eq!(peer.command().await, Some(Command::Nop));
    assert!(!second.is_finished());
    peer.respond("OK").await;
    assert_eq!(first.await, Ok(()));
    assert_eq!(peer.published().await, ["2"]);
    peer.respond("OK").await;
    assert_eq!((&mut second).await.unwrap(), Ok(()));
}
