//! Parameters that are true or false.

use crate::diagnostic::Problem;
use crate::diagnostic::code::lints as codes;
use crate::lint::Contract;
use crate::lint::contract::Role;
use crate::lint::found::Found;
use crate::model::{Model, Type, TypeId};

pub(super) fn check(contract: &Contract<'_>, found: &mut Found<'_>) {
    let parameters = contract.field_lists().filter(|(role, ..)| *role == Role::Parameter);
    for field in parameters.flat_map(|(_, _, fields)| fields).filter(|field| is_bool(contract.model, field.ty)) {
        let message = format!("the parameter \"{}\" is true or false", field.meta.name);
        let help = "take an enum whose variants say what is wanted, or make it two procedures";
        found.push(Problem::new(codes::BOOLEAN_PARAMETER, field.meta.location, message).with_help(help));
    }
}

fn is_bool(model: &Model, ty: TypeId) -> bool {
    match model.shape(ty) {
        Type::Bool => true,
        Type::Optional(item) => matches!(model.shape(*item), Type::Bool),
        _ => false,
    }
}
