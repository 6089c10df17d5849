//! Types and constants that nothing names. Where there is no service, all are there for others.

use rustc_hash::FxHashSet;

use crate::diagnostic::Problem;
use crate::diagnostic::code::lints as codes;
use crate::lint::Contract;
use crate::lint::contract::{exception_types, payload_types, reply_types};
use crate::lint::found::Found;
use crate::model::{AliasId, EnumId, Meta, Model, RecordId, Type, TypeId, UnionId};

pub(super) fn check(contract: &Contract<'_>, found: &mut Found<'_>) {
    let model = contract.model;
    if contract.services().next().is_none() {
        return;
    }
    let named = named(model);
    let mut look = |kind: &str, meta: &Meta, is_used: bool| {
        if !is_used && meta.deprecated.is_none() {
            let message = format!("nothing uses the {kind} \"{}\"", meta.name);
            let help = "leave it out, or let something name it";
            found.push(Problem::new(codes::UNUSED_DEFINITION, meta.location, message).with_help(help));
        }
    };
    model.records.iter().for_each(|(id, one)| look("record", &one.meta, named.contains(&Named::Record(id))));
    model.enums.iter().for_each(|(id, one)| look("enum", &one.meta, named.contains(&Named::Enum(id))));
    model.unions.iter().for_each(|(id, one)| look("union", &one.meta, named.contains(&Named::Union(id))));
    model.aliases.iter().for_each(|(id, one)| look("type", &one.meta, named.contains(&Named::Alias(id))));
    model.constants.iter().for_each(|(id, one)| look("constant", &one.meta, model.constant_uses.contains_key(&id)));
}

/// A type by its name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Named {
    Record(RecordId),
    Enum(EnumId),
    Union(UnionId),
    Alias(AliasId),
}

/// What something else than itself names.
fn named(model: &Model) -> FxHashSet<Named> {
    let mut names = Names { model, named: FxHashSet::default() };
    for (id, record) in model.records.iter() {
        names.add(Some(Named::Record(id)), record.fields.iter().map(|field| field.ty));
    }
    for (id, union) in model.unions.iter() {
        names.add(Some(Named::Union(id)), union.variants.iter().filter_map(|variant| variant.ty));
    }
    for (id, alias) in model.aliases.iter() {
        names.add(Some(Named::Alias(id)), [alias.ty]);
    }
    names.add(None, model.constants.iter().map(|(_, constant)| constant.ty));
    for (_, exception) in model.exceptions.iter() {
        names.add(None, exception_types(&exception.payload));
    }
    for (_, procedure) in model.procedures.iter() {
        names.add(None, payload_types(&procedure.payload));
        names.add(None, reply_types(&procedure.reply));
    }
    names.add(None, model.topics.iter().map(|(_, topic)| topic.ty));
    names.named
}

struct Names<'m> {
    model: &'m Model,
    named: FxHashSet<Named>,
}

impl Names<'_> {
    fn add(&mut self, by: Option<Named>, types: impl IntoIterator<Item = TypeId>) {
        types.into_iter().for_each(|ty| self.ty(by, ty));
    }

    fn ty(&mut self, by: Option<Named>, ty: TypeId) {
        let model = self.model;
        let named = match &model.types[ty] {
            Type::List(item) | Type::Set(item) | Type::Optional(item) => return self.ty(by, *item),
            Type::Map(key, value) => {
                self.ty(by, *key);
                return self.ty(by, *value);
            }
            Type::Tuple(items) => return items.iter().for_each(|item| self.ty(by, *item)),
            Type::Record(id) => Named::Record(*id),
            Type::Enum(id) => Named::Enum(*id),
            Type::Union(id) => Named::Union(*id),
            Type::Alias(id) => Named::Alias(*id),
            _ => return,
        };
        if by != Some(named) {
            self.named.insert(named);
        }
    }
}
