//! Two contracts compared.

use super::change::{Change, ChangeKind};
use super::draft::{Draft, Place, Reach, Role, Use};
use super::index::Definition;
use super::matches::Matches;
use super::rules;
use super::versions::Versions;
use super::walk::Walk;
use crate::model::Model;

/// Everything that is not as it was.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The changes, those of one place together.
    pub changes: Vec<Change>,
    /// Services that had a version and have one.
    pub versions: Vec<Versions>,
}

/// Compares a contract with what it was. Locations of the new contract are its own; [`Change::former`] is a place of the old
/// one's sources.
#[must_use]
pub fn compare(old: &Model, new: &Model) -> Comparison {
    let mut walk = Walk::new(old, new);
    let matches = Matches::of(&walk);
    walk.services(&matches);
    walk.settle();
    elsewhere(&mut walk);
    let versions = walk.versions(&matches);
    let mut changes = walk.finish();
    let key = |change: &Change| (change.location, change.code, change.subject.clone(), change.message.clone());
    changes.sort_by_cached_key(key);
    changes.dedup_by(|one, other| {
        let same = key(one) == key(other);
        if same {
            other.victims |= one.victims;
            other.services.append(&mut one.services);
            other.services.sort_unstable();
            other.services.dedup();
        }
        same
    });
    Comparison { changes, versions }
}

/// Definitions that no service reaches: whoever imports them may exchange them.
fn elsewhere(walk: &mut Walk<'_>) {
    let owner = Reach::Use(Use { role: Role::Elsewhere, service: None });
    let own = walk.old.definitions();
    for definition in own.iter().filter(|definition| !matches!(definition, Definition::Service(_))) {
        if walk.met(*definition) {
            continue;
        }
        if let Some(there) = walk.old.same_name(*definition, &walk.new)
            && there.what() == definition.what()
        {
            walk.reach(*definition, there, owner);
            walk.bound((*definition, there), owner);
        }
    }
    walk.settle();
    for definition in own.into_iter().filter(|definition| !matches!(definition, Definition::Service(_))) {
        rules::definition_removed::check(walk, definition);
    }
    for definition in walk.new.definitions() {
        let is_free = walk.new.meta(definition).unstable;
        if matches!(definition, Definition::Service(_)) || walk.is_known(definition) || is_free {
            continue;
        }
        let subject = walk.new.full_name(definition);
        let message = format!("the {} `{subject}` was added", definition.what());
        let place = Place { owner, location: walk.new.meta(definition).location, former: None };
        walk.add(Draft { kind: ChangeKind::Added, ..Draft::new(place, subject, message) });
    }
}
