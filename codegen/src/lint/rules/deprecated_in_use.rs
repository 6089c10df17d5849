//! What is deprecated, used by what is not.

use rustc_hash::FxHashSet;

use crate::diagnostic::Problem;
use crate::diagnostic::code::lints as codes;
use crate::lint::Contract;
use crate::lint::found::Found;
use crate::model::{Meta, Model, Payload, Reply, Type, TypeId, Value};
use crate::source::Location;

pub(super) fn check(contract: &Contract<'_>, found: &mut Found<'_>) {
    let model = contract.model;
    constants(contract, found);
    let variants = contract.variants().any(|variant| variant.deprecated.is_some());
    if !variants && !contract.definitions().any(|(_, meta, _)| meta.deprecated.is_some()) {
        return;
    }
    let mut users = Users { model, found };
    for (_, owner, fields) in contract.field_lists() {
        for field in fields {
            users.ty(field.ty, &[owner, &field.meta]);
            users.value(field.default.as_deref(), &[owner, &field.meta]);
        }
    }
    for (_, union) in model.unions.iter() {
        for variant in &union.variants {
            variant.ty.into_iter().for_each(|ty| users.ty(ty, &[&union.meta, &variant.meta]));
        }
    }
    model.aliases.iter().for_each(|(_, alias)| users.ty(alias.ty, &[&alias.meta]));
    for (_, constant) in model.constants.iter() {
        users.ty(constant.ty, &[&constant.meta]);
        users.value(Some(&constant.value), &[&constant.meta]);
    }
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

    /// Variants that a value names. Those in a record may be what the record's own defaults brought.
    fn value(&mut self, value: Option<&Value>, by: &[&Meta]) {
        let model = self.model;
        match value {
            Some(Value::Enum(id, variant)) => self.meta(&model.enums[*id].variants[*variant as usize].meta, by),
            Some(Value::Union(id, variant, carried)) => {
                self.meta(&model.unions[*id].variants[*variant as usize].meta, by);
                self.value(carried.as_deref(), by);
            }
            Some(Value::Sequence(items)) => items.iter().for_each(|item| self.value(Some(item), by)),
            Some(Value::Map(entries)) => entries.iter().for_each(|(key, value)| {
                self.value(Some(key), by);
                self.value(Some(value), by);
            }),
            _ => {}
        }
    }

    fn meta(&mut self, used: &Meta, by: &[&Meta]) {
        if by.iter().any(|user| user.deprecated.is_some() || user.location == used.location) {
            return;
        }
        let Some(user) = by.last() else { return };
        if let Some(problem) = problem(used, user.location, &user.name) {
            self.found.push(problem);
        }
    }
}

/// Deprecated constants. Where one is named, the model holds its value alone: who names it is looked up in the tree.
fn constants(contract: &Contract<'_>, found: &mut Found<'_>) {
    let model = contract.model;
    for (id, constant) in model.constants.iter().filter(|(_, constant)| constant.meta.deprecated.is_some()) {
        let mut told = FxHashSet::default();
        for place in model.constant_uses.get(&id).into_iter().flatten().filter(|place| contract.covers(**place)) {
            let tree = found.tree(place.file);
            let users = tree.enclosing(place.span);
            let is_deprecated = users.iter().any(|user| {
                user.head.annotations.iter().any(|annotation| tree.slice(annotation.name.span) == "deprecated")
            });
            let Some(user) = users.last().filter(|_| !is_deprecated) else { continue };
            let at = Location::new(place.file, user.name.span);
            if told.insert(at)
                && let Some(problem) = problem(&constant.meta, at, tree.name(user.name))
            {
                found.push(problem);
            }
        }
    }
}

fn problem(used: &Meta, at: Location, user: &str) -> Option<Problem> {
    let why = used.deprecated.as_ref()?;
    let message = format!("\"{user}\" uses \"{}\", which is deprecated", used.name);
    let problem = Problem::new(codes::DEPRECATED_IN_USE, at, message).with_label(used.location, "deprecated here");
    Some(if why.is_empty() { problem } else { problem.with_help(format!("the contract says: {why}")) })
}
