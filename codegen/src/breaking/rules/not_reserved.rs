//! B0601.

use crate::breaking::change::ChangeKind;
use crate::breaking::draft::{Draft, Refusals};
use crate::breaking::reserved::Names;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

/// Where the removal itself breaks somebody, that is told.
pub(in crate::breaking) fn check(walk: &mut Walk<'_>, names: &Names<'_>) {
    for gone in names.gone.iter().filter(|gone| !gone.breaks) {
        if names.new.iter().any(|name| **name == *gone.name || **name == *gone.wire_name) {
            continue;
        }
        let (name, holder) = (gone.name, names.holder);
        let message = format!("`{name}` was removed from `{holder}`, and its name may come back with another meaning");
        let draft = Draft::breaking(code::NOT_RESERVED, gone.place, format!("{holder}.{name}"), message)
            .help(format!("write `reserved \"{}\"` into `{holder}`", gone.wire_name));
        walk.add(Draft { refusals: Refusals::BOTH, kind: ChangeKind::Removed, ..draft });
    }
}
