//! Exceptions that no procedure raises. Where there is no service, all are there for others.

use crate::diagnostic::Problem;
use crate::diagnostic::code::lints as codes;
use crate::lint::Contract;
use crate::lint::found::Found;

pub(super) fn check(contract: &Contract<'_>, found: &mut Found<'_>) {
    if contract.services().next().is_none() {
        return;
    }
    let exceptions = &contract.model.exceptions;
    let mut raised = vec![false; exceptions.iter().count()];
    for id in contract.procedures().flat_map(|procedure| &procedure.raises) {
        raised[id.index()] = true;
    }
    for (id, exception) in exceptions.iter() {
        if !raised[id.index()] && exception.meta.deprecated.is_none() {
            let message = format!("no procedure raises \"{}\"", exception.meta.name);
            let help = "name it behind the `raises` of a procedure, or leave it out";
            found.push(Problem::new(codes::NEVER_RAISED, exception.meta.location, message).with_help(help));
        }
    }
}
