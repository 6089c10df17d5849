//! The broker's port where it has its own rules: bounds that nsqd does not have, and the end of a listener. What it
//! has in common with nsqd is held by the scripts of `almanet-tests`.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::net::SocketAddr;

use almanet_broker::{Broker, Listener, Options};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const LOCAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

fn listen(change: impl FnOnce(&mut Options)) -> Listener {
    let mut options = Options::default();
    change(&mut options);
    Broker::new(options).listen(LOCAL).unwrap()
}

/// Sends bytes and reads until the broker closes.
async fn answers(listener: &Listener, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(listener.address()).await.unwrap();
    stream.write_all(b"  V2").await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answers = Vec::new();
    stream.read_to_end(&mut answers).await.unwrap();
    String::from_utf8_lossy(&answers).into_owned()
}

#[tokio::test]
async fn a_full_channel_refuses_with_the_remedy() {
    let listener = listen(|options| options.max_channel_messages = 1);
    let answer = answers(&listener, b"PUB t\n\0\0\0\x01aPUB t\n\0\0\0\x01b").await;
    assert!(answer.contains("E_PUB_FAILED PUB failed topic t is full: it holds 1 messages; consume them"), "{answer}");
    let answer = answers(&listener, b"DPUB t 5\n\0\0\0\x01a").await;
    assert!(answer.contains("E_DPUB_FAILED DPUB failed topic t is full"), "{answer}");
    let answer = answers(&listener, b"MPUB t\n\0\0\0\x09\0\0\0\x01\0\0\0\x01a").await;
    assert!(answer.contains("E_MPUB_FAILED MPUB failed topic t is full"), "{answer}");
}

#[tokio::test]
async fn topics_and_memory_are_bounded() {
    let listener = listen(|options| {
        options.max_topics = 1;
        options.max_memory = 200;
    });
    let answer = answers(&listener, b"PUB t\n\0\0\0\x01aSUB u c\n").await;
    assert!(answer.contains("E_SUB_FAILED SUB failed too many topics: the limit is 1"), "{answer}");
    let answer = answers(&listener, b"PUB t\n\0\0\0\x01a").await;
    assert!(answer.contains("E_PUB_FAILED PUB failed the broker is full: its messages hold 200 bytes"), "{answer}");
}

#[tokio::test]
async fn the_messages_of_one_mpub_are_bounded_together() {
    let listener = listen(|options| options.max_body_size = 30);
    // The declared size is within the limit; what follows is not.
    let mut bytes = b"MPUB t\n\0\0\0\x0a\0\0\0\x04".to_vec();
    for _ in 0..4 {
        bytes.extend(b"\0\0\0\x0a0123456789");
    }
    let answer = answers(&listener, &bytes).await;
    assert!(answer.contains("E_BAD_BODY MPUB body too big 40 > 30"), "{answer}");
}

#[tokio::test]
async fn one_connection_too_many_is_closed() {
    let listener = listen(|options| options.max_connections = 1);
    let mut first = TcpStream::connect(listener.address()).await.unwrap();
    first.write_all(b"  V2PUB t\n\0\0\0\x01a").await.unwrap();
    let mut answer = [0; 10];
    first.read_exact(&mut answer).await.unwrap();
    let mut second = TcpStream::connect(listener.address()).await.unwrap();
    assert_eq!(second.read(&mut answer).await.unwrap_or(0), 0);
    first.write_all(b"NOP\nPUB t\n\0\0\0\x01b").await.unwrap();
    first.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"\0\0\0\x06\0\0\0\0OK");
}

#[tokio::test]
async fn a_listener_that_stops_closes_its_connections_and_frees_its_port() {
    let broker = Broker::default();
    let listener = broker.listen(LOCAL).unwrap();
    let address = listener.address();
    let refused = broker.listen(address).unwrap_err();
    assert_eq!(refused.address, address);
    assert!(refused.to_string().contains("choose another one"), "{refused}");
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"  V2SUB t c\n").await.unwrap();
    client.read_exact(&mut [0; 10]).await.unwrap();
    listener.stop().await;
    assert_eq!(client.read(&mut [0; 10]).await.unwrap_or(0), 0);
    assert!(broker.listen(address).unwrap().is_open());
}
