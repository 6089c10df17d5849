//! The names of everything, and which namespaces import each other in circles.

use rustc_hash::FxHashSet;

use super::runtime::Runtime;
use crate::model::{
    AliasId, EnumId, ExceptionPayload, Meta, Model, NamespaceId, RecordId, Type, TypeId, Union, UnionId,
};
use crate::validate::names::python as names;

/// The modules at the package's root, which are no namespaces.
const SUPPORTS: [&str; 2] = ["_almanet", "_wire"];

/// What every generated module reads.
pub(super) struct Plan<'a> {
    pub(super) model: &'a Model,
    pub(super) runtime: Runtime,
    /// The modules of each namespace.
    pub(super) namespaces: Vec<Vec<String>>,
    /// What other namespaces' modules call each namespace.
    pub(super) imported: Vec<String>,
    pub(super) records: Vec<String>,
    pub(super) enums: Vec<String>,
    pub(super) unions: Vec<String>,
    pub(super) aliases: Vec<String>,
    /// Whether anything is deprecated, which pyright reports where the contract itself uses it.
    pub(super) has_deprecated: bool,
    /// For each namespace, the smallest one of those that import each other with it.
    circles: Vec<usize>,
    /// The namespaces that are to be imported before all others, in this order: `FAR` imports are between two of them.
    pub(super) first: Vec<NamespaceId>,
}

/// How many modules may import each other in a row. Python refuses some seventy.
const FAR: usize = 16;

impl<'a> Plan<'a> {
    pub(super) fn of(model: &'a Model, runtime: Runtime) -> Self {
        let namespaces: Vec<Vec<String>> = model
            .namespaces
            .iter()
            .map(|(_, namespace)| namespace.name.split('.').map(names::module_name).collect())
            .collect();
        // What stands beside the namespaces' packages is imported by its own name.
        let mut taken: FxHashSet<String> = SUPPORTS.iter().map(|name| (*name).to_owned()).collect();
        let imported = namespaces.iter().map(|modules| {
            let mut name = format!("_{}", modules.join("_"));
            while !taken.insert(name.clone()) {
                name.push('_');
            }
            name
        });
        let (circles, first) = circles(model);
        Self {
            imported: imported.collect(),
            records: model.records.iter().map(|(_, item)| names::type_name(&item.meta.name)).collect(),
            enums: model.enums.iter().map(|(_, item)| names::type_name(&item.meta.name)).collect(),
            unions: model.unions.iter().map(|(_, item)| names::type_name(&item.meta.name)).collect(),
            aliases: model.aliases.iter().map(|(_, item)| names::type_name(&item.meta.name)).collect(),
            has_deprecated: has_deprecated(model),
            circles,
            first,
            model,
            runtime,
            namespaces,
        }
    }

    /// A name that modules of this package may define, whatever they import from within it.
    pub(super) fn apart_from_imports(&self, mut name: String) -> String {
        while SUPPORTS.contains(&name.as_str()) || self.imported.contains(&name) {
            name.push('_');
        }
        name
    }

    /// Whether each of two namespaces imports the other, directly or not.
    pub(super) fn are_circular(&self, one: NamespaceId, other: NamespaceId) -> bool {
        one != other && self.circles[one.index()] == self.circles[other.index()]
    }
}

fn has_deprecated(model: &Model) -> bool {
    let of = |meta: &Meta| meta.deprecated.is_some();
    let variants = |union: &Union| union.variants.iter().any(|variant| of(&variant.meta));
    model.records.iter().any(|(_, item)| of(&item.meta))
        || model.enums.iter().any(|(_, item)| of(&item.meta))
        || model.unions.iter().any(|(_, item)| of(&item.meta) || variants(item))
        || model.exceptions.iter().any(|(_, item)| of(&item.meta))
        || model.procedures.iter().any(|(_, item)| of(&item.meta))
}

/// A definition that is a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Item {
    Record(RecordId),
    Enum(EnumId),
    Union(UnionId),
    Alias(AliasId),
}

impl Item {
    /// The definition that a type names, where it is nothing else.
    pub(super) fn of(ty: &Type) -> Option<Self> {
        match ty {
            Type::Record(id) => Some(Self::Record(*id)),
            Type::Enum(id) => Some(Self::Enum(*id)),
            Type::Union(id) => Some(Self::Union(*id)),
            Type::Alias(id) => Some(Self::Alias(*id)),
            _ => None,
        }
    }

