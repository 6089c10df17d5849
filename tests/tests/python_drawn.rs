//! Contracts drawn at random, generated for Rust and for Python: what either writes the other reads and writes again without
//! a loss, and what is spoilt both refuse.
#![cfg(feature = "python")]

use std::collections::BTreeMap;
use std::fs;

use almanet_codegen::backend::{self, Options};
use almanet_codegen::validate::names::python as names;
use almanet_codegen::{Config, driver};
use almanet_property::{Body, Contract, Definition, Drawer, Precision, Role, TYPES, Tolerance, Trip, contracts, seed};
use almanet_tests::lines::Lines;
use serde_json::json;
use tempfile::TempDir;

/// Seeds of values, with those of the run's own.
const SEEDS: [u64; 2] = [1, 20_261_121];

/// Values of each type from each seed, and those that are spoilt.
const DRAWS: u64 = 6;
const SPOILT: u64 = 1;

/// One Python process with the generated models of every contract.
struct Generated {
    python: Lines,
    _folder: TempDir,
    seeds: Vec<u64>,
    mistakes: Vec<String>,
}

impl Generated {
    fn new(contracts: &[Contract]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let schemas = folder.path().join("schemas");
        fs::create_dir(&schemas).expect("a temporary folder takes folders");
        for contract in contracts {
            for (name, text) in contract.files() {
                fs::write(schemas.join(name), text).expect("a temporary folder takes files");
            }
        }
        let python = backend::find("python").expect("there is a target");
        let output = driver::Output::with_options(python, folder.path().join("generated"), Options::default());
        let mut generation = Config::new().root(schemas).output(output).plan();
        assert!(!generation.report.has_errors(), "{:?}", generation.report.problems);
        generation.write();
        let own = fastrand::u64(..);
        println!("the models of ALMANET_PROPERTY_SEED={}, values of {own}", seed());
        let python = Lines::start_with("drawn_peer.py", &[folder.path()]);
        Self { python, _folder: folder, seeds: SEEDS.into_iter().chain([own]).collect(), mistakes: Vec::new() }
    }

    /// The seeds of a type's values.
    fn draws(&self, of_each: u64) -> impl Iterator<Item = u64> + use<> {
        self.seeds.clone().into_iter().flat_map(move |seed| (0..of_each).map(move |draw| seed.wrapping_add(draw)))
    }

    fn read(&mut self, name: &str, json: &str) -> Result<String, String> {
        self.python.json(&json!({"type": name, "json": json}))
    }

    fn note(&mut self, name: &str, result: Result<(), String>) {
        self.mistakes.extend(result.err().map(|mistake| format!("{name}: {mistake}")));
    }

    fn report(self) {
        let shown = self.mistakes.iter().take(12).cloned().collect::<Vec<_>>().join("\n");
        assert!(self.mistakes.is_empty(), "{} mistakes:\n{shown}", self.mistakes.len());
    }
}

/// Python goes one deeper for each `|` of a type, and several for each import within an import.
#[test]
fn many_variants_and_imports_are_no_matter_of_depth() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let variants =
        |union: &str| format!("{union} {{ {} }}\n", (0..3_000).map(|at| format!("v{at}, ")).collect::<String>());
    let contract = format!("namespace large\n{}{}", variants("union All"), variants("open union Some"));
    fs::write(folder.path().join("large.almanet"), contract).expect("a temporary folder takes files");
    let links = 300;
    for link in 0..links {
        let (import, next) = match link + 1 {
            next if next < links => (format!("import \"link{next}.almanet\"\n"), format!("next: link{next}.Link?")),
            _ => (String::new(), String::new()),
        };
        let contract = format!("namespace link{link}\n{import}record Link {{ {next} }}\n");
        fs::write(folder.path().join(format!("link{link}.almanet")), contract).expect("a folder takes files");
    }
    let python = backend::find("python").expect("there is a target");
    let output = driver::Output::with_options(python, folder.path().join("generated"), Options::default());
    let mut generation = Config::new().root(folder.path()).output(output).plan();
    assert!(!generation.report.has_errors(), "{:?}", generation.report.problems);
    generation.write();
    let mut python = Lines::start_with("drawn_peer.py", &[folder.path()]);
    let json = r#"{"next":{"next":{}}}"#.to_owned();
    assert_eq!(python.json(&json!({"type": "link0._types:Link", "json": json})), Ok(json));
    for (name, variant) in [("All", "v2999"), ("Some", "v0"), ("Some", "new")] {
        let json = json!({"kind": variant}).to_string();
        let answer = python.json(&json!({"type": format!("large._types:{name}"), "json": json}));
        assert_eq!(answer, Ok(json));
    }
}

