//! How sessions come about, and who learns what in the table of replies.

use std::{
    ffi::OsString,
    sync::Arc,
    task::{Poll, Waker},
    time::Duration,
};

use bytes::Bytes;
use tokio::time::Instant;

use super::{replies::Replies, *};
use crate::{
    transport::{ConnectError, PublishError, SubscribeError, scripted::Script},
    wire::Id,
};

async fn refused(value: &str) -> String {
    Session::from_variable(Some(OsString::from(value))).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_wrong_variable_is_named_with_what_is_wrong() {
    for (value, part) in [("", "`"), ("http://localhost", "http"), ("nsq://", "nsq://"), ("nsq://host:port", "port")] {
        let text = refused(value).await;
        assert!(text.contains("ALMANET_URL") && text.contains(part) && text.contains("nsq://"), "{text}");
    }
}

#[cfg(feature = "embedded")]
#[tokio::test]
async fn without_the_variable_the_broker_is_inside_the_process() {
    let session = Session::from_variable(None).await.unwrap();
    assert_eq!(&*session.transport().brokers()[0].address, "embedded:");
}

#[tokio::test]
async fn an_unreachable_broker_is_named() {
    // A port that was free a moment ago, and that nobody listens on.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = Session::connect(&format!("nsq://127.0.0.1:{port}")).await.unwrap_err();
    assert!(matches!(error, ConnectError::Unreachable(_)), "{error:?}");
    assert!(error.to_string().contains(&format!("127.0.0.1:{port}")), "{error}");
}

#[tokio::test]
async fn a_session_listens_for_its_replies_before_it_is_there() {
    let script = Script::new();
    let session = Session::builder().over(script.transport.clone()).await.unwrap();
    let options = script.subscribed(&format!("_rpc_._reply_.{}#ephemeral", session.id()));
    assert_eq!(options.channel.as_str(), "almanet.rust#ephemeral");
    script.refuse_subscriptions(SubscribeError::Unreachable("h:4150: refused".into()));
    let error = Session::builder().over(script.transport.clone()).await.unwrap_err();
    assert!(error.to_string().contains("h:4150: refused"));
}

#[tokio::test(start_paused = true)]
async fn a_ticket_learns_of_its_reply_of_its_time_and_of_the_end() {
    let replies = Arc::new(Replies::default());
    let watching = replies.clone();
    let _watch = tokio::spawn(async move { watching.watch().await });
    let event = async |ticket: &mut Ticket<'_>| std::future::poll_fn(|cx| ticket.poll(cx)).await;
    let is_pending =
        async |ticket: &mut Ticket<'_>| std::future::poll_fn(|cx| Poll::Ready(ticket.poll(cx).is_pending())).await;
    let started = Instant::now();
    let enter = |id, seconds| replies.enter(id, started + Duration::from_secs(seconds), Waker::noop());

    let id = Id::random();
    let (mut ticket, mut earlier) = (enter(id, 5), enter(Id::random(), 1));
    assert_eq!(replies.demand().get(), 2);
    assert!(matches!(event(&mut earlier).await, Event::Due));
    assert_eq!(started.elapsed().as_secs(), 1);
    earlier.rearm(started + Duration::from_secs(2));
    assert!(matches!(event(&mut earlier).await, Event::Due));
    assert_eq!(started.elapsed().as_secs(), 2);

    let refused = PublishError::NotSent("down".into());
    replies.fail(&[ticket.token()], &refused);
    assert!(matches!(event(&mut ticket).await, Event::Failed(error) if error == refused));
    assert!(replies.deliver(id, Bytes::from_static(b"one")));
    assert!(!replies.deliver(id, Bytes::from_static(b"two")), "the first reply wins");
    replies.fail(&[ticket.token()], &refused);
    assert!(matches!(event(&mut ticket).await, Event::Reply(body) if &body[..] == b"one"));
    assert_eq!(replies.demand().get(), 1);
    assert!(is_pending(&mut ticket).await, "a reply is the last event");
    assert!(!replies.deliver(id, Bytes::new()), "nobody waits any more");

    assert!(is_pending(&mut earlier).await);
    replies.close();
    assert!(matches!(event(&mut earlier).await, Event::Closed));
    let mut late = enter(Id::random(), 60);
    assert!(matches!(event(&mut late).await, Event::Closed));
    drop((late, earlier, ticket));
    assert_eq!(replies.demand().get(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_reply_of_a_call_that_was_given_up_is_expected_until_it_came_or_comes_too_late() {
    let replies = Replies::default();
    let demand = replies.demand();
    let enter = |id, seconds| replies.enter(id, Instant::now() + Duration::from_secs(seconds), Waker::noop());
    let id = Id::random();
    drop((enter(id, 5), enter(Id::random(), 5)));
    assert_eq!(demand.get(), 2);
    assert!(!replies.deliver(id, Bytes::from_static(b"nobody waits for it")));
    assert_eq!(demand.get(), 1);
    tokio::time::sleep(Duration::from_secs(5)).await;
    let ticket = enter(id, 5);
    assert_eq!(demand.get(), 1, "the other one will not come any more");
    tokio::time::sleep(Duration::from_secs(5)).await;
    drop(ticket);
    assert_eq!(demand.get(), 0, "nor this one");

    let mut failed = enter(id, 5);
    replies.fail(&[failed.token()], &PublishError::NotSent("down".into()));
    assert!(std::future::poll_fn(|cx| Poll::Ready(failed.poll(cx).is_ready())).await);
    drop(failed);
    assert_eq!(demand.get(), 0, "it was never sent");
    (0..100_000).for_each(|_| drop(enter(Id::random(), 5)));
    assert_eq!(demand.get(), 65_536, "and no more is remembered");
}

#[tokio::test]
async fn topics_of_calls_are_made_once() {
    let script = Script::new();
    let session = Session::builder().over(script.transport.clone()).await.unwrap();
    let topic = session.call_topic("net.example.greet").unwrap();
    assert!(std::ptr::eq(topic.as_str(), session.call_topic("net.example.greet").unwrap().as_str()));
    assert!(session.call_topic("not a uri").is_err());
}
