//! The end of a pair that is written in Rust: it answers what `tests/python/pairs_peer.py` does.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use almanet_conformance::pairs::hall::{
    self, AddError, CarryError, FailError, GreetError, Hall, HallClient, LieError, NapError, WhoamiError,
};
use almanet_conformance::pairs::{Absent, AccessDenied, Anything, Happening, Missing};
use almanet_runtime::codegen::{Encode, Exceptions, from_json, to_json};
use almanet_runtime::dynamic::{DynamicProcedure, DynamicService};
use almanet_runtime::types::Value as Json;
use almanet_runtime::{CallError, Context, Failure, Outcome, OutcomeUnknown, Running, Server, Session};
use serde_json::{Value, json};
use tokio::sync::{Mutex, Notify};

/// A session in this process, and what its service took down.
#[derive(Clone)]
pub(crate) struct RustEnd {
    session: Session,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    lines: Mutex<Vec<String>>,
    taken: Notify,
    ran: AtomicUsize,
}

impl Hall for RustEnd {
    async fn greet(&self, _cx: Context, payload: String) -> Result<String, Failure<GreetError>> {
        match payload.as_str() {
            "guest" => Err(AccessDenied(payload).into()),
            "nobody" => Err(Missing { wanted: payload, since: None }.into()),
            "ghost" => Err(Absent.into()),
            _ => Ok(format!("Hello, {payload}!")),
        }
    }

    async fn add(&self, _cx: Context, a: i32, b: i32) -> Result<i64, Failure<AddError>> {
        Ok(i64::from(a) + i64::from(b))
    }

    async fn carry(&self, _cx: Context, payload: Vec<Anything>) -> Result<Vec<Anything>, Failure<CarryError>> {
        Ok(payload)
    }

    async fn whoami(&self, _cx: Context, _payload: i64) -> Result<String, Failure<WhoamiError>> {
        self.shared.ran.fetch_add(1, Ordering::Relaxed);
        Ok("rust".to_owned())
    }

    async fn fail(&self, _cx: Context) -> Result<String, Failure<FailError>> {
        Err(Failure::internal("a secret of the service"))
    }

    async fn lie(&self, _cx: Context) -> Result<i32, Failure<LieError>> {
        Ok(11)
    }

    async fn nap(&self, _cx: Context, payload: i64) -> Result<i64, Failure<NapError>> {
        tokio::time::sleep(Duration::from_millis(payload.unsigned_abs())).await;
        Ok(payload)
    }

    async fn log(&self, _cx: Context, line: String) -> Result<(), Failure> {
        self.shared.lines.lock().await.push(line);
        self.shared.taken.notify_waiters();
        Ok(())
    }
}

impl RustEnd {
    pub(crate) async fn connect(url: &str) -> Self {
        let session = Session::connect(url).await.expect("nsqd is there");
        Self { session, shared: Arc::default() }
    }

