//! Brokers that real nsqlookupds find, and what goes wrong with those.
#![cfg(feature = "nsqd")]

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use almanet_nsq::name::TopicName;
use almanet_runtime::{
    Caller, Context, Failure, Never, Server, Service, Session,
    codegen::{Procedure, ServiceBuilder, ServiceInfo},
    transport::{ConnectError, Delivery, PublishError, Route, SubscribeOptions, Subscription, Transport, nsq::Nsq},
};
use almanet_tests::{
    certificates::Authority,
    nsqd::Nsqd,
    nsqlookupd::{Impostor, Nsqlookupd},
};

/// Asks often, so that the tests need not wait long.
const OFTEN: &str = "?lookupd_poll=100ms&lookupd_timeout=1s";

fn url(lookupds: &[String]) -> String {
    format!("nsqlookupd://{}{OFTEN}", lookupds.join(","))
}

async fn try_connect(lookupds: &[String]) -> Result<Nsq, ConnectError> {
    Nsq::connect(url(lookupds).parse().expect("a URL")).await
}

/// Connects once every broker is registered.
async fn connect(lookupds: &[String], brokers: usize) -> Nsq {
    within("the nsqlookupd knows a broker", || async {
        let transport = try_connect(lookupds).await.ok()?;
        (transport.brokers().len() == brokers).then_some(transport)
    })
    .await
}

