//! B0402.

use crate::breaking::change::ChangeKind;
use crate::breaking::draft::{Draft, Refusals};
use crate::breaking::members::Variants;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;
use crate::model::Openness;

pub(super) fn check(walk: &mut Walk<'_>, variants: &Variants<'_>) {
    for variant in &variants.added {
        let (name, holder) = (&variant.meta.name, variants.holder);
        let (place, subject) = (variants.added(variant), variants.subject(variant));
        let draft = if variants.openness.0 == Openness::Closed {
            let message =
                format!("the variant `{name}` was added to `{holder}`, and old readers refuse what they do not know");
            let help = format!("make it `open {}` before it grows, and let old readers be replaced", variants.kind);
            let draft = Draft::breaking(code::VARIANT_ADDED, place, subject, message).help(help);
            Draft { refusals: Refusals { of_old: false, of_new: true }, source: true, ..draft }
        } else {
            Draft::new(place, subject, format!("the variant `{name}` was added to `{holder}`"))
        };
        walk.add(Draft { kind: ChangeKind::Added, ..draft });
    }
}
