//! B0202.

use crate::breaking::change::ChangeKind;
use crate::breaking::draft::{Draft, Refusals};
use crate::breaking::members::Fields;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(super) fn check(walk: &mut Walk<'_>, fields: &Fields<'_>) {
    for field in &fields.added {
        if field.default.is_some() || walk.new.model.is_optional(field.ty) {
            continue;
        }
        let refusals = Refusals { of_old: true, of_new: fields.closed.0 };
        let (what, name, holder) = (fields.what, &field.meta.name, fields.holder);
        let message = format!("the {what} `{name}` was added to `{holder}`, and old peers do not write it");
        let draft = Draft::breaking(code::REQUIRED_FIELD_ADDED, fields.added(field), fields.subject(field), message)
            .help("make it optional (`?`), or give it a default");
        walk.add(Draft { refusals, source: fields.what == "parameter", kind: ChangeKind::Added, ..draft });
    }
}
