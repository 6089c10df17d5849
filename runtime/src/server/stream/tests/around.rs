//! What a stream is to the rest of its server: a call among others.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_call_within_a_stream_carries_the_trace_and_outlives_the_opening() {
    let mut script = Script::new();
    let session = Session::builder().over(script.transport.clone()).await.unwrap();
    let service = ServiceBuilder::new(&SERVICE, ())
        .stream(&COUNT, |_, context: Context, _: String| async move {
            Ok::<StreamOf<bool, TooFar>, Failure<TooFar>>(StreamOf::write(
                async move |mut values: StreamWriter<bool>| {
                    values.write(true).await?;
                    tokio::time::sleep(Duration::from_secs(15)).await;
                    let call = context.session().call::<bool>("net.example.other", &()).timeout(Duration::from_secs(5));
                    values.write(call.await.is_ok()).await?;
                    Ok(())
                },
            ))
        })
        .build();
    let _running = Server::new(&session).add(service).start().await.unwrap();
    let mut receiver = Receiver::new();
    let mut invocation = receiver.invocation("", 32);
    invocation.headers.insert("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").unwrap();
    script.deliver(TOPIC, body(&invocation));
    receiver.hear_begin(&script.published().await);
    let published = loop {
        let published = script.published().await;
        if published.topic.ends_with("other") {
            break published;
        }
        receiver.tell(&script, StreamPart::Credit(32));
    };
    let sent = Invocation::decode(&published.body).unwrap();
    assert_eq!(sent.lifetime.duration(), Duration::from_secs(5));
    assert_eq!(sent.headers.get("traceparent"), invocation.headers.get("traceparent"));
}

#[tokio::test(start_paused = true)]
async fn a_stream_keeps_its_place_among_the_calls_until_it_ends() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let session = Session::builder().over(script.transport.clone()).await.unwrap();
    let _running = Server::new(&session).add(service(&SERVICE, &stage)).concurrency(1).start().await.unwrap();
    let first = Receiver::open(&mut script, "wait 1", 32).await;
    first.values(&mut script, 0..1).await;
    let mut second = Receiver::new();
    script.deliver(TOPIC, body(&second.invocation("end 1", 32)));
    settle().await;
    assert!(script.published_now().is_none());
    first.tell(&script, StreamPart::Cancel);
    second.hear_begin(&script.published().await);
    second.values(&mut script, 0..1).await;
}

#[tokio::test(start_paused = true)]
async fn a_shadow_begins_a_stream_and_drops_it() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let session = Session::builder().over(script.transport.clone()).await.unwrap();
    let _running = Server::new(&session).add(service(&VERSIONED, &stage)).shadow().start().await.unwrap();
    script.deliver(TOPIC, body(&Receiver::new().invocation("end 5", 32)));
    assert_eq!(script.acknowledged().await.1, Acknowledged::Finished);
    settle().await;
    assert!(script.published_now().is_none());
    assert_eq!(stage.asked.load(Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn any_layer_goes_around_a_stream_and_its_beginning() {
    use futures_util::StreamExt;

    let mut script = Script::new();
    let session = Session::builder().over(script.transport.clone()).await.unwrap();
    let slow = ServiceBuilder::new(&SERVICE, ())
        .stream(&COUNT, |_, _, payload: String| async move {
            if payload == "slow" {
                tokio::time::sleep(Duration::from_secs(5)).await;
            }
            Ok::<StreamOf<f64, TooFar>, Failure<TooFar>>(StreamOf::of([0.0, 1.0, 2.0]))
        })
        .build();
    let two = tower::util::MapResponseLayer::new(|outcome| match outcome {
        Outcome::Stream(outcomes) => Outcome::Stream(OutcomeStream::new(outcomes.take(2))),
        other => other,
    });
    let timeout = tower::timeout::TimeoutLayer::new(Duration::from_secs(1));
    let _running = Server::new(&session).add(slow).layer(two).layer(timeout).start().await.unwrap();

    let receiver = Receiver::open(&mut script, "fast", 32).await;
    receiver.values(&mut script, 0..2).await;
    assert_eq!(receiver.end(&mut script, 2).await, Ok("null".into()));
    script.deliver(TOPIC, body(&Receiver::new().invocation("slow", 32)));
    let published = script.published().await;
    let reply = Reply::decode(&published.body).unwrap();
    assert_eq!((outcome(&reply), reply.stream), (raised("InternalError", "oops"), None));
}
