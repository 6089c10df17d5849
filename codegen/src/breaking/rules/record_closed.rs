//! B0304.

use crate::breaking::draft::{Draft, Refusals};
use crate::breaking::members::Fields;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, fields: &Fields<'_>) {
    let holder = fields.holder;
    match fields.closed {
        (false, true) => {
            let message = format!("`{holder}` refuses unknown fields now, which other versions of it may write");
            let draft = Draft::breaking(code::RECORD_CLOSED, fields.place, holder, message).help("leave @closed out");
            walk.add(Draft { refusals: Refusals { of_old: true, of_new: false }, ..draft });
        }
        (true, false) => {
            walk.add(Draft::new(fields.place, holder, format!("`{holder}` ignores unknown fields now")));
        }
        _ => {}
    }
}
