//! B0201.

use crate::breaking::change::ChangeKind;
use crate::breaking::draft::{Draft, Refusals};
use crate::breaking::members::Fields;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(super) fn check(walk: &mut Walk<'_>, fields: &Fields<'_>) {
    for field in &fields.removed {
        let model = walk.old.model;
        let demanded = field.default.is_none() && !model.is_optional(field.ty);
        // An old reader misses what it demands; a new one that is closed refuses what it does not know.
        let refusals = Refusals { of_old: fields.closed.1, of_new: demanded };
        let (what, name, holder) = (fields.what, &field.meta.name, fields.holder);
        let message = format!("the {what} `{name}` of `{holder}` was removed");
        let draft = Draft::breaking(code::FIELD_REMOVED, fields.removed(field), fields.subject(field), message)
            .help("keep it, deprecated; where old peers can do without, remove it and reserve its name");
        walk.add(Draft { refusals, source: true, kind: ChangeKind::Removed, ..draft });
    }
}
