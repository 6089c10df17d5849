//! Generated contracts, generated values: what Rust does with them alone.

use std::collections::{BTreeMap, BTreeSet};

use almanet_codegen::format::format;
use almanet_codegen::source::vfs::Memory;
use almanet_codegen::{Config, export};
use almanet_property::{Body, Contract, Drawer, Precision, ROWS, TYPES, Trip, contracts, contracts_of, seed};

/// Values of each type.
const DRAWS: u64 = 40;

/// Seeds of the run's own, whose contracts must be sound.
const OTHERS: usize = 8;

/// Every definition that is a type in Rust, with what the generated code makes of its JSON.
fn types(contracts: &[Contract]) -> Vec<(&Contract, usize, String, Trip)> {
    let trips: BTreeMap<&str, Trip> = TYPES.iter().copied().collect();
    let mut types = Vec::new();
    for contract in contracts {
        for (index, definition) in contract.definitions.iter().enumerate() {
            if !matches!(definition.body, Body::Alias(_)) {
                let name = format!("{}.{}", contract.name, definition.name);
                let trip = trips[name.as_str()];
                types.push((contract, index, name, trip));
            }
        }
    }
    types
}

fn report(mistakes: &[String]) {
    let shown = mistakes.iter().take(12).cloned().collect::<Vec<_>>().join("\n");
    assert!(mistakes.is_empty(), "seed {}: {} mistakes:\n{shown}", seed(), mistakes.len());
}

/// The files of a contract, and what it says.
fn meaning(files: &[(String, String)]) -> String {
    let memory = files.iter().fold(Memory::new(), |memory, (name, text)| memory.with(name, text.as_str()));
    let checked = Config::new().root("").check_in(&memory);
    export::ir(&checked.model.expect("a drawn contract is sound")).to_string()
}

#[test]
fn formatting_changes_no_meaning_and_nothing_twice() {
    for contract in contracts().into_iter().chain(contracts_of(seed() ^ 1)) {
        let files = contract.files();
        let formatted: Vec<(String, String)> = files
            .iter()
            .map(|(name, text)| (name.clone(), format(text).unwrap_or_else(|error| panic!("{name}: {error:?}"))))
            .collect();
        for (name, text) in &formatted {
            assert_eq!(format(text).as_ref(), Ok(text), "seed {}: {name} is formatted twice", seed());
        }
        assert_eq!(meaning(&files), meaning(&formatted), "seed {}: {}", seed(), contract.name);
    }
}

#[test]
fn every_value_comes_back_as_it_was_written() {
    let contracts = contracts();
    let mut seen = BTreeSet::new();
    let mut mistakes = Vec::new();
    let types = types(&contracts);
    assert_eq!(types.len(), TYPES.len(), "seed {}: the table has every type once", seed());
    for (contract, index, name, trip) in &types {
        for draw in 0..DRAWS {
            let mut drawer = Drawer::new(contract, seed() ^ draw, Precision::Nanoseconds);
            let json = drawer.definition(*index).to_string();
            seen.append(&mut drawer.seen);
            match trip(json.as_bytes()) {
                Ok(written) if written == json.as_bytes() => {}
                Ok(written) => {
                    mistakes.push(format!("{name}: {json}\nis written as {}", String::from_utf8_lossy(&written)));
                }
                Err(error) => mistakes.push(format!("{name}: {json}\nis refused {error}")),
            }
        }
    }
    report(&mistakes);
    println!("{} types, {} values; drawn: {seen:?}", types.len(), types.len() as u64 * DRAWS);
    let table: BTreeSet<&str> = ROWS.iter().copied().collect();
    assert_eq!(seen, table, "seed {}: every row of the type table and every construct is drawn", seed());
}

#[test]
fn a_value_in_another_form_is_the_same_value() {
    let contracts = contracts();
    let mut mistakes = Vec::new();
    let mut others = 0;
    for (contract, index, name, trip) in types(&contracts) {
        for draw in 0..DRAWS {
            let value = Drawer::new(contract, seed() ^ draw, Precision::Nanoseconds).definition(index);
            let loose = contract.loosened(index, &value, draw);
            others += usize::from(loose.json != loose.written);
            match trip(loose.json.to_string().as_bytes()) {
                Ok(written) if written == loose.written.to_string().as_bytes() => {}
                Ok(written) => mistakes.push(format!(
                    "{name}: {}\nis written as {}",
                    loose.json,
                    String::from_utf8_lossy(&written)
                )),
                Err(error) => mistakes.push(format!("{name}: {}\nis refused {error}", loose.json)),
            }
        }
    }
    report(&mistakes);
    assert!(others > 1_000, "seed {}: {others} values had another form", seed());
}

