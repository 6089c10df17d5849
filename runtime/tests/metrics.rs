//! What is measured of calls, as Prometheus reads it.

#![cfg(feature = "metrics")]

use std::collections::BTreeSet;
use std::time::Duration;

use almanet_runtime::codegen::{Procedure, ServiceBuilder, ServiceInfo};
use almanet_runtime::{Context, Failure, Metrics, Never, Server, Session, StaticTokens};

static SERVICE: ServiceInfo = ServiceInfo::new("net.example.measured");
static GUARDED: Procedure = Procedure::new("guarded", "net.example.measured.guarded").auth(&["x"]);
static WORK: Procedure = Procedure::new("work", "net.example.measured.work");

/// The value of the line that begins with a metric's name and holds all of these labels.
fn value(text: &str, name: &str, labels: &[&str]) -> Option<f64> {
    let line = text.lines().find(|line| {
        let end = line.find(['{', ' ']).unwrap_or(line.len());
        &line[..end] == name && labels.iter().all(|label| line.contains(label))
    })?;
    line.rsplit(' ').next()?.parse().ok()
}

async fn connected(metrics: &Metrics) -> Session {
    Session::builder().url("embedded:").metrics(metrics).connect().await.expect("it is in this process")
}

#[tokio::test]
async fn calls_are_counted_and_timed_by_procedure_and_outcome() {
    let metrics = Metrics::new();
    let session = connected(&metrics).await;
    let service = ServiceBuilder::new(&SERVICE, metrics.clone())
        .procedure(&WORK, |metrics, _: Context, fails: bool| async move {
            let text = metrics.encode();
            let handled = value(&text, "almanet_calls_in_flight", &["\"process\"", "measured.work"]);
            let made = value(&text, "almanet_calls_in_flight", &["\"call\"", "measured.work"]);
            if fails { Err(Failure::<Never>::internal("it was asked to")) } else { Ok((handled, made)) }
        })
        .build();
    let running = Server::new(&session).add(service).start().await.expect("the broker is there");
    let in_flight = session.call::<(Option<f64>, Option<f64>)>("net.example.measured.work", &false).await;
    assert_eq!(in_flight, Ok((Some(1.0), Some(1.0))));
    session.call::<()>("net.example.measured.work", &true).await.expect_err("it fails");
    running.drain().await;

    let text = metrics.encode();
    assert!(text.ends_with("# EOF\n"), "{text}");
    let call = ["messaging_system=\"nsq\"", "messaging_operation_name=\"call\"", "net.example.measured.work"];
    let process = ["messaging_system=\"nsq\"", "messaging_operation_name=\"process\"", "net.example.measured.work"];
    for error in ["error_type=\"\"", "error_type=\"internal_error\""] {
        for (name, labels) in [
            ("messaging_client_sent_messages_total", call),
            ("messaging_client_operation_duration_seconds_count", call),
            ("messaging_client_consumed_messages_total", process),
            ("messaging_process_duration_seconds_count", process),
        ] {
            let labels: Vec<_> = labels.into_iter().chain([error]).collect();
            assert_eq!(value(&text, name, &labels), Some(1.0), "{name} {error}: {text}");
        }
    }
    for labels in [call, process] {
        assert_eq!(value(&text, "almanet_calls_in_flight", &labels), Some(0.0), "{text}");
    }
}

#[tokio::test]
async fn what_a_session_counted_outlives_it() {
    let metrics = Metrics::new();
    let session = connected(&metrics).await;
    let service = ServiceBuilder::new(&SERVICE, ())
        .procedure(&GUARDED, |_, _: Context, (): ()| async { Ok::<_, Failure<Never>>(()) })
        .build();
    let server = Server::new(&session).add(service).authenticator(StaticTokens::new());
    let running = server.start().await.expect("the broker is there");
    session.call::<()>("net.example.measured.guarded", &()).await.expect_err("it has no credential");
    assert_eq!(value(&metrics.encode(), "almanet_unauthorized_total", &[]), Some(1.0));
    running.drain().await;
    session.close().await;
    drop(session);
    let text = metrics.encode();
    assert_eq!(value(&text, "almanet_unauthorized_total", &[]), Some(1.0));
    assert_eq!(value(&text, "almanet_dropped_messages_total", &["reason=\"malformed\""]), Some(0.0));
}

#[tokio::test]
async fn the_number_of_names_is_bounded() {
    let metrics = Metrics::new();
    let session = connected(&metrics).await;
    for number in 0..300 {
        let call = session.call::<()>(&format!("net.example.measured.nobody{number}"), &());
        call.timeout(Duration::from_millis(1)).await.expect_err("nobody serves it");
    }
    let text = metrics.encode();
    let names: BTreeSet<_> =
        text.lines().filter_map(|line| line.split("messaging_destination_name=\"").nth(1)?.split('"').next()).collect();
    assert_eq!(names.len(), 257, "256 and `other`");
    assert_eq!(value(&text, "messaging_client_sent_messages_total", &["\"other\""]), Some(44.0), "{text}");
}
