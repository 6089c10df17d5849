//! B0106.

use crate::breaking::answered::Procedures;
use crate::breaking::change::Victims;
use crate::breaking::draft::Draft;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

/// What a caller waits where neither the contract nor itself says how long: `runtime/docs/wire.md`.
const DEFAULT: std::time::Duration = std::time::Duration::from_secs(60);

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, pair: &Procedures<'_>) {
    let (was, is) = (pair.old.timeout.unwrap_or(DEFAULT), pair.new.timeout.unwrap_or(DEFAULT));
    let subject = pair.subject;
    if is < was {
        let message = format!("callers of `{subject}` wait {is:?}, and waited {was:?}: old services may take longer");
        let draft = Draft::breaking(code::TIMEOUT_SHORTENED, pair.place, subject, message)
            .help("keep the timeout; a caller that is in a hurry says so itself");
        walk.add(Draft { victims: Victims::OLD_SERVICES, ..draft });
    } else if is > was {
        let message = format!("callers of `{subject}` wait {is:?}, and waited {was:?}");
        walk.add(Draft::new(pair.place, subject, message));
    }
}
