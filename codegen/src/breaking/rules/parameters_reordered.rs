//! B0209.

use crate::breaking::draft::Draft;
use crate::breaking::members::Fields;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;

use crate::model::{Field, Model};

/// Callers pass what must be there in its place, and the rest by name.
pub(super) fn check(walk: &mut Walk<'_>, fields: &Fields<'_>) {
    if fields.what != "parameter" {
        return;
    }
    let (was, is) = (in_place(walk.old.model, fields.old), in_place(walk.new.model, fields.new));
    let kept = |names: &[&str], others: &[&str]| -> Vec<String> {
        names.iter().filter(|name| others.contains(name)).map(|name| (*name).to_owned()).collect()
    };
    if kept(&was, &is) == kept(&is, &was) {
        return;
    }
    let message = format!(
        "the parameters of `{}` stand in another order: ({}), and were ({})",
        fields.holder,
        is.join(", "),
        was.join(", ")
    );
    let draft = Draft::breaking(code::PARAMETERS_REORDERED, fields.place, fields.holder, message)
        .help("put them back in order; new ones go to the end");
    walk.add(Draft { source: true, ..draft });
}

fn in_place<'a>(model: &Model, fields: &'a [Field]) -> Vec<&'a str> {
    let demanded = fields.iter().filter(|field| field.default.is_none() && !model.is_optional(field.ty));
    demanded.map(|field| &*field.meta.name).collect()
}
