//! B0401.

use crate::breaking::change::ChangeKind;
use crate::breaking::draft::{Draft, Refusals};
use crate::breaking::members::Variants;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;
use crate::model::Openness;

pub(super) fn check(walk: &mut Walk<'_>, variants: &Variants<'_>) {
    for variant in &variants.removed {
        let (name, holder) = (&variant.meta.name, variants.holder);
        let message = format!("the variant `{name}` of `{holder}` was removed");
        let draft =
            Draft::breaking(code::VARIANT_REMOVED, variants.removed(variant), variants.subject(variant), message)
                .help("keep it, deprecated");
        // One that is open keeps what it does not know.
        let refusals = Refusals { of_old: variants.openness.1 == Openness::Closed, of_new: false };
        walk.add(Draft { refusals, source: true, kind: ChangeKind::Removed, ..draft });
    }
}