    /// Serves the contract; what Rust's types do not let a service answer is served beside it, without a contract.
    pub(crate) async fn serve(&self) -> Running {
        let surprise = DynamicProcedure::new("surprise", "conformance.pairs.by_hand.surprise");
        let by_hand = DynamicService::new("conformance.pairs.by_hand").procedure(surprise, |_, _| async {
            Outcome::Exception { name: "surprise".into(), payload: r#"{"code":7}"#.into() }
        });
        let server = Server::new(&self.session).add(hall::service(self.clone())).add(by_hand.build());
        server.start().await.expect("the service starts")
    }

    pub(crate) async fn ask(&self, operation: &str, arguments: Value) -> Value {
        let started = Instant::now();
        let mut answer = self.answer(operation, &arguments).await;
        answer["seconds"] = started.elapsed().as_secs_f64().into();
        answer
    }

    async fn answer(&self, operation: &str, arguments: &Value) -> Value {
        let client = HallClient::new(&self.session);
        let text = |name: &str| arguments[name].as_str().expect("a text").to_owned();
        let number = |name: &str| arguments[name].as_i64().and_then(|number| i32::try_from(number).ok());
        match operation {
            "line" => self.line(&text("line")).await,
            "told" => json!({"ran": self.shared.ran.load(Ordering::Relaxed), "log": super::said()}),
            "greet" => outcome(client.greet(text("name")).await),
            "printed" => {
                let error = client.greet("guest").await.expect_err("a guest is refused");
                json!({"ok": format!("during call conformance.pairs.hall.greet(\"guest\"): {error}")})
            }
            "add" => {
                let call = client.add(number("a").expect("a number"));
                outcome(match number("b") {
                    Some(b) => call.b(b).await,
                    None => call.await,
                })
            }
            "unserved" => self.raw("conformance.pairs.nowhere", &Json::Null, 1).await,
            "undeclared" => self.raw("conformance.pairs.by_hand.surprise", &Json::Null, 10).await,
            "late" => outcome(client.nap(60_000).timeout(Duration::from_secs(1)).await),
            "wrong_payload" => self.raw("conformance.pairs.hall.greet", &123_i64, 10).await,
            "wrong_reply" => outcome(client.lie().await),
            "wrong_reply_by_hand" => {
                outcome(self.session.call::<i32>("conformance.pairs.by_hand.lie", &Json::Null).await)
            }
            "failure" => outcome(client.fail().await),
            "multicall" => {
                let replies = client.greet("all").gather(Duration::from_secs(1)).take(1).await.expect("replies");
                json!({"ok": replies.iter().map(|reply| json!([reply.is_err(), reply.as_ref().ok()])).collect::<Value>()})
            }
            "oneway" => {
                client.log(text("line")).await.expect("nsqd has it");
                json!({"ok": null})
            }
            "delayed" => {
                let delay = arguments["delay"].as_u64().expect("seconds");
                client.log(text("line")).delay(Duration::from_secs(delay)).await.expect("nsqd has it");
                json!({})
            }
            "introspected" => self.raw(&text("uri"), &Json::Null, 2).await,
            "carry" => match from_json::<Vec<Anything>>(text("values").as_bytes()) {
                Ok(values) => match client.carry(values).await {
                    Ok(back) => json!({"ok": written(&back)}),
                    Err(error) => json!({"error": error.to_string()}),
                },
                Err(error) => json!({"error": error.to_string()}),
            },
            "whoami" => whoami(client, number("calls").expect("a number")).await,
            "produce" => {
                let happening = Happening { title: text("title"), count: 1, labels: vec!["a".to_owned()] };
                hall::happened(&self.session).produce(&happening).await.expect("nsqd has it");
                json!({})
            }
            "consume" => self.consume(&text("channel"), &text("title")).await,
            other => panic!("nobody knows {other}"),
        }
    }

    /// What a call without a contract brings.
    async fn raw(&self, uri: &str, payload: &dyn Encode, timeout: u64) -> Value {
        outcome(self.session.call::<Json>(uri, payload).timeout(Duration::from_secs(timeout)).await)
    }

    async fn line(&self, wanted: &str) -> Value {
        loop {
            let taken = self.shared.taken.notified();
            if self.shared.lines.lock().await.iter().any(|line| line == wanted) {
                return json!({});
            }
            taken.await;
        }
    }

    /// Takes a message with this title, rolls it back, takes it again and commits it.
    async fn consume(&self, channel: &str, title: &str) -> Value {
        let mut consumer = hall::happened(&self.session).consume(channel).await.expect("subscribed");
        let mut seen = Vec::new();
        while seen.len() < 2 {
            let message = consumer.next().await.expect("a message");
            let happening = message.payload().expect("a happening").clone();
            if happening.title == title {
                seen.push(json!([happening.labels[0], message.attempts()]));
                if seen.len() == 1 {
                    message.requeue_without_backoff(Duration::ZERO);
                    continue;
                }
            }
            drop(message.finish());
        }
        json!({"ok": seen})
    }
}

async fn whoami(client: HallClient, calls: i32) -> Value {
    let calls: Vec<_> = (0..calls)
        .map(|number| {
            let client = client.clone();
            tokio::spawn(async move { client.whoami(number.into()).await.expect("an answer") })
        })
        .collect();
    let mut answers = BTreeMap::<String, usize>::new();
    for call in calls {
        *answers.entry(call.await.expect("no call panics")).or_default() += 1;
    }
    json!({"ok": answers})
}

fn written(value: &dyn Encode) -> String {
    String::from_utf8(to_json(value).expect("it has a form in JSON")).expect("JSON is text")
}

fn document(value: &dyn Encode) -> Value {
    serde_json::from_str(&written(value)).expect("what is written is JSON")
}

fn outcome<T: Encode, E: Exceptions>(result: Result<T, CallError<E>>) -> Value {
    match result {
        Ok(value) => json!({"ok": document(&value)}),
        Err(CallError::Remote(error)) => json!({"declared": [error.name(), document(error.payload())]}),
        Err(CallError::Undeclared { name, payload }) => {
            json!({"undeclared": [name, serde_json::from_str::<Value>(&payload).expect("it is JSON")]})
        }
        Err(CallError::InvalidPayload(text)) => json!({"invalid_payload": text}),
        Err(CallError::InvalidReturn(text)) => json!({"invalid_return": text}),
        Err(CallError::Internal) => json!({"internal": "oops"}),
        Err(CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(_))) => json!({"timeout": true}),
        Err(other) => json!({"other": other.to_string()}),
    }
}
