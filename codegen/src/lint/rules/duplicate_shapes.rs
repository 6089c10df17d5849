//! Records, and enums, that are the same but for their names.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

use crate::diagnostic::Problem;
use crate::diagnostic::code::lints as codes;
use crate::lint::Contract;
use crate::lint::found::Found;
use crate::model::{Enum, Meta, Record};

/// Fewer fields or variants are alike by chance.
const FEWEST: usize = 3;

pub(super) fn check(contract: &Contract<'_>, found: &mut Found<'_>) {
    let records = contract.records().filter(|record| record.fields.len() >= FEWEST);
    alike("record", records, |record| &record.meta, hash_record, same_records, found);
    let enums = contract.model.enums.iter().map(|(_, one)| one).filter(|one| one.variants.len() >= FEWEST);
    alike("enum", enums, |one| &one.meta, hash_enum, same_enums, found);
}

fn alike<'m, T: 'm>(
    kind: &str,
    all: impl Iterator<Item = &'m T>,
    meta: fn(&T) -> &Meta,
    hash: fn(&T, &mut FxHasher),
    same: fn(&T, &T) -> bool,
    found: &mut Found<'_>,
) {
    let mut groups: FxHashMap<u64, Vec<&T>> = FxHashMap::default();
    for one in all {
        let mut hasher = FxHasher::default();
        hash(one, &mut hasher);
        groups.entry(hasher.finish()).or_default().push(one);
    }
    for group in groups.into_values().filter(|group| group.len() > 1) {
        let Some((first, others)) = group.split_first() else { continue };
        let mut others = others.iter().filter(|other| same(first, other));
        let Some(second) = others.next() else { continue };
        let (first, second) = (meta(first), meta(second));
        let more = match others.count() {
            0 => String::new(),
            more => format!(", and so do {more} more"),
        };
        let message = format!("the {kind} \"{}\" has what \"{}\" has{more}", second.name, first.name);
        found.push(
            Problem::new(codes::DUPLICATE_SHAPE, second.location, message)
                .with_label(first.location, "the first of them")
                .with_help("use one of them for both, unless they will part one day"),
        );
    }
}

fn hash_record(record: &Record, hasher: &mut FxHasher) {
    for field in &record.fields {
        (&field.wire_name, field.ty).hash(hasher);
    }
}

fn same_records(one: &Record, other: &Record) -> bool {
    one.closed == other.closed
        && one.fields.len() == other.fields.len()
        && one.fields.iter().zip(&other.fields).all(|(one, other)| {
            one.wire_name == other.wire_name
                && one.ty == other.ty
                && one.default == other.default
                && one.constraints == other.constraints
        })
}

fn hash_enum(one: &Enum, hasher: &mut FxHasher) {
    one.variants.iter().for_each(|variant| variant.wire_name.hash(hasher));
}

fn same_enums(one: &Enum, other: &Enum) -> bool {
    one.openness == other.openness
        && one.variants.len() == other.variants.len()
        && one.variants.iter().zip(&other.variants).all(|(one, other)| one.wire_name == other.wire_name)
}
