//! What orchestrators are told over HTTP.

#![cfg(feature = "http")]

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use almanet_broker::Broker;
use almanet_runtime::codegen::{Procedure, ServiceBuilder, ServiceInfo};
use almanet_runtime::{Failure, Never, ServeError, Server, Service, Session};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

static SERVICE: ServiceInfo = ServiceInfo::new("net.example.healthy");
static WAIT: Procedure = Procedure::new("wait", "net.example.healthy.wait");
const ANY_PORT: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

/// What a handler waits for, and what it rings when it begins.
#[derive(Default)]
struct Stage {
    began: Notify,
    go: Notify,
}

fn service(stage: &Arc<Stage>) -> Service {
    ServiceBuilder::new(&SERVICE, stage.clone())
        .procedure(&WAIT, |stage: Arc<Arc<Stage>>, _, (): ()| async move {
            stage.began.notify_one();
            stage.go.notified().await;
            Ok::<_, Failure<Never>>(())
        })
        .build()
}

/// The status and the body of an answer.
async fn ask(address: SocketAddr, method: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, body.to_owned())
}

#[tokio::test]
async fn a_server_is_ready_until_it_drains_and_alive_until_it_ends() {
    let stage = Arc::default();
    let session = Session::connect("embedded:").await.expect("it is in this process");
    let server = Server::new(&session).add(service(&stage)).health(ANY_PORT);
    let running = server.start().await.expect("the port is free");
    let address = running.health_address().expect("it was asked for");
    for (method, path, status) in [
        ("GET", "/livez", 200),
        ("HEAD", "/livez", 200),
        ("GET", "/readyz", 200),
        ("GET", "/metrics", 404),
        ("GET", "/", 404),
        ("POST", "/livez", 405),
    ] {
        assert_eq!(ask(address, method, path).await.0, status, "{method} {path}");
    }

    let call = session.call::<()>("net.example.healthy.wait", &());
    let call = tokio::spawn(async move { call.await });
    stage.began.notified().await;
    let draining = tokio::spawn(running.drain());
    while ask(address, "GET", "/readyz").await.0 == 200 {
        tokio::task::yield_now().await;
    }
    assert_eq!(ask(address, "GET", "/readyz").await, (503, "draining\n".into()));
    assert_eq!(ask(address, "GET", "/livez").await, (200, "ok\n".into()));
    stage.go.notify_one();
    assert_eq!(call.await.expect("it does not panic"), Ok(()));
    draining.await.expect("it does not panic");
    assert!(TcpStream::connect(address).await.is_err(), "nothing is told of what ended");
    session.close().await;
}

#[tokio::test]
async fn a_server_is_not_ready_while_a_broker_is_away() {
    let broker = Broker::default();
    let listener = broker.listen(SocketAddr::from(ANY_PORT)).expect("a free port");
    let port = listener.address();
    let session = Session::connect(&format!("nsq://{port}")).await.expect("it listens");
    let server = Server::new(&session).add(service(&Arc::default())).health(ANY_PORT);
    let running = server.start().await.expect("the port is free");
    let address = running.health_address().expect("it was asked for");
    let becomes = async |status| {
        loop {
            let (now, why) = ask(address, "GET", "/readyz").await;
            if now == status {
                return why;
            }
            tokio::task::yield_now().await;
        }
    };
    becomes(200).await;
    listener.stop().await;
    let why = becomes(503).await;
    assert!(why.starts_with(&port.to_string()), "{why}");
    let listener = broker.listen(port).expect("the port is free again");
    becomes(200).await;
    drop(running);
    session.close().await;
    listener.stop().await;
}

#[tokio::test]
async fn a_server_whose_session_is_closed_is_not_ready() {
    let session = Session::connect("embedded:").await.expect("it is in this process");
    let server = Server::new(&session).add(service(&Arc::default())).health(ANY_PORT);
    let running = server.start().await.expect("the port is free");
    let address = running.health_address().expect("it was asked for");
    session.close().await;
    assert_eq!(ask(address, "GET", "/readyz").await, (503, "the session is closed\n".into()));
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind(ANY_PORT).await.expect("a free port");
    let address = taken.local_addr().expect("it is bound");
    let session = Session::connect("embedded:").await.expect("it is in this process");
    let error = Server::new(&session).health(address).start().await.expect_err("the port is taken");
    assert!(matches!(error, ServeError::Health { .. }) && error.to_string().contains(&address.to_string()), "{error}");
    session.close().await;
}

#[cfg(feature = "metrics")]
#[tokio::test]
async fn metrics_are_told_beside_it() {
    let metrics = almanet_runtime::Metrics::new();
    let session = Session::builder().metrics(&metrics).connect().await.expect("it is in this process");
    let running = Server::new(&session).health(ANY_PORT).start().await.expect("the port is free");
    let address = running.health_address().expect("it was asked for");
    let (status, body) = ask(address, "GET", "/metrics").await;
    assert_eq!(status, 200);
    assert!(body.contains("almanet_expired_total 0") && body.ends_with("# EOF\n"), "{body}");
    assert_eq!(ask(address, "GET", "/readyz").await, (503, "not serving yet\n".into()), "nothing is served");
    session.close().await;
}
