//! B0306.

use crate::breaking::draft::{Draft, Refusals};
use crate::breaking::members::Variants;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;
use crate::model::Openness;

pub(super) fn check(walk: &mut Walk<'_>, variants: &Variants<'_>) {
    if variants.openness != (Openness::Open, Openness::Closed) {
        return;
    }
    let (kind, holder) = (variants.kind, variants.holder);
    let message = format!("the {kind} `{holder}` is not open any more: it refuses variants that other versions know");
    let draft = Draft::breaking(code::VARIANTS_CLOSED, variants.place, holder, message).help("leave it open");
    walk.add(Draft { refusals: Refusals { of_old: true, of_new: false }, source: true, ..draft });
}
