//! A thousand seeds, and what they prove.
//!
//! `SIMULATION_SEED=7` runs one seed alone and shows its plan and its history; `SIMULATION_SEEDS` says how many are run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use almanet_simulation::checker::Violation;
use almanet_simulation::history::{Ending, History, Kind, Outcome};
use almanet_simulation::{Plan, Safeguard, check, simulate};

/// Runs seeds on every processor until `each` says that it is enough, or all are done.
fn run_seeds(seeds: u64, without: Option<Safeguard>, each: impl Fn(u64, &History) -> Enough + Sync) {
    let next = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds {
                        break;
                    }
                    let Ok(history) = catch_unwind(AssertUnwindSafe(|| simulate(seed, without))) else {
                        panic!("seed {seed} panicked; {}", again(seed));
                    };
                    if each(seed, &history) == Enough::Yes {
                        next.store(seeds, Ordering::Relaxed);
                    }
                }
            });
        }
    });
}

#[derive(PartialEq, Eq)]
enum Enough {
    Yes,
    No,
}

/// How to run one seed again.
fn again(seed: u64) -> String {
    format!("run it again with SIMULATION_SEED={seed} cargo test -p almanet-simulation --test simulation promises")
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{name}={value} is not a number")))
}

#[test]
fn promises_are_kept_on_every_seed() {
    if let Some(seed) = variable("SIMULATION_SEED") {
        let history = simulate(seed, None);
        println!("{:#?}\n{history:#?}", Plan::draw(seed));
        return check(&history).unwrap_or_else(|violation| panic!("seed {seed}: {violation}"));
    }
    let failures = Mutex::new(Vec::new());
    let [results, not_sent, unknown, faults, complete, broken_off] = <[AtomicU64; 6]>::default();
    let count = |counter: &AtomicU64, history: &History, outcome: &Outcome| {
        let calls = history.calls.iter().filter(|call| call.outcome == *outcome).count();
        counter.fetch_add(calls as u64, Ordering::Relaxed);
    };
    run_seeds(variable("SIMULATION_SEEDS").unwrap_or(1_000), None, |seed, history| {
        count(&results, history, &Outcome::Result);
        count(&not_sent, history, &Outcome::NotSent);
        count(&unknown, history, &Outcome::Unknown);
        faults.fetch_add(history.faults.len() as u64, Ordering::Relaxed);
        for stream in &history.streams {
            let counter = if stream.ending == Ending::Complete { &complete } else { &broken_off };
            counter.fetch_add(1, Ordering::Relaxed);
        }
        if let Err(violation) = check(history) {
            failures.lock().unwrap().push(format!("seed {seed}: {violation}\n    {}", again(seed)));
        }
        Enough::No
    });
    let counted = [results, not_sent, unknown, faults, complete, broken_off].map(AtomicU64::into_inner);
    let [results, not_sent, unknown, faults, complete, broken_off] = counted;
    println!("{results} results, {not_sent} not sent, {unknown} unknown, {faults} faults");
    println!("{complete} streams complete, {broken_off} broken off");
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{} seeds failed\n{}", failures.len(), failures.join("\n"));
    assert!(counted.iter().all(|count| *count > 0), "not every way to end was taken");
}

#[test]
fn a_seed_tells_the_same_history_every_time() {
    for seed in 0..20 {
        let first = simulate(seed, None);
        // Another thread has other random keys for its hash tables.
        let second = std::thread::spawn(move || simulate(seed, None)).join().expect("it does not panic");
        if let Some((one, other)) = difference(&first, &second) {
            panic!("seed {seed} first told\n{one}\nand then\n{other}");
        }
        assert_ne!(first, simulate(seed + 1_000, None));
    }
}

/// The first lines in which two histories differ.
fn difference(first: &History, second: &History) -> Option<(String, String)> {
    let lines = |history: &History| format!("{history:#?}").lines().map(str::to_owned).collect::<Vec<_>>();
    lines(first).into_iter().zip(lines(second)).find(|(one, other)| one != other)
}

/// What the checker finds where a safeguard is missing.
fn found_without(safeguard: Safeguard) -> Vec<Violation> {
    let found = Mutex::new(Vec::new());
    run_seeds(200, Some(safeguard), |_, history| {
        let Err(violation) = check(history) else { return Enough::No };
        found.lock().expect("no thread panics").push(violation);
        Enough::Yes
    });
    found.into_inner().expect("no thread panics")
}

#[test]
fn without_deduplication_the_checker_finds_calls_that_ran_twice() {
    let found = found_without(Safeguard::Deduplication);
    assert!(found.iter().any(|violation| matches!(violation, Violation::RanTwice(_))), "{found:?}");
}

#[test]
fn without_deadlines_the_checker_finds_late_calls() {
    let found = found_without(Safeguard::Deadlines);
    assert!(found.iter().any(|violation| matches!(violation, Violation::Late(_))), "{found:?}");
}

#[test]
fn without_retries_the_checker_finds_calls_given_up_too_early() {
    let found = found_without(Safeguard::Retries);
    assert!(found.iter().any(|violation| matches!(violation, Violation::GivenUp(_))), "{found:?}");
}

#[test]
fn without_handing_back_the_checker_finds_calls_that_a_drain_lost() {
    let found = found_without(Safeguard::Handback);
    assert!(found.iter().any(|violation| matches!(violation, Violation::NotRecovered(_))), "{found:?}");
}

#[test]
fn without_regard_to_channels_the_checker_finds_calls_that_one_answered_twice() {
    let found = found_without(Safeguard::Channels);
    assert!(
        found.iter().any(|violation| matches!(violation, Violation::Outcome(call) if call.kind == Kind::Gather)),
        "{found:?}"
    );
}

#[test]
fn without_regard_to_clocks_the_checker_finds_calls_that_nobody_ran() {
    let found = found_without(Safeguard::Clocks);
    assert!(found.iter().any(|violation| matches!(violation, Violation::NotRecovered(_))), "{found:?}");
}
