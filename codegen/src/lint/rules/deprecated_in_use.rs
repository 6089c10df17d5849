//! What is deprecated, used by what is not.

use crate::diagnostic::Problem;
use crate::diagnostic::code::lints as codes;
use crate::lint::Contract;
use crate::lint::found::Found;
use crate::model::{Meta, Model, Payload, Reply, Type, TypeId, Value};

pub(super) fn check(contract: &Contract<'_>, found: &mut Found<'_>) {
    let model = contract.model;
    let variants = contract.variants().any(|variant| variant.deprecated.is_some());
    if !variants && !contract.definitions().any(|(_, meta, _)| meta.deprecated.is_some()) {
        return;
    }
    let mut users = Users { model, found };
    for (_, owner, fields) in contract.field_lists() {
        for field in fields {
            users.ty(field.ty, &[owner, &field.meta]);
            if let Some(Value::Enum(id, variant)) = field.default.as_deref() {
                users.meta(&model.enums[*id].variants[*variant as usize].meta, &[owner, &field.meta]);
            }
        }
    }
    for (_, union) in model.unions.iter() {
        for variant in &union.variants {
            variant.ty.into_iter().for_each(|ty| users.ty(ty, &[&union.meta, &variant.meta]));
        }
    }
    model.aliases.iter().for_each(|(_, alias)| users.ty(alias.ty, &[&alias.meta]));
    model.constants.iter().for_each(|(_, constant)| users.ty(constant.ty, &[&constant.meta]));
    for procedure in contract.procedures() {
        let by = [&model.services[procedure.service].meta, &procedure.meta];
        if let Payload::Bare(ty, _) = procedure.payload {
            users.ty(ty, &by);
        }
        if let Reply::Bare(ty, _) | Reply::Stream(ty, _) = procedure.reply {
            users.ty(ty, &by);
        }
        procedure.raises.iter().for_each(|raised| users.meta(&model.exceptions[*raised].meta, &by));
    }
    for topic in contract.topics() {
        users.ty(topic.ty, &[&model.services[topic.service].meta, &topic.meta]);
    }
}

struct Users<'u, 'c, 'm> {
    model: &'m Model,
    found: &'u mut Found<'c>,
}

impl Users<'_, '_, '_> {
    /// `by` is what the type is written in, outermost first.
    fn ty(&mut self, ty: TypeId, by: &[&Meta]) {
        let model = self.model;
        match &model.types[ty] {
            Type::List(item) | Type::Set(item) | Type::Optional(item) => self.ty(*item, by),
            Type::Map(key, value) => {
                self.ty(*key, by);
                self.ty(*value, by);
            }
            Type::Tuple(items) => items.iter().for_each(|item| self.ty(*item, by)),
            Type::Record(id) => self.meta(&model.records[*id].meta, by),
            Type::Enum(id) => self.meta(&model.enums[*id].meta, by),
            Type::Union(id) => self.meta(&model.unions[*id].meta, by),
            Type::Alias(id) => self.meta(&model.aliases[*id].meta, by),
            _ => {}
        }
    }

    fn meta(&mut self, used: &Meta, by: &[&Meta]) {
        let Some(why) = &used.deprecated else { return };
        if by.iter().any(|user| user.deprecated.is_some() || user.location == used.location) {
            return;
        }
        let Some(user) = by.last() else { return };
        let message = format!("\"{}\" uses \"{}\", which is deprecated", user.name, used.name);
        let mut problem = Problem::new(codes::DEPRECATED_IN_USE, user.location, message);
        if !why.is_empty() {
            problem = problem.with_help(format!("the contract says: {why}"));
        }
        self.found.push(problem.with_label(used.location, "deprecated here"));
    }
}
