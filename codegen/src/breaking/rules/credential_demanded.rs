//! B0109.

use crate::breaking::answered::Procedures;
use crate::breaking::change::Victims;
use crate::breaking::draft::Draft;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, pair: &Procedures<'_>) {
    let subject = pair.subject;
    let none = Vec::new();
    let (was, is) = (pair.old.auth.as_ref().unwrap_or(&none), pair.new.auth.as_ref().unwrap_or(&none));
    let more: Vec<&str> = is.iter().filter(|scope| !was.contains(scope)).map(|scope| &**scope).collect();
    if !more.is_empty() {
        let what = format!("the scope {}", more.join(", "));
        let message = format!("`{subject}` demands {what} now, and refuses old callers without it");
        let draft = Draft::breaking(code::CREDENTIAL_DEMANDED, pair.place, subject, message)
            .help("let callers have the credential first, and except the change until then");
        walk.add(Draft { victims: Victims::OLD_CALLERS, ..draft });
    } else if is.len() < was.len() {
        walk.add(Draft::new(pair.place, subject, format!("`{subject}` demands fewer scopes than before")));
    }
}
