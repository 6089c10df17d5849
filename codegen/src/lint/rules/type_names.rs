//! Types are called in `UpperCamelCase`.

use heck::ToUpperCamelCase;

use crate::diagnostic::Problem;
use crate::diagnostic::code::lints as codes;
use crate::lint::Contract;
use crate::lint::contract::Kind;
use crate::lint::found::Found;

pub(super) fn check(contract: &Contract<'_>, found: &mut Found<'_>) {
    for (kind, meta, _) in contract.definitions() {
        let is_type = matches!(kind, Kind::Record | Kind::Enum | Kind::Union | Kind::Alias);
        let name = &*meta.name;
        if is_type && (name.contains('_') || !name.starts_with(|first: char| first.is_ascii_uppercase())) {
            let message = format!("the {} \"{name}\" is not called in UpperCamelCase", kind.name());
            let help = format!("call it `{}`", name.to_upper_camel_case());
            found.push(Problem::new(codes::TYPE_NAME, meta.location, message).with_help(help));
        }
    }
}
