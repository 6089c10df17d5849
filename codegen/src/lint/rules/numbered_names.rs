//! Names beside each other that a number alone tells apart.

use rustc_hash::FxHashMap;

use crate::diagnostic::Problem;
use crate::diagnostic::code::lints as codes;
use crate::lint::Contract;
use crate::lint::found::Found;
use crate::model::Meta;

pub(super) fn check(contract: &Contract<'_>, found: &mut Found<'_>) {
    let mut definitions: FxHashMap<_, Vec<&Meta>> = FxHashMap::default();
    for (_, meta, namespace) in contract.definitions() {
        definitions.entry(namespace).or_default().push(meta);
    }
    for metas in definitions.into_values() {
        look(&metas, found);
    }
    for (_, _, fields) in contract.field_lists() {
        if fields.iter().any(|field| is_numbered(&field.meta.name)) {
            look(&fields.iter().map(|field| &field.meta).collect::<Vec<_>>(), found);
        }
    }
    for mut variants in contract.variant_lists() {
        variants.retain(|variant| !is_term(&variant.name));
        look(&variants, found);
    }
    for service in contract.services() {
        let procedures = service.procedures.iter().map(|id| &contract.model.procedures[*id].meta);
        let topics = service.topics.iter().map(|id| &contract.model.topics[*id].meta);
        look(&procedures.chain(topics).collect::<Vec<_>>(), found);
    }
}

fn is_numbered(name: &str) -> bool {
    name.ends_with(|last: char| last.is_ascii_digit())
}

/// Whether a variant's number belongs to what the world calls it: `q1`, `mp3`, `tls1_2`.
fn is_term(name: &str) -> bool {
    let letters = name.trim_end_matches(|last: char| last.is_ascii_digit() || last == '_');
    is_numbered(name) && letters.len() <= LONGEST_TERM
}

/// `option1` has more letters.
const LONGEST_TERM: usize = 3;

fn look(siblings: &[&Meta], found: &mut Found<'_>) {
    if !siblings.iter().any(|meta| is_numbered(&meta.name)) {
        return;
    }
    let mut series: FxHashMap<&str, Vec<(u64, &Meta)>> = FxHashMap::default();
    for meta in siblings {
        let (name, number) = parts(&meta.name);
        series.entry(name).or_default().push((number, meta));
    }
    for members in series.values_mut() {
        members.sort_by_key(|(number, meta)| (*number, meta.location));
        // `sha256` and `sha512` are names; `line1` and `line2` are a list.
        let follows = |pair: &[(u64, &Meta)]| pair[1].0 - pair[0].0 == 1;
        let Some(at) = members.windows(2).position(follows) else { continue };
        let (first, second) = (members[at].1, members[at + 1].1);
        let more = match members.len() - 2 {
            0 => String::new(),
            more => format!(", and {more} more,"),
        };
        let message = format!("\"{}\" and \"{}\"{more} differ by a number alone", first.name, second.name);
        let help = "make them a list, or tell by name what each is";
        found.push(
            Problem::new(codes::NUMBERED_NAMES, second.location, message)
                .with_label(first.location, "the first of them")
                .with_help(help),
        );
    }
}

/// A name and the number behind it, or the version; one without is the first.
fn parts(name: &str) -> (&str, u64) {
    let word = name.trim_end_matches(|last: char| last.is_ascii_digit());
    if word.len() == name.len() {
        return (name, 1);
    }
    let number = name[word.len()..].parse().unwrap_or(u64::MAX);
    let unversioned = word
        .strip_suffix("_v")
        .or_else(|| word.strip_suffix('V').filter(|word| word.ends_with(|last: char| last.is_ascii_lowercase())));
    (unversioned.unwrap_or(word).trim_end_matches('_'), number)
}
