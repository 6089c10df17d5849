//! Streams of a contract, through the broker in this process.

mod watching;

use almanet_runtime::Session;
use watching::{WatcherClient, every_kind, many, serve, side_by_side, unread};

#[tokio::test(flavor = "multi_thread")]
async fn streams_of_every_kind_end_as_their_contract_says() {
    let session = Session::connect("embedded:0").await.expect("a broker of its own");
    let (_log, running) = serve(&session).await;
    every_kind(&WatcherClient::new(&session)).await;
    running.drain().await;
    session.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_values_come_in_order_and_an_unread_stream_stands_still() {
    let session = Session::connect("embedded:0").await.expect("a broker of its own");
    let (log, running) = serve(&session).await;
    let client = WatcherClient::new(&session);
    let took = many(&client, &log, 100_000).await;
    println!("100,000 values in {took:?}");
    unread(&client, &log).await;
    side_by_side(&client).await;
    running.drain().await;
}
