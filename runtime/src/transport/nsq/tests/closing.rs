//! How a transport ends.

use super::*;

#[tokio::test]
async fn closing_waits_for_what_was_handed_over() {
    let (listener, address) = listen().await;
    let (transport, mut peer) = connected(&listener, address).await;
    let outcomes = ["1", "2"].map(|body| publish(&transport, "t", body));
    let closed = tokio::spawn(transport.close());
    peer.published().await;
    peer.published().await;
    assert!(!closed.is_finished());
    peer.respond("OK").await;
    peer.respond("OK").await;
    assert_eq!(peer.command().await, None);
    drop(peer);
    closed.await.unwrap();
    for outcome in outcomes {
        assert_eq!(outcome.await, Ok(()));
    }
    assert!(matches!(publish(&transport, "t", "3").await, Err(PublishError::NotSent(_))));
    let late = transport.subscribe(options(1)).await;
    assert!(matches!(late, Err(SubscribeError::Closed)));
}

#[tokio::test]
async fn dropping_the_transport_ends_its_connections() {
    let (listener, address) = listen().await;
    let (transport, mut publishes) = connected(&listener, address).await;
    let (mut subscription, mut subscribes) = subscribed(&transport, &listener).await;
    drop(transport);
    assert_eq!(publishes.command().await, None);
    assert_eq!(subscribes.command().await, Some(Command::Cls));
    subscribes.respond("CLOSE_WAIT").await;
    assert_eq!(subscribes.command().await, None);
    drop((publishes, subscribes));
    assert!(subscription.recv().await.is_none());
}
