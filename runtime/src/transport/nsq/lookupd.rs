//! What an nsqlookupd says: which brokers there are.

use std::io;

use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::{Request, StatusCode, body::Bytes, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;

use crate::{
    error::BoxError,
    transport::net::{Address, Network},
};

/// The longest answer that is read: some ten thousand brokers.
const MAX_ANSWER: usize = 4 * 1024 * 1024;
/// The most brokers that one nsqlookupd may name.
const MAX_NODES: usize = 1_000;

/// Why an nsqlookupd could not say.
#[derive(Debug, thiserror::Error)]
pub(super) enum LookupError {
    #[error("{0}")]
    Connect(#[from] io::Error),
    #[error("it does not speak HTTP as an nsqlookupd does at its HTTP port: {0}")]
    Http(#[from] hyper::Error),
    #[error("it answered {0}, as no nsqlookupd does at its HTTP port")]
    Status(StatusCode),
    #[error("its answer is over {MAX_ANSWER} bytes")]
    TooLarge,
    #[error("its answer broke off: {0}")]
    Broken(BoxError),
    #[error("its answer is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    #[error("its answer has no list `producers`, as that of every nsqlookupd has")]
    NoNodes,
    #[error("it names more than {MAX_NODES} brokers")]
    TooMany,
}

/// The brokers that are registered there, each once. Takes as long as the other end likes: bound the time.
pub(super) async fn nodes(lookupd: &Address, network: &dyn Network) -> Result<Vec<Address>, LookupError> {
    let stream = network.connect(lookupd).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let request = Request::get("/nodes")
        .header(header::HOST, lookupd.to_string())
        .header(header::ACCEPT, "application/vnd.nsq; version=1.0")
        .header(header::CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .expect("the request is well formed whatever the address");
    let answer = async {
        let response = sender.send_request(request).await?;
        if response.status() != StatusCode::OK {
            return Err(LookupError::Status(response.status()));
        }
        let body = Limited::new(response.into_body(), MAX_ANSWER).collect().await;
        let body = body.map_err(|error| match error.is::<LengthLimitError>() {
            true => LookupError::TooLarge,
            false => LookupError::Broken(error),
        })?;
        read(&body.to_bytes())
    };
    tokio::pin!(connection, answer);
    tokio::select! {
        biased;
        answer = &mut answer => answer,
        ended = &mut connection => {
            ended?;
            // What came before the end is in the sender.
            answer.await
        }
    }
}

/// Reads an answer to `/nodes`. Entries without an address are left out, as a later nsqd may need them.
fn read(body: &[u8]) -> Result<Vec<Address>, LookupError> {
    let answer: Value = serde_json::from_slice(body)?;
    // Before its version 1.0, nsqlookupd wrapped what it says.
    let data = answer.get("data").unwrap_or(&answer);
    let producers = data.get("producers").and_then(Value::as_array).ok_or(LookupError::NoNodes)?;
    if producers.len() > MAX_NODES {
        return Err(LookupError::TooMany);
    }
    let mut nodes = Vec::with_capacity(producers.len());
    for producer in producers {
        match address(producer) {
            Some(address) if !nodes.contains(&address) => nodes.push(address),
            Some(_) => {}
            None => tracing::warn!("an nsqlookupd names a broker without an address that can be used"),
        }
    }
    Ok(nodes)
}

fn address(producer: &Value) -> Option<Address> {
    let host = producer.get("broadcast_address")?.as_str()?;
    let port = u16::try_from(producer.get("tcp_port")?.as_u64()?).ok()?;
    // An IPv6 address comes without brackets.
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    Address::parse(&format!("{host}:{port}"), port).ok()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn names(body: &str) -> Vec<String> {
        read(body.as_bytes()).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn nodes_are_read_whatever_else_is_there() {
        let body = r#"{"producers":[
            {"remote_address":"10.0.0.1:5","hostname":"a","broadcast_address":"a.example","tcp_port":4150,
             "http_port":4151,"version":"1.3.0","tombstones":[false],"topics":["t"],"more":null},
            {"broadcast_address":"::1","tcp_port":7},
            {"broadcast_address":"a.example","tcp_port":4150},
            {"broadcast_address":"a b","tcp_port":4150}, {"broadcast_address":"x","tcp_port":65536},
            {"broadcast_address":"x","tcp_port":0}, {"tcp_port":4150}, 5]}"#;
        assert_eq!(names(body), ["a.example:4150", "[::1]:7"]);
        assert_eq!(names(r#"{"producers":[]}"#), [""; 0]);
        let wrapped = r#"{"status_code":200,"data":{"producers":[{"broadcast_address":"a","tcp_port":1}]}}"#;
        assert_eq!(names(wrapped), ["a:1"], "before 1.0");
    }

    proptest! {
        #[test]
        fn any_answer_is_brokers_or_an_error(bytes in vec(any::<u8>(), 0..256), text in "[\\[\\]{}\":,a-z0-9.]{0,60}") {
            let _ = read(&bytes);
            let body = format!(r#"{{"producers":[{{"broadcast_address":"{text}","tcp_port":1}},{text}]}}"#);
            if let Ok(nodes) = read(body.as_bytes()) {
                prop_assert!(nodes.iter().all(|node| !node.host.is_empty() && node.port > 0));
            }
        }
    }

    #[test]
    fn what_is_no_answer_is_told_apart() {
        assert!(matches!(read(b"<html>"), Err(LookupError::NotJson(_))));
        assert!(matches!(read(&[b'['; 100_000]), Err(LookupError::NotJson(_))));
        for other in ["{}", "[]", "null", r#"{"producers":null}"#, r#"{"message":"TOPIC_NOT_FOUND"}"#] {
            assert!(matches!(read(other.as_bytes()), Err(LookupError::NoNodes)), "{other}");
        }
        let many: Vec<_> =
            (0..=MAX_NODES).map(|at| format!(r#"{{"broadcast_address":"n{at}","tcp_port":1}}"#)).collect();
        let many = format!(r#"{{"producers":[{}]}}"#, many.join(","));
        assert!(matches!(read(many.as_bytes()), Err(LookupError::TooMany)));
    }
}
