//! Calls that many instances answer.

use super::*;

#[tokio::test(start_paused = true)]
async fn gathering_takes_one_reply_for_each_channel() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let gather = session.call::<String>(URI, &()).gather(Duration::from_millis(500));
    let started = Instant::now();
    let gathered = tokio::spawn(async move { gather.await });
    let published = script.published().await;
    let sent = invocation(&published);
    let topic = sent.reply_to.topic().unwrap();
    assert!(topic.as_str().starts_with("_rpc_._replies_."));
    for (call_id, channel, payload) in [
        (sent.id, Some("one"), "\"a\""),
        (sent.id, Some("one"), "\"again\""),
        (crate::wire::Id::random(), Some("three"), "\"of another call\""),
        (sent.id, Some("two"), "17"),
        (sent.id, None, "\"python\""),
        (sent.id, None, "\"python\""),
    ] {
        let mut body = Vec::new();
        let channel = channel.map(Into::into);
        Reply { call_id, is_exception: false, payload: payload.into(), channel, stream: None }.encode(&mut body);
        script.deliver(topic.as_str(), body);
    }
    let replies = gathered.await.unwrap().unwrap();
    assert_eq!(started.elapsed().as_millis(), 500);
    let texts: Vec<_> = replies.iter().map(|reply| reply.as_ref().map(String::as_str).ok()).collect();
    assert_eq!(texts, [Some("a"), None, Some("python"), Some("python")]);
}

#[tokio::test(start_paused = true)]
async fn gathering_ends_when_there_are_enough() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let gather = session.call::<String>(URI, &()).gather(Duration::from_secs(60)).take(1);
    let started = Instant::now();
    let gathered = tokio::spawn(async move { gather.await });
    let published = script.published().await;
    let sent = invocation(&published);
    let mut body = Vec::new();
    Reply { call_id: sent.id, is_exception: false, payload: "\"a\"".into(), channel: None, stream: None }
        .encode(&mut body);
    script.deliver(sent.reply_to.topic().unwrap().as_str(), body);
    assert_eq!(gathered.await.unwrap().unwrap(), [Ok("a".into())]);
    assert_eq!(started.elapsed(), Duration::ZERO);

    script.refuse_subscriptions(SubscribeError::Closed);
    let outcome = session.call::<String>(URI, &()).gather(Duration::from_secs(1)).await;
    assert_eq!(outcome, Err(CallError::NotExecuted(NotExecuted::Closed)));
}

#[tokio::test(start_paused = true)]
async fn gathering_keeps_its_window_whatever_listening_for_replies_takes() {
    const WINDOW: Duration = Duration::from_secs(4);
    let played = Played::new();
    let transport = Arc::new(played.connect("nsq://a").await.unwrap());
    let session = Session::builder().over(transport).await.unwrap();
    let gather = async || {
        let started = Instant::now();
        let outcome = session.call::<String>(URI, &()).gather(WINDOW).await;
        assert_eq!(started.elapsed(), WINDOW, "{outcome:?}");
        outcome
    };
    assert_eq!(gather().await, Ok(Vec::new()));
    played.mute("a");
    assert!(matches!(gather().await, Err(CallError::NotExecuted(NotExecuted::NotSent(_)))));
    played.bring_down("a");
    assert!(matches!(gather().await, Err(CallError::NotExecuted(NotExecuted::NotSent(_)))));
}

#[tokio::test(start_paused = true)]
async fn gathering_goes_on_where_nobody_knows_whether_the_call_was_sent() {
    for is_answered in [true, false] {
        let mut script = Script::new();
        let session = connected(&script).await;
        script.next_publish_fails(PublishError::Unknown("the connection was lost".into()));
        let gather = session.call::<String>(URI, &()).gather(Duration::from_secs(4));
        let gathered = tokio::spawn(async move { gather.await });
        let published = script.published().await;
        let sent = invocation(&published);
        if is_answered {
            let mut body = Vec::new();
            Reply { call_id: sent.id, is_exception: false, payload: "\"a\"".into(), channel: None, stream: None }
                .encode(&mut body);
            script.deliver(sent.reply_to.topic().unwrap().as_str(), body);
        }
        match gathered.await.unwrap() {
            Ok(replies) if is_answered => assert_eq!(replies, [Ok("a".into())]),
            Err(CallError::OutcomeUnknown(OutcomeUnknown::Unacknowledged(_))) if !is_answered => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn gathering_does_not_end_well_where_its_session_is_closed() {
    let mut script = Script::new();
    let session = connected(&script).await;
    let gather = session.call::<String>(URI, &()).gather(Duration::from_secs(4));
    let gathered = tokio::spawn(async move { gather.await });
    let topic = invocation(&script.published().await).reply_to.topic().unwrap();
    script.end(topic.as_str());
    assert_eq!(gathered.await.unwrap(), Err(CallError::OutcomeUnknown(OutcomeUnknown::Closed)));
}

#[tokio::test(start_paused = true)]
async fn gathering_no_reply_sends_the_call_all_the_same() {
    let mut script = Script::new();
    let session = connected(&script).await;
    assert_eq!(session.call::<String>(URI, &()).gather(Duration::from_secs(4)).take(0).await, Ok(Vec::new()));
    assert!(script.published_now().is_some());
}

#[tokio::test(start_paused = true)]
async fn what_is_gathered_or_wants_no_reply_lives_no_longer_where_it_is_sent_again() {
    let mut script = Script::new();
    let session = connected(&script).await;
    for (delay, is_gathered) in [(0, true), (0, false), (30, false)] {
        (0..6).for_each(|_| script.next_publish_fails(PublishError::NotSent("down".into())));
        let call = session.call::<String>(URI, &());
        let sent = tokio::spawn(async move {
            match is_gathered {
                true => drop(call.gather(Duration::from_secs(4)).take(0).await.unwrap()),
                false => drop(call.delay(Duration::from_secs(delay)).timeout(Duration::from_secs(4)).await.unwrap()),
            }
        });
        let started = Instant::now();
        for _ in 0..7 {
            let published = script.published().await;
            let over = started.elapsed() + invocation(&published).lifetime.duration();
            assert!(over <= Duration::from_millis(4_001 + delay * 1_000), "{over:?}");
        }
        sent.await.unwrap();
    }
}
