//! The service, called as others call it, over the broker inside the test's process.

use std::error::Error;

use almanet_runtime::{CallError, Server, Session};
use tokio::sync::oneshot;

use my_project::Greeter;
use my_project::greeting::{self, GreetError, GreetingClient};

#[tokio::test]
async fn people_are_greeted_and_guests_are_not() -> Result<(), Box<dyn Error>> {
    let session = Session::connect("embedded:").await?;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = Server::new(&session).add(greeting::service(Greeter));
    let serving = tokio::spawn(server.serve(async { drop(stopped.await) }));

    let client = GreetingClient::new(&session);
    assert_eq!(client.greet("Aidar").await?, "Hello, Aidar!");
    match client.greet("guest").await {
        Err(CallError::Remote(GreetError::AccessDenied(denied))) => {
            assert_eq!(denied.name, "guest");
        }
        other => panic!("the guest was not refused: {other:?}"),
    }

    drop(stop);
    serving.await??;
    session.close().await;
    Ok(())
}
