//! One instance of the service.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use almanet_runtime::codegen::{Procedure, Safeguard, ServiceBuilder, ServiceInfo};
use almanet_runtime::{Context, Failure, Server, StreamOf};
use tokio::sync::watch;
use tokio::time::sleep;

use crate::faults::Asked;
use crate::history::{Effect, Value};
use crate::payload::{read, write};
use crate::ports::Ports;
use crate::world::{RETRY, Record, connect, now};

static SERVICE: ServiceInfo = ServiceInfo::new("simulation");
pub(crate) static ONCE: Procedure = Procedure::new("once", "simulation.once");
pub(crate) static IDEMPOTENT: Procedure = Procedure::new("idempotent", "simulation.idempotent").idempotent();
pub(crate) static ONEWAY: Procedure = Procedure::new("oneway", "simulation.oneway");
pub(crate) static STREAM: Procedure = Procedure::new("stream", "simulation.stream");
/// The same call, which instances take from two channels, so that it is answered twice.
pub(crate) static GATHER: [Procedure; 2] = [
    Procedure::new("gather", "simulation.gather"),
    Procedure::new("gather", "simulation.gather").channel("simulation.second"),
];

/// Which channel's gathering calls an instance takes.
pub(crate) fn channel_of(instance: usize) -> usize {
    instance % GATHER.len()
}

/// How long an instance has to end in order.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(2);

/// Where one instance runs.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) number: usize,
    /// How often it was started.
    pub(crate) starts: Arc<AtomicUsize>,
    pub(crate) url: String,
    pub(crate) record: Record,
    pub(crate) without: Option<Safeguard>,
}

/// Serves, again and again, until the host crashes.
pub(crate) async fn serve(ports: &Ports, place: Place, mut asked: watch::Receiver<Asked>) -> turmoil::Result {
    loop {
        let session = connect(&place.url, ports, place.without).await;
        let instance = (place.number, place.starts.fetch_add(1, Ordering::Relaxed) + 1);
        // No broker may be there at the moment.
        let running = loop {
            let server = Server::new(&session).drain_timeout(DRAIN_TIMEOUT);
            match server.add(service(&place.record, instance)).start().await {
                Ok(running) => break running,
                Err(_) => sleep(RETRY).await,
            }
        };
        asked.wait_for(|asked| *asked == Asked::Drain).await?;
        running.drain().await;
        session.close().await;
        asked.wait_for(|asked| *asked != Asked::Drain).await?;
    }
}

fn service(record: &Record, instance: (usize, usize)) -> almanet_runtime::Service {
    let answer = move |record: Arc<Record>, cx: Context, payload: String| async move {
        let (key, work, _) = read(&payload);
        begin(&record, &cx, key, instance);
        sleep(work).await;
        Ok(payload)
    };
    let channel = channel_of(instance.0);
    let gathered = move |record: Arc<Record>, cx: Context, payload: String| async move {
        let payload = answer(record, cx, payload).await?;
        Ok::<_, Failure>(format!("{payload} {channel}"))
    };
    let stream = move |record: Arc<Record>, cx: Context, payload: String| async move {
        let (key, work, values) = read(&payload);
        begin(&record, &cx, key, instance);
        Ok(StreamOf::<String>::write(async move |mut to| {
            for number in 0..values {
                sleep(work / values).await;
                to.write(write(Value { key, number, instance })).await?;
            }
            Ok(())
        }))
    };
    ServiceBuilder::new(&SERVICE, record.clone())
        .procedure(&ONCE, move |record, cx, payload| async move { answer(record, cx, payload).await })
        .procedure(&IDEMPOTENT, move |record, cx, payload| async move { answer(record, cx, payload).await })
        .procedure(&GATHER[channel], move |record, cx, payload| async move { gathered(record, cx, payload).await })
        .oneway(&ONEWAY, move |record, cx, payload| async move { answer(record, cx, payload).await.map(drop) })
        .stream(&STREAM, move |record, cx, payload| async move { stream(record, cx, payload).await })
        .build()
}

/// Writes down that a call runs.
fn begin(record: &Record, cx: &Context, key: u32, instance: (usize, usize)) {
    let effect = Effect { at: now(), key, call_id: cx.call_id().as_u128(), instance };
    record.lock().effects.push(effect);
}
