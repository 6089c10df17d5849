//! B0501.

use crate::breaking::answered::Raised;
use crate::breaking::change::{ChangeKind, Victims};
use crate::breaking::draft::Draft;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, raised: &Raised<'_>) {
    let message = format!("`{}` raises `{}` now, which old callers do not know", raised.subject, raised.name);
    let draft = Draft::breaking(code::EXCEPTION_ADDED, raised.place, raised.subject, message)
        .help("answer what is expected as a result, or add another procedure");
    walk.add(Draft { victims: Victims::OLD_CALLERS, source: true, kind: ChangeKind::Added, ..draft });
}
