//! Serves until it is asked to stop, and finishes the calls that it has then.

use std::env;
use std::error::Error;

use almanet_runtime::{Server, Session};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use my_project::{Greeter, greeting};

/// The broker inside this process, where `ALMANET_URL` names no other: it listens on the port that nsqd would.
const BROKER: &str = "embedded:4150";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // `RUST_LOG=debug` says more.
    let levels = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into());
    let levels = levels.from_env()?;
    tracing_subscriber::fmt().with_env_filter(levels).init();
    let broker = env::var("ALMANET_URL").unwrap_or_else(|_| BROKER.to_owned());
    let session = Session::connect(&broker).await?;
    println!("serving my_project.greeting on {broker}; Ctrl-C stops it");
    let server = Server::new(&session).add(greeting::service(Greeter));
    server.run().await?;
    session.close().await;
    Ok(())
}
