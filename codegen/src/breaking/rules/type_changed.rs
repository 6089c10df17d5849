//! B0303.

use crate::breaking::draft::{Draft, Place, Refusals};
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

/// `was` and `is` are the types in words.
pub(in crate::breaking) fn add(
    walk: &mut Walk<'_>,
    place: Place,
    subject: &str,
    what: &str,
    was: &str,
    is: &str,
    refusals: Refusals,
) {
    // A record may have become a union under its name.
    let message = if was == is {
        format!("the {what} `{subject}` holds {is}, which is defined as something else than it was")
    } else {
        format!("the {what} `{subject}` holds {is}, and held {was}")
    };
    let help = match refusals {
        Refusals::NONE => "what travels is understood by both; code that names the type has to change",
        _ => "add another one beside it, and deprecate this one",
    };
    let draft = Draft::breaking(code::TYPE_CHANGED, place, subject, message).help(help);
    walk.add(Draft { refusals, source: true, ..draft });
}
