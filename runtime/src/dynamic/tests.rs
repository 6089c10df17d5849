use std::time::Duration;

use futures_util::{StreamExt, stream};

use super::{Answer, DynamicCall, DynamicProcedure, DynamicService, consume, declared, produce};
use crate::{Caller, Outcome, OutcomeStream, Principal, Server, Session, StaticTokens, Token, types::Value};

async fn session() -> Session {
    Session::connect("embedded:0").await.unwrap()
}

#[tokio::test]
async fn replies_exceptions_and_replies_of_many_are_text() {
    let session = session().await;
    let echo = DynamicProcedure::new("echo", "net.dynamic.echo");
    let refuse = DynamicProcedure::new("refuse", "net.dynamic.refuse");
    let service = DynamicService::new("net.dynamic")
        .procedure(echo, |_, payload| async move { Outcome::Returned(payload) })
        .procedure(refuse, |_, payload| async move { Outcome::Exception { name: "denied".into(), payload } });
    let _running = Server::new(&session).add(service.build()).start().await.unwrap();

    let call = |uri| DynamicCall::new(&session, uri, r#"{"b":[1, 2.50]}"#).timeout(Duration::from_secs(5));
    assert_eq!(call("net.dynamic.echo").reply().await.unwrap().outcome.unwrap(), r#"{"b":[1, 2.50]}"#);
    let denied = call("net.dynamic.refuse").reply().await.unwrap().outcome.unwrap_err();
    assert_eq!((&*denied.name, &*denied.payload), ("denied", r#"{"b":[1, 2.50]}"#));
    let all = call("net.dynamic.echo").gather(Some(1)).await.unwrap();
    assert_eq!(all[0].channel.as_deref(), Some("almanet.python"));
    assert!(all[0].call_id.is_some());
    call("net.dynamic.echo").oneway(Duration::ZERO).await.unwrap();
    assert!(call("not a uri").reply().await.unwrap_err().is_not_executed());
}

#[tokio::test]
async fn a_version_a_credential_and_a_schema_are_as_a_contract_would_have_them() {
    let session = session().await;
    let seal = DynamicProcedure::new("seal", "net.vault.seal")
        .auth(["admin"])
        .tags(["wax"])
        .description("Seals it.")
        .unvalidated()
        .expose("{}", "true");
    let service = DynamicService::new("net.vault")
        .version("1.2.0")
        .expose()
        .procedure(seal, |cx, _| async move { Outcome::Returned(format!("\"{}\"", cx.principal().unwrap().name())) });
    let tokens = StaticTokens::new().token(Token::new("s3cret").unwrap(), Principal::new("root").scope("admin"));
    let _running = Server::new(&session).add(service.build()).authenticator(tokens).start().await.unwrap();

    let caller = Caller::from(&session).version("1.2.0").with_token(Token::new("s3cret").unwrap());
    let reply = DynamicCall::new(&caller, "net.vault.seal", "null").guarded().reply().await.unwrap();
    assert_eq!(reply.outcome.unwrap(), "\"root\"");
    let reply = DynamicCall::new(&session, "net.vault.seal", "null").guarded().reply().await.unwrap();
    assert_eq!(reply.outcome.unwrap_err().name, "rpc_unauthorized");
    let shown = DynamicCall::new(&session, "_schema_.net.vault.seal.almanet.python", "null").reply().await.unwrap();
    let shown: Value = serde_json::from_str(&shown.outcome.unwrap()).unwrap();
    assert_eq!((&shown["description"], &shown["tags"][0]), (&"Seals it.".into(), &"wax".into()));
    assert_eq!(shown["validate"], Value::from(false));
}

#[tokio::test]
async fn a_stream_is_values_as_text_and_a_refusal_is_a_reply() {
    let session = session().await;
    let count = DynamicProcedure::new("count", "net.dynamic.count");
    let service = DynamicService::new("net.dynamic").procedure(count, |cx, _| async move {
        if !cx.wants_stream() {
            return Outcome::Returned("\"one\"".into());
        }
        let values = (0..3).map(|number| Outcome::Returned(number.to_string()));
        Outcome::Stream(OutcomeStream::new(stream::iter(values)))
    });
    let _running = Server::new(&session).add(service.build()).start().await.unwrap();

    let Answer::Stream(values) = DynamicCall::new(&session, "net.dynamic.count", "null").stream().await.unwrap() else {
        panic!("no stream")
    };
    let values: Vec<_> = values.map(|value| value.unwrap().outcome.unwrap()).collect().await;
    assert_eq!(values, ["0", "1", "2"]);
    let one = DynamicCall::new(&session, "net.dynamic.count", "null").reply().await.unwrap();
    assert_eq!(one.outcome.unwrap(), "\"one\"");
}

#[tokio::test]
async fn a_message_is_any_bytes() {
    let session = session().await;
    let mut consumer = consume(&session, "net.dynamic.news", "readers").await.unwrap();
    produce(&session, "net.dynamic.news", &b"not JSON \xff"[..]).await.unwrap();
    let message = consumer.next().await.unwrap();
    assert_eq!(&message.body()[..], b"not JSON \xff");
    drop(message.finish());
    assert!(produce(&session, "_rpc_.net.dynamic", "").await.is_err());
}

#[test]
fn a_declaration_is_kept_once() {
    let declare = || declared::procedure(DynamicProcedure::new("a", "net.once.a").tags(["x"]).auth(["y"]));
    assert!(std::ptr::eq(declare(), declare()));
    assert!(std::ptr::eq(declared::text("net.once.a"), declared::text("net.once.a")));
}
