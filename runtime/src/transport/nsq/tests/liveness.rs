//! What shows that a broker is there, and what that it is not.

use super::*;

#[tokio::test]
async fn malformed_frames_end_the_connection() {
    let (listener, address) = listen().await;
    let (transport, mut peer) = connected(&listener, address).await;
    let lost = publish(&transport, "t", "x");
    peer.published().await;
    peer.write(&[0xff; 8]).await;
    assert!(matches!(lost.await, Err(PublishError::Unknown(why)) if why.contains("unknown type -1")));
    assert_eq!(peer.command().await, None, "closed");
    Peer::accept(&listener).await;
}

#[tokio::test]
async fn heartbeats_are_answered() {
    let (listener, address) = listen().await;
    let (transport, mut publishes) = connected(&listener, address).await;
    let (_subscription, mut subscribes) = subscribed(&transport, &listener).await;
    for peer in [&mut publishes, &mut subscribes] {
        peer.send(Frame::Response(Bytes::from_static(HEARTBEAT))).await;
        assert_eq!(peer.command().await, Some(Command::Nop));
    }
}

#[tokio::test]
async fn a_silent_broker_is_left() {
    let (listener, address) = listen().await;
    let (transport, mut publishes) = connected(&listener, address).await;
    let (_subscription, mut subscribes) = subscribed(&transport, &listener).await;
    tokio::time::pause();
    let start = tokio::time::Instant::now();
    assert_eq!(publishes.command().await, None);
    assert_eq!(subscribes.command().await, None);
    assert!(start.elapsed() >= Duration::from_secs(11), "{:?}", start.elapsed());
}
