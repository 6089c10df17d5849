//! The embedded broker against nsqd 1.3.0: the same scripts, the same frames.
//!
//! The scripts of `tests/scripts` hold nsqd's answers. In plain `cargo test` the embedded broker must give the same
//! ones; with the feature `nsqd` both brokers run, and are compared with each other and with the record. `BLESS=1`
//! with that feature writes nsqd's answers into the scripts.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::{
    fs,
    net::SocketAddr,
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use almanet_broker::{Broker, Listener, Options};
use almanet_tests::script::Script;
use tokio::runtime::Runtime;

/// Longer than anything in a script takes: nsqd looks after a new channel's timeouts within five seconds.
const PATIENCE: Duration = Duration::from_secs(20);
/// What a script gets that does not ask for compression. The last of several flags counts.
#[cfg(feature = "nsqd")]
const UNCOMPRESSED: [&str; 2] = ["--deflate=false", "--snappy=false"];
/// How many scripts run at a time: most of them wait.
const AT_A_TIME: usize = 12;

#[test]
fn the_embedded_broker_answers_as_nsqd_did() {
    let failures = in_parallel(&scripts(), |path, text| {
        let script = Script::parse(text);
        compare(text, &Embedded::start(&script, |_| {}).run(&script, PATIENCE))
            .map_err(|difference| report(path, &difference))
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[cfg(feature = "nsqd")]
#[test]
fn nsqd_and_the_embedded_broker_answer_alike() {
    let bless = std::env::var_os("BLESS").is_some();
    let failures = in_parallel(&scripts(), |path, text| {
        let script = Script::parse(text);
        let nsqd = {
            let own = script.options().map(|(name, value)| format!("--{name}={value}"));
            let options: Vec<_> = UNCOMPRESSED.map(str::to_owned).into_iter().chain(own).collect();
            let options: Vec<_> = options.iter().map(String::as_str).collect();
            let nsqd = almanet_tests::nsqd::Nsqd::with(&options);
            script.run(nsqd.tcp_address(), PATIENCE)
        };
        if bless && nsqd != text {
            fs::write(path, &nsqd).unwrap();
        } else {
            compare(text, &nsqd).map_err(|difference| format!("nsqd itself: {}", report(path, &difference)))?;
        }
        let embedded = Embedded::start(&script, |_| {}).run(&script, PATIENCE);
        compare(&nsqd, &embedded).map_err(|difference| report(path, &difference))
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A broker that deviates from nsqd in one limit only is found out, by the script that is there for it.
#[test]
fn a_planted_deviation_is_found() {
    type Plant = fn(&mut Options);
    let plants: [(&str, Plant); 12] = [
        ("publish", |options| options.max_message_size -= 1),
        ("mpub", |options| options.max_body_size += 1),
        ("rdy", |options| options.max_ready_count += 1),
        ("dpub", |options| options.max_requeue_timeout -= Duration::from_millis(1)),
        ("identify", |options| options.message_timeout += Duration::from_secs(1)),
        ("identify", |options| options.max_heartbeat_interval -= Duration::from_millis(1)),
        ("identify", |options| options.min_output_buffer_timeout += Duration::from_millis(1)),
        ("ephemeral-depth", |options| options.ephemeral_depth += 1),
        ("identify", |options| options.max_message_timeout -= Duration::from_millis(1)),
        ("compression", |options| options.snappy = false),
        ("compression", |options| options.deflate = false),
        ("compression", |options| options.max_deflate_level -= 1),
    ];
    thread::scope(|scope| {
        for (name, plant) in plants {
            scope.spawn(move || {
                let text = fs::read_to_string(folder().join(name).with_extension("script")).unwrap();
                let script = Script::parse(&text);
                let outcome = compare(&text, &Embedded::start(&script, plant).run(&script, Duration::from_secs(5)));
                assert!(outcome.is_err(), "the script `{name}` does not notice what was planted for it");
            });
        }
    });
}

/// Every single answer of every script counts: none can change unnoticed.
#[test]
fn an_answer_that_changed_is_found_and_shown() {
    let mut answers = 0;
    for (_, text) in scripts() {
        for (number, line) in text.lines().enumerate() {
            let Some(at) = line.find(['<', '>']).filter(|at| line[*at..].starts_with("< ")) else { continue };
            if line.starts_with('#') {
                continue;
            }
            answers += 1;
            let changed = format!("{}x{}", &line[..at + 2], &line[at + 2..]);
            let mut lines: Vec<_> = text.lines().collect();
            lines[number] = &changed;
            let difference = compare(&text, &(lines.join("\n") + "\n")).unwrap_err();
            assert!(difference.contains(&format!("line {}", number + 1)), "{difference}");
            assert!(difference.contains(&changed), "{difference}");
        }
    }
    assert!(answers > 150, "{answers} answers in all scripts");
}

/// Every command, every error code that the broker knows to give, is in a script.
#[test]
fn the_scripts_visit_every_command_and_every_error() {
    let all: String = scripts().into_iter().map(|(_, text)| text).collect();
    for command in ["IDENTIFY", "AUTH", "SUB ", "RDY", "FIN ", "REQ ", "TOUCH ", "CLS", "NOP", "PUB ", "MPUB ", "DPUB "]
    {
        assert!(all.contains(&format!("> {command}")), "no script sends {command}");
    }
    for code in [
        "E_INVALID",
        "E_BAD_BODY",
        "E_BAD_TOPIC",
        "E_BAD_CHANNEL",
        "E_BAD_MESSAGE",
        "E_BAD_PROTOCOL",
        "E_AUTH_DISABLED",
        "E_IDENTIFY_FAILED",
        "E_FIN_FAILED",
        "E_REQ_FAILED",
        "E_TOUCH_FAILED",
    ] {
        assert!(all.contains(&format!("< error {code}")), "no script meets {code}");
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts")
}

fn scripts() -> Vec<(PathBuf, String)> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut scripts: Vec<_> = files.map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect();
    scripts.sort();
    assert!(scripts.len() > 15, "the scripts are there");
    scripts
}

/// Runs each script, several at a time, and returns what failed.
fn in_parallel(scripts: &[(PathBuf, String)], run: impl Fn(&Path, &str) -> Result<(), String> + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut failures = Vec::new();
        while let Some((path, text)) = scripts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = panic::catch_unwind(AssertUnwindSafe(|| run(path, text)));
            failures.extend(outcome.unwrap_or_else(|_| Err(report(path, "panicked: see above"))).err());
        }
        failures
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_A_TIME).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    })
}

/// The first difference between what was expected and what came.
fn compare(expected: &str, actual: &str) -> Result<(), String> {
    let mut pairs = expected.lines().zip(actual.lines()).enumerate();
    match pairs.find(|(_, (expected, actual))| expected != actual) {
        Some((number, (expected, actual))) => {
            Err(format!("line {}\n  expected: {expected}\n  but came: {actual}", number + 1))
        }
        None if expected.lines().count() != actual.lines().count() => Err("one of them is longer".to_owned()),
        None => Ok(()),
    }
}

fn report(path: &Path, difference: &str) -> String {
    format!("{}, {difference}", path.file_name().unwrap_or_default().display())
}

/// The embedded broker on a free port.
struct Embedded {
    listener: Listener,
    _runtime: Runtime,
}

impl Embedded {
    fn start(script: &Script, plant: impl FnOnce(&mut Options)) -> Self {
        let mut options = Options::default();
        (options.deflate, options.snappy) = (false, false);
        for (name, value) in script.options() {
            match name {
                "max-msg-size" => options.max_message_size = value.parse().unwrap(),
                "max-body-size" => options.max_body_size = value.parse().unwrap(),
                "max-rdy-count" => options.max_ready_count = value.parse().unwrap(),
                "deflate" => options.deflate = value.parse().unwrap(),
                "max-deflate-level" => options.max_deflate_level = value.parse().unwrap(),
                "snappy" => options.snappy = value.parse().unwrap(),
                "mem-queue-size" => options.ephemeral_depth = value.parse().unwrap(),
                other => panic!("an option that the embedded broker has no counterpart of: {other}"),
            }
        }
        plant(&mut options);
        let runtime = Runtime::new().unwrap();
        let guard = runtime.enter();
        let listener = Broker::new(options).listen(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        drop(guard);
        Self { listener, _runtime: runtime }
    }

    fn run(&self, script: &Script, patience: Duration) -> String {
        script.run(self.listener.address(), patience)
    }
}
