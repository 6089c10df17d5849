//! B0307.

use crate::breaking::draft::Draft;
use crate::breaking::members::Variants;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;
use crate::model::Openness;

pub(super) fn check(walk: &mut Walk<'_>, variants: &Variants<'_>) {
    if variants.openness != (Openness::Closed, Openness::Open) {
        return;
    }
    let (kind, holder) = (variants.kind, variants.holder);
    let message = format!("the {kind} `{holder}` is open now: code that tells its variants apart has one more to name");
    let draft = Draft::breaking(code::VARIANTS_OPENED, variants.place, holder, message)
        .help("what travels is the same until a variant is added; open it before you add one");
    walk.add(Draft { source: true, ..draft });
}
