//! Streams over a broker that repeats, delays, reorders, refuses, forgets and loses messages, as a seed says.
//!
//! Whatever it does, a receiver sees the values from the first on, in order and once, and then one end; the handler's
//! stream is dropped; and where nothing was lost, everything arrives.
#![cfg(feature = "embedded")]

use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use almanet_nsq::name::TopicName;
use almanet_runtime::{
    BoxError, CallError, Failure, Interruption, NotExecuted, OutcomeUnknown, Running, Server, Session, StreamOf,
    StreamWriter,
    codegen::{DecodeError, Encode, Exceptions, Procedure, ServiceBuilder, ServiceInfo, from_json, stream},
    transport::{
        BoxFuture, Broker, Embedded, PublishError, Publishing, Route, SubscribeError, SubscribeOptions, Subscription,
        Transport,
    },
};
use bytes::Bytes;
use fastrand::Rng;
use tokio::time::{sleep, timeout};

static SERVICE: ServiceInfo = ServiceInfo::new("net.example");
static COUNT: Procedure = Procedure::new("count", "net.example.count");

const SEEDS: u64 = 400;

/// How likely each fault is, in percent.
#[derive(Clone, Copy, Debug)]
struct Faults {
    repeated: u32,
    delayed: u32,
    refused: u32,
    forgotten: u32,
    lost: u32,
}

impl Faults {
    fn drawn(rng: &mut Rng) -> Self {
        let lost = if rng.bool() { 0 } else { rng.u32(1..4) };
        let mut any = || if rng.bool() { rng.u32(0..40) } else { 0 };
        Self { repeated: any(), delayed: any(), refused: any(), forgotten: any(), lost }
    }
}

#[derive(Debug)]
struct Faulty {
    inner: Arc<Embedded>,
    faults: Faults,
    rng: Mutex<Rng>,
}

impl Transport for Faulty {
    fn publish(&self, to: Route, topic: &TopicName, body: Bytes, delay: Option<Duration>) -> Publishing {
        let mut rng = self.rng.lock().expect("nobody panics with it");
        let mut strikes = |percent| rng.u32(0..100) < percent;
        if strikes(self.faults.refused) {
            return Publishing::ready(Err(PublishError::NotSent("as the seed says".into())));
        }
        let copies = usize::from(!strikes(self.faults.lost)) + usize::from(strikes(self.faults.repeated));
        let (is_delayed, is_forgotten) = (strikes(self.faults.delayed), strikes(self.faults.forgotten));
        for _ in 0..copies {
            let pause = Duration::from_millis(if is_delayed { rng.u64(0..1_500) } else { 0 });
            let (inner, topic, body) = (self.inner.clone(), topic.clone(), body.clone());
            if pause.is_zero() {
                drop(inner.publish(to, &topic, body, delay));
            } else {
                tokio::spawn(async move {
                    sleep(pause).await;
                    drop(inner.publish(to, &topic, body, delay));
                });
            }
        }
        Publishing::ready(if is_forgotten { Err(PublishError::Unknown("as the seed says".into())) } else { Ok(()) })
    }

    fn subscribe(&self, options: SubscribeOptions) -> BoxFuture<'static, Result<Subscription, SubscribeError>> {
        self.inner.subscribe(options)
    }

    fn brokers(&self) -> Vec<Broker> {
        self.inner.brokers()
    }

    fn max_message_size(&self) -> usize {
        self.inner.max_message_size()
    }

    fn close(&self) -> BoxFuture<'static, ()> {
        self.inner.close()
    }
}

/// How a stream of a seed ends, after how many values.
#[derive(Debug, PartialEq)]
struct Over(u64);

impl fmt::Display for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "over after {}", self.0)
    }
}

impl Exceptions for Over {
    fn name(&self) -> &'static str {
        "over"
    }

    fn payload(&self) -> &dyn Encode {
        &self.0
    }

    fn decode(name: &str, payload: &[u8]) -> Option<Result<Self, DecodeError>> {
        (name == "over").then(|| from_json(payload).map(Self))
    }
}

/// How many handlers' streams there are.
#[derive(Clone, Default)]
struct Open(Arc<AtomicUsize>);

impl Open {
    fn one(&self) -> Self {
        self.0.fetch_add(1, Ordering::Relaxed);
        self.clone()
    }
}

struct One(Open);

