//! B0404.

use crate::breaking::draft::Draft;
use crate::breaking::members::Variants;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

pub(super) fn check(walk: &mut Walk<'_>, variants: &Variants<'_>) {
    for (old, new) in variants.kept.iter().filter(|(old, new)| old.meta.name != new.meta.name) {
        let (name, holder) = (&new.meta.name, variants.holder);
        let message = format!("the variant `{}` of `{holder}` is called `{name}` in code now", old.meta.name);
        let draft = Draft::breaking(code::VARIANT_RENAMED, variants.both(old, new), variants.subject(new), message)
            .help("what travels is the same; code that names it has to change");
        walk.add(Draft { source: true, ..draft });
    }
}
