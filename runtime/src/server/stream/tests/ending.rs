//! How streams end that are not over: by their receiver, or by their server.

use super::*;

#[tokio::test(start_paused = true)]
async fn cancelling_drops_the_handlers_stream_wherever_it_is_and_nothing_more_is_sent() {
    for (state, payload, credit, values) in [
        ("it waits for credit", "end 100", 5, 5),
        ("it waits for its first value", "wait 0", 32, 0),
        ("it waits after some values", "wait 3", 32, 3),
        ("what it sent is not acknowledged", "wait 3", 32, 3),
    ] {
        let mut script = Script::new();
        let stage = Arc::<Stage>::default();
        let (_session, _running) = started(&script, &stage).await;
        script.next_publish_succeeds();
        if state == "what it sent is not acknowledged" {
            (0..values).for_each(|_| script.next_publish_hangs());
        }
        let receiver = Receiver::open(&mut script, payload, credit).await;
        receiver.values(&mut script, 0..values).await;
        receiver.tell(&script, StreamPart::Cancel);
        let dropped = tokio::time::timeout(Duration::from_secs(1), stage.dropped.notified()).await;
        assert!(dropped.is_ok(), "{state}");
        receiver.tell(&script, StreamPart::Credit(100));
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert!(script.published_now().is_none(), "{state}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_is_gone_is_noticed_and_not_written_to() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, _running) = started(&script, &stage).await;
    let began = Instant::now();
    let receiver = Receiver::open(&mut script, "wait", 32).await;
    script.next_publish_fails(PublishError::NotSent("down".into()));
    for millis in [3_000, 3_050, 6_000, 9_000] {
        let (_, part) = receiver.read(&script.published().await);
        assert!(matches!(part, StreamPart::Alive { sent: 0, .. }), "{part:?}");
        assert_eq!(began.elapsed().as_millis(), millis);
    }
    stage.dropped.notified().await;
    assert_eq!(began.elapsed().as_secs(), 10);
    settle().await;
    assert!(script.published_now().is_none());
}

#[tokio::test(start_paused = true)]
async fn draining_lets_streams_end() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let (_session, running) = started(&script, &stage).await;
    let receiver = Receiver::open(&mut script, "wait 1", 32).await;
    receiver.values(&mut script, 0..1).await;
    let draining = tokio::spawn(running.drain());
    while !script.is_stopped(TOPIC) {
        tokio::task::yield_now().await;
    }
    settle().await;
    assert!(!draining.is_finished());
    stage.go.notify_one();
    assert_eq!(receiver.end(&mut script, 1).await, Ok("null".into()));
    draining.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_ends_when_its_server_stops_holds_nothing_up() {
    let mut script = Script::new();
    let (_session, running) = started(&script, &Arc::default()).await;
    let receiver = Receiver::open(&mut script, "until 1", 32).await;
    receiver.values(&mut script, 0..1).await;
    let began = Instant::now();
    running.drain().await;
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(receiver.end(&mut script, 1).await, Ok("null".into()));
}

#[tokio::test(start_paused = true)]
async fn what_does_not_end_in_the_drains_time_is_interrupted() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let session = Session::builder().over(script.transport.clone()).await.unwrap();
    let server = Server::new(&session).add(service(&SERVICE, &stage)).drain_timeout(Duration::from_secs(2));
    let running = server.start().await.unwrap();
    let receiver = Receiver::open(&mut script, "wait 1", 32).await;
    receiver.values(&mut script, 0..1).await;
    let began = Instant::now();
    running.drain().await;
    assert_eq!(began.elapsed().as_secs(), 2);
    assert_eq!(receiver.end(&mut script, 1).await, raised("rpc_interrupted", "\"the service stopped\""));
    stage.dropped.notified().await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_goes_before_it_knows_that_a_stream_has_begun_interrupts_it() {
    let mut script = Script::new();
    let (_session, running) = started(&script, &Arc::default()).await;
    script.next_publish_hangs();
    let receiver = Receiver::open(&mut script, "wait 1", 32).await;
    drop(running);
    assert_eq!(receiver.end(&mut script, 0).await, raised("rpc_interrupted", "\"the service stopped\""));
}

#[tokio::test(start_paused = true)]
async fn closing_the_session_and_dropping_the_server_interrupt_streams() {
    for closes in [true, false] {
        let mut script = Script::new();
        let stage = Arc::<Stage>::default();
        let (session, running) = started(&script, &stage).await;
        let receiver = Receiver::open(&mut script, "wait 1", 32).await;
        receiver.values(&mut script, 0..1).await;
        if closes {
            session.close().await;
        } else {
            drop(running);
        }
        assert_eq!(receiver.end(&mut script, 1).await.unwrap_err().0, "rpc_interrupted");
        stage.dropped.notified().await;
        settle().await;
        assert!(script.published_now().is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_stream_puts_off_when_its_receivers_topic_is_cleared_up() {
    const IDLE: Duration = Duration::from_secs(10);
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let session = Session::builder().over(script.transport.clone()).await.unwrap();
    let server = Server::new(&session).callers_idle(IDLE).add(service(&SERVICE, &stage));
    let _running = server.start().await.unwrap();
    let began = Instant::now();
    let receiver = Receiver::open(&mut script, "wait", 32).await;
    let topic = ReplyTo::Session(receiver.caller).topic().unwrap().to_string();
    tokio::time::sleep_until(began + IDLE * 6 / 10).await;
    stage.go.notify_one();
    stage.dropped.notified().await;
    tokio::time::sleep_until(began + IDLE * 14 / 10).await;
    assert!(!script.topics().contains(&topic), "it was used {:?} ago", IDLE * 8 / 10);
    tokio::time::sleep_until(began + IDLE * 18 / 10).await;
    assert!(script.topics().contains(&topic));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_panics_when_it_is_dropped_ends_all_the_same() {
    let mut script = Script::new();
    let session = Session::builder().over(script.transport.clone()).await.unwrap();
    let service = ServiceBuilder::new(&SERVICE, ())
        .stream(&COUNT, |_, _: Context, _: String| async move {
            let odd = Odd::PanicsWhenDropped;
            let values = futures_util::stream::poll_fn(move |_| {
                let _ = &odd;
                std::task::Poll::Ready(None::<Result<f64, Failure<TooFar>>>)
            });
            Ok(StreamOf::new(values))
        })
        .build();
    let _running = Server::new(&session).add(service).start().await.unwrap();
    script.next_publish_succeeds();
    script.next_publish_fails(PublishError::NotSent("down".into()));
    let receiver = Receiver::open(&mut script, "", 32).await;
    for _ in 0..2 {
        assert_eq!(receiver.end(&mut script, 0).await, Ok("null".into()));
    }
}
