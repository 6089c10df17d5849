//! A service that counts what it did, and what is asked of every call whatever breaks.
#![allow(dead_code, unused_imports, unreachable_pub, reason = "each test file uses a part of it")]

#[allow(unused, reason = "the whole contract is generated, and each test uses a part of it")]
mod contract {
    almanet_runtime::include_contract!();
}

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use almanet_runtime::codegen::{self, Procedure, ServiceBuilder, ServiceInfo};
use almanet_runtime::{Call, CallError, Context, Failure, Never, Running, Server, Service, Session};
pub use contract::faults::probe::{self, AgainError, LargeError, OnceError, Probe, ProbeClient};
use tokio::sync::watch;

/// The topic of calls to `once`, and of those to `again`.
pub const ONCE: &str = "_rpc_.faults.probe.once";
pub const AGAIN: &str = "_rpc_.faults.probe.again";
/// The channel of all of them.
pub const CHANNEL: &str = "almanet.python";
/// What a busy machine may add to a deadline. The simulation holds calls to 50 ms of a clock that is never busy.
const SLACK: Duration = Duration::from_secs(5);

/// Counts how often each text was worked on.
#[derive(Clone, Debug)]
pub struct Effects(watch::Sender<HashMap<String, usize>>);

impl Default for Effects {
    fn default() -> Self {
        Self(watch::Sender::new(HashMap::new()))
    }
}

impl Effects {
    pub fn of(&self, text: &str) -> usize {
        self.0.borrow().get(text).copied().unwrap_or(0)
    }

    pub fn all(&self) -> usize {
        self.0.borrow().values().sum()
    }

    /// Waits until a text was worked on so often.
    pub async fn until(&self, text: &str, times: usize) {
        let mut effects = self.0.subscribe();
        let reached = effects.wait_for(|effects| effects.get(text).is_some_and(|count| *count >= times));
        let waited = tokio::time::timeout(Duration::from_secs(30), reached).await;
        assert!(waited.is_ok(), "{text} was worked on {} times", self.of(text));
    }

    /// Waits until so much was worked on in all.
    pub async fn until_all(&self, times: usize) {
        let mut effects = self.0.subscribe();
        let reached = effects.wait_for(|effects| effects.values().sum::<usize>() >= times);
        let waited = tokio::time::timeout(Duration::from_secs(60), reached).await;
        assert!(waited.is_ok(), "{} of {times}", self.all());
    }

    fn add(&self, text: &str) {
        self.0.send_modify(|effects| *effects.entry(text.to_owned()).or_default() += 1);
    }
}

impl Probe for Effects {
    async fn once(&self, _cx: Context, text: String, millis: i64) -> Result<String, Failure<OnceError>> {
        self.add(&text);
        work(millis).await;
        Ok(text)
    }

    async fn again(&self, _cx: Context, text: String, millis: i64) -> Result<String, Failure<AgainError>> {
        self.add(&text);
        work(millis).await;
        Ok(text)
    }

    async fn note(&self, _cx: Context, text: String) -> Result<(), Failure> {
        self.add(&text);
        Ok(())
    }

    async fn large(&self, _cx: Context, bytes: i64) -> Result<String, Failure<LargeError>> {
        self.add("large");
        Ok("x".repeat(usize::try_from(bytes).expect("a size")))
    }
}

async fn work(millis: i64) {
    if millis > 0 {
        tokio::time::sleep(Duration::from_millis(millis.unsigned_abs())).await;
    }
}

/// A session over this URL.
pub async fn session(url: &str) -> Session {
    Session::connect(url).await.expect("the broker is there")
}

/// Serves on a session.
pub async fn serve(session: &Session, effects: &Effects) -> Running {
    Server::new(session).add(probe::service(effects.clone())).start().await.expect("the service starts")
}

/// Waits until this holds, of what nobody can be told of.
pub async fn until<T: Debug>(mut look: impl FnMut() -> T, holds: impl Fn(&T) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let seen = look();
        if holds(&seen) {
            return;
        }
        assert!(Instant::now() < deadline, "it stays at {seen:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A procedure with an address of its own, so that many tests can share a broker.
pub fn procedure(name: &str, idempotent: Idempotent) -> &'static Procedure {
    let procedure = Procedure::new("probe", format!("faults.{name}").leak());
    Box::leak(Box::new(match idempotent {
        Idempotent::Yes => procedure.idempotent(),
        Idempotent::No => procedure,
    }))
}

/// Whether a procedure may run twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idempotent {
    Yes,
    No,
}

/// Serves one procedure, which gives back what it is given.
pub async fn serve_one(session: &Session, procedure: &'static Procedure, effects: &Effects) -> Running {
    static SERVICE: ServiceInfo = ServiceInfo::new("faults");
    let echo = |effects: Arc<Effects>, _, text: String| async move {
        effects.add(&text);
        Ok::<_, Failure<Never>>(text)
    };
    let service = ServiceBuilder::new(&SERVICE, effects.clone()).procedure(procedure, echo).build();
    Server::new(session).add(service).start().await.expect("the service starts")
}

/// Calls one procedure.
pub fn call_one(session: &Session, procedure: &'static Procedure, text: &str) -> Call<String> {
    codegen::call(&session.into(), procedure, &text.to_owned())
}

/// Holds a call to what its caller may rely on: it ends by its deadline, and its outcome agrees with its effects.
pub async fn promised<T: Debug, E: Debug>(
    timeout: Duration,
    effects: &Effects,
    text: &str,
    call: impl Future<Output = Result<T, CallError<E>>>,
) -> Result<T, CallError<E>> {
    let started = Instant::now();
    let outcome = call.await;
    let took = started.elapsed();
    assert!(took < timeout + SLACK, "{text} took {took:?} of {timeout:?}: {outcome:?}");
    match &outcome {
        Ok(_) => assert!(effects.of(text) >= 1, "{text} brought a result without having run"),
        Err(CallError::NotExecuted(_)) => assert_eq!(effects.of(text), 0, "{text} ran: {outcome:?}"),
        Err(CallError::OutcomeUnknown(_)) => {}
        Err(other) => panic!("{text}: {other:?}"),
    }
    outcome
}
