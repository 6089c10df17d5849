//! A connection cut after every byte of a publish, a message and a reply, with a real nsqd behind it.
#![cfg(feature = "nsqd")]

mod faults;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use almanet_runtime::{CallError, OutcomeUnknown};
use almanet_tests::nsqd::Nsqd;
use almanet_tests::proxy::{Action, Proxy, Unit};
use faults::{Effects, Idempotent, call_one, procedure, promised, serve_one, session};
use futures_util::{StreamExt, stream};

/// How many cuts are under way at a time: each takes a few connections.
const AT_A_TIME: usize = 100;

/// Whose connections go through the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proxied {
    Caller,
    Service,
}

/// What is cut, and around which call.
#[derive(Clone, Copy)]
struct Cut {
    name: &'static str,
    proxied: Proxied,
    idempotent: Idempotent,
    timeout: Duration,
    unit: fn(&Unit<'_>) -> bool,
}

/// How a call ended whose connection was cut.
#[derive(Debug)]
struct Ended {
    offset: usize,
    /// Whether all of the unit went through before the cut.
    whole: bool,
    outcome: Result<String, CallError>,
    effects: usize,
}

impl Cut {
    /// Cuts after each byte of the unit, from none to all, and gives what came of the calls.
    async fn everywhere(self) -> Vec<Ended> {
        let nsqd = Nsqd::start();
        let length = self.length(&nsqd).await;
        assert!(length > 100, "{} is a whole unit: {length}", self.name);
        let nsqd = &nsqd;
        let calls = (0..=length).map(|offset| async move {
            let proxy = Proxy::start(nsqd.tcp_address()).await;
            let unit = self.unit;
            proxy.once(Action::Cut(offset), unit);
            let (outcome, effects) = self.run(nsqd, &proxy, &format!("{offset:04}")).await;
            assert_eq!(proxy.counts().faults, 1, "{} at {offset} was not cut", self.name);
            Ended { offset, whole: offset == length, outcome, effects: effects.of(&format!("{offset:04}")) }
        });
        stream::iter(calls).buffer_unordered(AT_A_TIME).collect().await
    }

    /// How long the unit is in a call that nothing disturbs.
    async fn length(self, nsqd: &Nsqd) -> usize {
        let seen = Arc::<AtomicUsize>::default();
        let proxy = Proxy::start(nsqd.tcp_address()).await;
        let (unit, length) = (self.unit, Arc::clone(&seen));
        proxy.decide(move |each| {
            if unit(each) {
                length.store(each.bytes.len(), Ordering::Relaxed);
            }
            Action::Pass
        });
        let (outcome, _) = self.run(nsqd, &proxy, "none").await;
        assert_eq!(outcome.as_deref(), Ok("none"));
        seen.load(Ordering::Relaxed)
    }

    /// One call to a service of its own.
    async fn run(self, nsqd: &Nsqd, proxy: &Proxy, text: &str) -> (Result<String, CallError>, Effects) {
        let url = |who| if self.proxied == who { proxy.url() } else { nsqd.url() };
        let (caller, service) = (session(&url(Proxied::Caller)).await, session(&url(Proxied::Service)).await);
        let procedure = procedure(&format!("{}_{text}", self.name), self.idempotent);
        let effects = Effects::default();
        let _running = serve_one(&service, procedure, &effects).await;
        let call = call_one(&caller, procedure, text).timeout(self.timeout);
        let outcome = promised(self.timeout, &effects, text, async { call.await }).await;
        // What was broken works again, without anybody's doing. Only a reply that is on its way while nobody has
        // noticed the cut yet is lost.
        for last in [false, false, true] {
            let again = call_one(&caller, procedure, "afterwards").timeout(Duration::from_secs(3)).await;
            if again.as_deref() == Ok("afterwards") {
                break;
            }
            assert!(!last, "{} at {text}: {again:?}", self.name);
        }
        (outcome, effects)
    }
}

const CALL: Cut = Cut {
    name: "call",
    proxied: Proxied::Caller,
    idempotent: Idempotent::No,
    timeout: Duration::from_secs(2),
    unit: |unit| unit.is_command("PUB") && unit.contains("_rpc_.faults.") && !unit.contains("afterwards"),
};

#[tokio::test(flavor = "multi_thread")]
async fn a_call_cut_at_any_byte_of_its_publish_is_not_sent_again_and_says_that_nobody_knows() {
    for Ended { offset, whole, outcome, effects } in CALL.everywhere().await {
        if whole {
            assert!(outcome.is_ok() && effects == 1, "{offset}: {outcome:?}, {effects}");
        } else {
            let unknown = matches!(outcome, Err(CallError::OutcomeUnknown(OutcomeUnknown::Unacknowledged(_))));
            assert!(unknown && effects == 0, "{offset}: {outcome:?}, {effects}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotent_call_cut_at_any_byte_of_its_publish_brings_its_result() {
    let timeout = Duration::from_secs(30);
    let cut = Cut { name: "idempotent_call", idempotent: Idempotent::Yes, timeout, ..CALL };
    for Ended { offset, outcome, effects, .. } in cut.everywhere().await {
        assert!(outcome.is_ok() && effects == 1, "{offset}: {outcome:?}, {effects}");
    }
}

const DELIVERY: Cut = Cut {
    name: "delivery",
    proxied: Proxied::Service,
    idempotent: Idempotent::No,
    timeout: Duration::from_secs(60),
    unit: |unit| unit.is_message() && !unit.contains("afterwards"),
};

#[tokio::test(flavor = "multi_thread")]
async fn a_call_cut_at_any_byte_of_its_delivery_is_delivered_again_and_runs_once() {
    for Ended { offset, outcome, effects, .. } in DELIVERY.everywhere().await {
        assert!(outcome.is_ok() && effects == 1, "{offset}: {outcome:?}, {effects}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_cut_at_any_byte_of_its_publish_is_published_again_and_the_call_runs_once() {
    let unit = |unit: &Unit<'_>| unit.is_command("PUB") && unit.contains("_rpc_._reply_") && !unit.contains("afterw");
    for Ended { offset, outcome, effects, .. } in (Cut { name: "reply", unit, ..DELIVERY }).everywhere().await {
        assert!(outcome.is_ok() && effects == 1, "{offset}: {outcome:?}, {effects}");
    }
}

const ANSWER: Cut = Cut {
    name: "answer",
    proxied: Proxied::Caller,
    idempotent: Idempotent::No,
    timeout: Duration::from_secs(3),
    unit: |unit| unit.is_message() && !unit.contains("afterwards"),
};

#[tokio::test(flavor = "multi_thread")]
async fn a_call_cut_at_any_byte_of_the_reply_that_is_delivered_ends_by_its_deadline() {
    for Ended { offset, whole, outcome, effects } in ANSWER.everywhere().await {
        let unknown = matches!(outcome, Err(CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(_))));
        assert!((if whole { outcome.is_ok() } else { unknown }) && effects == 1, "{offset}: {outcome:?}, {effects}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotent_call_cut_at_any_byte_of_the_reply_that_is_delivered_gets_it_again_and_runs_once() {
    let timeout = Duration::from_secs(6);
    let cut = Cut { name: "idempotent_answer", idempotent: Idempotent::Yes, timeout, ..ANSWER };
    for Ended { offset, outcome, effects, .. } in cut.everywhere().await {
        assert!(outcome.is_ok() && effects == 1, "{offset}: {outcome:?}, {effects}");
    }
}
