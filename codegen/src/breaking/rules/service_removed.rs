//! B0103.

use crate::breaking::change::{ChangeKind, Victims};
use crate::breaking::walk::Place;
use crate::breaking::walk::{Draft, Walk};
use crate::diagnostic::code::breaking as code;

/// `members` are its procedures and topics.
pub(in crate::breaking) fn check(walk: &mut Walk<'_>, place: Place, subject: &str, members: &[String]) {
    let held = if members.is_empty() { String::new() } else { format!(", and with it {}", members.join(", ")) };
    let message = format!("the service `{subject}` was removed{held}");
    let draft = Draft::breaking(code::SERVICE_REMOVED, place, subject, message)
        .help("keep it, deprecated, until nobody uses it");
    let victims = if members.is_empty() { Victims::NONE } else { Victims::OLD_CALLERS | Victims::OLD_CONSUMERS };
    walk.add(Draft { victims, source: true, kind: ChangeKind::Removed, ..draft });
}