    pub(super) fn namespace(self, model: &Model) -> NamespaceId {
        match self {
            Self::Record(id) => model.records[id].namespace,
            Self::Enum(id) => model.enums[id].namespace,
            Self::Union(id) => model.unions[id].namespace,
            Self::Alias(id) => model.aliases[id].namespace,
        }
    }

    pub(super) fn meta(self, model: &Model) -> &Meta {
        match self {
            Self::Record(id) => &model.records[id].meta,
            Self::Enum(id) => &model.enums[id].meta,
            Self::Union(id) => &model.unions[id].meta,
            Self::Alias(id) => &model.aliases[id].meta,
        }
    }
}

/// Calls `see` with every definition that a type is written with.
pub(super) fn items_of(model: &Model, ty: TypeId, see: &mut impl FnMut(Item)) {
    match &model.types[ty] {
        Type::List(item) | Type::Set(item) | Type::Optional(item) => items_of(model, *item, see),
        Type::Map(key, value) => {
            items_of(model, *key, see);
            items_of(model, *value, see);
        }
        Type::Tuple(items) => items.iter().for_each(|item| items_of(model, *item, see)),
        ty => {
            if let Some(item) = Item::of(ty) {
                see(item);
            }
        }
    }
}

/// Kosaraju's components of the graph of imports, each named by its first namespace; and what is to be imported first.
fn circles(model: &Model) -> (Vec<usize>, Vec<NamespaceId>) {
    let count = model.namespaces.len();
    let mut to: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut refer = |from: NamespaceId, ty: TypeId| {
        items_of(model, ty, &mut |item| {
            let other = item.namespace(model);
            if other != from {
                to[from.index()].push(other.index());
            }
        });
    };
    for (_, record) in model.records.iter() {
        record.fields.iter().for_each(|field| refer(record.namespace, field.ty));
    }
    for (_, union) in model.unions.iter() {
        union.variants.iter().filter_map(|variant| variant.ty).for_each(|ty| refer(union.namespace, ty));
    }
    model.aliases.iter().for_each(|(_, alias)| refer(alias.namespace, alias.ty));
    model.constants.iter().for_each(|(_, constant)| refer(constant.namespace, constant.ty));
    for (_, exception) in model.exceptions.iter() {
        match &exception.payload {
            ExceptionPayload::Fields(fields) => {
                fields.iter().for_each(|field| refer(exception.namespace, field.ty));
            }
            ExceptionPayload::Bare(ty, _) => refer(exception.namespace, *ty),
            ExceptionPayload::Null => {}
        }
    }
    let mut from: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (index, others) in to.iter_mut().enumerate() {
        others.sort_unstable();
        others.dedup();
        others.iter().for_each(|other| from[*other].push(index));
    }
    let mut finished = Vec::with_capacity(count);
    let mut seen = vec![false; count];
    (0..count).for_each(|start| walk(start, &to, &mut seen, &mut |index| finished.push(index)));
    let ids: Vec<NamespaceId> = model.namespaces.ids().collect();
    let mut depths = vec![0_usize; count];
    let mut first = Vec::new();
    for index in &finished {
        depths[*index] = to[*index].iter().map(|other| depths[*other] + 1).max().unwrap_or(0);
        if depths[*index] > 0 && depths[*index].is_multiple_of(FAR) {
            first.push(ids[*index]);
        }
    }
    let mut component: Vec<usize> = (0..count).collect();
    let mut seen = vec![false; count];
    for start in finished.into_iter().rev() {
        walk(start, &from, &mut seen, &mut |index| component[index] = start);
    }
    (component, first)
}

/// Goes depth first through what was not seen yet, and tells each once all behind it is done.
fn walk(start: usize, edges: &[Vec<usize>], seen: &mut [bool], finish: &mut impl FnMut(usize)) {
    if std::mem::replace(&mut seen[start], true) {
        return;
    }
    let mut open = vec![(start, 0)];
    while let Some((index, next)) = open.last_mut() {
        match edges[*index].get(*next) {
            Some(other) => {
                *next += 1;
                if !std::mem::replace(&mut seen[*other], true) {
                    open.push((*other, 0));
                }
            }
            None => {
                finish(*index);
                open.pop();
            }
        }
    }
}
