//! What is told of the connections: who may read along, and how many there are.

use tokio::time::sleep;

use super::*;
use crate::transport::nsq::played::Played;

#[tokio::test(start_paused = true)]
async fn plain_connections_are_private_where_all_of_them_stay_on_the_machine() {
    let played = Played::new();
    for (url, is_private) in [
        ("nsq://127.0.0.1:4150", true),
        ("nsq://localhost:4150,127.0.0.2:4150", true),
        ("nsq://a:4150", false),
        ("nsq://127.0.0.1:4150,a:4150", false),
    ] {
        assert_eq!(played.connect(url).await.unwrap().is_private(), is_private, "{url}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_broker_elsewhere_that_appears_ends_the_privacy() {
    let played = Played::new();
    played.names("lookup", &["127.0.0.1"]);
    let transport = played.connect("nsqlookupd://lookup?lookupd_poll=1s").await.unwrap();
    assert!(transport.is_private());
    played.names("lookup", &["127.0.0.1", "a"]);
    while transport.brokers().len() < 2 {
        sleep(Duration::from_millis(100)).await;
    }
    assert!(!transport.is_private());
}

#[tokio::test(start_paused = true)]
async fn connections_are_counted_while_they_are_open_and_when_they_are_lost() {
    let mut played = Played::new();
    let transport = played.connect("nsq://a:4150").await.unwrap();
    let _subscription = transport.subscribe(options(10)).await.unwrap();
    let connection = played.subscribed("a").await;
    let links = || {
        let links = transport.links();
        assert_eq!(links.len(), 1);
        (links[0].broker.to_string(), links[0].open, links[0].missing, links[0].lost)
    };
    sleep(Duration::from_millis(1)).await;
    assert_eq!(links(), ("a:4150".to_owned(), 2, 0, 0), "one to publish, one subscription");
    played.mute("a");
    played.cut(connection);
    sleep(Duration::from_millis(1)).await;
    assert_eq!(links(), ("a:4150".to_owned(), 1, 1, 1));
    let connection = played.subscribed("a").await;
    sleep(Duration::from_secs(1)).await;
    assert_eq!(links(), ("a:4150".to_owned(), 2, 1, 1), "the broker has not confirmed it");
    played.respond(connection, "OK");
    sleep(Duration::from_millis(1)).await;
    assert_eq!(links(), ("a:4150".to_owned(), 2, 0, 1), "and one more to be lost");
}
