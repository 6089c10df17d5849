//! What travels by name, and what is called, is called in `snake_case`: members, exceptions, services, constants.

use heck::ToSnakeCase;

use crate::diagnostic::Problem;
use crate::diagnostic::code::lints as codes;
use crate::lint::Contract;
use crate::lint::contract::Kind;
use crate::lint::found::Found;
use crate::model::Meta;

pub(super) fn check(contract: &Contract<'_>, found: &mut Found<'_>) {
    let mut look = |kind: &str, meta: &Meta| {
        let name = &*meta.name;
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) || name.ends_with('_') || name.contains("__") {
            let message = format!("the {kind} \"{name}\" is not called in snake_case");
            let help = format!("call it `{}`", name.to_snake_case());
            found.push(Problem::new(codes::MEMBER_NAME, meta.location, message).with_help(help));
        }
    };
    for (kind, meta, _) in contract.definitions() {
        if matches!(kind, Kind::Constant | Kind::Exception | Kind::Service) {
            look(kind.name(), meta);
        }
    }
    for (role, _, fields) in contract.field_lists() {
        fields.iter().for_each(|field| look(role.name(), &field.meta));
    }
    contract.variants().for_each(|variant| look("variant", variant));
    contract.procedures().for_each(|procedure| look("procedure", &procedure.meta));
    contract.topics().for_each(|topic| look("topic", &topic.meta));
}
