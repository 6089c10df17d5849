//! Deliveries, their acknowledgements, and how a subscription ends.

use super::*;

#[tokio::test]
async fn deliveries_are_acknowledged_once_and_room_is_made() {
    let (listener, address) = listen().await;
    let (transport, _publishes) = connected(&listener, address).await;
    let (mut subscription, mut peer) = subscribed(&transport, &listener).await;
    peer.deliver(1).await;
    let slow = next(&mut subscription).await;
    assert_eq!(peer.command().await, Some(Command::Rdy(2)), "while the first is being worked on");
    peer.deliver(2).await;
    let fast = next(&mut subscription).await;
    fast.requeue(Duration::from_millis(1500));
    fast.finish();
    slow.touch();
    assert_eq!(peer.command().await, Some(Command::Req { id: fast.id, delay: Duration::from_millis(1500) }));
    assert_eq!(peer.command().await, Some(Command::Touch(slow.id)));
    slow.finish();
    slow.touch();
    assert_eq!(peer.command().await, Some(Command::Fin(slow.id)));
    assert_eq!(peer.command().await, Some(Command::Rdy(1)));
}

#[tokio::test]
async fn a_lost_subscription_subscribes_again_and_old_deliveries_are_forgotten() {
    let (listener, address) = listen().await;
    let (transport, _publishes) = connected(&listener, address).await;
    let (mut subscription, mut peer) = subscribed(&transport, &listener).await;
    peer.deliver(1).await;
    let old = next(&mut subscription).await;
    drop(peer);
    let mut peer = Peer::subscribed(&listener).await;
    old.finish();
    peer.deliver(2).await;
    let new = next(&mut subscription).await;
    new.finish();
    let finished = loop {
        match peer.command().await {
            Some(Command::Rdy(_)) => {}
            other => break other,
        }
    };
    assert_eq!(finished, Some(Command::Fin(new.id)), "and nothing of the other connection's");
}

#[tokio::test]
async fn a_late_acknowledgement_disturbs_nothing() {
    let (listener, address) = listen().await;
    let (transport, _publishes) = connected(&listener, address).await;
    let (mut subscription, mut peer) = subscribed(&transport, &listener).await;
    peer.refuse("E_FIN_FAILED FIN 0123456789abcdef failed ID not in flight").await;
    peer.deliver(1).await;
    next(&mut subscription).await;
}

#[tokio::test]
async fn stopping_says_so_and_what_is_under_way_still_arrives() {
    let (listener, address) = listen().await;
    let (transport, _publishes) = connected(&listener, address).await;
    let (mut subscription, mut peer) = subscribed(&transport, &listener).await;
    subscription.stop();
    assert_eq!(peer.command().await, Some(Command::Cls));
    peer.state = ClientState::Closing;
    peer.deliver(1).await;
    peer.respond("CLOSE_WAIT").await;
    peer.deliver(2).await;
    let held = next(&mut subscription).await;
    next(&mut subscription).await.finish();
    assert!(subscription.recv().await.is_none(), "nothing is left");
    held.finish();
    for number in [2, 1] {
        assert_eq!(peer.command().await, Some(Command::Fin(MessageId([number; 16]))));
    }
}

#[tokio::test]
async fn dropping_a_subscription_gives_back_what_was_not_taken() {
    let (listener, address) = listen().await;
    let (transport, _publishes) = connected(&listener, address).await;
    let (subscription, mut peer) = subscribed(&transport, &listener).await;
    peer.deliver(1).await;
    drop(subscription);
    let mut commands = Vec::new();
    while let Some(command) = peer.command().await {
        if command == Command::Cls {
            peer.state = ClientState::Closing;
            peer.respond("CLOSE_WAIT").await;
        }
        commands.push(command);
    }
    commands.retain(|command| !matches!(command, Command::Rdy(_)));
    let back = Command::Req { id: MessageId([1; 16]), delay: Duration::ZERO };
    assert_eq!(commands, [Command::Cls, back]);
}

#[tokio::test]
async fn dropping_a_subscription_gives_back_what_was_delivered_with_what_was_taken() {
    let (listener, address) = listen().await;
    let (transport, _publishes) = connected(&listener, address).await;
    let (mut subscription, mut peer) = subscribed(&transport, &listener).await;
    let mut both = BytesMut::new();
    for number in [1, 2] {
        let (id, body) = (MessageId([number; 16]), Bytes::copy_from_slice(&[number]));
        Frame::Message(Message { timestamp_nanos: 1, attempts: 1, id, body }).encode(&mut both);
    }
    peer.write(&both).await;
    let taken = next(&mut subscription).await;
    drop(subscription);
    let back = Command::Req { id: MessageId([2; 16]), delay: Duration::ZERO };
    while peer.command().await.expect("the connection waits for its last answer") != back {}
    assert_eq!(taken.id, MessageId([1; 16]), "who has taken it may still finish it");
}
