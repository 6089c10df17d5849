//! B0207.

use crate::breaking::draft::{Draft, Refusals};
use crate::breaking::members::Fields;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

/// A field with a default is always written, so that old readers find it.
pub(super) fn check(walk: &mut Walk<'_>, fields: &Fields<'_>) {
    for (old, new) in fields.kept.iter().chain(&fields.moved) {
        let (was_optional, is_optional) = (walk.old.model.is_optional(old.ty), walk.new.model.is_optional(new.ty));
        let demanded = old.default.is_none() && !was_optional;
        let (place, subject) = (fields.both(old, new), fields.subject(new));
        let (what, name, holder) = (fields.what, &new.meta.name, fields.holder);
        if is_optional && !was_optional {
            let message = format!("the {what} `{name}` of `{holder}` may be absent now");
            let draft = Draft::breaking(code::FIELD_OPTIONAL, place, subject, message)
                .help("a default lets it be left out, and is still written for old readers");
            walk.add(Draft { refusals: Refusals { of_old: false, of_new: demanded }, source: true, ..draft });
        } else if was_optional && !is_optional && new.default.is_some() {
            let message = format!("the {what} `{name}` of `{holder}` has a default now, and was optional");
            walk.add(Draft { source: true, ..Draft::breaking(code::FIELD_OPTIONAL, place, subject, message) });
        } else if demanded && new.default.is_some() {
            let message = format!("the {what} `{name}` of `{holder}` has a default now");
            let draft = Draft::new(place, subject, message);
            // Code that passes a parameter in its place has to name it.
            let code = (what == "parameter").then_some(code::FIELD_OPTIONAL);
            walk.add(Draft { code, source: code.is_some(), ..draft });
        }
    }
}
