//! B0101.

use crate::breaking::answered::Gone;
use crate::breaking::change::{ChangeKind, Victims};
use crate::breaking::draft::Draft;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, gone: &Gone<'_>) {
    let message = format!("the procedure `{}` was removed: nobody answers at `{}`", gone.subject, gone.uri);
    let draft = Draft::breaking(code::PROCEDURE_REMOVED, gone.place, gone.subject, message)
        .help("keep it, deprecated, until nobody calls it; then reserve its name");
    walk.add(Draft { victims: Victims::OLD_CALLERS, source: true, kind: ChangeKind::Removed, ..draft });
}
