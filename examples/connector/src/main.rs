//! The functions of a Microservices Connector, served and called: over `ALMANET_URL`, or else the broker in this process.
//!
//! `serve` and `call` do one of the two alone, as the Python beside them does. `--time` tells how long each call took.

mod contract {
    almanet_runtime::include_contract!();
}
mod functions;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Debug;
use std::time::{Duration, Instant};

use almanet_runtime::types::Value;
use almanet_runtime::{CallError, Caller, Principal, Server, Session, StaticTokens, Token};
use contract::examples::connector::Example;
use contract::examples::connector::functions::{self as service, FunctionsClient};
use functions::{Connector, as_value};
use serde::Serialize;
use serde_json::json;
use tokio::sync::oneshot;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let session = Session::from_env().await?;
    let tokens = StaticTokens::new().token(Token::new("123456")?, Principal::new("developer").scope("classes"));
    let server = Server::new(&session).add(service::service(Connector)).authenticator(tokens);
    match std::env::args().nth(1).as_deref() {
        Some("serve") => server.run().await?,
        Some("call") => call(&session).await?,
        _ => {
            let (stop, stopped) = oneshot::channel::<()>();
            let serving = tokio::spawn(server.serve(async { drop(stopped.await) }));
            call(&session).await?;
            drop(stop);
            serving.await??;
        }
    }
    session.close().await;
    Ok(())
}

/// Makes every call of the table.
async fn call(session: &Session) -> Result<(), Box<dyn Error>> {
    let client = FunctionsClient::new(session);
    values(&client).await;
    for (what, token) in [("the right token", "123456"), ("a wrong token", "654321")] {
        let caller = Caller::from(session).with_token(Token::new(token)?);
        with_token(what, &FunctionsClient::new(caller)).await;
    }
    with_token("no token", &client).await;

    show("null", Instant::now(), client.none(Vec::new(), Vec::new()).await);
    let unknown = session.call::<Value>("examples.connector.functions.unknown", &Value::Null);
    match unknown.timeout(Duration::from_secs(1)).await {
        Err(CallError::OutcomeUnknown(_)) => println!("an unknown procedure: nobody answered"),
        other => return Err(format!("an unknown procedure answered {other:?}").into()),
    }
    show("a failure", Instant::now(), client.broken().await);
    Ok(())
}

/// Every function that is open to all.
async fn values(client: &FunctionsClient) {
    const ARG: &str = "A variable value";
    const KEY: &str = "A keyword variable value";
    let list = |values: Value| values.as_array().cloned().unwrap_or_default();
    let map = |values: Value| values.as_object().cloned().unwrap_or_default().into_iter().collect();
    show("helloworld", Instant::now(), client.helloworld("Mr. Developer").await);
    show("str", Instant::now(), client.str(ARG, KEY).await);
    show("str2", Instant::now(), client.str2(ARG, KEY).await);
    show("int", Instant::now(), client.int(2018, 312).await);
    show("float", Instant::now(), client.float(2.018, 3.12).await);
    show("int3", Instant::now(), client.int3(3.1427, 1_000_000_000).await);
    show("list", Instant::now(), client.list(list(json!([12, 34, 45])), list(json!(["abc", "zyz"]))).await);
    let key = json!({"int": 20, "str": "adfafsa", "float": 0.2323});
    show("dict", Instant::now(), client.dict(map(json!({"keyword": ["anything"]})), map(key)).await);
    let key = vec!["abc".to_owned(), "zyz".to_owned()];
    show("list3", Instant::now(), client.list3(map(json!({"keyword": ["anything"]})), key).await);
    show("None", Instant::now(), client.none(list(json!([12, 34, 45])), list(json!(["abc", "zyz"]))).await);
}

/// The functions that ask for a token.
async fn with_token(what: &str, client: &FunctionsClient) {
    println!("with {what}:");
    let list = |examples: Vec<Example>| examples.iter().map(as_value).collect::<Vec<_>>();
    let map = |examples: BTreeMap<String, Example>| {
        examples.into_iter().map(|(name, example)| (name, as_value(&example))).collect::<BTreeMap<_, _>>()
    };
    show("class", Instant::now(), client.class(json!(1)).await.map(|one| as_value(&one)));
    show("class2", Instant::now(), client.class2(json!(["a", null])).await.map(list));
    let several = client.class3(json!({"b": true})).await;
    show("class3", Instant::now(), several.map(|(one, more, named)| (as_value(&one), list(more), map(named))));
}

/// Prints what came of a call, and how long it took for those who ask.
fn show<T: Serialize, E: Debug>(name: &str, since: Instant, outcome: Result<T, CallError<E>>) {
    let took = since.elapsed().as_secs_f64() * 1_000.0;
    match outcome {
        Ok(value) => print!("{name}: {}", json!(value)),
        Err(CallError::Unauthorized(_)) => print!("{name}: unauthorized"),
        Err(CallError::Internal) => print!("{name}: it failed, and its service's log says why"),
        Err(other) => print!("{name}: {other:?}"),
    }
    if std::env::args().any(|argument| argument == "--time") {
        print!(" ({took:.2} ms)");
    }
    println!();
}
