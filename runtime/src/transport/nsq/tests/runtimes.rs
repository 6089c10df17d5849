//! Connections whose runtime is shut down, and who waits for them in another one.

use super::*;

#[test]
fn a_runtime_that_is_shut_down_ends_what_waits_for_its_connections() {
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (lasting, passing) = (runtime(), runtime());
    let (transport, mut subscription, unanswered) = passing.block_on(async {
        let (listener, address) = listen().await;
        let (transport, _publishes) = connected(&listener, address).await;
        let (subscription, _peer) = subscribed(&transport, &listener).await;
        let unanswered = transport.publish(Route::Any, &"t".parse().unwrap(), Bytes::from_static(b"x"), None);
        (transport, subscription, unanswered)
    });
    passing.shutdown_background();
    lasting.block_on(async {
        assert!(matches!(unanswered.await, Err(PublishError::Unknown(_))));
        assert!(matches!(publish(&transport, "t", "x").await, Err(PublishError::NotSent(_))));
        assert!(subscription.recv().await.is_none());
    });
}
