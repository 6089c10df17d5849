//! B0210.

use crate::breaking::draft::{Draft, Place, Refusals};
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, place: Place, subject: &str, what: &str, refusals: Refusals) {
    if refusals.of_old {
        let message = format!("the constraints of the {what} `{subject}` refuse values that were allowed");
        let draft = Draft::breaking(code::CONSTRAINT_NARROWED, place, subject, message)
            .help("keep what was allowed, or check the narrower rule in the program");
        walk.add(Draft { refusals, ..draft });
    }
}
