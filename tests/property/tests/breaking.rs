//! What `breaking` says of a change is what a decoder of the old contract, generated and compiled, does with values of the new one.

use std::collections::{BTreeMap, BTreeSet};

use almanet_codegen::Config;
use almanet_codegen::breaking::{self, Category, Comparison, Victims};
use almanet_codegen::diagnostic::code;
use almanet_codegen::model::Model;
use almanet_codegen::source::vfs::Memory;
use almanet_property::{Contract, Drawer, Mutated, Precision, TYPES, Trip, contracts, contracts_of, seed};

/// Values of each changed definition.
const DRAWS: u64 = 30;

/// Contracts whose every definition is changed in every way.
const CHANGED: usize = 3;

/// Every change that is made.
const CHANGES: &[&str] = &[
    "a default is dropped",
    "a field is a list",
    "a field is added that must be there",
    "a field is called otherwise in code",
    "a field is of another type",
    "a field is optional",
    "a field is removed",
    "a field is shorter",
    "a field must be there",
    "a field with a default is added",
    "a variant holds something else",
    "a variant is added",
    "a variant is removed",
    "an optional field is added",
    "constraints are dropped",
    "it is closed",
    "it is open",
];

/// Changes whose every break shows in some of the values: of the others a few values may all happen to be understood (a wider
/// range that is not drawn from, a string that looks like base64), or a break is one of meaning.
const EXACT: &[&str] = &[
    "a field is a list",
    "a field is optional",
    "a field is removed",
    "a variant is added",
    "an optional field is added",
];

/// The contract, perhaps with a service whose topic is of a definition; none where it has errors.
fn model(contract: &Contract, probed: Option<usize>) -> Option<Model> {
    let mut memory = Memory::new();
    for (name, text) in contract.files() {
        memory = memory.with(format!("schemas/{name}"), text);
    }
    if let Some(index) = probed {
        let definition = &contract.definitions[index];
        let (namespace, name) = (contract.namespace(definition.place), &definition.name);
        let text = format!(
            "namespace probe\n\nimport \"{namespace}.almanet\"\n\nservice probe {{\n    topic probed: property.{namespace}.{name}\n}}\n"
        );
        memory = memory.with("schemas/probe.almanet", text);
    }
    Config::new().root("schemas").check_in(&memory).model
}

/// A name that is free to come back breaks nobody yet.
fn breaks(comparison: &Comparison, victims: Victims) -> bool {
    let mut changes = comparison.changes.iter().filter(|change| change.code != Some(code::breaking::NOT_RESERVED));
    changes.any(|change| change.victims.meets(victims))
}

/// Whether a generated decoder refuses one of the values that writers of a contract may write, and the first such value.
fn refused(trip: Trip, Mutated { contract, definition, .. }: &Mutated) -> Option<String> {
    let draws = (0..DRAWS).map(|draw| {
        let mut drawer = Drawer::new(contract, seed() ^ draw, Precision::Nanoseconds);
        let value = drawer.definition(*definition).to_string();
        // Nobody makes up variants that its own contract does not have.
        let made_up = drawer.seen.iter().any(|row| row.starts_with("unrecognized"));
        (!made_up).then_some(value)
    });
    draws.flatten().find(|json| trip(json.as_bytes()).is_err())
}

#[test]
fn a_contract_never_breaks_itself() {
    for contract in contracts().into_iter().chain(contracts_of(seed() ^ 1)) {
        let (old, new) = (model(&contract, None).expect("it is sound"), model(&contract, None).expect("it is sound"));
        let comparison = breaking::compare(&old, &new);
        assert!(comparison.changes.is_empty(), "seed {}: {}: {:?}", seed(), contract.name, comparison.changes);
        assert!(breaking::judge(&comparison, Category::Source, &[]).problems.is_empty());
    }
}

#[test]
fn the_verdict_is_what_a_decoder_does() {
    let trips: BTreeMap<&str, Trip> = TYPES.iter().copied().collect();
    let mut mistakes = Vec::new();
    let mut made = BTreeSet::new();
    let (mut both, mut neither, mut unsound) = (0, 0, 0);
    for contract in contracts().into_iter().take(CHANGED) {
        for (index, definition) in contract.definitions.iter().enumerate() {
            let Some(old) = model(&contract, Some(index)) else { continue };
            for mutated in contract.mutated(index) {
                let Some(new) = model(&mutated.contract, Some(index)) else {
                    unsound += 1;
                    continue;
                };
                made.insert(mutated.what);
                let name = format!("{}.{}", contract.name, definition.name);
                // The old contract reads what the new one writes, whichever of them came first.
                let forth = breaks(&breaking::compare(&old, &new), Victims::OLD_CONSUMERS);
                let back = breaks(&breaking::compare(&new, &old), Victims::QUEUED_MESSAGES);
                let really = refused(trips[name.as_str()], &mutated);
                let what = mutated.what;
                match (&really, forth, back) {
                    (Some(_), true, true) => both += 1,
                    (None, false, false) => neither += 1,
                    (Some(json), ..) => {
                        mistakes.push(format!("{name}, {what}: {forth}, {back}, and the decoder refuses {json}"));
                    }
                    (None, ..) if EXACT.contains(&what) => {
                        mistakes.push(format!("{name}, {what}: {forth}, {back}, and the decoder takes all"));
                    }
                    (None, ..) => {}
                }
            }
        }
    }
    println!(
        "{both} changes that break and are refused, {neither} that are neither, {unsound} that are none of a contract"
    );
    let shown = mistakes.iter().take(12).cloned().collect::<Vec<_>>().join("\n");
    assert!(mistakes.is_empty(), "seed {}: {} mistakes:\n{shown}", seed(), mistakes.len());
    assert_eq!(made, CHANGES.iter().copied().collect(), "seed {}: every change is made", seed());
    assert!(both > 100 && neither > 100, "seed {}: {both} and {neither}", seed());
}
