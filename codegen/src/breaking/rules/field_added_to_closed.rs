//! B0203.

use crate::breaking::change::ChangeKind;
use crate::breaking::draft::{Draft, Refusals};
use crate::breaking::members::Fields;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

/// Adding what may be absent breaks nobody who ignores what is unknown.
pub(super) fn check(walk: &mut Walk<'_>, fields: &Fields<'_>) {
    for field in &fields.added {
        if field.default.is_none() && !walk.new.model.is_optional(field.ty) {
            continue;
        }
        let (what, name, holder) = (fields.what, &field.meta.name, fields.holder);
        let (place, subject) = (fields.added(field), fields.subject(field));
        let draft = if fields.closed.0 {
            let message = format!(
                "the {what} `{name}` was added to `{holder}`, and old peers refuse fields that they do not know"
            );
            let help = "a record that is @closed cannot grow: make a new one beside it";
            Draft::breaking(code::FIELD_ADDED_TO_CLOSED, place, subject, message).help(help)
        } else {
            Draft::new(place, subject, format!("the {what} `{name}` was added to `{holder}`"))
        };
        let refusals = Refusals { of_old: false, of_new: fields.closed.0 };
        walk.add(Draft { refusals, kind: ChangeKind::Added, ..draft });
    }
}
