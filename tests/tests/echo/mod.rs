//! Calls from one session to itself through a broker, whatever lies between.

#[allow(unused, reason = "the whole contract is generated, and this uses a part of it")]
mod contract {
    almanet_runtime::include_contract!();
}

use almanet_runtime::{Context, Failure, Server, Session};

use self::contract::wire::echo::{self, Echo, EchoClient, EchoError};

struct Answers;

impl Echo for Answers {
    async fn echo(&self, _cx: Context, payload: String) -> Result<String, Failure<EchoError>> {
        Ok(payload)
    }
}

/// Serves and calls over this URL: small and large payloads, one by one and many at once.
pub(crate) async fn calls_succeed(url: &str) {
    let session = Session::connect(url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    let running = Server::new(&session).add(echo::service(Answers)).start().await.expect("the service starts");
    let client = EchoClient::new(&session);
    for payload in ["Aidar".to_owned(), "x".repeat(100_000), random_text(100_000)] {
        assert_eq!(client.echo(&*payload).await.unwrap_or_else(|error| panic!("{url}: {error}")), payload);
    }
    let calls = (0..100).map(|number| {
        let (client, payload) = (client.clone(), random_text(number * 20));
        async move { assert_eq!(client.echo(&*payload).await.expect("an answer"), payload) }
    });
    futures_util::future::join_all(calls).await;
    running.drain().await;
    session.close().await;
}

/// What no compression makes smaller.
fn random_text(length: usize) -> String {
    std::iter::repeat_with(fastrand::alphanumeric).take(length).collect()
}
