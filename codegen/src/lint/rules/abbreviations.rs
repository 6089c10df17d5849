//! Words that are cut short.

use crate::diagnostic::Problem;
use crate::diagnostic::code::lints as codes;
use crate::lint::Contract;
use crate::lint::found::Found;
use crate::lint::words::words;
use crate::model::Meta;

/// Sorted. What everybody writes so (`id`, `url`, `max`, `info`, `config`) is not among them.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("acct", "account"),
    ("addr", "address"),
    ("amt", "amount"),
    ("attr", "attribute"),
    ("avg", "average"),
    ("btn", "button"),
    ("cfg", "config"),
    ("cmd", "command"),
    ("cnt", "count"),
    ("ctx", "context"),
    ("curr", "current"),
    ("dept", "department"),
    ("desc", "description"),
    ("dest", "destination"),
    ("dst", "destination"),
    ("err", "error"),
    ("freq", "frequency"),
    ("grp", "group"),
    ("hdr", "header"),
    ("idx", "index"),
    ("img", "image"),
    ("len", "length"),
    ("lst", "list"),
    ("mgr", "manager"),
    ("msg", "message"),
    ("nbr", "number"),
    ("num", "number"),
    ("obj", "object"),
    ("pct", "percent"),
    ("pkg", "package"),
    ("prev", "previous"),
    ("pwd", "password"),
    ("qty", "quantity"),
    ("req", "request"),
    ("res", "result"),
    ("resp", "response"),
    ("ret", "result"),
    ("src", "source"),
    ("str", "text"),
    ("svc", "service"),
    ("tmp", "temporary"),
    ("ts", "timestamp"),
    ("txt", "text"),
    ("usr", "user"),
    ("val", "value"),
    ("ver", "version"),
];

/// The longest of them.
const LONGEST: usize = 4;

pub(super) fn check(contract: &Contract<'_>, found: &mut Found<'_>) {
    let mut look = |meta: &Meta| {
        for word in words(&meta.name).filter(|word| word.len() <= LONGEST) {
            let Some(full) = full(word) else { continue };
            let message = format!("\"{}\" cuts \"{full}\" short", meta.name);
            let help = format!("write `{full}` instead of `{word}`");
            found.push(Problem::new(codes::ABBREVIATION, meta.location, message).with_help(help));
        }
    };
    contract.definitions().for_each(|(_, meta, _)| look(meta));
    for (_, _, fields) in contract.field_lists() {
        fields.iter().for_each(|field| look(&field.meta));
    }
    for variants in contract.variant_lists() {
        // `asc` and `desc` are how sorting is written.
        let sorts = variants.iter().any(|variant| variant.name.eq_ignore_ascii_case("asc"));
        let is_order = |variant: &Meta| sorts && variant.name.eq_ignore_ascii_case("desc");
        variants.into_iter().filter(|variant| !is_order(variant)).for_each(&mut look);
    }
    contract.procedures().for_each(|procedure| look(&procedure.meta));
    contract.topics().for_each(|topic| look(&topic.meta));
}

fn full(word: &str) -> Option<&'static str> {
    let mut lower = [0; LONGEST];
    let lower = lower.get_mut(..word.len())?;
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    let at = ABBREVIATIONS.binary_search_by(|(known, _)| known.as_bytes().cmp(lower)).ok()?;
    Some(ABBREVIATIONS[at].1)
}

#[cfg(test)]
mod tests {
    use super::{ABBREVIATIONS, LONGEST, full};

    #[test]
    fn abbreviations_are_sorted_and_found_in_either_case() {
        assert!(ABBREVIATIONS.is_sorted());
        assert_eq!(ABBREVIATIONS.iter().map(|(word, _)| word.len()).max(), Some(LONGEST));
        assert_eq!(
            ["qty", "Qty", "quantity", "id", ""].map(full),
            [Some("quantity"), Some("quantity"), None, None, None]
        );
    }
}
