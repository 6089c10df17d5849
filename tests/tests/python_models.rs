//! Contracts drawn at random, and pydantic v2 models of the same shape: what either side writes the other reads and
//! writes again without a loss, and what is spoilt both refuse.
//!
//! Values are drawn from fixed seeds and from one of the run's own, which a failure prints; `ALMANET_PROPERTY_VALUES`
//! names it again.
#![cfg(feature = "python")]

mod models;

use std::collections::{BTreeMap, BTreeSet};

use almanet_property::{Contract, Drawer, Loose, Precision, ROWS, TYPES, Tolerance, Trip, contracts, seed};
use almanet_tests::lines::Lines;
use serde_json::json;

/// The environment variable that names the seed of the values.
const SEED_VARIABLE: &str = "ALMANET_PROPERTY_VALUES";

/// Seeds of values that every run draws.
const FIXED: [u64; 2] = [1, 20_261_121];

/// Values of each type from each seed, and those that are spoilt.
const DRAWS: u64 = 12;
const SPOILT: u64 = 2;

/// One Python process with the models of every contract.
struct Models {
    python: Lines,
    seeds: [u64; 3],
    mistakes: Vec<String>,
}

impl Models {
    fn new(contracts: &[Contract]) -> Self {
        let mut python = Lines::start("models_peer.py");
        for contract in contracts {
            let source = models::module(contract);
            let answer = python.ask(&json!({"op": "module", "name": contract.name, "source": source}));
            assert_eq!(answer, json!({}), "the models of seed {}:\n{source}", seed());
        }
        let own = std::env::var(SEED_VARIABLE)
            .map_or_else(|_| fastrand::u64(..), |text| text.parse().expect("the seed is a number"));
        println!("ALMANET_PROPERTY_SEED={} {SEED_VARIABLE}={own}", seed());
        Self { python, seeds: [FIXED[0], FIXED[1], own], mistakes: Vec::new() }
    }

    /// The seeds of a type's values.
    fn draws(&self, of_each: u64) -> impl Iterator<Item = u64> + use<> {
        self.seeds.into_iter().flat_map(move |seed| (0..of_each).map(move |draw| seed.wrapping_add(draw)))
    }

    fn read(&mut self, name: &str, json: &str) -> Result<String, String> {
        self.python.json(&json!({"op": "read", "type": name, "json": json}))
    }

    fn note(&mut self, name: &str, result: Result<(), String>) {
        self.mistakes.extend(result.err().map(|mistake| format!("{name}: {mistake}")));
    }

    fn report(self) {
        let shown = self.mistakes.iter().take(12).cloned().collect::<Vec<_>>().join("\n");
        assert!(self.mistakes.is_empty(), "{} mistakes:\n{shown}", self.mistakes.len());
    }
}

/// Every definition that is a type in Rust, with what the generated code makes of its JSON.
fn types(contracts: &[Contract]) -> Vec<(&Contract, usize, String, Trip)> {
    let trips: BTreeMap<&str, Trip> = TYPES.iter().copied().collect();
    let mut types = Vec::new();
    for contract in contracts {
        for (index, definition) in contract.definitions.iter().enumerate() {
            let name = format!("{}.{}", contract.name, definition.name);
            if let Some(trip) = trips.get(&*name) {
                types.push((contract, index, name, *trip));
            }
        }
    }
    types
}

#[test]
fn what_rust_writes_comes_back_from_pydantic_the_same() {
    let contracts = contracts();
    let mut models = Models::new(&contracts);
    let mut drawn = BTreeSet::new();
    for (contract, index, name, trip) in types(&contracts) {
        for draw in models.draws(DRAWS) {
            let mut drawer = Drawer::new(contract, draw, Precision::Microseconds);
            let json = drawer.definition(index).to_string();
            drawn.append(&mut drawer.seen);
            let result = there_and_back(&mut models, &name, trip, &json);
            models.note(&name, result);
        }
    }
    models.report();
    assert_eq!(drawn, ROWS.iter().copied().collect(), "every row of the type table and every construct is drawn");
}

