//! Each vector is a test of the generated Rust, by the name that it has in every language; and the set of vectors leaves
//! nothing of the language out.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use almanet_codegen::Config;
use almanet_codegen::model::Model;
use almanet_conformance::{CONSTRUCTS, Language, Outcome, TYPES, Trip, Vector, folder, vectors};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let trips: BTreeMap<&str, Trip> = TYPES.iter().copied().collect();
    let mut trials: Vec<Trial> = vectors()
        .into_iter()
        .map(|vector| {
            let trip = trips[vector.type_name.as_str()];
            Trial::test(vector.test.clone(), move || becomes(trip, &vector))
        })
        .collect();
    trials.push(Trial::test("every_construct_is_accepted_and_refused", every_construct));
    trials.push(Trial::test("every_type_of_the_reference_is_a_construct", every_type));
    trials.push(Trial::test("every_annotation_of_the_reference_stands_in_the_contract", every_annotation));
    trials.push(Trial::test("every_definition_has_vectors", every_definition));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn becomes(trip: Trip, vector: &Vector) -> Result<(), Failed> {
    let outcome = match trip(vector.json.as_bytes()) {
        Ok(written) => Outcome::Written(String::from_utf8(written)?),
        Err(error) => Outcome::Refused(error.path()),
    };
    let expected = vector.outcome(Language::Rust);
    if outcome == *expected { Ok(()) } else { Err(format!("{}\nis {outcome:?}, not {expected:?}", vector.json).into()) }
}

fn every_construct() -> Result<(), Failed> {
    let mut accepted = BTreeSet::new();
    let mut refused = BTreeSet::new();
    for vector in vectors() {
        let met = match vector.outcome(Language::Rust) {
            Outcome::Written(_) => &mut accepted,
            Outcome::Refused(_) => &mut refused,
        };
        met.extend(vector.covers);
    }
    let constructs: BTreeSet<String> = CONSTRUCTS.iter().map(ToString::to_string).collect();
    same("accepted", &accepted, &constructs)?;
    same("refused", &refused, &constructs)
}

fn same(what: &str, met: &BTreeSet<String>, wanted: &BTreeSet<String>) -> Result<(), Failed> {
    let missing: Vec<_> = wanted.difference(met).collect();
    let unlisted: Vec<_> = met.difference(wanted).collect();
    if missing.is_empty() && unlisted.is_empty() {
        return Ok(());
    }
    Err(format!("{what}: nothing is of {missing:?}, and {unlisted:?} are in no list").into())
}

/// The first cells of a table of the language's reference, behind a heading.
fn table(heading: &str) -> Vec<String> {
    let path = folder().join("../../codegen/docs/language.md");
    let text = std::fs::read_to_string(path).expect("the reference is there");
    let section = text.split(heading).nth(1).unwrap_or_else(|| panic!("the reference has {heading}"));
    let rows = section.lines().skip_while(|line| !line.starts_with("| ---")).skip(1);
    rows.take_while(|line| line.starts_with('|')).map(|line| line.split('|').nth(1).unwrap_or("").to_owned()).collect()
}

fn every_type() -> Result<(), Failed> {
    let rows = table("\n## Types\n").join(" ");
    let mut types = 0;
    for name in rows.split('`').skip(1).step_by(2) {
        let name = name.split('<').next().unwrap_or(name);
        let construct = if name == "T?" { "optional" } else { name };
        types += 1;
        if !CONSTRUCTS.iter().any(|known| *known == construct || known.starts_with(&format!("{construct} by "))) {
            return Err(format!("no construct is {name}").into());
        }
    }
    if types > 20 { Ok(()) } else { Err(format!("only {types} types were found").into()) }
}

fn every_annotation() -> Result<(), Failed> {
    let contract = std::fs::read_to_string(folder().join("schemas/conformance.almanet"))?;
    let rows = table("\n## Annotations\n").join(" ");
    let names: Vec<&str> = rows.split('@').skip(1).filter_map(|text| text.split(['(', '`']).next()).collect();
    let absent: Vec<&&str> = names.iter().filter(|name| !contract.contains(&format!("@{name}"))).collect();
    if names.len() > 15 && absent.is_empty() {
        return Ok(());
    }
    Err(format!("of {} annotations the contract has none of {absent:?}", names.len()).into())
}

/// Records, unions and exceptions by their full names, whether a vector is of them or one of what holds them.
fn every_definition() -> Result<(), Failed> {
    let checked = Config::new().root(folder().join("schemas")).check();
    let model: Model = checked.model.ok_or("the contract has problems")?;
    let mut definitions = BTreeSet::new();
    let own = |namespace| &*model.namespaces[namespace].name == "conformance";
    definitions.extend(model.records.iter().filter(|(_, it)| own(it.namespace)).map(|(_, it)| &*it.meta.name));
    definitions.extend(model.unions.iter().filter(|(_, it)| own(it.namespace)).map(|(_, it)| &*it.meta.name));
    definitions.extend(model.exceptions.iter().filter(|(_, it)| own(it.namespace)).map(|(_, it)| &*it.meta.name));
    let vectors = vectors();
    let without: Vec<&str> = definitions
        .into_iter()
        .filter(|name| !vectors.iter().any(|vector| vector.type_name == format!("conformance.{name}")))
        .collect();
    if without.is_empty() { Ok(()) } else { Err(format!("no vector is of {without:?}").into()) }
}
