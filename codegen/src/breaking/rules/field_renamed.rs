//! B0205.

use crate::breaking::draft::Draft;
use crate::breaking::members::Fields;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(super) fn check(walk: &mut Walk<'_>, fields: &Fields<'_>) {
    for (old, new) in fields.kept.iter().filter(|(old, new)| old.meta.name != new.meta.name) {
        let (what, name, holder) = (fields.what, &new.meta.name, fields.holder);
        let message = format!("the {what} `{}` of `{holder}` is called `{name}` in code now", old.meta.name);
        let draft = Draft::breaking(code::FIELD_RENAMED, fields.both(old, new), fields.subject(new), message)
            .help("what travels is the same; code that names it has to change");
        walk.add(Draft { source: true, ..draft });
    }
}