#[test]
fn what_is_written_in_another_form_is_the_same_to_both() {
    let contracts = contracts();
    let mut models = Models::new(&contracts);
    for (contract, index, name, trip) in types(&contracts) {
        for draw in models.draws(DRAWS) {
            let value = Drawer::new(contract, draw, Precision::Microseconds).definition(index);
            let loose = contract.loosened(index, &value, draw);
            let result = in_another_form(&mut models, &name, trip, &loose);
            models.note(&name, result);
        }
    }
    models.report();
}

fn in_another_form(models: &mut Models, name: &str, trip: Trip, loose: &Loose) -> Result<(), String> {
    let (json, expected) = (loose.json.to_string(), loose.written.to_string());
    let dumped = models.read(name, &json).map_err(|why| format!("pydantic refuses {json}: {why}"))?;
    for (of, read) in [("itself", &json), ("pydantic's", &dumped)] {
        let written = text(trip(read.as_bytes()).map_err(|error| format!("{read} is refused: {error}"))?);
        if written != expected {
            return Err(format!("{json} is, from {of} {read}, written as {written}"));
        }
    }
    Ok(())
}

fn there_and_back(models: &mut Models, name: &str, trip: Trip, json: &str) -> Result<(), String> {
    let written = text(trip(json.as_bytes()).map_err(|error| format!("{json} is refused: {error}"))?);
    if written != json {
        return Err(format!("{json} is written as {written}"));
    }
    let dumped = models.read(name, json).map_err(|why| format!("pydantic refuses {json}: {why}"))?;
    let again = trip(dumped.as_bytes()).map_err(|error| format!("pydantic's {dumped} is refused: {error}"))?;
    if text(again) == json { Ok(()) } else { Err(format!("{json} came back from pydantic as {dumped}")) }
}

#[test]
fn what_pydantic_writes_comes_back_from_rust_the_same() {
    let contracts = contracts();
    let mut models = Models::new(&contracts);
    for (_, _, name, trip) in types(&contracts) {
        for draw in models.draws(DRAWS) {
            let result = from_python(&mut models, &name, trip, draw);
            models.note(&name, result);
        }
    }
    models.report();
}

fn from_python(models: &mut Models, name: &str, trip: Trip, seed: u64) -> Result<(), String> {
    let drawn = models.python.json(&json!({"op": "draw", "type": name, "seed": seed}));
    let drawn = drawn.map_err(|why| format!("pydantic refuses a value of its own: {why}"))?;
    let written = text(trip(drawn.as_bytes()).map_err(|error| format!("pydantic's {drawn} is refused: {error}"))?);
    let answer = models.python.ask(&json!({"op": "same", "type": name, "seed": seed, "json": written}));
    match answer["same"].as_bool() {
        Some(true) => Ok(()),
        Some(false) => Err(format!("pydantic's {drawn} is written as {written}")),
        None => Err(format!("pydantic refuses {written}, its own {drawn}: {answer}")),
    }
}

#[test]
fn what_is_spoilt_both_refuse() {
    let contracts = contracts();
    let mut models = Models::new(&contracts);
    for (contract, index, name, trip) in types(&contracts) {
        for draw in models.draws(SPOILT) {
            let value = Drawer::new(contract, draw, Precision::Microseconds).definition(index);
            for spoilt in contract.spoilt(index, &value, 40) {
                let (json, what) = (&spoilt.json, spoilt.what);
                let in_rust = trip(json.as_bytes()).is_err();
                let in_python = models.read(&name, json).is_err();
                let expected = spoilt.tolerance == Tolerance::RefusedByBoth;
                if !in_rust || in_python != expected {
                    let result = Err(format!("{what}, refused by Rust: {in_rust}, by pydantic: {in_python}: {json}"));
                    models.note(&name, result);
                }
            }
        }
    }
    models.report();
}

fn text(json: Vec<u8>) -> String {
    String::from_utf8(json).expect("JSON is UTF-8")
}
