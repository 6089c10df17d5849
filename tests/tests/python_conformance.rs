//! Each vector of the conformance contract is a test of the generated Python, by the name that it has in every language.

mod conformance;

use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use almanet_conformance::{Language, Outcome, Vector, same_document, vectors};
use almanet_tests::lines::Lines;
use conformance::Library;
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Value, json};

/// The library that stages with the package `almanet_runtime` generate for; others do for the one of PyPI.
const LIBRARY: Library = if cfg!(feature = "package") { Library::AlmanetRuntime } else { Library::Almanet };

fn main() -> ExitCode {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let generated = LIBRARY.generate(folder.path());
    let arguments = [&generated, Path::new(LIBRARY.name())];
    let peer = Lines::start_in(&LIBRARY.interpreter(), "conformance_peer.py", &arguments);
    let peer = Arc::new(Mutex::new(peer));
    let is_carried = |vector: &Vector| LIBRARY == Library::AlmanetRuntime || !vector.type_name.contains("watch/");
    let trials = vectors()
        .into_iter()
        .filter(is_carried)
        .map(|vector| {
            let peer = Arc::clone(&peer);
            Trial::test(vector.test.clone(), move || becomes(&peer, &vector))
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn becomes(peer: &Mutex<Lines>, vector: &Vector) -> Result<(), Failed> {
    let request = json!({"type": vector.type_name, "json": vector.json});
    let answer = peer.lock().unwrap_or_else(PoisonError::into_inner).ask(&request);
    let holds = match vector.outcome(Language::Python) {
        Outcome::Written(expected) => match answer["json"].as_str() {
            Some(written) => same_document(written, expected, &vector.sets)?,
            None => false,
        },
        Outcome::Refused(place) => {
            let places = answer["refused"].as_array().into_iter().flatten();
            answer["slips"].is_null() && places.map(steps).any(|found| is_near(&steps_of(place), &found))
        }
    };
    let expected = vector.outcome(Language::Python);
    if holds { Ok(()) } else { Err(format!("{}\nis {answer}, not {expected:?}", vector.json).into()) }
}

/// The steps of a place as pydantic has them.
fn steps(place: &Value) -> Vec<String> {
    let step = |step: &Value| step.as_str().map_or_else(|| step.to_string(), ToOwned::to_owned);
    place.as_array().into_iter().flatten().map(step).collect()
}

/// The steps of a place such as `$.items[3]["the-name"]`.
fn steps_of(place: &str) -> Vec<String> {
    let mut steps = Vec::new();
    let mut rest = place.trim_start_matches('$');
    while !rest.is_empty() {
        let end = match rest.strip_prefix("[\"").and_then(|quoted| quoted.find("\"]")) {
            Some(end) => end + 4,
            None => rest[1..].find(['.', '[']).map_or(rest.len(), |end| end + 1),
        };
        steps.push(rest[..end].trim_matches(['.', '[', ']', '"']).to_owned());
        rest = &rest[end..];
    }
    steps
}

/// Whether one place is the other, or holds it: pydantic names tags on the way, and keys that are wrong themselves.
fn is_near(one: &[String], other: &[String]) -> bool {
    let leads = |short: &[String], long: &[String]| {
        let mut long = long.iter();
        short.iter().all(|step| long.any(|found| found == step))
    };
    leads(one, other) || leads(other, one)
}
