//! B0302.

use crate::breaking::draft::{Draft, Place};
use crate::breaking::index::Definition;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, place: Place, old: Definition, new: Definition) {
    let (was, is) = (walk.old.full_name(old), walk.new.full_name(new));
    if was == is {
        return;
    }
    let message = format!("the {} `{was}` is called `{is}` now", new.what());
    let draft = Draft::breaking(code::DEFINITION_RENAMED, place, is, message)
        .help("what travels is the same; `type Old = New` keeps the old name for code");
    walk.add(Draft { source: true, ..draft });
}
