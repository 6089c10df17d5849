//! A transport over streams that are no sockets, served by the broker of this process.

use std::{
    collections::HashSet,
    io,
    sync::{Arc, Mutex},
};

use almanet_broker::Broker;
use bytes::Bytes;
use tokio::task::JoinSet;

use super::*;
use crate::transport::{
    ConnectError, Route, SubscribeOptions, Transport,
    nsq::{Nsq, NsqConfig},
};

/// Connects to a broker inside the process, over pipes that hold very little.
#[derive(Debug)]
struct Pipes {
    broker: Broker,
    served: Mutex<JoinSet<io::Result<()>>>,
}

impl Network for Pipes {
    fn connect<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, io::Result<Stream>> {
        Box::pin(async {
            if &*address.host != "broker" {
                return Err(io::Error::new(io::ErrorKind::NotFound, "there is no such pipe"));
            }
            let (ours, theirs) = tokio::io::duplex(64);
            let broker = self.broker.clone();
            self.served.lock().unwrap().spawn(async move { broker.serve_connection(theirs).await });
            Ok(Stream::new(ours))
        })
    }
}

async fn connect(url: &str) -> (Result<Nsq, ConnectError>, Arc<Pipes>) {
    let mut config: NsqConfig = url.parse().unwrap();
    let pipes = Arc::new(Pipes { broker: Broker::default(), served: Mutex::default() });
    config.network = Arc::clone(&pipes) as Arc<dyn Network>;
    (Nsq::connect(config).await, pipes)
}

#[tokio::test(start_paused = true)]
async fn any_stream_carries_messages_and_is_ended_in_order() {
    const MANY: usize = 100;
    let (transport, pipes) = connect("nsq://broker").await;
    let transport = transport.unwrap();
    let (topic, channel) = ("t".parse().unwrap(), "c".parse().unwrap());
    let mut subscription = transport.subscribe(SubscribeOptions::new(topic, channel, 10)).await.unwrap();
    let bodies = (0..MANY).map(|number| Bytes::from(number.to_string().repeat(1000)));
    let publishes: Vec<_> =
        bodies.clone().map(|body| transport.publish(Route::Any, &"t".parse().unwrap(), body, None)).collect();
    let mut expected: HashSet<_> = bodies.collect();
    for _ in 0..MANY {
        let delivery = subscription.recv().await.unwrap();
        assert!(expected.remove(&delivery.body));
        delivery.finish();
    }
    for publish in publishes {
        publish.await.unwrap();
    }
    drop(subscription);
    transport.close().await;
    let mut served = std::mem::take(&mut *pipes.served.lock().unwrap());
    assert_eq!(served.len(), 2, "one connection publishes, one subscribes");
    while let Some(outcome) = served.join_next().await {
        outcome.unwrap().unwrap();
    }
}

#[tokio::test]
async fn what_a_network_says_is_in_the_error() {
    let (transport, _) = connect("nsq://elsewhere:1").await;
    let error = transport.unwrap_err().to_string();
    assert!(error.contains("elsewhere:1: there is no such pipe"), "{error}");
}
