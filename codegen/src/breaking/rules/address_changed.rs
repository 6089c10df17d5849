//! B0104.

use crate::breaking::change::Victims;
use crate::breaking::draft::{Draft, Place};
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

/// `what` is a procedure or a topic.
pub(in crate::breaking) fn check(walk: &mut Walk<'_>, place: Place, subject: &str, what: &str, old: &str, new: &str) {
    if old == new {
        return;
    }
    let victims = match what {
        "topic" => Victims::OLD_CONSUMERS | Victims::QUEUED_MESSAGES,
        _ => Victims::OLD_CALLERS | Victims::OLD_SERVICES,
    };
    let message = format!("the {what} `{subject}` is at `{new}`, and was at `{old}`");
    let draft = Draft::breaking(code::ADDRESS_CHANGED, place, subject, message)
        .help(format!("keep the address: `@uri(\"{old}\")`, or `@prepath` on its service"));
    walk.add(Draft { victims, ..draft });
}
