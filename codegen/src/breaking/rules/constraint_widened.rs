//! B0211.

use crate::breaking::draft::{Draft, Place, Refusals};
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, place: Place, subject: &str, what: &str, refusals: Refusals) {
    if refusals.of_new && !refusals.of_old {
        let message = format!("the constraints of the {what} `{subject}` allow values that old readers refuse");
        let draft = Draft::breaking(code::CONSTRAINT_WIDENED, place, subject, message)
            .help("let every old reader be replaced first, and except the change until then");
        walk.add(Draft { refusals, ..draft });
    }
}
