//! What `breaking` says of a change is what a decoder of the old contract, generated and compiled, does with values of the new one.

use std::collections::{BTreeMap, BTreeSet};

use almanet_codegen::Config;
use almanet_codegen::breaking::{self, Category, Comparison, Victims};
use almanet_codegen::diagnostic::Code;
use almanet_codegen::diagnostic::code::breaking as code;
use almanet_codegen::model::Model;
use almanet_codegen::source::vfs::Memory;
use almanet_property::{Body, Contract, Drawer, Mutated, Precision, Role, TYPES, Trip, contracts, contracts_of, seed};

/// Values of each changed definition.
const DRAWS: usize = 30;

/// Contracts whose every definition is changed in every way.
const CHANGED: usize = 3;

/// Every change that is made.
const CHANGES: &[&str] = &[
    "a body is a list",
    "a default is dropped",
    "a field is a list",
    "a field is added that must be there",
    "a field is called otherwise in code",
    "a field is of another type",
    "a field is optional",
    "a field is removed",
    "a field is shorter",
    "a field must be there",
    "a field travels under another name",
    "a field with a default is added",
    "a variant holds something else",
    "a variant is added",
    "a variant is called otherwise in code",
    "a variant is removed",
    "a variant travels under another name",
    "an optional field is added",
    "constraints are dropped",
    "it is closed",
    "it is open",
    "the tag is moved",
];

/// The rules that say what a decoder does with values; the others are about addresses, calls, versions, names that may come
/// back, and code.
const DECIDED: [Code; 15] = [
    code::FIELD_REMOVED,
    code::REQUIRED_FIELD_ADDED,
    code::FIELD_ADDED_TO_CLOSED,
    code::FIELD_WIRE_NAME_CHANGED,
    code::FIELD_DEMANDED,
    code::FIELD_OPTIONAL,
    code::CONSTRAINT_NARROWED,
    code::CONSTRAINT_WIDENED,
    code::TYPE_CHANGED,
    code::RECORD_CLOSED,
    code::TAG_CHANGED,
    code::VARIANTS_CLOSED,
    code::VARIANT_REMOVED,
    code::VARIANT_ADDED,
    code::VARIANT_WIRE_NAME_CHANGED,
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

/// What a definition is to those who exchange its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Travels {
    Topic,
    Payload,
    Reply,
    Exception,
}

impl Travels {
    const ALL: [Self; 4] = [Self::Topic, Self::Payload, Self::Reply, Self::Exception];

    /// What a definition is to the contract's own service, or to one that probes it: of records, which are many, one way at a turn.
    fn of(body: &Body, turn: usize) -> Vec<(Self, bool)> {
        let all = Self::ALL.map(|travels| (travels, true));
        match body {
            Body::Record { role: Role::Record, .. } => vec![all[turn % all.len()]],
            Body::Enum { .. } | Body::Union { .. } | Body::Alias(_) => all.to_vec(),
            Body::Record { role: Role::Parameters | Role::Notice, .. } | Body::Payload(_) => {
                vec![(Self::Payload, false)]
            }
            Body::Record { role: Role::Results, .. } | Body::Reply(_) | Body::Stream(_) => vec![(Self::Reply, false)],
            Body::Record { role: Role::Exception, .. } | Body::Exception(_) => vec![(Self::Exception, false)],
            Body::Topic(_) => vec![(Self::Topic, false)],
        }
    }

    /// A service that exchanges values of a type in this way, and in no other.
    fn probe(self, ty: &str) -> String {
        match self {
            Self::Topic => format!("service probe {{ topic probed: {ty} }}"),
            Self::Payload => format!("service probe {{ procedure probed({ty}) }}"),
            Self::Reply => format!("service probe {{ procedure probed() -> {ty} }}"),
            Self::Exception => {
                format!("exception probed({ty})\n\nservice probe {{ procedure probe() raises probed }}")
            }
        }
    }

    /// Who reads with the old contract what the new one's peers write, in the direction of the change and in the other one.
    fn victims(self) -> (Victims, Victims) {
        match self {
            Self::Topic => (Victims::OLD_CONSUMERS, Victims::QUEUED_MESSAGES),
            Self::Payload => (Victims::OLD_SERVICES, Victims::OLD_CALLERS),
            Self::Reply | Self::Exception => (Victims::OLD_CALLERS, Victims::OLD_SERVICES),
        }
    }
}

/// The contract; or, in place of its own service, one that exchanges values of a definition. None where it has errors.
fn model(contract: &Contract, probed: Option<(usize, Travels)>) -> Option<Model> {
    let mut memory = Memory::new();
    for (name, text) in if probed.is_some() { contract.files_of_types() } else { contract.files() } {
        memory = memory.with(format!("schemas/{name}"), text);
    }
    if let Some((index, travels)) = probed {
        let definition = &contract.definitions[index];
        let (namespace, name) = (contract.namespace(definition.place), &definition.name);
        let service = travels.probe(&format!("property.{namespace}.{name}"));
        let text = format!("namespace probe\n\nimport \"{namespace}.almanet\"\n\n{service}\n");
        memory = memory.with("schemas/probe.almanet", text);
    }
    Config::new().root("schemas").check_in(&memory).model
}

