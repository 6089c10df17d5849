//! What a contract breaks of what it was: two models compared, and each change judged by whom it breaks.
//!
//! [`compare`] finds the changes, [`judge()`] says which of them count, [`changelog()`] tells them to people. One file a rule under
//! `rules`; what a rule is about stands with its code.

mod accepts;
mod change;
mod changelog;
mod draft;
mod index;
mod introspection;
mod judge;
mod limits;
mod members;
mod reserved;
mod rules;
mod services;
mod versions;
mod walk;

#[cfg(test)]
mod tests;

pub use change::{Change, ChangeKind, Step, Victims};
pub use changelog::changelog;
pub use judge::{Category, Exception, Verdict, judge};
pub use versions::Versions;

use index::Definition;
use services::Matches;
use walk::{Draft, Place, Reach, Role, Use, Walk};

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
    let versions = versions::of(&mut walk, &matches);
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
        if matches!(definition, Definition::Service(_)) || walk.is_known(definition) {
            continue;
        }
        let subject = walk.new.full_name(definition);
        let message = format!("the {} `{subject}` was added", definition.what());
        let place = Place { owner, location: walk.new.meta(definition).location, former: None };
        walk.add(Draft { kind: ChangeKind::Added, ..Draft::new(place, subject, message) });
    }
}
