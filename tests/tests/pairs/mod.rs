//! The matrix: it is run once, and each cell of it is a test.

mod rows;
mod rust;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use almanet_conformance::{Language, Outcome, Vector, same_document, vectors};
use almanet_tests::nsqd::Nsqd;
use almanet_tests::python::Peer;
use futures_util::future::{join, join_all};
use libtest_mimic::{Arguments, Trial};
use rows::{End, Pair, rows};
use rust::RustEnd;
use serde_json::{Value, json};

use super::conformance::Library;

const PROCEDURES: [(&str, &str); 9] = [
    ("hall.greet", "conformance.pairs"),
    ("hall.add", CHANNEL),
    ("hall.carry", CHANNEL),
    ("hall.whoami", CHANNEL),
    ("hall.fail", CHANNEL),
    ("hall.lie", CHANNEL),
    ("hall.nap", CHANNEL),
    ("hall.log", CHANNEL),
    ("by_hand.surprise", CHANNEL),
];
const CHANNEL: &str = "almanet.python";

/// The name of a test, and what came of it.
type Cell = (String, Result<(), String>);

pub(crate) fn run() -> ExitCode {
    tracing_subscriber::fmt().with_ansi(false).with_writer(|| Said).init();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let cells = runtime.block_on(matrix());
    let trial = |(name, result): Cell| Trial::test(name, move || result.map_err(Into::into));
    let trials = cells.into_iter().map(trial).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// What this process logged, as the service in Rust does.
fn said() -> String {
    String::from_utf8_lossy(&SAID.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

static SAID: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Said;

impl io::Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        SAID.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A process or a part of this one that calls or serves.
enum Party {
    Rust(RustEnd),
    Python(Box<Peer>),
}

impl Party {
    async fn ask(&self, operation: &str, arguments: Value) -> Value {
        match self {
            Self::Rust(end) => end.ask(operation, arguments).await,
            Self::Python(peer) => {
                let mut answer = peer.attempt(operation, arguments).await;
                answer.as_object_mut().expect("an answer is an object").remove("id");
                answer
            }
        }
    }

    async fn in_rust(nsqd: &Nsqd) -> Self {
        Self::Rust(RustEnd::connect(&nsqd.url()).await)
    }

    async fn in_python(nsqd: &Nsqd, folder: &Path, library: Library) -> Self {
        let arguments = [folder.join(library.name()), library.name().into()];
        let arguments: Vec<&Path> = arguments.iter().map(AsRef::as_ref).collect();
        let address = nsqd.tcp_address().to_string();
        Self::Python(Box::new(Peer::start_in(&library.interpreter(), "pairs_peer.py", &address, &arguments).await))
    }
}

async fn matrix() -> Vec<Cell> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path();
    for library in [Library::AlmanetRuntime, Library::Almanet] {
        library.generate(path);
    }
    let nsqd = Nsqd::start();
    let python = |library| Party::in_python(&nsqd, path, library);
    let (callers, services) = join(
        async {
            let rust = Party::in_rust(&nsqd).await;
            let (ours, theirs) = join(python(Library::AlmanetRuntime), python(Library::Almanet)).await;
            [rust, ours, theirs]
        },
        async {
            let (ours, theirs, again) = tokio::join!(
                python(Library::AlmanetRuntime),
                python(Library::Almanet),
                python(Library::AlmanetRuntime)
            );
            vec![ours, theirs, again]
        },
    )
    .await;
    let (consumed, called) = join(consumption(&nsqd, &callers), calls(&nsqd, &callers, services)).await;
    [consumed, called].concat()
}

/// Each service by itself, and all together.
async fn calls(nsqd: &Nsqd, callers: &[Party; 3], mut services: Vec<Party>) -> Vec<Cell> {
    let rust = RustEnd::connect(&nsqd.url()).await;
    let running = rust.serve().await;
    served(nsqd, 1);
    let rust = Party::Rust(rust);
    let mut cells = serving(End::Rust, callers, &rust).await;

    // The library of PyPI ends with its process alone, so each process serves from here to its end.
    for service in &services[..2] {
        service.ask("serve", json!({})).await;
    }
    served(nsqd, 3);
    let instances = [(End::Rust, &rust), (End::AlmanetRuntime, &services[0]), (End::Almanet, &services[1])];
    cells.extend(mixed(callers, instances).await);

    running.drain().await;
    drop(services.remove(0));
    served(nsqd, 1);
    cells.extend(serving(End::Almanet, callers, &services[0]).await);
    drop(services.remove(0));
    served(nsqd, 0);
    services[0].ask("serve", json!({})).await;
    served(nsqd, 1);
    cells.extend(serving(End::AlmanetRuntime, callers, &services[0]).await);
    cells
}

/// Waits until every procedure is served by so many.
fn served(nsqd: &Nsqd, instances: usize) {
    for (procedure, channel) in PROCEDURES {
        let topic = format!("_rpc_.conformance.pairs.{procedure}");
        tokio::task::block_in_place(|| nsqd.await_exactly(&topic, channel, instances));
    }
}

/// What each caller gets of one service.
async fn serving(end: End, callers: &[Party; 3], service: &Party) -> Vec<Cell> {
    let called = End::ALL.iter().zip(callers).map(|(&caller, party)| async move {
        let pair = Pair { caller, service: end };
        let (mut cells, types) = join(called(pair, party), carried(pair, party)).await;
        cells.extend(types);
        cells.push((format!("oneway::{pair}"), oneway(pair, party, service).await));
        cells.push((format!("delayed::{pair}"), delayed(pair, party, service).await));
        cells
    });
    let mut cells = join_all(called).await.concat();
    let log = service.ask("told", json!({})).await;
    let is_logged = log["log"].as_str().is_some_and(|log| log.contains("a secret of the service"));
    let result = if is_logged { Ok(()) } else { Err(format!("the log is {log}")) };
    cells.push((format!("an_unexpected_failure_is_in_the_log_of::{end}"), result));
    if end != End::Rust {
        let came = service.ask("locally", json!({})).await;
        let result = if came["ok"] == 3 { Ok(()) } else { Err(came.to_string()) };
        cells.push((format!("what_is_implemented_here_runs_here::{end}"), result));
    }
    cells
}

/// The rows, all at once.
async fn called(pair: Pair, caller: &Party) -> Vec<Cell> {
    let cells = rows().into_iter().filter_map(|row| (row.becomes)(pair).map(|becomes| (row, becomes)));
    let cells = cells.map(|(row, becomes)| async move {
        let came = known(caller.ask(row.operation, row.arguments).await);
        (format!("{}::{pair}", row.name), becomes.check(&came))
    });
    join_all(cells).await
}

/// A schema document without what differs from session to session, its sets in order.
fn known(mut came: Value) -> Value {
    if let Some(document) = came["ok"].as_object_mut() {
        document.retain(|name, _| !name.starts_with("session_"));
        for name in ["tags", "routes"] {
            if let Some(list) = document.get_mut(name).and_then(Value::as_array_mut) {
                list.sort_by_key(ToString::to_string);
            }
        }
    }
    came
}

async fn oneway(pair: Pair, caller: &Party, service: &Party) -> Result<(), String> {
    let line = format!("oneway of {pair}");
    let came = caller.ask("oneway", json!({"line": line})).await;
    service.ask("line", json!({"line": line})).await;
    if came["ok"].is_null() { Ok(()) } else { Err(came.to_string()) }
}

async fn delayed(pair: Pair, caller: &Party, service: &Party) -> Result<(), String> {
    // 1.3.4 hands its seconds on to nsqd, which takes them for milliseconds.
    let delay = if pair.caller == End::Almanet { 600 } else { 1 };
    let line = format!("delayed of {pair}");
    let asked = std::time::Instant::now();
    caller.ask("delayed", json!({"line": line, "delay": delay})).await;
    let come = tokio::time::timeout(Duration::from_secs(60), service.ask("line", json!({"line": line}))).await;
    let is_early = asked.elapsed() < Duration::from_secs(delay);
    match come {
        Err(_) => Err("it never came".to_owned()),
        Ok(_) if is_early == (pair.caller == End::Almanet) => Ok(()),
        Ok(_) => Err(format!("it came after {:?} instead of {delay} s", asked.elapsed())),
    }
}

/// Values of each type there and back, those of a type in one call, which is a cell.
async fn carried(pair: Pair, caller: &Party) -> Vec<Cell> {
    let mut types = BTreeMap::<String, Vec<(Vector, String)>>::new();
    for (kind, vector, written) in vectors().into_iter().filter_map(travelling) {
        types.entry(kind).or_default().push((vector, written));
    }
    let cells = types.into_iter().map(|(kind, vectors)| async move {
        let list = |documents: Vec<&str>| {
            let values: Vec<_> =
                documents.iter().map(|document| format!(r#"{{"kind":"{kind}","value":{document}}}"#)).collect();
            format!("[{}]", values.join(","))
        };
        let sent = list(vectors.iter().map(|(vector, _)| &*vector.json).collect());
        let expected = list(vectors.iter().map(|(_, written)| &**written).collect());
        let sets: Vec<String> = vectors.iter().flat_map(|(vector, _)| vector.sets.clone()).collect();
        let came = caller.ask("carry", json!({"values": sent})).await;
        let back = came["ok"].as_str().unwrap_or_default();
        let is_same = same_document(back, &expected, &sets).is_ok_and(|same| same);
        let result = if is_same { Ok(()) } else { Err(format!("it is {came}, not {expected}")) };
        (format!("{kind}::{pair}"), result)
    });
    join_all(cells).await
}

/// The variant that carries a vector's type, and what it is written as; none where a vector is refused, or is not of a type.
fn travelling(vector: Vector) -> Option<(String, Vector, String)> {
    let name = vector.type_name.strip_prefix("conformance.")?;
    let Outcome::Written(written) = vector.outcome(Language::Python).clone() else { return None };
    // What is nested as deep as may be is too deep within what carries it.
    let is_type = name.starts_with(|first: char| first.is_ascii_uppercase()) && !vector.test.ends_with("::depth_64");
    if !is_type || *vector.outcome(Language::Rust) != Outcome::Written(written.clone()) {
        return None;
    }
    let mut kind = String::new();
    for (at, letter) in name.char_indices() {
        if at > 0 && letter.is_ascii_uppercase() {
            kind.push('_');
        }
        kind.push(letter.to_ascii_lowercase());
    }
    Some((kind, vector, written))
}

/// Who consumes what whom produces: all at once, because a message that 1.3.4 rolls back comes again after 10 s.
async fn consumption(nsqd: &Nsqd, parties: &[Party; 3]) -> Vec<Cell> {
    let parties = || End::ALL.iter().zip(parties);
    let pairs = parties().flat_map(|(producer, _)| parties().map(move |(consumer, to)| (producer, consumer, to)));
    let consumed = pairs.map(|(producer, consumer, to)| async move {
        let channel = format!("{producer}.{consumer}");
        let came = to.ask("consume", json!({"channel": channel, "title": producer.to_string()})).await;
        let expected = json!([["a", 1], ["a", 2]]);
        let result = if came["ok"] == expected { Ok(()) } else { Err(format!("it is {came}, not {expected}")) };
        (format!("a_message_rolled_back_and_committed::{producer}_to_{consumer}"), result)
    });
    let produced = async {
        let topic = "conformance.pairs.hall.happened";
        for channel in End::ALL.iter().flat_map(|from| End::ALL.iter().map(move |to| format!("{from}.{to}"))) {
            tokio::task::block_in_place(|| nsqd.await_clients(topic, &channel, 1));
        }
        for (producer, from) in parties() {
            from.ask("produce", json!({"title": producer.to_string()})).await;
        }
    };
    join(join_all(consumed), produced).await.0
}

/// Instances of all on one channel: each call runs once, each instance gets some. The broker draws which instance gets a
/// call, so calls go on until each of them got one.
async fn mixed(callers: &[Party; 3], instances: [(End, &Party); 3]) -> Vec<Cell> {
    const CALLS: usize = 100;
    const ROUNDS: usize = 100;
    let by = |answers: &[Value], end: End| -> u64 {
        answers.iter().filter_map(|answer| answer["ok"][end.to_string()].as_u64()).sum()
    };
    let mut answers = Vec::new();
    for _ in 0..ROUNDS {
        answers.extend(join_all(callers.iter().map(|caller| caller.ask("whoami", json!({"calls": CALLS})))).await);
        if instances.iter().all(|(end, _)| by(&answers, *end) > 0) {
            break;
        }
    }
    let mut cells = Vec::new();
    let mut total = 0;
    for (end, instance) in instances {
        let answered = by(&answers, end);
        let ran = instance.ask("told", json!({})).await["ran"].as_u64().unwrap_or_default();
        total += answered;
        let result = if ran == answered && ran > 0 {
            Ok(())
        } else {
            Err(format!("it ran {ran} calls and answered {answered}: {answers:?}"))
        };
        cells.push((format!("one_of_three_instances_that_share_a_channel::{end}"), result));
    }
    let all = (CALLS * answers.len()) as u64;
    let result = if total == all { Ok(()) } else { Err(format!("{total} of {all} calls were answered: {answers:?}")) };
    cells.push(("three_instances_that_share_a_channel::answer_all".to_owned(), result));
    cells
}
