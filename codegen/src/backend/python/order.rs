//! The order of a namespace's types: each below what Python must have seen before it.

use rustc_hash::FxHashSet;

use super::plan::{Item, items_of};
use crate::model::{Model, Namespace, UnionTag};
use crate::source::FileId;

/// The types of a namespace, in the order of the contract where Python does not ask for another.
///
/// A class names types in quotes that come later. What is no class cannot: an alias, and what a union's variants inherit.
pub(super) fn ordered(model: &Model, namespace: &Namespace) -> Vec<Item> {
    let rank = |file: FileId| namespace.files.iter().position(|other| *other == file);
    let mut items: Vec<Item> = Vec::new();
    items.extend(namespace.records.iter().map(|id| Item::Record(*id)));
    items.extend(namespace.enums.iter().map(|id| Item::Enum(*id)));
    items.extend(namespace.unions.iter().map(|id| Item::Union(*id)));
    items.extend(namespace.aliases.iter().map(|id| Item::Alias(*id)));
    items.sort_by_cached_key(|item| {
        let location = item.meta(model).location;
        (rank(location.file), location.span)
    });
    let mut ordered = Vec::with_capacity(items.len());
    let mut seen = FxHashSet::default();
    for item in items {
        // Depth first, without recursion: aliases of aliases may be many.
        let mut open = vec![(item, false)];
        while let Some((item, is_ready)) = open.pop() {
            if is_ready {
                ordered.push(item);
            } else if seen.insert(item) {
                open.push((item, true));
                let own = |other: &Item| std::ptr::eq(&raw const model.namespaces[other.namespace(model)], namespace);
                let mut before: Vec<Item> = needs(model, item).into_iter().filter(own).collect();
                before.reverse();
                open.extend(before.into_iter().map(|item| (item, false)));
            }
        }
    }
    ordered
}

/// The definitions that must stand above one.
fn needs(model: &Model, item: Item) -> Vec<Item> {
    let mut before = Vec::new();
    match item {
        Item::Alias(id) => items_of(model, model.aliases[id].ty, &mut |item| before.push(item)),
        Item::Union(id) if matches!(model.unions[id].tag, UnionTag::Inside(_)) => {
            let union = &model.unions[id];
            for ty in union.variants.iter().filter_map(|variant| variant.ty) {
                // The record itself is inherited, whatever name it goes by.
                before.extend(Item::of(model.shape(ty)));
            }
        }
        _ => {}
    }
    before
}
