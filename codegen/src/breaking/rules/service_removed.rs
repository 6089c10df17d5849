//! B0103.

use crate::breaking::change::{ChangeKind, Victims};
use crate::breaking::draft::Draft;
use crate::breaking::draft::Place;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

/// With the procedures and topics that nothing has taken over.
pub(in crate::breaking) fn check(
    walk: &mut Walk<'_>,
    place: Place,
    subject: &str,
    procedures: &[&str],
    topics: &[&str],
) {
    let members: Vec<String> = procedures.iter().chain(topics).map(|name| format!("`{name}`")).collect();
    let held = if members.is_empty() { String::new() } else { format!(", and with it {}", members.join(", ")) };
    let message = format!("the service `{subject}` was removed{held}");
    let draft = Draft::breaking(code::SERVICE_REMOVED, place, subject, message)
        .help("keep it, deprecated, until nobody uses it");
    let mut victims = Victims::NONE;
    if !procedures.is_empty() {
        victims |= Victims::OLD_CALLERS;
    }
    if !topics.is_empty() {
        victims |= Victims::OLD_CONSUMERS | Victims::QUEUED_MESSAGES;
    }
    walk.add(Draft { victims, source: true, kind: ChangeKind::Removed, ..draft });
}
