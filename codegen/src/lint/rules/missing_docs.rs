//! Definitions, procedures and topics that nobody has described.

use crate::diagnostic::Problem;
use crate::diagnostic::code::lints as codes;
use crate::lint::Contract;
use crate::lint::found::Found;
use crate::model::Meta;

pub(super) fn check(contract: &Contract<'_>, found: &mut Found<'_>) {
    let mut look = |kind: &str, meta: &Meta| {
        if meta.docs.is_none() {
            let message = format!("the {kind} \"{}\" has no docs", meta.name);
            found.push(Problem::new(codes::MISSING_DOCS, meta.location, message));
        }
    };
    contract.definitions().for_each(|(kind, meta, _)| look(kind.name(), meta));
    contract.procedures().for_each(|procedure| look("procedure", &procedure.meta));
    contract.topics().for_each(|topic| look("topic", &topic.meta));
}
