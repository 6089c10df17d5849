//! A service for tests that end processes: it serves over `ALMANET_URL` until it is asked to end.
//!
//! Its one procedure takes milliseconds, works for so long, and answers with the process's id. The log goes to standard
//! error, and `drained` to standard output. With the argument `signal` it waits for `shutdown::signal` instead of `Server::run`.

use std::error::Error;
use std::time::Duration;

use almanet_runtime::codegen::{Procedure, ServiceBuilder, ServiceInfo};
use almanet_runtime::{Failure, Never, Server, Session, shutdown};

static SERVICE: ServiceInfo = ServiceInfo::new("net.example.work");
static WORK: Procedure = Procedure::new("work", "net.example.work.work");

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::DEBUG).init();
    let session = Session::from_env().await?;
    let service = ServiceBuilder::new(&SERVICE, ())
        .procedure(&WORK, |_, _, millis: u32| async move {
            tracing::info!(millis, "working");
            tokio::time::sleep(Duration::from_millis(millis.into())).await;
            Ok::<_, Failure<Never>>(std::process::id())
        })
        .build();
    let server = Server::new(&session).add(service);
    match std::env::args().nth(1).as_deref() {
        Some("signal") => server.serve(shutdown::signal()).await?,
        _ => server.run().await?,
    }
    println!("drained");
    Ok(())
}
