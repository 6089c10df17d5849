//! B0206.

use crate::breaking::draft::{Draft, Refusals};
use crate::breaking::members::Fields;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(super) fn check(walk: &mut Walk<'_>, fields: &Fields<'_>) {
    for (old, new) in fields.kept.iter().chain(&fields.moved) {
        let demanded = new.default.is_none() && !walk.new.model.is_optional(new.ty);
        let was_optional = walk.old.model.is_optional(old.ty);
        if !demanded || (old.default.is_none() && !was_optional) {
            continue;
        }
        let (what, name, holder) = (fields.what, &new.meta.name, fields.holder);
        let before = if was_optional { "was optional" } else { "had a default" };
        let message = format!("the {what} `{name}` of `{holder}` must be there now, and {before}");
        let draft = Draft::breaking(code::FIELD_DEMANDED, fields.both(old, new), fields.subject(new), message)
            .help("leave it optional, or keep the default");
        let source = was_optional || what == "parameter";
        walk.add(Draft { refusals: Refusals { of_old: true, of_new: false }, source, ..draft });
    }
}
