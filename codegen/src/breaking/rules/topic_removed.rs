//! B0102.

use crate::breaking::answered::Gone;
use crate::breaking::change::{ChangeKind, Victims};
use crate::breaking::draft::Draft;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, gone: &Gone<'_>) {
    let message = format!("the topic `{}` was removed: nothing is published to `{}`", gone.subject, gone.uri);
    let draft = Draft::breaking(code::TOPIC_REMOVED, gone.place, gone.subject, message)
        .help("keep it, deprecated, until nobody consumes it and its messages are gone; then reserve its name");
    walk.add(Draft {
        victims: Victims::OLD_CONSUMERS | Victims::QUEUED_MESSAGES,
        source: true,
        kind: ChangeKind::Removed,
        ..draft
    });
}
