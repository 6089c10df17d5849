//! The greeting service, its contract written by hand as the compiler writes it, called end to end.

#[allow(dead_code, unreachable_pub, reason = "it is as it is generated")]
mod contract;

use std::time::Duration;

use almanet_runtime::{CallError, Context, Failure, Server, Session};
use contract::greeting::{self, AccessDenied, AddError, GreetError, Greeted, Greeting, GreetingClient};

struct Greeter;

impl Greeting for Greeter {
    async fn greet(&self, _cx: Context, payload: String) -> Result<String, Failure<GreetError>> {
        match &*payload {
            "guest" => Err(AccessDenied { reason: payload }.into()),
            "nobody" => Err(Failure::internal("a secret detail")),
            _ => Ok(format!("Hello, {payload}!")),
        }
    }

    async fn add(&self, _cx: Context, a: i32, b: i32) -> Result<i64, Failure<AddError>> {
        tokio::task::yield_now().await;
        Ok(i64::from(a) + i64::from(b))
    }

    async fn log(&self, cx: Context, line: String) -> Result<(), Failure> {
        let produced = greeting::greeted(cx.session()).produce(&Greeted { name: line }).await;
        produced.map(|_| ()).map_err(Failure::internal)
    }
}

/// A session of its own broker, so that tests do not meet.
async fn session() -> Session {
    Session::connect("embedded:0").await.expect("a port is free")
}

#[tokio::test]
async fn a_service_answers_its_client() {
    let session = session().await;
    let running = Server::new(&session).add(greeting::service(Greeter)).start().await.unwrap();
    let client = GreetingClient::new(&session);

    assert_eq!(client.greet("Aidar").await.unwrap(), "Hello, Aidar!");
    match client.greet("guest").timeout(Duration::from_secs(2)).await {
        Err(CallError::Remote(GreetError::AccessDenied(denied))) => assert_eq!(denied.reason, "guest"),
        other => panic!("{other:?}"),
    }
    assert_eq!(client.greet("nobody").await, Err(CallError::Internal));
    assert_eq!(client.add(1).await.unwrap(), 1);
    assert_eq!(client.add(1).b(2).await.unwrap(), 3);
    assert_eq!(client.version("1.2.0").greet("Aidar").await.unwrap(), "Hello, Aidar!");
    let gathered = client.greet("all").gather(Duration::from_secs(5)).take(1).await.unwrap();
    assert_eq!(gathered, [Ok("Hello, all!".to_owned())]);
    running.drain().await;
}

#[tokio::test]
async fn a_oneway_call_runs_and_its_topic_is_consumed() {
    let session = session().await;
    let running = Server::new(&session).add(greeting::service(Greeter)).start().await.unwrap();
    let mut consumer = greeting::greeted(&session).consume("test").await.unwrap();

    GreetingClient::new(&session).log("a line").await.unwrap();

    let message = consumer.next().await.unwrap();
    assert_eq!(message.attempts(), 1);
    assert_eq!(message.finish().unwrap(), Greeted { name: "a line".into() });
    running.drain().await;
}

#[tokio::test]
async fn a_call_without_a_contract_gets_values_and_names() {
    use almanet_runtime::types::Value;

    let session = session().await;
    let running = Server::new(&session).add(greeting::service(Greeter)).start().await.unwrap();

    let text: Value = session.call("net.example.greeting.greet", &Value::from("Aidar")).await.unwrap();
    assert_eq!(text, Value::from("Hello, Aidar!"));
    let denied = session.call::<Value>("net.example.greeting.greet", &Value::from("guest")).await;
    let (name, payload) = ("access_denied".into(), r#"{"reason":"guest"}"#.into());
    assert_eq!(denied, Err(CallError::Undeclared { name, payload }));
    match session.call::<Value>("net.example.greeting.greet", &Value::from(123)).await {
        Err(CallError::InvalidPayload(text)) => assert!(text.contains("expected a string"), "{text}"),
        other => panic!("{other:?}"),
    }
    running.drain().await;
}