/// The rules by which a change breaks some of these. A name that is free to come back breaks nobody yet.
fn broken(comparison: &Comparison, victims: Victims) -> BTreeSet<Code> {
    let changes = comparison.changes.iter().filter(|change| change.victims.meets(victims));
    changes.filter_map(|change| change.code).filter(|code| *code != code::NOT_RESERVED).collect()
}

/// Whether a generated decoder refuses one of the values that writers of a contract may write, and the first such value.
fn refused(trip: Trip, Mutated { contract, definition, .. }: &Mutated) -> Option<String> {
    let draws = (0..20 * DRAWS as u64).map(|draw| {
        let mut drawer = Drawer::new(contract, seed() ^ draw, Precision::Nanoseconds);
        let value = drawer.definition(*definition).to_string();
        // Nobody makes up variants that its own contract does not have.
        let made_up = drawer.seen.iter().any(|row| row.starts_with("unrecognized"));
        (!made_up).then_some(value)
    });
    draws.flatten().take(DRAWS).find(|json| trip(json.as_bytes()).is_err())
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

/// What came of the changes.
#[derive(Default)]
struct Findings {
    /// Changes that were made.
    made: BTreeSet<&'static str>,
    /// Rules that judged one.
    drawn: BTreeSet<(Code, Travels)>,
    mistakes: Vec<String>,
    /// Changes that break and are refused.
    both: usize,
    /// Changes that are neither.
    neither: usize,
}

impl Findings {
    fn and(mut self, other: Self) -> Self {
        self.made.extend(other.made);
        self.drawn.extend(other.drawn);
        self.mistakes.extend(other.mistakes);
        Self { both: self.both + other.both, neither: self.neither + other.neither, ..self }
    }

    /// Compares two contracts, of which the first is that of a decoder, and adds what it really does.
    fn add(&mut self, (old, new): (&Model, &Model), travels: Travels, trip: Trip, name: &str, mutated: &Mutated) {
        self.made.insert(mutated.what);
        // The old contract reads what the new one writes, whichever of them came first.
        let (onward, backward) = travels.victims();
        let forth = broken(&breaking::compare(old, new), onward);
        let back = broken(&breaking::compare(new, old), backward);
        self.drawn.extend(forth.iter().chain(&back).map(|code| (*code, travels)));
        let really = refused(trip, mutated);
        match (&really, !forth.is_empty(), !back.is_empty()) {
            (Some(_), true, true) => self.both += 1,
            (None, false, false) => self.neither += 1,
            (None, ..) if !EXACT.contains(&mutated.what) => {}
            _ => self.mistakes.push(format!(
                "{name} in a {travels:?}, {}: {forth:?}, {back:?}, and the decoder refuses {really:?}",
                mutated.what
            )),
        }
    }
}

/// Changes every definition of a contract in every way.
fn findings_of(contract: &Contract, turn: usize) -> Findings {
    let trips: BTreeMap<&str, Trip> = TYPES.iter().copied().collect();
    let mut findings = Findings::default();
    let mut turns: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, definition) in contract.definitions.iter().enumerate() {
        let name = format!("{}.{}", contract.name, definition.name);
        let mut olds = BTreeMap::new();
        for mutated in contract.mutated(index) {
            let turn = turns.entry(mutated.what).or_insert(turn);
            *turn += 1;
            for (travels, probed) in Travels::of(&definition.body, *turn) {
                let probed = probed.then_some((index, travels));
                let old = olds.entry(probed).or_insert_with(|| model(contract, probed).expect("it is sound"));
                // Some changes make no contract: a default that is too long, an address twice.
                if let Some(new) = model(&mutated.contract, probed) {
                    findings.add((old, &new), travels, trips[name.as_str()], &name, &mutated);
                }
            }
        }
    }
    findings
}

#[test]
fn the_verdict_is_what_a_decoder_does() {
    let contracts: Vec<Contract> = contracts().into_iter().take(CHANGED).collect();
    let findings = std::thread::scope(|scope| {
        let running: Vec<_> = contracts
            .iter()
            .enumerate()
            .map(|(turn, contract)| scope.spawn(move || findings_of(contract, turn)))
            .collect();
        let findings = running.into_iter().map(|running| running.join().expect("no thread panics"));
        findings.fold(Findings::default(), Findings::and)
    });
    let Findings { made, drawn, mistakes, both, neither } = findings;
    println!("{both} changes that break and are refused, {neither} that are neither");
    let shown = mistakes.iter().take(12).cloned().collect::<Vec<_>>().join("\n");
    assert!(mistakes.is_empty(), "seed {}: {} mistakes:\n{shown}", seed(), mistakes.len());
    assert_eq!(made, CHANGES.iter().copied().collect(), "seed {}: every change is made", seed());
    let decided: BTreeSet<(Code, Travels)> =
        DECIDED.into_iter().flat_map(|code| Travels::ALL.map(|travels| (code, travels))).collect();
    assert_eq!(drawn, decided, "seed {}: every rule judges a change in every place, and no other rule does", seed());
    assert!(both > 100 && neither > 100, "seed {}: {both} and {neither}", seed());
}