/// Tries until something is there, for a time that only a broken program exceeds.
async fn within<T, F: Future<Output = Option<T>>>(what: &str, attempt: impl Fn() -> F) -> T {
    let tried = tokio::time::timeout(Duration::from_secs(30), async {
        loop {
            match attempt().await {
                Some(found) => return found,
                None => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    });
    tried.await.unwrap_or_else(|_| panic!("not within 30 s: {what}"))
}

static SERVICE: ServiceInfo = ServiceInfo::new("net.example");
static ECHO: Procedure = Procedure::new("echo", "net.example.echo");

fn echo() -> Service {
    let echo = |_, _: Context, payload: String| async move { Ok::<_, Failure<Never>>(payload) };
    ServiceBuilder::new(&SERVICE, ()).procedure(&ECHO, echo).build()
}

fn topic() -> TopicName {
    "orders".parse().expect("a topic")
}

async fn subscribe(transport: &Nsq, max_in_flight: usize) -> Subscription {
    let channel = "kitchen".parse().expect("a channel");
    transport.subscribe(SubscribeOptions::new(topic(), channel, max_in_flight)).await.expect("subscribed")
}

async fn publish(transport: &Nsq, to: Route, body: impl Into<String>) -> Result<(), PublishError> {
    transport.publish(to, &topic(), body.into().into(), None).await
}

async fn next(subscription: &mut Subscription) -> Delivery {
    tokio::time::timeout(Duration::from_secs(20), subscription.recv()).await.expect("a delivery").expect("not ended")
}

/// Publishes at one broker without any nsqlookupd.
async fn publish_at(nsqd: &Nsqd, body: &str) {
    let transport = Nsq::connect(nsqd.url().parse().expect("a URL")).await.expect("nsqd is there");
    publish(&transport, Route::Any, body).await.expect("published");
    transport.close().await;
}

fn addresses(transport: &Nsq) -> BTreeSet<String> {
    transport.brokers().into_iter().map(|broker| broker.address.to_string()).collect()
}

fn addresses_of(nsqds: &[&Nsqd]) -> BTreeSet<String> {
    nsqds.iter().map(|nsqd| nsqd.tcp_address().to_string()).collect()
}

fn at(lookupd: &Nsqlookupd) -> String {
    lookupd.http_address().to_string()
}

/// A port that nobody listens on.
fn nobody() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound socket has an address").to_string()
}

#[tokio::test]
async fn the_union_of_all_nsqlookupds_counts() {
    let lookupds = [Nsqlookupd::start(), Nsqlookupd::start()];
    let nsqds = [lookupds[0].nsqd(), lookupds[1].nsqd()];
    let transport = connect(&[at(&lookupds[0]), at(&lookupds[1])], 2).await;
    assert_eq!(addresses(&transport), addresses_of(&[&nsqds[0], &nsqds[1]]));
    let mut subscription = subscribe(&transport, 10).await;
    for broker in transport.brokers() {
        publish(&transport, Route::Broker(broker.id), "x").await.unwrap();
        let delivery = next(&mut subscription).await;
        assert_eq!(delivery.broker, broker.id);
        delivery.finish();
    }
}

#[tokio::test]
async fn an_nsqlookupd_that_is_down_hung_or_wrong_hurts_nobody() {
    let lookupd = Nsqlookupd::start();
    let _nsqd = lookupd.nsqd();
    connect(&[at(&lookupd)], 1).await;
    let huge = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n{";
    let ok = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n";
    let wrong = [
        nobody(),
        Impostor::silent().address().to_string(),
        Impostor::start(b"SSH-2.0-OpenSSH_9.2\r\n", 1).address().to_string(),
        Impostor::start(b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n", 1).address().to_string(),
        Impostor::start(b"HTTP/1.1 302 Found\r\nlocation: /nodes\r\ncontent-length: 0\r\n\r\n", 1)
            .address()
            .to_string(),
        Impostor::dripping(&[b"HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n", &[b' '; 10_000][..]].concat())
            .address()
            .to_string(),
        Impostor::start(&[&ok[..], b"nope"].concat(), 1).address().to_string(),
        Impostor::start(&[&ok[..], b"null"].concat(), 1).address().to_string(),
        Impostor::start(huge, usize::MAX).address().to_string(),
        Impostor::start(b"HTTP/1.1 200 OK\r\nx: ", usize::MAX).address().to_string(),
    ];
    for address in &wrong {
        let transport = try_connect(&[address.clone(), at(&lookupd)]).await.expect("the other one answers");
        assert_eq!(transport.brokers().len(), 1, "{address}");
        publish(&transport, Route::Any, "x").await.unwrap();
        transport.close().await;
    }
    let error = try_connect(&wrong).await.unwrap_err();
    assert!(matches!(error, ConnectError::Unreachable(_)));
    let shown = error.to_string();
    for part in [
        "Connection refused",
        "no answer within 1s",
        "it does not speak HTTP",
        "it answered 500 Internal Server Error",
        "it answered 302 Found",
        "its answer is not JSON",
        "has no list `producers`",
        "its answer is over 4194304 bytes",
        "which names the HTTP ports, 4161 by default",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(wrong.iter().all(|address| shown.contains(address)), "{shown}");
}

#[tokio::test]
async fn brokers_that_are_found_are_spoken_to_in_tls() {
    let lookupd = Nsqlookupd::start();
    let authority = Authority::new();
    let identity = authority.issue(&["127.0.0.1"]);
    let [https, certificate, key] = identity.nsqd_arguments();
    let _nsqd = lookupd.nsqd_with(&[&https, &certificate, &key, "--tls-required=tcp-https"]);
    let authority = authority.certificate();
    let url = format!("nsqlookupd+tls://{}?ca={}", lookupd.http_address(), authority.display());
    let session = within("the broker is registered", || async { Session::connect(&url).await.ok() }).await;
    let running = Server::new(&session).add(echo()).start().await.unwrap();
    let called = Caller::from(&session).call::<String>("net.example.echo", &"y".to_owned());
    assert_eq!(called.await.unwrap(), "y");
    running.drain().await;
}

#[tokio::test]
async fn an_nsqlookupd_that_knows_no_broker_is_an_error_that_says_so() {
    let lookupd = Nsqlookupd::start();
    let error = try_connect(&[at(&lookupd)]).await.unwrap_err().to_string();
    assert!(error.contains("no nsqd is known to nsqlookupd at") && error.contains("--lookupd-tcp-address"), "{error}");
}

#[tokio::test]
async fn a_broker_that_appears_is_subscribed_and_then_used() {
    let lookupd = Nsqlookupd::start();
    let first = lookupd.nsqd();
    let transport = connect(&[at(&lookupd)], 1).await;
    let mut subscription = subscribe(&transport, 10).await;
    let before = transport.brokers()[0].id;
    let second = lookupd.nsqd();
    publish_at(&second, "hello").await;
    let delivery = next(&mut subscription).await;
    assert_eq!(&*delivery.body, b"hello");
    assert_ne!(delivery.broker, before);
    delivery.finish();
    within("messages go to both", || async {
        publish(&transport, Route::Any, "any").await.ok()?;
        (first.stats("orders")["topics"][0]["message_count"].as_u64()? > 0
            && second.stats("orders")["topics"][0]["message_count"].as_u64()? > 1)
            .then_some(())
    })
    .await;
    assert_eq!(transport.brokers()[0].id, before, "the first keeps its id");
}

#[tokio::test]
async fn a_broker_that_is_gone_is_dropped_and_the_rest_goes_on() {
    let lookupd = Nsqlookupd::start();
    let (stays, goes) = (lookupd.nsqd(), lookupd.nsqd());
    let transport = connect(&[at(&lookupd)], 2).await;
    let mut subscription = subscribe(&transport, 10).await;
    drop(goes);
    within("the broker is dropped", || async { (addresses(&transport) == addresses_of(&[&stays])).then_some(()) })
        .await;
    for _ in 0..4 {
        publish(&transport, Route::Any, "x").await.unwrap();
        next(&mut subscription).await.finish();
    }
}

#[tokio::test]
async fn without_its_nsqlookupd_a_session_keeps_the_brokers_that_it_has() {
    let lookupd = Nsqlookupd::start();
    let nsqd = lookupd.nsqd();
    let transport = connect(&[at(&lookupd)], 1).await;
    let mut subscription = subscribe(&transport, 10).await;
    let asked = lookupd.http_address();
    drop(lookupd);
    // Somebody else answers there now, and is asked: by then the first has been missed.
    let listener = tokio::net::TcpListener::bind(asked).await.expect("the port is free again");
    drop(tokio::time::timeout(Duration::from_secs(20), listener.accept()).await.expect("it is asked again"));
    assert_eq!(addresses(&transport), addresses_of(&[&nsqd]));
    publish(&transport, Route::Any, "x").await.unwrap();
    next(&mut subscription).await.finish();
}

#[tokio::test]
async fn fewer_messages_than_brokers_go_round() {
    let lookupd = Nsqlookupd::start();
    let nsqds = [lookupd.nsqd(), lookupd.nsqd(), lookupd.nsqd()];
    let transport = connect(&[at(&lookupd)], 3).await;
    let mut subscription = subscribe(&transport, 1).await;
    for round in 0..2 {
        for broker in transport.brokers() {
            publish(&transport, Route::Broker(broker.id), format!("{round}")).await.unwrap();
        }
    }
    let mut brokers = Vec::new();
    for _ in 0..6 {
        let delivery = next(&mut subscription).await;
        let in_flight = |nsqd: &Nsqd| nsqd.stats("orders")["topics"][0]["channels"][0]["in_flight_count"].as_u64();
        let total: u64 = nsqds.iter().filter_map(in_flight).sum();
        assert_eq!(total, 1, "never more than one");
        brokers.push(delivery.broker);
        delivery.finish();
    }
    brokers.sort();
    brokers.dedup();
    assert_eq!(brokers.len(), 3, "every broker had its turn");
}

#[tokio::test]
async fn no_call_is_lost_while_brokers_appear() {
    let lookupd = Nsqlookupd::start();
    let first = lookupd.nsqd();
    connect(&[at(&lookupd)], 1).await.close().await;
    let url = url(&[at(&lookupd)]);
    let service = Session::connect(&url).await.unwrap();
    let caller = Session::connect(&url).await.unwrap();
    let running = Server::new(&service).add(echo()).start().await.unwrap();
    let calls = Caller::from(&caller);
    let call = async || {
        let called = calls.call::<String>("net.example.echo", &"y".to_owned()).timeout(Duration::from_secs(5));
        assert_eq!(called.await.expect("no call is lost"), "y");
    };
    call().await;
    for _ in 0..2 {
        let next = lookupd.nsqd();
        let calls_there = || next.stats("_rpc_.net.example.echo")["topics"][0]["message_count"].as_u64();
        let deadline = Instant::now() + Duration::from_secs(30);
        while calls_there().unwrap_or(0) < 10 {
            assert!(Instant::now() < deadline, "the new broker is not used");
            call().await;
        }
    }
    drop(first);
    running.drain().await;
}
