//! A clock that is off is warned of.

use std::time::SystemTime;

use super::*;
use crate::sync::Logged;

const BEHIND: &str = "this machine's clock is behind the broker's by about";
const AHEAD: &str = "this machine's clock is ahead of the broker's by about";

/// Delivers so many calls that the broker took `age` ago, for the `attempts`-th time, and waits for their replies.
async fn answered(script: &mut Script, calls: usize, age: Duration, attempts: u16) {
    for _ in 0..calls {
        script.deliver_aged(TOPIC, body(&Caller::new().invocation("x")), age, attempts);
        script.published().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_from_the_future_says_that_the_clock_is_behind() {
    let (logged, _guard) = Logged::listen();
    let mut script = Script::new();
    let (_session, _running) = started(&script, &Arc::default()).await;
    let future = || SystemTime::now() + Duration::from_secs(3_600);
    for _ in 0..3 {
        script.deliver_taken(TOPIC, body(&Caller::new().invocation("x")), future(), 1);
        assert_eq!(outcome(&script.published().await), Ok("x".into()), "it counts as taken just now");
    }
    assert_eq!(logged.times(BEHIND), 1, "once a minute");
    tokio::time::sleep(Duration::from_secs(61)).await;
    script.deliver_taken(TOPIC, body(&Caller::new().invocation("x")), future(), 1);
    script.published().await;
    assert_eq!((logged.times(BEHIND), logged.times(AHEAD)), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn many_first_deliveries_that_are_all_old_say_that_the_clock_is_ahead() {
    let (logged, _guard) = Logged::listen();
    let mut script = Script::new();
    let (_session, _running) = started(&script, &Arc::default()).await;
    let old = Duration::from_millis(1_500);
    answered(&mut script, 99, old, 1).await;
    // A redelivery is old by itself.
    answered(&mut script, 50, old, 2).await;
    assert_eq!(logged.times(AHEAD), 0);
    answered(&mut script, 1, old, 1).await;
    assert_eq!((logged.times(AHEAD), logged.times(BEHIND)), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn one_young_message_among_many_clears_the_clock() {
    let (logged, _guard) = Logged::listen();
    let mut script = Script::new();
    let (_session, _running) = started(&script, &Arc::default()).await;
    answered(&mut script, 60, Duration::from_secs(5), 1).await;
    answered(&mut script, 1, Duration::ZERO, 1).await;
    answered(&mut script, 39, Duration::from_secs(5), 1).await;
    assert_eq!((logged.times(AHEAD), logged.times(BEHIND)), (0, 0));
}
