//! The guide's service, and a caller of it: over `ALMANET_URL`, or else the broker in this process.

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
    let (stop, stopped) = oneshot::channel::<()>();
    let server = Server::new(&session).add(greeting::service(Greeter)).serve(async { drop(stopped.await) });
    let serving = tokio::spawn(server);

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
