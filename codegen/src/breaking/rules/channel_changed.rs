//! B0105.

use crate::breaking::change::Victims;
use crate::breaking::draft::{Draft, Place};
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

/// `what` is a procedure or a topic.
pub(in crate::breaking) fn check(walk: &mut Walk<'_>, place: Place, subject: &str, what: &str, old: &str, new: &str) {
    if old == new {
        return;
    }
    let (victims, why) = match what {
        "topic" => (
            Victims::OLD_CONSUMERS | Victims::QUEUED_MESSAGES,
            "messages that wait in the old channel are not consumed, and every message comes twice while both are consumed",
        ),
        _ => (Victims::OLD_CALLERS | Victims::OLD_SERVICES, "while services of both run, every call runs twice"),
    };
    let message = format!("the {what} `{subject}` is consumed from the channel `{new}`, and was from `{old}`: {why}");
    let draft = Draft::breaking(code::CHANNEL_CHANGED, place, subject, message)
        .help(format!("keep the channel: `@channel(\"{old}\")`"));
    walk.add(Draft { victims, ..draft });
}
