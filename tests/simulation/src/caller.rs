//! One caller, and what comes of its calls.

use std::collections::BTreeSet;
use std::time::Duration;

use almanet_runtime::codegen::{self, Caller, Safeguard};
use almanet_runtime::{Call, CallError, StreamCall, Streaming};
use tokio::time::{Instant, sleep_until};

use crate::history::{self, Ending, Kind, Outcome, Streamed};
use crate::payload::{payload, read_reply, read_value};
use crate::plan::{self, Plan};
use crate::ports::Ports;
use crate::service::{GATHER, IDEMPOTENT, ONCE, ONEWAY, STREAM};
use crate::world::{Record, connect, now, url};

/// Makes every call of one caller at its time, and ends when all have ended.
pub(crate) async fn call_all(plan: Plan, number: usize, record: Record, without: Option<Safeguard>) -> turmoil::Result {
    let session = connect(&url(&plan), &Ports::default(), without).await;
    let start = Instant::now() - turmoil::elapsed();
    let calls = plan.callers[number].clone();
    record.lock().made += calls.len();
    let calls: Vec<_> = calls
        .into_iter()
        .map(|call| {
            let (caller, record) = (Caller::from(&session), record.clone());
            let calm = plan.calm(call.at);
            tokio::spawn(async move {
                sleep_until(start + call.at).await;
                make(&caller, call, calm, &record).await;
            })
        })
        .collect();
    for call in calls {
        call.await?;
    }
    Ok(())
}

/// Makes one call, and writes down how it ended. What answers it where all is whole, or nothing where it may not be.
async fn make(caller: &Caller, call: plan::Call, calm: Option<BTreeSet<usize>>, record: &Record) {
    let (at, began, is_calm) = (now(), Instant::now(), calm.is_some());
    let ended = |outcome: Outcome| {
        let plan::Call { key, timeout, kind, .. } = call;
        let ended = history::Call { key, kind, at, timeout, took: began.elapsed(), outcome, is_calm };
        record.lock().calls.push(ended);
    };
    let (payload, timeout) = (payload(call), call.timeout);
    let answered = async |procedure| {
        let reply: Call<String> = codegen::call(caller, procedure, &payload);
        Outcome::of(reply.timeout(timeout).await.map(|reply| reply == payload))
    };
    match call.kind {
        Kind::Once => ended(answered(&ONCE).await),
        Kind::Idempotent => ended(answered(&IDEMPOTENT).await),
        Kind::Oneway => {
            ended(Outcome::of(codegen::oneway(caller, &ONEWAY, &payload).timeout(timeout).await.map(|_| true)));
        }
        Kind::Gather => {
            let gather = codegen::call::<String, _>(caller, &GATHER[0], &payload).gather(timeout);
            let replies = if call.enough > 0 { gather.take(call.enough).await } else { gather.await };
            ended(gathered(replies, call, &calm.unwrap_or_default(), began.elapsed()));
        }
        Kind::Stream => {
            let opened: StreamCall<String> = codegen::stream(caller, &STREAM, &payload);
            match opened.timeout(timeout).await {
                Ok(values) => {
                    ended(Outcome::Result);
                    let streamed = receive(values, call, is_calm).await;
                    record.lock().streams.push(streamed);
                }
                Err(error) => ended(Outcome::of(Err(error))),
            }
        }
    }
}

/// What came of a gathering call: a result where something answered, and all that must have.
fn gathered(
    replies: Result<Vec<Result<String, CallError>>, CallError>,
    call: plan::Call,
    expected: &BTreeSet<usize>,
    took: Duration,
) -> Outcome {
    let replies = match replies.and_then(|replies| replies.into_iter().collect::<Result<Vec<_>, _>>()) {
        Ok(replies) => replies,
        Err(error) => return Outcome::of(Err(error)),
    };
    let mut channels = BTreeSet::new();
    for reply in &replies {
        let Some(channel) = read_reply(reply, &payload(call)) else { return Outcome::Foreign(reply.clone()) };
        if !channels.insert(channel) {
            return Outcome::Other(format!("channel {channel} answered twice"));
        }
    }
    let is_enough = call.enough > 0 && replies.len() == call.enough;
    match replies.len() {
        0 => Outcome::Unknown,
        _ if is_enough => Outcome::Result,
        some if took < call.timeout || (call.enough > 0 && some > call.enough) => {
            Outcome::Other(format!("{some} replies within {took:?}"))
        }
        _ if channels.is_superset(expected) => Outcome::Result,
        _ => Outcome::Unknown,
    }
}

/// Reads a stream to its end, and asks it once more.
async fn receive(mut values: Streaming<String>, call: plan::Call, is_calm: bool) -> Streamed {
    let plan::Call { key, values: wanted, .. } = call;
    let mut streamed = Streamed {
        key,
        wanted,
        values: Vec::new(),
        longest: Duration::ZERO,
        ending: Ending::Complete,
        more: 0,
        is_calm,
    };
    loop {
        let began = Instant::now();
        let next = values.next().await;
        streamed.longest = streamed.longest.max(began.elapsed());
        match next {
            Some(Ok(value)) => streamed.values.push(read_value(&value)),
            Some(Err(error)) => {
                streamed.ending = Ending::of(Some(error));
                break;
            }
            None => break,
        }
    }
    streamed.more = usize::from(values.next().await.is_some());
    streamed
}
