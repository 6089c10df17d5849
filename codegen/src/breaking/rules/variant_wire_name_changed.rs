//! B0403.

use crate::breaking::draft::{Draft, Refusals};
use crate::breaking::members::Variants;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(super) fn check(walk: &mut Walk<'_>, variants: &Variants<'_>) {
    for (old, new) in &variants.moved {
        let (name, holder) = (&new.meta.name, variants.holder);
        let message =
            format!("the variant `{name}` of `{holder}` travels as `{}`, which was `{}`", new.wire_name, old.wire_name);
        let draft =
            Draft::breaking(code::VARIANT_WIRE_NAME_CHANGED, variants.both(old, new), variants.subject(new), message)
                .help(format!("keep the name that travels: `@name(\"{}\")`", old.wire_name));
        walk.add(Draft { refusals: Refusals::BOTH, ..draft });
    }
}
