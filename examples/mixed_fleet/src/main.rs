//! A service with instances in Rust and in Python, over `ALMANET_URL`, or else the broker in this process.
//!
//! `serve` is an instance, `call` a caller who cannot tell who answers. Without either, one instance is called here.

mod contract {
    almanet_runtime::include_contract!();
}

use std::collections::BTreeSet;
use std::error::Error;

use almanet_runtime::{Context, Failure, Server, Session};
use contract::examples::mixed::fleet::{self, Fleet, FleetClient, SquareError, SquareReply};
use tokio::sync::oneshot;

/// How many calls are made, all at once.
const CALLS: i32 = 200;

struct Instance;

impl Fleet for Instance {
    async fn square(&self, _cx: Context, number: i32) -> Result<SquareReply, Failure<SquareError>> {
        Ok(SquareReply { square: i64::from(number).pow(2), language: "Rust".to_owned() })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let session = Session::from_env().await?;
    let server = Server::new(&session).add(fleet::service(Instance));
    match std::env::args().nth(1).as_deref() {
        Some("serve") => server.run().await?,
        Some("call") => call(&session).await?,
        _ => {
            let (stop, stopped) = oneshot::channel::<()>();
            let serving = tokio::spawn(server.serve(async { drop(stopped.await) }));
            call(&session).await?;
            drop(stop);
            serving.await??;
        }
    }
    session.close().await;
    Ok(())
}

/// Has numbers squared, and tells in what languages that was done.
async fn call(session: &Session) -> Result<(), Box<dyn Error>> {
    let client = FleetClient::new(session);
    let calls: Vec<_> = (0..CALLS).map(|number| (number, tokio::spawn(client.square(number).into_future()))).collect();
    let mut languages = BTreeSet::new();
    for (number, call) in calls {
        let reply = call.await??;
        if reply.square != i64::from(number).pow(2) {
            return Err(format!("{number} squared is not {}", reply.square).into());
        }
        languages.insert(reply.language);
    }
    let languages: Vec<_> = languages.into_iter().collect();
    println!("{CALLS} calls were answered in {}", languages.join(" and "));
    Ok(())
}
