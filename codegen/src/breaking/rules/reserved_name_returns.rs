//! B0602.

use crate::breaking::draft::{Draft, Refusals};
use crate::breaking::reserved::Names;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, names: &Names<'_>) {
    for member in &names.members {
        if !names.old.iter().any(|name| **name == *member.name || **name == *member.wire_name) {
            continue;
        }
        let (name, holder) = (member.name, names.holder);
        let message =
            format!("`{name}` is back in `{holder}`, where its name was reserved: old peers mean something else by it");
        let draft = Draft::breaking(code::RESERVED_NAME_RETURNS, member.place, format!("{holder}.{name}"), message)
            .help("give it another name, and keep the old one reserved");
        walk.add(Draft { refusals: Refusals::BOTH, ..draft });
    }
}
