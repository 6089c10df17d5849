//! Who names what: the way back from a definition.

use rustc_hash::FxHashMap;

use super::places::Thing;
use crate::model::{Constraints, ExceptionPayload, Field, Model, Payload, Reply, Type, TypeId};

/// At most so many are shown of one thing.
pub(super) const MOST_SHOWN: usize = 24;

/// For each definition the things that name it, once each.
pub(super) struct Uses {
    by: FxHashMap<Thing, Vec<Thing>>,
}

impl Uses {
    pub(super) fn of(model: &Model) -> Self {
        let mut uses = Self { by: FxHashMap::default() };
        for (id, it) in model.records.iter() {
            uses.fields(model, &it.fields, Thing::Record(id));
        }
        for (id, it) in model.unions.iter() {
            for ty in it.variants.iter().filter_map(|variant| variant.ty) {
                uses.ty(model, ty, Thing::Union(id));
            }
        }
        for (id, it) in model.aliases.iter() {
            uses.ty(model, it.ty, Thing::Alias(id));
        }
        for (id, it) in model.constants.iter() {
            uses.ty(model, it.ty, Thing::Constant(id));
        }
        for (id, it) in model.exceptions.iter() {
            match &it.payload {
                ExceptionPayload::Fields(fields) => uses.fields(model, fields, Thing::Exception(id)),
                ExceptionPayload::Bare(ty, _) => uses.ty(model, *ty, Thing::Exception(id)),
                ExceptionPayload::Null => {}
            }
        }
        for (id, it) in model.procedures.iter() {
            let by = Thing::Procedure(id);
            match &it.payload {
                Payload::Null => {}
                Payload::Bare(ty, _) => uses.ty(model, *ty, by),
                Payload::Named(fields) => uses.fields(model, fields, by),
            }
            match &it.reply {
                Reply::Oneway | Reply::Null => {}
                Reply::Bare(ty, _) | Reply::Stream(ty, _) => uses.ty(model, *ty, by),
                Reply::Named(fields) => uses.fields(model, fields, by),
            }
            it.raises.iter().for_each(|exception| uses.add(Thing::Exception(*exception), by));
        }
        for (id, it) in model.topics.iter() {
            uses.ty(model, it.ty, Thing::Topic(id));
        }
        uses
    }

    /// Who names a thing.
    pub(super) fn by(&self, thing: Thing) -> &[Thing] {
        self.by.get(&thing).map_or(&[], Vec::as_slice)
    }

    fn fields(&mut self, model: &Model, fields: &[Field], by: Thing) {
        fields.iter().for_each(|field| self.ty(model, field.ty, by));
    }

    fn ty(&mut self, model: &Model, ty: TypeId, by: Thing) {
        match &model.types[ty] {
            Type::List(item) | Type::Set(item) | Type::Optional(item) => self.ty(model, *item, by),
            Type::Map(key, item) => {
                self.ty(model, *key, by);
                self.ty(model, *item, by);
            }
            Type::Tuple(items) => items.iter().for_each(|item| self.ty(model, *item, by)),
            Type::Record(id) => self.add(Thing::Record(*id), by),
            Type::Enum(id) => self.add(Thing::Enum(*id), by),
            Type::Union(id) => self.add(Thing::Union(*id), by),
            Type::Alias(id) => self.add(Thing::Alias(*id), by),
            _ => {}
        }
    }

    fn add(&mut self, thing: Thing, by: Thing) {
        let all = self.by.entry(thing).or_default();
        if all.last() != Some(&by) {
            all.push(by);
        }
    }
}

/// The rules of a value in words, each apart.
pub(super) fn rules_of(model: &Model, constraints: &Constraints) -> Vec<(&'static str, String)> {
    let mut rules = Vec::new();
    let span = |from: Option<String>, to: Option<String>| match (from, to) {
        (Some(from), Some(to)) if from == to => format!("exactly {from}"),
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("at least {from}"),
        (None, Some(to)) => format!("at most {to}"),
        (None, None) => String::new(),
    };
    if let Some((from, to)) = constraints.length.as_deref().copied() {
        rules.push(("length", span(from.map(|from| from.to_string()), to.map(|to| to.to_string()))));
    }
    if let Some(range) = &constraints.range {
        let bound = |bound: &Option<crate::model::Value>| bound.as_ref().map(|bound| super::json::line(model, bound));
        rules.push(("range", span(bound(&range.from), bound(&range.to))));
    }
    if let Some(pattern) = &constraints.pattern {
        rules.push(("pattern", pattern.to_string()));
    }
    rules
}
