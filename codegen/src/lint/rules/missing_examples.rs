//! Procedures of whose payload nobody has shown an example.

use crate::diagnostic::Problem;
use crate::diagnostic::code::lints as codes;
use crate::lint::Contract;
use crate::lint::found::Found;
use crate::model::{Field, Model, Payload, Type, TypeId};

pub(super) fn check(contract: &Contract<'_>, found: &mut Found<'_>) {
    let model = contract.model;
    for procedure in contract.procedures().filter(|procedure| procedure.examples.is_empty()) {
        let shown = match &procedure.payload {
            Payload::Null => true,
            Payload::Bare(ty, _) => type_has_example(model, *ty),
            Payload::Named(fields) => have_examples(model, fields),
        };
        if !shown {
            let message = format!("the procedure \"{}\" shows no example of what it takes", procedure.meta.name);
            let help = "give it an `@example(…)`, or its payload's type";
            found.push(Problem::new(codes::MISSING_EXAMPLE, procedure.meta.location, message).with_help(help));
        }
    }
}

fn type_has_example(model: &Model, ty: TypeId) -> bool {
    match &model.types[ty] {
        Type::Record(id) => {
            let record = &model.records[*id];
            !record.examples.is_empty() || have_examples(model, &record.fields)
        }
        Type::Enum(_) => true,
        Type::Union(id) => !model.unions[*id].examples.is_empty(),
        Type::Alias(id) => !model.aliases[*id].examples.is_empty() || type_has_example(model, model.aliases[*id].ty),
        _ => false,
    }
}

/// Whether each field shows its own.
fn have_examples(model: &Model, fields: &[Field]) -> bool {
    let shown = |field: &Field| {
        // Its type's own is looked at no deeper: types may be recursive.
        let of_type = match &model.types[field.ty] {
            Type::Record(id) => !model.records[*id].examples.is_empty(),
            Type::Enum(_) => true,
            Type::Union(id) => !model.unions[*id].examples.is_empty(),
            Type::Alias(id) => !model.aliases[*id].examples.is_empty(),
            _ => false,
        };
        !field.examples.is_empty() || field.default.is_some() || of_type
    };
    fields.iter().all(shown)
}