impl Drop for One {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Counts to what the payload says and fails where that is odd, now and then with a pause.
async fn serve(session: &Session, open: Open, seed: u64) -> Running {
    let service = ServiceBuilder::new(&SERVICE, open)
        .stream(&COUNT, move |open: Arc<Open>, _, end: u64| async move {
            let one = One(open.one());
            Ok::<_, Failure<Over>>(StreamOf::write(async move |mut values: StreamWriter<u64>| {
                let _one = one;
                let mut rng = Rng::with_seed(seed);
                for value in 0..end {
                    values.write(value).await?;
                    if rng.u32(0..100) < 4 {
                        sleep(Duration::from_millis(rng.u64(0..12_000))).await;
                    }
                }
                if end % 2 == 1 { Err(Failure::Declared(Over(end))) } else { Ok(()) }
            }))
        })
        .build();
    Server::new(session).add(service).start().await.expect("it serves")
}

/// What became of a stream.
#[derive(Debug, PartialEq)]
enum Fate {
    /// It did not begin.
    Never,
    /// It ended as its handler did.
    Whole,
    Broken,
    /// It was dropped before its end.
    Left,
}

async fn receive(session: &Session, rng: &mut Rng) -> Result<Fate, BoxError> {
    let end = if rng.u32(0..10) == 0 { 0 } else { rng.u64(1..300) };
    let leaves_at = (rng.u32(0..4) == 0).then(|| rng.u64(0..end + 1));
    let call = stream::<u64, Over>(&session.into(), &COUNT, &end).timeout(Duration::from_secs(20));
    let mut values = match call.await {
        Ok(values) => values,
        Err(
            CallError::OutcomeUnknown(OutcomeUnknown::DeadlineExceeded(_) | OutcomeUnknown::Unacknowledged(_))
            | CallError::NotExecuted(NotExecuted::NotSent(_)),
        ) => return Ok(Fate::Never),
        Err(other) => return Err(format!("the call ended with {other:?}").into()),
    };
    let mut number = 0;
    let fate = loop {
        if leaves_at == Some(number) {
            return Ok(Fate::Left);
        }
        match timeout(Duration::from_secs(120), values.next()).await? {
            Some(Ok(value)) if value == number => number += 1,
            Some(Err(CallError::OutcomeUnknown(OutcomeUnknown::Interrupted(
                Interruption::Gap(_) | Interruption::Silent(_),
            )))) => break Fate::Broken,
            Some(Err(CallError::Remote(Over(values)))) if values == end && number == end && end % 2 == 1 => {
                break Fate::Whole;
            }
            None if number == end && end % 2 == 0 => break Fate::Whole,
            other => return Err(format!("{other:?} came after {number} of {end} values").into()),
        }
        if rng.u32(0..100) < 3 {
            sleep(Duration::from_millis(rng.u64(0..30_000))).await;
        }
    };
    if values.next().await.is_some() {
        return Err("there was something behind the end".into());
    }
    Ok(fate)
}

/// Some streams of one seed, side by side.
async fn run(seed: u64) -> Result<(Faults, Vec<Fate>), BoxError> {
    let mut rng = Rng::with_seed(seed);
    let faults = Faults::drawn(&mut rng);
    let broker = almanet_broker::Broker::default();
    let mut connect = async || {
        let inner = Arc::new(Embedded::new(broker.clone()));
        let faulty = Faulty { inner, faults, rng: Mutex::new(rng.fork()) };
        Session::builder().over(Arc::new(faulty)).await.expect("it subscribes")
    };
    let (server, caller) = (connect().await, connect().await);
    let open = Open::default();
    let running = serve(&server, open.clone(), seed).await;
    let mut receivers = Vec::new();
    for _ in 0..rng.usize(1..4) {
        let (caller, mut rng) = (caller.clone(), rng.fork());
        receivers.push(tokio::spawn(async move { receive(&caller, &mut rng).await }));
    }
    let mut fates = Vec::new();
    for receiver in receivers {
        let fate = receiver.await??;
        if fate == Fate::Broken && faults.lost == 0 {
            return Err("a stream broke though nothing was lost".into());
        }
        fates.push(fate);
    }
    // A cancellation may be lost: then the silence tells.
    timeout(Duration::from_secs(60), async {
        while open.0.load(Ordering::Relaxed) > 0 {
            sleep(Duration::from_millis(100)).await;
        }
    })
    .await
    .map_err(|_| "a handler's stream was not dropped")?;
    timeout(Duration::from_secs(120), running.drain()).await?;
    caller.close().await;
    server.close().await;
    Ok((faults, fates))
}

#[test]
fn streams_keep_their_promises_whatever_the_broker_does() {
    let mut fates = [Fate::Never, Fate::Whole, Fate::Broken, Fate::Left].map(|fate| (fate, 0));
    for seed in 0..SEEDS {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
        let (faults, seen) = match runtime.block_on(run(seed)) {
            Ok(seen) => seen,
            Err(error) => panic!("seed {seed}: {error}"),
        };
        for fate in seen {
            let counted = fates.iter_mut().find(|(known, _)| *known == fate).expect("every fate is listed");
            counted.1 += 1;
            if fate == Fate::Broken {
                assert!(faults.lost > 0, "seed {seed}");
            }
        }
    }
    println!("{fates:?}");
    assert!(fates.iter().all(|(_, count)| *count > 0), "the faults did not happen: {fates:?}");
}
