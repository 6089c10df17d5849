//! What versions answer, and what services show of themselves.

use super::*;

#[tokio::test(start_paused = true)]
async fn versions_answer_where_their_role_says() {
    let topics = async |serve: fn(Server) -> Server, info| {
        let script = Script::new();
        let session = session(&script).await;
        let server = serve(Server::new(&session).add(echo_of(info, &Arc::default())));
        let running = server.start().await;
        let topics: Vec<_> = script.topics().into_iter().filter(|topic| !topic.contains("_rpc_._")).collect();
        (running.map(drop), topics)
    };
    let own = "_rpc_.net.example.v1_2_0.echo";
    assert_eq!(topics(|server| server, &PLAIN).await.1, [TOPIC]);
    assert_eq!(topics(Server::pinned_only, &PLAIN).await.1, [TOPIC]);
    assert_eq!(topics(|server| server, &VERSIONED).await.1, [TOPIC, own]);
    assert_eq!(topics(Server::pinned_only, &VERSIONED).await.1, [own]);
    assert_eq!(topics(Server::shadow, &VERSIONED).await.1, [TOPIC, own]);
    assert!(matches!(topics(Server::shadow, &PLAIN).await.0, Err(ServeError::ShadowWithoutVersion(_))));
}

#[tokio::test(start_paused = true)]
async fn a_shadow_runs_copies_and_never_replies() {
    let mut script = Script::new();
    let stage = Arc::<Stage>::default();
    let session = session(&script).await;
    let _running = Server::new(&session).add(echo_of(&VERSIONED, &stage)).shadow().start().await.unwrap();
    assert_eq!(script.subscribed(TOPIC).channel.as_str(), "shadow.v1_2_0#ephemeral");
    let invocation = Caller::new().invocation("x");
    script.deliver(TOPIC, body(&invocation));
    assert_eq!(script.acknowledged().await.1, Acknowledged::Finished);
    assert_eq!(stage.runs.load(Ordering::Relaxed), 1);
    assert!(script.published_now().is_none());
    script.deliver("_rpc_.net.example.v1_2_0.echo", body(&invocation));
    assert_eq!(outcome(&script.published().await), Ok("x".into()));
}

#[tokio::test(start_paused = true)]
async fn schemas_are_shown_as_the_python_library_shows_them() {
    let mut script = Script::new();
    let session = session(&script).await;
    let _running = Server::new(&session).add(echo_of(&SERVICE, &Arc::default())).start().await.unwrap();
    let client = "_rpc_._schema_.client";
    let procedure = "_rpc_._schema_.net.example.echo.almanet.python";
    assert_eq!(script.subscribed(client).channel.as_str(), format!("{}#ephemeral", session.id()));
    assert_eq!(script.subscribed(procedure).channel.as_str(), "almanet.python");

    let expected_client = format!(
        r#"{{"session_id":"{}","session_version":0.1,"routes":["net.example.echo:almanet.python"]}}"#,
        session.id()
    );
    let expected_procedure = format!(
        r#"{{"session_id":"{}","session_version":0.1,"uri":"net.example.echo","channel":"almanet.python","validate":true,"tags":["a","demo"],"name":"echo","description":"Says \"it\" again.","payload":{{"type":"string"}},"return":true}}"#,
        session.id()
    );
    for (topic, expected) in [(client, expected_client), (procedure, expected_procedure)] {
        script.deliver(topic, body(&Caller::new().invocation("ignored")));
        let published = script.published().await;
        let reply = Reply::decode(&published.body).unwrap();
        assert_eq!((reply.is_exception, &*reply.payload), (false, &*expected));
        serde_json::from_str::<Value>(&reply.payload).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_exposed_is_not_shown() {
    static HIDDEN: Procedure = Procedure::new("hidden", "net.example.hidden");
    let script = Script::new();
    let session = session(&script).await;
    let service = ServiceBuilder::new(&PLAIN, ()).oneway(&HIDDEN, |_, _, _: String| async { Ok(()) }).build();
    let _running = Server::new(&session).add(service).start().await.unwrap();
    assert!(!script.topics().iter().any(|topic| topic.contains("_schema_")));
}
