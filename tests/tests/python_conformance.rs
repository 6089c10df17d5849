//! Each vector of the conformance contract is a test of the generated Python, by the name that it has in every language.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use almanet_codegen::backend::{self, Options};
use almanet_codegen::{Config, driver};
use almanet_conformance::{Language, Outcome, Vector, folder, same_document, vectors};
use almanet_tests::lines::Lines;
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Value, json};

fn main() -> ExitCode {
    let generated = tempfile::tempdir().expect("a temporary folder");
    let values = [("runtime".to_owned(), "almanet".to_owned())].into();
    let options = Options { values, ..Options::default() };
    let python = backend::find("python").expect("there is a target");
    let output = driver::Output::with_options(python, generated.path().join("generated"), options);
    let mut generation = Config::new().root(carried(&generated.path().join("schemas"))).output(output).plan();
    assert!(generation.report.problems.is_empty(), "{:?}", generation.report.problems);
    generation.write();
    let peer = Lines::start_with("conformance_peer.py", &[generated.path()]);
    let peer = Arc::new(Mutex::new(peer));
    let trials = vectors()
        .into_iter()
        .filter(|vector| !vector.type_name.contains("watch/"))
        .map(|vector| {
            let peer = Arc::clone(&peer);
            Trial::test(vector.test.clone(), move || becomes(&peer, &vector))
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// The contract without what the library of PyPI cannot carry: its stream, and its call for a credential.
fn carried(schemas: &Path) -> PathBuf {
    fs::create_dir(schemas).expect("a temporary folder takes folders");
    for entry in fs::read_dir(folder().join("schemas")).expect("the contract is there") {
        let path = entry.expect("a folder that opened can be listed").path();
        let text = fs::read_to_string(&path).expect("a contract is text");
        let is_carried = |line: &&str| !line.contains("-> stream") && !line.trim_start().starts_with("@auth");
        let kept: Vec<&str> = text.lines().filter(is_carried).collect();
        let name = path.file_name().expect("a file has a name");
        fs::write(schemas.join(name), kept.join("\n")).expect("a temporary folder takes files");
    }
    schemas.to_path_buf()
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
            places.map(steps).any(|found| is_near(&steps_of(place), &found))
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
