//! B0204.

use crate::breaking::draft::{Draft, Refusals};
use crate::breaking::members::Fields;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(super) fn check(walk: &mut Walk<'_>, fields: &Fields<'_>) {
    for (old, new) in &fields.moved {
        let (what, name, holder) = (fields.what, &new.meta.name, fields.holder);
        let message = format!(
            "the {what} `{name}` of `{holder}` travels as `{}`, which was `{}`: what one side writes, the other does not find",
            new.wire_name, old.wire_name
        );
        let draft = Draft::breaking(code::FIELD_WIRE_NAME_CHANGED, fields.both(old, new), fields.subject(new), message)
            .help(format!("keep the name that travels: `@name(\"{}\")`", old.wire_name));
        walk.add(Draft { refusals: Refusals::BOTH, ..draft });
    }
}
