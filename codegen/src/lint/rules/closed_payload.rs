//! Procedures that take a value to which nothing can be added later.

use crate::diagnostic::Problem;
use crate::diagnostic::code::lints as codes;
use crate::lint::Contract;
use crate::lint::found::Found;
use crate::model::{Payload, Type};

pub(super) fn check(contract: &Contract<'_>, found: &mut Found<'_>) {
    let model = contract.model;
    for procedure in contract.procedures() {
        let Payload::Bare(ty, _) = procedure.payload else { continue };
        let help = match model.shape(ty) {
            Type::Record(id) if model.records[*id].closed => "leave @closed out, or name the parameters",
            Type::Record(_) | Type::Union(_) | Type::Map(..) | Type::Any => continue,
            _ => "name the parameter: then others can follow",
        };
        let (name, ty) = (&procedure.meta.name, short(&model.type_text(ty)));
        let message = format!("what \"{name}\" takes, `{ty}`, has no room for anything more");
        found.push(Problem::new(codes::CLOSED_PAYLOAD, procedure.meta.location, message).with_help(help));
    }
}

fn short(text: &str) -> String {
    const MOST: usize = 60;
    if text.len() <= MOST { text.to_owned() } else { format!("{}…", &text[..MOST]) }
}
