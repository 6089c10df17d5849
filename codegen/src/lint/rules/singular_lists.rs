//! Lists and sets that are called like one thing.

use crate::diagnostic::Problem;
use crate::diagnostic::code::lints as codes;
use crate::lint::Contract;
use crate::lint::found::Found;
use crate::lint::words::{is_plural, plural};
use crate::model::{Type, TypeId};

pub(super) fn check(contract: &Contract<'_>, found: &mut Found<'_>) {
    for (role, _, fields) in contract.field_lists() {
        for field in fields {
            let Some(what) = many(contract, field.ty) else { continue };
            let name = &*field.meta.name;
            if !is_plural(name) {
                let message = format!("the {} \"{name}\" is a {what}, and is called like one thing", role.name());
                let help = format!("call it `{}`", plural(name));
                found.push(Problem::new(codes::SINGULAR_LIST, field.meta.location, message).with_help(help));
            }
        }
    }
}

/// What a type of many things is called, as it is written here: an alias is called by its own name.
fn many(contract: &Contract<'_>, ty: TypeId) -> Option<&'static str> {
    match contract.model.types[ty] {
        Type::List(_) => Some("list"),
        Type::Set(_) => Some("set"),
        Type::Optional(item) => many(contract, item),
        _ => None,
    }
}
