//! A declared exception, printed with the call that raised it.

mod contract {
    almanet_runtime::include_contract!();
}

use std::error::Error;

use almanet_runtime::{CallError, Context, Failure, Server, Session};
use contract::net::Denied;
use contract::net::example::{self, Example, ExampleClient, GreetingError};
use tokio::sync::oneshot;

struct Greeter;

impl Example for Greeter {
    async fn greeting(&self, _cx: Context, name: String) -> Result<String, Failure<GreetingError>> {
        if name == "guest" {
            return Err(Denied(name).into());
        }
        Ok(format!("Hello, {name}!"))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let session = Session::from_env().await?;
    let (stop, stopped) = oneshot::channel::<()>();
    let serving =
        tokio::spawn(Server::new(&session).add(example::service(Greeter)).serve(async { drop(stopped.await) }));

    let client = ExampleClient::new(&session);
    for name in ["Aidar", "guest"] {
        match client.greeting(name).await {
            Ok(text) => println!("{text}"),
            Err(CallError::Remote(error)) => println!("during call net.example.greeting({name:?}): {error}"),
            Err(other) => return Err(other.into()),
        }
    }

    drop(stop);
    serving.await??;
    session.close().await;
    Ok(())
}
