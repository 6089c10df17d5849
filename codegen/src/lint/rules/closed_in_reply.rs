//! Closed enums and unions in what a service answers, raises or publishes: who reads it refuses a variant that comes later.

use crate::diagnostic::Problem;
use crate::diagnostic::code::lints as codes;
use crate::lint::Contract;
use crate::lint::contract::{exception_types, reply_types};
use crate::lint::found::Found;
use crate::model::{Meta, Model, Openness, Type, TypeId};

pub(super) fn check(contract: &Contract<'_>, found: &mut Found<'_>) {
    let model = contract.model;
    let mut walk = Walk { model, seen: vec![false; model.types.iter().count()], found };
    for procedure in contract.procedures() {
        reply_types(&procedure.reply).for_each(|ty| walk.ty(ty, "answers", &procedure.meta));
        for raised in &procedure.raises {
            exception_types(&model.exceptions[*raised].payload).for_each(|ty| walk.ty(ty, "raises", &procedure.meta));
        }
    }
    for topic in contract.topics() {
        walk.ty(topic.ty, "publishes", &topic.meta);
    }
}

struct Walk<'w, 'c, 'm> {
    model: &'m Model,
    /// By type.
    seen: Vec<bool>,
    found: &'w mut Found<'c>,
}

impl Walk<'_, '_, '_> {
    /// Goes through a type and all that it holds, along a list instead of a recursion.
    fn ty(&mut self, ty: TypeId, verb: &str, by: &Meta) {
        let model = self.model;
        let mut next = vec![ty];
        while let Some(ty) = next.pop() {
            if std::mem::replace(&mut self.seen[ty.index()], true) {
                continue;
            }
            match &model.types[ty] {
                Type::List(item) | Type::Set(item) | Type::Optional(item) => next.push(*item),
                Type::Map(key, value) => next.extend([*key, *value]),
                Type::Tuple(items) => next.extend(items),
                Type::Alias(id) => next.push(model.aliases[*id].ty),
                Type::Record(id) => next.extend(model.records[*id].fields.iter().map(|field| field.ty)),
                Type::Enum(id) => {
                    let one = &model.enums[*id];
                    self.look("enum", one.openness, &one.meta, verb, by);
                }
                Type::Union(id) => {
                    let one = &model.unions[*id];
                    self.look("union", one.openness, &one.meta, verb, by);
                    next.extend(one.variants.iter().filter_map(|variant| variant.ty));
                }
                _ => {}
            }
        }
    }

    fn look(&mut self, kind: &str, openness: Openness, meta: &Meta, verb: &str, by: &Meta) {
        if openness == Openness::Open {
            return;
        }
        let message = format!("the closed {kind} \"{}\" is in what \"{}\" {verb}", meta.name, by.name);
        let help = format!("write `open {kind} {}`, so that old readers keep a variant that comes later", meta.name);
        self.found.push(
            Problem::new(codes::CLOSED_IN_REPLY, meta.location, message)
                .with_label(by.location, "here")
                .with_help(help),
        );
    }
}
