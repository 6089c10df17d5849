//! What goes around a client, or stands in for it.

use tower::ServiceBuilder;

use super::*;

#[tokio::test(start_paused = true)]
async fn any_tower_layer_goes_around_a_client() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let layered = ServiceBuilder::new()
        .map_request(|mut request: Request| {
            request.headers_mut().insert("traceparent", "00-1").unwrap();
            request
        })
        .layer(tower::timeout::TimeoutLayer::new(Duration::from_secs(1)))
        .service(session.clone());
    let caller = Caller::from_service(layered);

    let call = Call::<String>::new(caller.clone(), Ok(request(&session)));
    let call = tokio::spawn(async move { call.await });
    let published = script.published().await;
    assert_eq!(invocation(&published).headers.get("traceparent"), Some("00-1"));
    reply(&script, &published, false, "\"x\"");
    assert_eq!(call.await.unwrap(), Ok("x".into()));

    let started = Instant::now();
    let outcome = Call::<String>::new(caller, Ok(request(&session))).await;
    assert!(matches!(outcome, Err(CallError::OutcomeUnknown(OutcomeUnknown::Layer(_)))), "{outcome:?}");
    assert_eq!(started.elapsed(), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_service_of_ones_own_stands_in_for_a_session() {
    let script = Script::new();
    let session = connected(&script).await;
    let fake = tower::service_fn(|request: Request| async move {
        match request.payload() {
            "\"Aidar\"" => {
                Ok(Response::Reply(RawReply { outcome: Ok("\"fake\"".into()), channel: None, call_id: None }))
            }
            _ => Err(BoxError::from("not in this test")),
        }
    });
    let caller = Caller::from_service(fake);
    assert_eq!(Call::<String>::new(caller.clone(), Ok(request(&session))).await, Ok("fake".into()));
    let outcome = Call::<String>::new(caller, Ok(Request { payload: "1".into(), ..request(&session) })).await;
    let layer = OutcomeUnknown::Layer("not in this test".into());
    assert_eq!(outcome, Err(CallError::OutcomeUnknown(layer)));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_a_layer_holds_ends_by_its_deadline_too() {
    let script = Script::new();
    let session = connected(&script).await;
    let stuck = tower::service_fn(|_: Request| std::future::pending::<Result<Response, CallError>>());
    let started = Instant::now();
    let timeout = Duration::from_secs(2);
    let call = Call::<String>::new(Caller::from_service(stuck), Ok(Request { timeout, ..request(&session) }));
    assert_eq!(call.await, Err(CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(timeout))));
    assert!(started.elapsed() <= timeout + Duration::from_millis(50), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waited_for_a_layer_has_what_is_left() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let slow = ServiceBuilder::new()
        .layer_fn(|inner: Session| {
            tower::service_fn(move |request: Request| {
                let inner = inner.clone();
                async move {
                    tokio::time::sleep(Duration::from_secs(40)).await;
                    tower::ServiceExt::oneshot(inner, request).await
                }
            })
        })
        .service(session.clone());
    let call = Call::<String>::new(Caller::from_service(slow), Ok(request(&session)));
    let call = tokio::spawn(async move { call.await });
    let published = script.published().await;
    assert_eq!(invocation(&published).lifetime.seconds(), 20);
    reply(&script, &published, false, "\"x\"");
    assert_eq!(call.await.unwrap(), Ok("x".into()));
}

fn request(session: &Session) -> Request {
    Request {
        uri: URI.into(),
        topic: session.call_topic(URI).unwrap(),
        payload: "\"Aidar\"".into(),
        timeout: Duration::from_secs(60),
        headers: crate::wire::Headers::new(),
        idempotent: false,
        guarded: false,
        kind: Kind::Call,
        not_after: None,
    }
}
