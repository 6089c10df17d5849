//! B0208.

use crate::breaking::draft::Draft;
use crate::breaking::members::Fields;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(super) fn check(walk: &mut Walk<'_>, fields: &Fields<'_>) {
    for (old, new) in fields.kept.iter().chain(&fields.moved) {
        let (Some(was), Some(is)) = (&old.default, &new.default) else { continue };
        let was = walk.old.model.value_json(was, old.ty);
        let is = walk.new.model.value_json(is, new.ty);
        if was == is {
            continue;
        }
        let (what, name, holder) = (fields.what, &new.meta.name, fields.holder);
        let message = format!("where the {what} `{name}` of `{holder}` is left out it means {is} now, and meant {was}");
        let draft = Draft::breaking(code::DEFAULT_CHANGED, fields.both(old, new), fields.subject(new), message)
            .help("what generated code writes is always complete; code that leaves it out means another value");
        walk.add(Draft { source: true, ..draft });
    }
}
