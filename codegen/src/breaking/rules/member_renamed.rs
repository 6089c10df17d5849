//! B0110.

use crate::breaking::draft::{Draft, Place};
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

/// `what` is a service, a procedure or a topic.
pub(in crate::breaking) fn check(walk: &mut Walk<'_>, place: Place, subject: &str, what: &str, old: &str, new: &str) {
    if old == new {
        return;
    }
    let message = format!("the {what} `{old}` is called `{new}` in code now");
    let draft = Draft::breaking(code::MEMBER_RENAMED, place, subject, message)
        .help("its address is the same; code that names it has to change");
    walk.add(Draft { source: true, ..draft });
}
