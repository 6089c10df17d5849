//! What must be known of the whole contract before one item is written: where boxes go, which enums are keys, what is
//! checked, which blank value a union begins with.

use crate::model::{EnumId, Model, RecordId, Type, TypeId, UnionId};

/// A record or a union, as a node of the graph of what holds what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    Record(RecordId),
    Union(UnionId),
}

/// The answers, each a look-up.
pub(super) struct Facts {
    /// For each record, then each union: the cycle of values held in place that it is part of.
    cycles: Vec<Option<u32>>,
    records: usize,
    keys: Vec<bool>,
    constrained: Vec<bool>,
    blanks: Vec<u32>,
}

impl Facts {
    pub(super) fn of(model: &Model) -> Self {
        let mut keys = vec![false; model.enums.len()];
        for (_, ty) in model.types.iter() {
            if let Type::Set(item) | Type::Map(item, _) = ty
                && let Type::Enum(id) = model.types[resolved(model, *item)]
            {
                keys[id.index()] = true;
            }
        }
        Self {
            cycles: cycles(model),
            records: model.records.len(),
            keys,
            constrained: constrained(model),
            blanks: blanks(model),
        }
    }

    /// Whether values of the enum are compared: it is a map's key or a set's item.
    pub(super) fn is_ordered(&self, id: EnumId) -> bool {
        self.keys[id.index()]
    }

    /// Whether a value of the type may break a constraint: one of an alias or a field that is part of it.
    pub(super) fn is_constrained(&self, ty: TypeId) -> bool {
        self.constrained[ty.index()]
    }

    /// The index of the variant that a blank value of the union is: one that needs no other value of it.
    pub(super) fn blank_variant(&self, id: UnionId) -> usize {
        self.blanks[id.index()] as usize
    }

    /// Whether a value of the first holds one of the second in place, and the other way round: then one must be boxed.
    pub(super) fn is_boxed_in(&self, part: Holder, whole: Holder) -> bool {
        let cycle = self.cycles[self.node(part)];
        cycle.is_some() && cycle == self.cycles[self.node(whole)]
    }

    /// Whether a value of the type holds in place, through aliases too, what must be boxed within `whole`.
    pub(super) fn holds_boxed(&self, model: &Model, ty: TypeId, whole: Holder) -> bool {
        let mut found = false;
        in_place(model, ty, &mut |part| found |= self.is_boxed_in(part, whole));
        found
    }

    fn node(&self, holder: Holder) -> usize {
        match holder {
            Holder::Record(id) => id.index(),
            Holder::Union(id) => self.records + id.index(),
        }
    }
}

/// The type behind aliases.
pub(super) fn resolved(model: &Model, mut ty: TypeId) -> TypeId {
    while let Type::Alias(id) = &model.types[ty] {
        ty = model.aliases[*id].ty;
    }
    ty
}

/// Calls `visit` with each record and union that a value of the type holds in place.
fn in_place(model: &Model, ty: TypeId, visit: &mut impl FnMut(Holder)) {
    match &model.types[ty] {
        Type::Record(id) => visit(Holder::Record(*id)),
        Type::Union(id) => visit(Holder::Union(*id)),
        Type::Optional(inner) => in_place(model, *inner, visit),
        Type::Alias(id) => in_place(model, model.aliases[*id].ty, visit),
        Type::Tuple(items) => items.iter().for_each(|item| in_place(model, *item, visit)),
        _ => {}
    }
}

/// Tarjan's algorithm without recursion, since a contract's chain of records may be as long as the contract.
fn cycles(model: &Model) -> Vec<Option<u32>> {
    let records = model.records.len();
    let node = |holder| match holder {
        Holder::Record(id) => RecordId::index(id) as u32,
        Holder::Union(id) => (records + UnionId::index(id)) as u32,
    };
    let mut edges = Vec::with_capacity(records + model.unions.len());
    for (_, record) in model.records.iter() {
        let mut held = Vec::new();
        record.fields.iter().for_each(|field| in_place(model, field.ty, &mut |part| held.push(node(part))));
        edges.push(held);
    }
    for (_, union) in model.unions.iter() {
        let mut held = Vec::new();
        let types = union.variants.iter().filter_map(|variant| variant.ty);
        types.for_each(|ty| in_place(model, ty, &mut |part| held.push(node(part))));
        edges.push(held);
    }

    const UNSEEN: u32 = u32::MAX;
    let mut order = vec![UNSEEN; edges.len()];
    let mut low = order.clone();
    let mut cycle = vec![None; edges.len()];
    let mut is_done = vec![false; edges.len()];
    let (mut count, mut path, mut open) = (0, Vec::new(), Vec::new());
    for start in 0..edges.len() {
        if order[start] == UNSEEN {
            path.push((start, 0));
        }
        while let Some((at, next)) = path.pop() {
            if next == 0 {
                (order[at], low[at]) = (count, count);
                count += 1;
                open.push(at);
            }
            if let Some(&target) = edges[at].get(next) {
                path.push((at, next + 1));
                let target = target as usize;
                if order[target] == UNSEEN {
                    path.push((target, 0));
                } else if !is_done[target] {
                    low[at] = low[at].min(order[target]);
                }
                continue;
            }
            if let Some(&(parent, _)) = path.last() {
                low[parent] = low[parent].min(low[at]);
            }
            if low[at] == order[at] {
                let first = open.iter().rposition(|member| *member == at).expect("a node is open until its cycle is");
                let is_cycle = open.len() - first > 1 || edges[at].contains(&(at as u32));
                for member in open.drain(first..) {
                    is_done[member] = true;
                    cycle[member] = is_cycle.then_some(order[at]);
                }
            }
        }
    }
    cycle
}

