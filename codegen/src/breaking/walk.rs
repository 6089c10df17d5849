//! Both contracts side by side, with what was found so far.
//!
//! A pair of definitions is compared once, and remembers from where it was reached: that tells whom its changes break.

use rustc_hash::{FxHashMap, FxHashSet};

use super::change::Change;
use super::draft::{Draft, Place, Reach, Role, Use, broken};
use super::index::{Definition, Index};
use crate::model::{Meta, Model, ProcedureId, ServiceId};
use crate::source::{FileId, Location, Span};

/// Two contracts, and what was found so far.
pub(super) struct Walk<'a> {
    pub(super) old: Index<'a>,
    pub(super) new: Index<'a>,
    pairs: Vec<(Definition, Definition)>,
    reached_from: Vec<Vec<Reach>>,
    /// From where pairs of aliases are reached whose constraints matter there.
    bounded_from: FxHashMap<usize, Vec<Reach>>,
    numbers: FxHashMap<(Definition, Definition), usize>,
    /// Pairs that are compared already.
    done: usize,
    paired: FxHashSet<Definition>,
    known: FxHashSet<Definition>,
    drafts: Vec<Draft>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(old: &'a Model, new: &'a Model) -> Self {
        Self {
            old: Index::of(old),
            new: Index::of(new),
            pairs: Vec::new(),
            reached_from: Vec::new(),
            bounded_from: FxHashMap::default(),
            numbers: FxHashMap::default(),
            done: 0,
            paired: FxHashSet::default(),
            known: FxHashSet::default(),
            drafts: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, draft: Draft) {
        self.drafts.push(draft);
    }

    /// Two definitions of one kind meet at a place.
    pub(super) fn reach(&mut self, old: Definition, new: Definition, from: Reach) {
        let number = *self.numbers.entry((old, new)).or_insert_with(|| {
            self.pairs.push((old, new));
            self.reached_from.push(Vec::new());
            self.pairs.len() - 1
        });
        self.paired.insert(old);
        self.known.insert(new);
        let reached_from = &mut self.reached_from[number];
        if reached_from.last() != Some(&from) {
            reached_from.push(from);
        }
    }

    /// Whether a definition of the old contract met one of the new contract.
    pub(super) fn met(&self, old: Definition) -> bool {
        self.paired.contains(&old)
    }

    /// Whether a definition of the new contract met one of the old contract.
    pub(super) fn is_known(&self, new: Definition) -> bool {
        self.known.contains(&new)
    }

    /// The next pair that was reached and not compared yet, with what it reaches others from.
    pub(super) fn next(&mut self) -> Option<(Reach, Definition, Definition)> {
        let (old, new) = *self.pairs.get(self.done)?;
        self.done += 1;
        Some((Reach::Pair(self.done - 1), old, new))
    }

    /// Where something is, and was.
    pub(super) fn place(&self, owner: Reach, old: &Meta, new: &Meta) -> Place {
        Place { owner, location: new.location, former: Some(old.location) }
    }

    /// Two definitions of one kind are one where they have one name, or where the old name is gone and the new one is new.
    pub(super) fn are_one(&mut self, old: Definition, new: Definition, owner: Reach) -> bool {
        let one = match (self.old.same_name(old, &self.new), self.new.same_name(new, &self.old)) {
            (Some(there), _) => there == new,
            (None, Some(_)) => false,
            (None, None) => true,
        };
        if one {
            self.reach(old, new, owner);
        }
        one
    }

    /// The constraints of two aliases matter at a place.
    pub(super) fn bound(&mut self, pair: (Definition, Definition), from: Reach) {
        if let Some(number) = self.numbers.get(&pair) {
            self.bounded_from.entry(*number).or_default().push(from);
        }
    }

    /// What a change of constraints belongs to: those of two aliases matter where [`Walk::bound`] says so.
    pub(super) fn bounds_of(&self, owner: Reach) -> Reach {
        match owner {
            Reach::Pair(number) if matches!(self.pairs[number].0, Definition::Alias(_)) => Reach::Bounds(number),
            owner => owner,
        }
    }

    /// The procedures' uses of a service of the new contract.
    pub(super) fn used(&self, role: Role, old: ProcedureId, service: ServiceId) -> Reach {
        let procedure = &self.old.model.procedures[old];
        let free = procedure.meta.unstable || self.old.model.services[procedure.service].meta.unstable;
        Reach::Use(Use { role: if free { Role::Free } else { role }, service: Some(service) })
    }

    /// Where something is shown that has no place in the new contract.
    pub(super) fn nowhere(&self) -> Location {
        let own = self.new.model.namespaces.iter().find(|(_, namespace)| !namespace.standard);
        own.map_or(Location::new(FileId(0), Span::default()), |(_, namespace)| namespace.location)
    }

    /// The changes, with whom they break.
    pub(super) fn finish(mut self) -> Vec<Change> {
        let mut uses_of: FxHashMap<usize, Vec<Use>> = FxHashMap::default();
        let drafts = std::mem::take(&mut self.drafts);
        let mut changes = Vec::new();
        for draft in drafts {
            let uses = match draft.owner {
                Reach::Use(one) => vec![one],
                Reach::Pair(number) => {
                    uses_of.entry(number).or_insert_with(|| self.uses(&self.reached_from[number])).clone()
                }
                Reach::Bounds(number) => self.bounded_from.get(&number).map_or_else(Vec::new, |from| self.uses(from)),
            };
            if uses.iter().all(|one| one.role == Role::Free) {
                continue;
            }
            let mut victims = draft.victims;
            for Use { role, .. } in &uses {
                victims |= broken(*role, draft.refusals);
            }
            let mut services: Vec<ServiceId> = uses.iter().filter_map(|one| one.service).collect();
            services.sort_unstable();
            services.dedup();
            changes.push(Change {
                code: draft.code,
                subject: draft.subject,
                message: draft.message,
                help: draft.help,
                location: draft.location,
                former: draft.former,
                victims,
                source: draft.source,
                kind: draft.kind,
                services,
            });
        }
        changes
    }

    /// Every use that leads to one of these.
    fn uses(&self, reached_from: &[Reach]) -> Vec<Use> {
        let mut uses = FxHashSet::default();
        let mut seen = FxHashSet::default();
        let mut ahead = vec![reached_from];
        while let Some(reached_from) = ahead.pop() {
            for from in reached_from {
                match from {
                    Reach::Use(one) => {
                        uses.insert(*one);
                    }
                    Reach::Pair(number) | Reach::Bounds(number) if seen.insert(*number) => {
                        ahead.push(&self.reached_from[*number]);
                    }
                    Reach::Pair(_) | Reach::Bounds(_) => {}
                }
            }
        }
        uses.into_iter().collect()
    }
}
