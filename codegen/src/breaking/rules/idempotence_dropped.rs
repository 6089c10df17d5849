//! B0107.

use crate::breaking::answered::Procedures;
use crate::breaking::change::Victims;
use crate::breaking::draft::Draft;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, pair: &Procedures<'_>) {
    let subject = pair.subject;
    match (pair.old.idempotent, pair.new.idempotent) {
        (true, false) => {
            let message = format!(
                "`{subject}` is not @idempotent any more, and old callers call it again where they got no answer"
            );
            let draft = Draft::breaking(code::IDEMPOTENCE_DROPPED, pair.place, subject, message)
                .help("keep it safe to run twice, or make another procedure");
            walk.add(Draft { victims: Victims::OLD_CALLERS, ..draft });
        }
        (false, true) => walk.add(Draft::new(pair.place, subject, format!("`{subject}` is @idempotent now"))),
        _ => {}
    }
}