/// A type of a contract: its definition, what Python calls it, what Rust makes of its JSON.
type Drawn<'a> = (&'a Contract, usize, String, Trip);

fn types(contracts: &[Contract]) -> Vec<Drawn<'_>> {
    let trips: BTreeMap<&str, Trip> = TYPES.iter().copied().collect();
    let mut types = Vec::new();
    for contract in contracts {
        for (index, definition) in contract.definitions.iter().enumerate() {
            if let Some(trip) = trips.get(&*format!("{}.{}", contract.name, definition.name)) {
                types.push((contract, index, path(contract, definition), *trip));
            }
        }
    }
    types
}

/// `MODULE:NAME` of a definition.
fn path(contract: &Contract, definition: &Definition) -> String {
    let module = format!("property.{}", contract.namespace(definition.place));
    let name = names::type_name(&definition.name);
    match &definition.body {
        Body::Record { role: Role::Parameters | Role::Notice | Role::Results, .. } => format!("{module}.desk:{name}"),
        Body::Payload(_) => format!("{module}.desk:{}/payload", procedure(definition, "_payload")),
        Body::Reply(_) => format!("{module}.desk:{}/return", procedure(definition, "_reply")),
        Body::Record { role: Role::Exception, .. } | Body::Exception(_) => {
            format!("{module}:{}", names::exception_name(&definition.name))
        }
        Body::Topic(of) | Body::Stream(of) => path(contract, &contract.definitions[*of]),
        _ => format!("{module}:{name}"),
    }
}

fn procedure(definition: &Definition, suffix: &str) -> String {
    names::function_name(definition.name.strip_suffix(suffix).unwrap_or(&definition.name))
}

#[test]
fn what_rust_writes_comes_back_from_generated_models_the_same() {
    let contracts = contracts();
    let mut models = Generated::new(&contracts);
    for (contract, index, name, trip) in types(&contracts) {
        for draw in models.draws(DRAWS) {
            let json = Drawer::new(contract, draw, Precision::Microseconds).definition(index).to_string();
            let result = there_and_back(&mut models, &name, trip, &json);
            models.note(&name, result);
        }
    }
    models.report();
}

fn there_and_back(models: &mut Generated, name: &str, trip: Trip, json: &str) -> Result<(), String> {
    let dumped = models.read(name, json).map_err(|why| format!("{json} is refused: {why}"))?;
    let again = trip(dumped.as_bytes()).map_err(|error| format!("{dumped} is refused by Rust: {error}"))?;
    let again = String::from_utf8_lossy(&again);
    if again == json { Ok(()) } else { Err(format!("{json} came back as {dumped}")) }
}

#[test]
fn what_is_written_in_another_form_is_the_same_to_both() {
    let contracts = contracts();
    let mut models = Generated::new(&contracts);
    for (contract, index, name, trip) in types(&contracts) {
        for draw in models.draws(DRAWS) {
            let value = Drawer::new(contract, draw, Precision::Microseconds).definition(index);
            let loose = contract.loosened(index, &value, draw);
            let (json, written) = (loose.json.to_string(), loose.written.to_string());
            let result = models.read(&name, &json).map_err(|why| format!("{json} is refused: {why}"));
            let result = result.and_then(|dumped| {
                let again = trip(dumped.as_bytes()).map_err(|error| format!("{dumped} is refused by Rust: {error}"))?;
                let again = String::from_utf8_lossy(&again);
                if again == written { Ok(()) } else { Err(format!("{json} is written as {dumped}, not {written}")) }
            });
            models.note(&name, result);
        }
    }
    models.report();
}

#[test]
fn what_is_spoilt_both_refuse() {
    let contracts = contracts();
    let mut models = Generated::new(&contracts);
    for (contract, index, name, trip) in types(&contracts) {
        for draw in models.draws(SPOILT) {
            let value = Drawer::new(contract, draw, Precision::Microseconds).definition(index);
            for spoilt in contract.spoilt(index, &value, 40) {
                let (json, what) = (&spoilt.json, spoilt.what);
                let in_python = models.read(&name, json).is_err() || spoilt.tolerance != Tolerance::RefusedByBoth;
                if trip(json.as_bytes()).is_ok() || !in_python {
                    models.note(&name, Err(format!("{what} is taken: {json}")));
                }
            }
        }
    }
    models.report();
}