#[test]
fn a_value_with_a_mistake_is_refused_at_its_place() {
    let contracts = contracts();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut mistakes = Vec::new();
    for (contract, index, name, trip) in types(&contracts) {
        for draw in 0..3 {
            let value = Drawer::new(contract, seed() ^ draw, Precision::Nanoseconds).definition(index);
            for spoilt in contract.spoilt(index, &value, 40) {
                *counts.entry(spoilt.what).or_default() += 1;
                match trip(spoilt.json.as_bytes()) {
                    Err(error) if spoilt.what == "nested too deep" && error.path().starts_with(&spoilt.path) => {}
                    Err(error) if error.path() == spoilt.path => {}
                    Err(error) => mistakes.push(format!(
                        "{name}, {}, {}\nis refused elsewhere than at {}: {error}",
                        spoilt.what, spoilt.json, spoilt.path
                    )),
                    Ok(_) => {
                        mistakes.push(format!("{name}, {} at {}, is taken: {}", spoilt.what, spoilt.path, spoilt.json));
                    }
                }
            }
        }
    }
    report(&mistakes);
    println!("{} values refused: {counts:?}", counts.values().sum::<usize>());
    let made: BTreeSet<&str> = counts.into_keys().collect();
    assert_eq!(made, MISTAKES.iter().copied().collect(), "seed {}: every mistake is made", seed());
}

#[test]
fn the_contracts_are_sound_and_the_same_each_time() {
    let own: Vec<u64> = (0..OTHERS).map(|_| fastrand::u64(..)).collect();
    for seed in own.into_iter().chain([seed()]) {
        let (first, second) = (contracts_of(seed), contracts_of(seed));
        for (one, other) in first.iter().zip(&second) {
            let files = one.files();
            assert_eq!(files, other.files(), "seed {seed}");
            assert_eq!(model(&files, seed), model(&other.files(), seed), "seed {seed}");
        }
    }
}

#[test]
fn every_annotation_is_written_somewhere() {
    let texts: Vec<String> = (0..20)
        .flat_map(|other| contracts_of(seed().wrapping_add(other)))
        .flat_map(|contract| contract.files())
        .map(|(_, text)| text)
        .collect();
    for written in [
        "\n/// ",
        "@acme.owner(",
        "@auth(",
        "@channel(",
        "@deprecated(",
        "@expose",
        "@idempotent",
        "@prepath(",
        "@tags(",
        "@timeout(",
        "@version(",
    ] {
        assert!(texts.iter().any(|text| text.contains(written)), "seed {}: {written}", seed());
    }
}

/// The contract's model as JSON.
fn model(files: &[(String, String)], seed: u64) -> serde_json::Value {
    let memory =
        files.iter().fold(Memory::new(), |memory, (name, text)| memory.with(format!("schemas/{name}"), text.as_str()));
    let checked = Config::new().root("schemas").check_in(&memory);
    assert!(checked.report.problems.is_empty(), "seed {seed}: {:?}\n{files:?}", checked.report.problems);
    export::ir(&checked.model.expect("there was no problem"))
}

/// Every mistake.
const MISTAKES: &[&str] = &[
    "no value of an optional type",
    "an object for a list",
    "a string for a set",
    "no item of a set",
    "a tuple too short",
    "a tuple too long",
    "an array for a map",
    "a key twice in a map",
    "no key of a map",
    "a key against its pattern",
    "nested too deep",
    "another type",
    "an integer too small",
    "an integer too great",
    "a fraction for an integer",
    "a malformed value",
    "a text against its pattern",
    "below its range",
    "above its range",
    "shorter than its length",
    "longer than its length",
    "a number for a variant",
    "an unknown variant",
    "a value for null",
    "an array for a record",
    "an unknown field",
    "an unknown field twice",
    "a field twice",
    "a missing field",
    "a string for a union",
    "a union without its tag",
    "a number for a tag",
    "an unknown tag",
    "a variant without its value",
];
