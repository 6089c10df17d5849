//! B0502.

use crate::breaking::answered::Raised;
use crate::breaking::change::{ChangeKind, Victims};
use crate::breaking::draft::Draft;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, raised: &Raised<'_>) {
    let message =
        format!("`{}` does not raise `{}` any more, which old services still do", raised.subject, raised.name);
    let draft = Draft::breaking(code::EXCEPTION_REMOVED, raised.place, raised.subject, message)
        .help("keep it declared until no old service runs");
    walk.add(Draft { victims: Victims::OLD_SERVICES, source: true, kind: ChangeKind::Removed, ..draft });
}
