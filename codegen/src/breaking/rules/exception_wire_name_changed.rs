//! B0503.

use crate::breaking::change::Victims;
use crate::breaking::draft::{Draft, Place};
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, place: Place, subject: &str, old: &str, new: &str) {
    let message = format!(
        "the exception `{subject}` travels as `{new}`, and did as `{old}`: no peer of the other version knows it"
    );
    let draft = Draft::breaking(code::EXCEPTION_WIRE_NAME_CHANGED, place, subject, message)
        .help(format!("keep the name that travels: `@name(\"{old}\")`"));
    walk.add(Draft { victims: Victims::OLD_CALLERS | Victims::OLD_SERVICES, ..draft });
}
