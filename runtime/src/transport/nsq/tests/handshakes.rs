//! Brokers that are met for the first time, and what else listens there.

use super::*;

#[tokio::test]
async fn a_broker_that_took_its_time_at_first_is_as_far_as_its_quickest_answer_says() {
    let (listener, address) = listen().await;
    let busy_at_first = async {
        let mut peer = Peer::connected(&listener).await;
        peer.identified().await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        peer.grant().await;
        peer
    };
    let (transport, mut peer) = tokio::join!(Nsq::connect(format!("nsq://{address}").parse().unwrap()), busy_at_first);
    let transport = transport.unwrap();
    let quickest = || transport.nodes.known().nodes[0].connections.quickest();
    let at_first = quickest();
    assert!((Duration::from_millis(50)..Duration::MAX / 2).contains(&at_first), "{at_first:?}");
    for _ in 0..10 {
        let outcome = publish(&transport, "t", "lone");
        assert_eq!(peer.published().await, ["lone"]);
        peer.respond("OK").await;
        assert_eq!(outcome.await, Ok(()));
    }
    assert!(quickest() < at_first);
}

#[tokio::test]
async fn a_broker_that_leaves_at_any_stage_is_an_error_that_names_it() {
    for stage in 0..4 {
        let (listener, address) = listen().await;
        let broker = tokio::spawn(async move {
            let mut peer = Peer::connected(&listener).await;
            match stage {
                0 => {}
                1 => peer.identified().await,
                2 => {
                    peer.identified().await;
                    peer.write(&[0, 0, 0, 6]).await;
                }
                _ => {
                    peer.identified().await;
                    peer.refuse("E_BAD_BODY IDENTIFY msg timeout (1) is invalid").await;
                }
            }
        });
        let error = Nsq::connect(format!("nsq://{address}").parse().unwrap()).await.unwrap_err().to_string();
        broker.await.unwrap();
        assert!(error.contains(&address.to_string()), "{stage}: {error}");
        let why = if stage == 3 { "msg timeout (1) is invalid" } else { "" };
        assert!(error.contains(why), "{stage}: {error}");
    }
}

#[tokio::test]
async fn what_is_no_nsqd_is_told_apart() {
    let (listener, address) = listen().await;
    let broker = tokio::spawn(async move {
        let mut peer = Peer::connected(&listener).await;
        peer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        peer.command().await
    });
    let error = Nsq::connect(format!("nsq://{address}").parse().unwrap()).await.unwrap_err().to_string();
    assert!(error.contains("is this the TCP port of an nsqd?"), "{error}");
    broker.abort();
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_does_not_answer_is_given_up() {
    let (listener, address) = listen().await;
    let error = Nsq::connect(format!("nsq://{address}").parse().unwrap()).await.unwrap_err().to_string();
    assert!(error.contains("no answer within 3s"), "{error}");
    drop(listener);
}
