//! The guide's service, and a caller of it: over `ALMANET_URL`, or else the broker in this process. `serve` serves alone.

mod contract {
    almanet_runtime::include_contract!();
}

use std::error::Error;

use almanet_runtime::{CallError, Context, Failure, Server, Session};
use contract::guide::microservice::AccessDenied;
use contract::guide::microservice::greeting::{self, GreetError, Greeting, GreetingClient};
use tokio::sync::oneshot;

struct Greeter;

impl Greeting for Greeter {
    async fn greet(&self, _cx: Context, name: String) -> Result<String, Failure<GreetError>> {
        if name == "guest" {
            return Err(AccessDenied(name).into());
        }
        Ok(format!("Hello, {name}!"))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let session = Session::from_env().await?;
    let server = Server::new(&session).add(greeting::service(Greeter));
    if std::env::args().nth(1).as_deref() == Some("serve") {
        return Ok(server.run().await?);
    }
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve(async { drop(stopped.await) }));

    let client = GreetingClient::new(&session);
    println!("{}", client.greet("Aidar").await?);
    match client.greet("guest").await {
        Err(CallError::Remote(GreetError::AccessDenied(denied))) => println!("{denied}"),
        other => return Err(format!("the guest was not refused: {other:?}").into()),
    }

    drop(stop);
    serving.await??;
    session.close().await;
    Ok(())
}
