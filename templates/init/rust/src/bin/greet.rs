//! Calls the service: `cargo run --bin greet Aidar`.

use std::env;
use std::error::Error;

use almanet_runtime::{CallError, Session};

use my_project::greeting::{GreetError, GreetingClient};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let name = env::args().nth(1).unwrap_or_else(|| "world".to_owned());
    let broker = env::var("ALMANET_URL").unwrap_or_else(|_| "nsq://127.0.0.1:4150".to_owned());
    let session = Session::connect(&broker).await?;
    match GreetingClient::new(&session).greet(name).await {
        Ok(greeting) => println!("{greeting}"),
        Err(CallError::Remote(GreetError::AccessDenied(denied))) => {
            println!("{} is not welcome", denied.name);
        }
        Err(error) => return Err(error.into()),
    }
    session.close().await;
    Ok(())
}