/// For each type, whether a constraint stands in it. Passes over all types until nothing changes.
fn constrained(model: &Model) -> Vec<bool> {
    let mut found = vec![false; model.types.len()];
    let mut records: Vec<bool> = model
        .records
        .iter()
        .map(|(_, record)| record.fields.iter().any(|field| !field.constraints.is_empty()))
        .collect();
    let mut unions = vec![false; model.unions.len()];
    loop {
        let mut has_changed = false;
        for (id, ty) in model.types.iter() {
            let is = match ty {
                Type::List(inner) | Type::Set(inner) | Type::Optional(inner) => found[inner.index()],
                Type::Map(key, value) => found[key.index()] || found[value.index()],
                Type::Tuple(items) => items.iter().any(|item| found[item.index()]),
                Type::Alias(id) => {
                    let alias = &model.aliases[*id];
                    !alias.constraints.is_empty() || found[alias.ty.index()]
                }
                Type::Record(id) => records[id.index()],
                Type::Union(id) => unions[id.index()],
                _ => false,
            };
            has_changed |= is && !found[id.index()];
            found[id.index()] = is;
        }
        for (id, record) in model.records.iter() {
            let is = records[id.index()] || record.fields.iter().any(|field| found[field.ty.index()]);
            has_changed |= is && !records[id.index()];
            records[id.index()] = is;
        }
        for (id, union) in model.unions.iter() {
            let is = union.variants.iter().filter_map(|variant| variant.ty).any(|ty| found[ty.index()]);
            has_changed |= is && !unions[id.index()];
            unions[id.index()] = is;
        }
        if !has_changed {
            return found;
        }
    }
}

/// For each union, a variant whose blank value ends: one without a type, else the first whose parts are known to end.
fn blanks(model: &Model) -> Vec<u32> {
    const UNKNOWN: u32 = u32::MAX;
    let mut records = vec![false; model.records.len()];
    let mut unions: Vec<u32> = model
        .unions
        .iter()
        .map(|(_, union)| {
            union.variants.iter().position(|variant| variant.ty.is_none()).map_or(UNKNOWN, |at| at as u32)
        })
        .collect();
    loop {
        let mut has_changed = false;
        for (id, record) in model.records.iter() {
            let ends = || {
                record.fields.iter().all(|field| field.default.is_some() || ends(model, field.ty, &records, &unions))
            };
            if !records[id.index()] && ends() {
                records[id.index()] = true;
                has_changed = true;
            }
        }
        for (id, union) in model.unions.iter() {
            if unions[id.index()] != UNKNOWN {
                continue;
            }
            let ends = |ty: TypeId| ends(model, ty, &records, &unions);
            if let Some(at) = union.variants.iter().position(|variant| variant.ty.is_none_or(ends)) {
                unions[id.index()] = at as u32;
                has_changed = true;
            }
        }
        if !has_changed {
            return unions.into_iter().map(|at| if at == UNKNOWN { 0 } else { at }).collect();
        }
    }
}

fn ends(model: &Model, ty: TypeId, records: &[bool], unions: &[u32]) -> bool {
    match &model.types[ty] {
        Type::Record(id) => records[id.index()],
        Type::Union(id) => unions[id.index()] != u32::MAX,
        Type::Alias(id) => ends(model, model.aliases[*id].ty, records, unions),
        Type::Tuple(items) => items.iter().all(|item| ends(model, *item, records, unions)),
        _ => true,
    }
}
