//! What becomes of messages that are given up while no broker reads or acknowledges them.

use tokio::time::sleep;

use super::*;
use crate::transport::nsq::played::Played;

const MOMENT: Duration = Duration::from_millis(1);

#[tokio::test(start_paused = true)]
async fn what_came_of_a_message_is_told_to_who_gives_it_up() {
    let played = Played::new();
    let transport = played.connect("nsq://a").await.unwrap();
    let publish = |number: u8| transport.publish(Route::Any, &"t".parse().unwrap(), vec![number; 20_000].into(), None);
    let taken = publish(0);
    sleep(MOMENT).await;
    assert_eq!(taken.give_up(), Ok(()));
    played.stall("a");
    let publishes: Vec<_> = (0..5).map(publish).collect();
    sleep(MOMENT).await;
    let given_up: Vec<_> = publishes.into_iter().map(Publishing::give_up).collect();
    assert!(matches!(given_up[0], Err(PublishError::Unknown(_))), "{given_up:?}");
    assert!(matches!(given_up[4], Err(PublishError::Unknown(_))), "it shares a command: {given_up:?}");
    let late = publish(5);
    sleep(MOMENT).await;
    assert!(matches!(late.give_up(), Err(PublishError::NotSent(_))));
    assert!(matches!(publish(6).give_up(), Err(PublishError::NotSent(_))));
}

#[tokio::test(start_paused = true)]
async fn who_closes_waits_for_acknowledgements_no_longer_than_for_a_silent_broker() {
    let played = Played::new();
    played.forget("a");
    let transport = played.connect("nsq://a").await.unwrap();
    let outcome = publish(&transport, "t", "x");
    let began = played.now();
    transport.close().await;
    let took = played.now() - began;
    assert!((Duration::from_secs(12)..Duration::from_secs(13)).contains(&took), "{took:?}");
    assert!(matches!(outcome.await, Err(PublishError::Unknown(_))));
}
