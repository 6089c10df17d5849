//! More calls than a service has room for, over each transport.
#![cfg(feature = "embedded")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use almanet_broker::Broker;
use almanet_runtime::codegen::{Procedure, ServiceBuilder, ServiceInfo};
use almanet_runtime::{CallError, Failure, Limits, Never, Server, Session};
use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::sync::Semaphore;

static SERVICE: ServiceInfo = ServiceInfo::new("net.example.crowded");
static WAIT: Procedure = Procedure::new("wait", "net.example.crowded.wait");

const CALLS: usize = 100;
const ROOM: usize = 5;

/// Two run and three wait, while nothing ends; all others are refused at once, and none of them runs.
async fn crowded(url: &str) {
    let session = Session::connect(url).await.expect("the broker listens");
    let go = Arc::new(Semaphore::new(0));
    let service = ServiceBuilder::new(&SERVICE, go.clone())
        .procedure(&WAIT, |go: Arc<Arc<Semaphore>>, _, (): ()| async move {
            go.acquire().await.map_err(Failure::<Never>::internal)?.forget();
            Ok(())
        })
        .build()
        .limit("wait", Limits::new().concurrency(2).queue(3));
    let running = Server::new(&session).add(service).start().await.expect("the broker listens");
    let caller = Session::connect(url).await.expect("the broker listens");
    let mut calls: FuturesUnordered<_> = (0..CALLS)
        .map(|_| {
            let call = caller.call::<()>("net.example.crowded.wait", &()).timeout(Duration::from_secs(60));
            tokio::spawn(async move { call.await })
        })
        .collect();
    for _ in ROOM..CALLS {
        let ended = calls.next().await.expect("there are more").expect("no call panics");
        assert!(matches!(ended, Err(CallError::Overloaded(_))), "{ended:?}");
    }
    assert_eq!(session.statistics().overloaded, u64::try_from(CALLS - ROOM).expect("a small number"));
    go.add_permits(ROOM);
    while let Some(ended) = calls.next().await {
        assert_eq!(ended.expect("no call panics"), Ok(()));
    }
    running.drain().await;
    caller.close().await;
    session.close().await;
}

#[tokio::test]
async fn the_embedded_broker_hands_out_what_is_to_be_refused() {
    crowded("embedded:").await;
}

#[tokio::test]
async fn a_broker_behind_a_port_hands_out_what_is_to_be_refused() {
    let broker = Broker::default().listen(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a free port");
    crowded(&format!("nsq://{}", broker.address())).await;
    broker.stop().await;
}
